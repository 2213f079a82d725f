"""Publish, cancel and move sessions."""

from datetime import datetime

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.approvals import Embargoed
from hotline_sessions.domain.booking_choices import Cause
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import (
    IncompleteSession,
    Session,
    SessionEvent,
    advance,
)
from hotline_sessions.services.closing import see_everyone_off
from hotline_sessions.services.draw_seeds import commit_to_draw
from hotline_sessions.services.session_plans import Plan, check_clocks, write_plan
from hotline_sessions.services.tellings import tell_of_cancellation
from hotline_sessions.services.waiting_moves import move_waiting
from hotline_sessions.store.approvals import is_held_back
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_choices import ask_owners
from hotline_sessions.store.occurrences import hand_over_day, mark_by_hand
from hotline_sessions.store.sessions import (
    get_session_of,
    lock_session,
    mark_moved_to,
    mark_state,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def publish(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Announce a draft.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ImpossibleStep: It is not a draft.
        IncompleteSession: It has no line, or no slots.
        Embargoed: A later moment was agreed for it.
    """
    async with transaction():
        await write_publication(
            public_id, institution=staff.institution, account=staff.account, now=now
        )


async def write_publication(
    public_id: str, *, institution: InstitutionId, account: AccountId, now: datetime
) -> None:
    """The same inside a transaction that is already open."""
    session = await _lock_own(public_id, institution)
    state = advance(session.state, SessionEvent.PUBLISH)
    if await is_held_back(session.id, now=now, institution=institution):
        raise Embargoed
    if session.line is None:
        raise IncompleteSession(missing="line")
    await mark_state(session.id, state, now)
    await commit_to_draw(session, now=now)
    await _note(session, "session_published", account=account, now=now)


async def cancel(public_id: str, reason: str, *, staff: Staff, now: datetime) -> None:
    """Call a session off: who is on the line is told, who has booked gets an SMS and chooses.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ImpossibleStep: It is over, or was called off before.
    """
    async with transaction():
        await write_cancellation(public_id, reason, staff=staff, now=now)


async def write_cancellation(public_id: str, reason: str, *, staff: Staff, now: datetime) -> None:
    """The same inside a transaction that is already open."""
    session = await _lock_own(public_id, staff.institution)
    state = advance(session.state, SessionEvent.CANCEL)
    await mark_state(session.id, state, now, reason=reason)
    await see_everyone_off(session, Parting.CANCELLED, now)
    await ask_owners(session.id, Cause.CANCELLED, version=session.sequence + 1, now=now)
    await tell_of_cancellation(session, now=now)
    await _note(session, "session_cancelled", account=staff.account, now=now)


async def reschedule(public_id: str, plan: Plan, *, staff: Staff, now: datetime) -> Session:
    """Hold a published session at another time: the old one stays and points to the new.

    Everyone who has booked is told by SMS and chooses; until then the booking is a claim. Who
    waits for a slot is told too, and waits for one of the new session.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ImpossibleStep: It is not published, or has already begun.
        NoSuchHour, HourTwice: Clocks change at that hour.
        SessionExists: The post has a session at the new start already.
        Clashing: Official, post, line or place are taken then, or the official is away.
    """
    check_clocks(plan)
    async with transaction():
        new = await write_move(public_id, plan, staff=staff, now=now)
        await mark_by_hand(new.id)
        return new


async def write_move(public_id: str, plan: Plan, *, staff: Staff, now: datetime) -> Session:
    """The same inside a transaction that is already open.

    The old session gives its time up first: a move by half an hour lies over it. The day of a
    series goes over to the new one.
    """
    session = await _lock_own(public_id, staff.institution)
    state = advance(session.state, SessionEvent.RESCHEDULE)
    await mark_state(session.id, state, now)
    new = await write_plan(plan, institution=staff.institution, now=now)
    await mark_state(new.id, advance(new.state, SessionEvent.PUBLISH), now)
    await commit_to_draw(new, now=now)
    await mark_moved_to(session.id, new.id)
    await hand_over_day(session.id, new.id)
    await ask_owners(session.id, Cause.MOVED, version=session.sequence + 1, now=now)
    await tell_of_cancellation(session, now=now, new=new)
    await move_waiting(session, new, now=now)
    await _note(session, "session_rescheduled", account=staff.account, now=now)
    return new


async def _lock_own(public_id: str, institution: InstitutionId) -> Session:
    session = await get_session_of(public_id, institution=institution)
    return await lock_session(session.id)


async def _note(session: Session, action: str, *, account: AccountId, now: datetime) -> None:
    await add_entry(
        action,
        "session",
        session.id,
        institution=session.institution,
        account=account,
        now=now,
    )
    log.info(action, session_id=session.id, account_id=account)
