"""Free slots of one session, for those who only want to know how many there are and when."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId, SessionId
from hotline_sessions.domain.registration import (
    DrawSession,
    RegistrationClosed,
    RegistrationNotOpen,
    check_registration,
)
from hotline_sessions.domain.sessions import BOOKABLE, SessionState
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.sessions import find_session, list_free_starts


class FreeTimes(Struct, frozen=True, kw_only=True):
    """What may be booked now: how many slots, when the first of them begin.

    ``opens_at`` is when registration opens, where it has not opened yet.
    """

    count: int = 0
    starts: list[datetime] = []
    opens_at: datetime | None = None


NOTHING: Final = FreeTimes()


async def get_free_times(public_id: str, *, now: datetime, limit: int) -> FreeTimes:
    """What may be booked of the session now; of the times the first ``limit``.

    Raises:
        NotFound: No such session is announced.
    """
    session = await find_session(public_id)
    if session is None or session.state is SessionState.DRAFT:
        raise NotFound
    if session.state not in BOOKABLE or now >= session.ends_at:
        return NOTHING
    try:
        check_registration(session, now)
    except RegistrationNotOpen:
        return FreeTimes(opens_at=session.registration_opens_at)
    except (RegistrationClosed, DrawSession):
        return NOTHING
    return await _find_free(session.id, session.institution, now=now, limit=limit)


async def count_free(session: Announcement, *, now: datetime) -> int:
    """How many slots of an announced session nobody holds and that do not start too soon."""
    return (await _find_free(session.id, session.institution, now=now, limit=1)).count


async def _find_free(
    session: SessionId, institution: InstitutionId, *, now: datetime, limit: int
) -> FreeTimes:
    home = await get_institution(institution)
    since = now + timedelta(minutes=home.booking_cutoff_minutes)
    count, starts = await list_free_starts(session, since=since, limit=limit)
    return FreeTimes(count=count, starts=starts)
