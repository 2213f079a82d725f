"""Figures of the register for whoever reports them."""

from datetime import date, datetime

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_figures import Figures
from hotline_sessions.domain.times import local_date
from hotline_sessions.store.appeal_figures import count_appeals


async def count_year(year: int, *, staff: Staff, now: datetime) -> Figures:
    """The appeals that the institution of ``staff`` received in a year."""
    counts = await count_appeals(
        institution=staff.institution,
        since=date(year, 1, 1),
        until=date(year, 12, 31),
        today=local_date(now),
    )
    return Figures(counts=counts)
