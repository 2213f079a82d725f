"""What is announced, as the public may read it."""

from datetime import datetime, timedelta

from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.slots import Slot, list_free
from hotline_sessions.store.announcements import find_announcement, list_announcements
from hotline_sessions.store.bookings import list_taken
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.sessions import list_slots


class FreeSlots(Struct, frozen=True, kw_only=True):
    """A session as announced, with the slots that may be booked now."""

    announcement: Announcement
    free: list[Slot]


async def list_coming(wanted: Filter, *, now: datetime) -> list[Announcement]:
    """Announced sessions that are not over, in time's order."""
    return await list_announcements(wanted, since=now)


async def get_free_slots(public_id: str, *, now: datetime) -> FreeSlots:
    """The session as announced, with the slots that may be booked now.

    Raises:
        NotFound: No such session is announced.
    """
    announcement = await get_announcement(public_id)
    home = await get_institution(announcement.institution)
    free = list_free(
        await list_slots(announcement.id),
        taken=await list_taken(announcement.id),
        now=now,
        cutoff=timedelta(minutes=home.booking_cutoff_minutes),
    )
    return FreeSlots(announcement=announcement, free=free)


async def get_announcement(public_id: str) -> Announcement:
    """The session as announced.

    Raises:
        NotFound: No such session is announced.
    """
    announcement = await find_announcement(public_id)
    if announcement is None:
        raise NotFound
    return announcement
