"""Promises to call that an operator makes or takes back."""

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.call_backs import CallBackKind, CallBackState
from hotline_sessions.domain.calls import NotAdmitting
from hotline_sessions.domain.errors import Conflict, NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId, SessionId
from hotline_sessions.domain.sessions import ADMITTING
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.call_backs import may_be_called
from hotline_sessions.services.deeds import lock_own, note_promise_deed
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.call_backs import add_call_back, find_call_back, mark_call_back
from hotline_sessions.store.desk import find_booking_of
from hotline_sessions.store.transaction import transaction


class CannotBeCalled(Conflict):
    """The citizen is being called already, or the number is not one that we call."""

    code = "cannot-be-called"


async def promise_missed(
    session_id: SessionId,
    booking: str,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Call a booked citizen who has not called; he has a place in the queue from now on.

    Raises:
        NotFound: There is no such session in the institution, or no such booking in it.
        NotAdmitting: Callers are not let in any more.
        CannotBeCalled: A call is under way, or the number cannot be called.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        if session.state not in ADMITTING:
            raise NotAdmitting
        found = await find_booking_of(session.id, booking)
        if found is None or found.state is not BookingState.BOOKED:
            raise NotFound
        if not may_be_called(found.phone):
            raise CannotBeCalled
        made = await add_call_back(
            session,
            CallBackKind.HOLD,
            found.phone,
            now,
            due_at=now,
            place_since=now,
            booking=found.id,
        )
        if made is None:
            raise CannotBeCalled
        await settle_air(session, now)
        await note_promise_deed("call_back_promised", made.id, session, by=by, now=now)


async def cancel_promise(
    session_id: SessionId,
    promise: str,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Take a promised call back that has not begun.

    Raises:
        NotFound: There is no such session in the institution, or no such promise in it.
        CannotBeCalled: The citizen is being called at this moment.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        found = await find_call_back(promise)
        if found is None or found.session != session.id or not found.is_standing:
            raise NotFound
        if found.state is CallBackState.RINGING:
            raise CannotBeCalled
        await mark_call_back(found, CallBackState.CANCELLED, now)
        await note_promise_deed("call_back_cancelled", found.id, session, by=by, now=now)
