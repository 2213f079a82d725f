"""The appeal that was filed from the page of a booking."""

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.ids import BookingId
from hotline_sessions.store.appeals import find_appeal_to_follow
from hotline_sessions.store.engine import fetch_value


async def find_appeal_of_booking(booking: BookingId) -> Appeal | None:
    """The appeal filed from this booking; there is one at most."""
    name = await fetch_value("select public_id from appeal where booking = $1", booking)
    return None if name is None else await find_appeal_to_follow(name)
