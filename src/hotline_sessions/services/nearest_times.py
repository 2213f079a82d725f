"""The one time that is offered first to whom plans have taken the own."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.booking_choices import Cause
from hotline_sessions.domain.ids import PublicId, SessionId
from hotline_sessions.domain.registration import Stage, choose_stage
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.domain.slots import Slot
from hotline_sessions.services.announcements import get_free_slots
from hotline_sessions.services.booking_changes import list_others_with_room
from hotline_sessions.services.booking_choices import OpenChoice
from hotline_sessions.services.bookings import OwnBooking


class Nearest(Struct, frozen=True, kw_only=True):
    """A free slot and the session that it is of."""

    session: PublicId
    session_id: SessionId
    slot: Slot


async def find_nearest(own: OwnBooking, choice: OpenChoice, *, now: datetime) -> Nearest | None:
    """The free slot nearest to the booked one; None if there is none in the institution.

    Looked for in the session that is held instead, then in the own one where that was shortened,
    then in the other coming ones, the earliest first.
    """
    if choice.successor is not None and choice.same is not None:
        return Nearest(
            session=choice.successor.public_id,
            session_id=choice.successor.id,
            slot=choice.same,
        )
    tried = [choice.successor] if choice.successor is not None else []
    if choice.asked.cause is Cause.SHORTENED and own.announcement.state in BOOKABLE:
        tried.append(own.announcement)
    tried += await list_others_with_room(own.announcement, now=now)
    for session in tried:
        if choose_stage(session, now) is not Stage.OPEN:
            continue
        free = (await get_free_slots(session.public_id, now=now)).free
        if free:
            booked_at = own.booking.starts_at
            slot = min(free, key=lambda each: (abs(each.starts_at - booked_at), each.starts_at))
            return Nearest(session=session.public_id, session_id=session.id, slot=slot)
    return None
