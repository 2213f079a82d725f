"""The queue of a session as it is at one moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.calls import Leg, find_on_air, list_waiting
from hotline_sessions.domain.ids import BookingId
from hotline_sessions.domain.queueing import Pace, Place, Waiter, order_waiting
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.live import list_bookings_by_id


async def list_bookings_of(legs: Sequence[Leg]) -> dict[BookingId, Booking]:
    """Bookings of those among ``legs`` who have shown that one is theirs."""
    return await list_bookings_by_id({leg.booking for leg in legs if leg.booking is not None})


async def list_places(session: Session, legs: Sequence[Leg], now: datetime) -> list[Place]:
    """Everyone in the queue, in the order in which they would be put through at ``now``."""
    waiting = list_waiting(legs)
    bookings = await list_bookings_of(waiting)
    return order_waiting(
        [_waiter(leg, bookings) for leg in waiting], now, pace=choose_pace(session, legs, now)
    )


def choose_pace(session: Session, legs: Sequence[Leg], now: datetime) -> Pace:
    """How fast the queue moves at ``now``."""
    talk = timedelta(minutes=session.talk_minutes)
    on_air = find_on_air(legs)
    if on_air is None:
        return Pace(talk=talk)
    spent = now - on_air.on_air_at if on_air.on_air_at else timedelta()
    return Pace(talk=talk, left=max(talk - spent, timedelta()))


def _waiter(leg: Leg, bookings: dict[BookingId, Booking]) -> Waiter:
    booking = bookings.get(leg.booking) if leg.booking is not None else None
    return Waiter(
        call=leg.id,
        waiting_since=leg.waiting_since or leg.started_at,
        slot_starts_at=booking.starts_at if booking else None,
    )
