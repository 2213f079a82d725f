"""The queue of a session as it is at one moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.call_backs import CallBack, CallBackKind
from hotline_sessions.domain.calls import Leg, count_left, find_on_air, list_waiting
from hotline_sessions.domain.ids import BookingId
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.queueing import Pace, Place, Waiter, order_waiting
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.call_backs import list_standing
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.live import list_bookings_by_id
from hotline_sessions.store.queues import Queue


async def list_bookings_of(legs: Sequence[Leg]) -> dict[BookingId, Booking]:
    """Bookings of those among ``legs`` who have shown that one is theirs."""
    wanted = {leg.booking for leg in legs if leg.booking is not None}
    return await list_bookings_by_id(wanted) if wanted else {}


async def list_places(
    session: Session, legs: Sequence[Leg], now: datetime, *, policy: CallPolicy | None = None
) -> list[Place]:
    """Everyone in the queue, in the order in which they would be put through at ``now``.

    Who is to be called back instead of holding has a place like those who hold.
    """
    chosen = policy or await get_call_policy(session.institution)
    promises = await list_standing(session.id)
    owners: list[Leg | CallBack] = [*list_waiting(legs), *_list_absent(promises, legs)]
    wanted = {each.booking for each in owners if each.booking is not None}
    bookings = (await list_bookings_by_id(wanted)).values() if wanted else ()
    queue = Queue(
        session=session, policy=chosen, legs=legs, promises=promises, bookings=list(bookings)
    )
    return place_queue(queue, now)


def place_queue(queue: Queue, now: datetime) -> list[Place]:
    """As ``list_places``, of what has been read."""
    session, legs = queue.session, queue.legs
    bookings = {booking.id: booking for booking in queue.bookings}
    holding = [_waiter(leg, bookings, session) for leg in list_waiting(legs)]
    absent = [_absent(each, bookings, session) for each in _list_absent(queue.promises, legs)]
    pace = choose_pace(session, legs, now, policy=queue.policy)
    return order_waiting([*holding, *absent], now, pace=pace)


def _list_absent(promises: Sequence[CallBack], legs: Sequence[Leg]) -> list[CallBack]:
    return [each for each in promises if is_in_queue(each, legs)]


def is_in_queue(promise: CallBack, legs: Sequence[Leg]) -> bool:
    """Whether a promised call holds a place in the queue, which its own call does not yet."""
    is_waiting = any(leg.id == promise.leg for leg in list_waiting(legs))
    return promise.kind is CallBackKind.HOLD and promise.is_standing and not is_waiting


def choose_pace(
    session: Session, legs: Sequence[Leg], now: datetime, *, policy: CallPolicy
) -> Pace:
    """How fast the queue moves at ``now``."""
    talk = timedelta(minutes=session.talk_minutes)
    on_air = find_on_air(legs)
    if on_air is None:
        return Pace(talk=talk, policy=policy)
    left = max(count_left(on_air, now, talk=talk), timedelta())
    return Pace(talk=talk, left=left, policy=policy)


def _waiter(leg: Leg, bookings: Mapping[BookingId, Booking], session: Session) -> Waiter:
    return Waiter(
        call=leg.id,
        waiting_since=leg.waiting_since or leg.started_at,
        slot_starts_at=_find_slot(leg.booking, bookings, session),
        is_unfinished=leg.on_air_at is not None or leg.resumes is not None,
        precedence=leg.precedence,
        stands_by=leg.stands_by,
    )


def _absent(promise: CallBack, bookings: Mapping[BookingId, Booking], session: Session) -> Waiter:
    return Waiter(
        call_back=promise.id,
        waiting_since=promise.place_since,
        slot_starts_at=_find_slot(promise.booking, bookings, session),
        is_unfinished=promise.resumes is not None,
    )


def _find_slot(
    booking: BookingId | None, bookings: Mapping[BookingId, Booking], session: Session
) -> datetime | None:
    """When the slot of a booking begins, pauses counted."""
    found = bookings.get(booking) if booking is not None else None
    return found.starts_at + session.shift if found else None
