"""Whose work an appeal is: that of a person, of those they stand in for, of their units."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.absences import is_head
from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.times import local_date
from hotline_sessions.store.appeal_search import WEEK
from hotline_sessions.store.appeal_work import (
    MOST,
    Owed,
    count_given,
    count_owed,
    count_unassigned,
    count_waiting,
)
from hotline_sessions.store.units import list_colleagues, list_units_of


__all__ = ["MOST", "Owed", "WorkToday", "count_work", "list_own", "list_own_units"]


class WorkToday(Struct, frozen=True, kw_only=True):
    """The work of one person in numbers; None where it is not theirs to do.

    ``waiting``: drafts to be checked or signed. ``unassigned``: appeals without a resolution.
    """

    mine: Owed | None
    unit: Owed | None
    waiting: int
    unassigned: int | None
    institution: Owed


def list_own(staff: Staff) -> list[Party]:
    """``staff`` and those they stand in for."""
    accounts = [staff.account, *(each.account for each in staff.stands_in_for)]
    return [Party(kind=PartyKind.ACCOUNT, id=each) for each in accounts]


async def list_own_units(staff: Staff) -> list[Party]:
    """The units that ``staff`` lead or work in, and whoever works there."""
    units = await list_units_of(
        [each.id for each in list_own(staff)], institution=staff.institution
    )
    return [
        *(Party(kind=PartyKind.UNIT, id=each) for each in units),
        *(Party(kind=PartyKind.ACCOUNT, id=each) for each in await list_colleagues(units)),
    ]


async def count_work(*, staff: Staff, now: datetime) -> WorkToday:
    """What there is to do for ``staff`` at ``now``."""
    today = local_date(now)
    days = {"today": today, "week_ends_on": today + WEEK}
    units = await list_own_units(staff)
    leads = is_head(staff)
    answers = staff.may(Right.ANSWER_APPEALS)
    return WorkToday(
        mine=await count_given(list_own(staff), **days) if answers else None,
        unit=await count_given(units, **days) if units else None,
        waiting=(
            await count_waiting(author=staff.account, signs=leads, institution=staff.institution)
            if answers
            else 0
        ),
        unassigned=await count_unassigned(institution=staff.institution) if leads else None,
        institution=await count_owed(institution=staff.institution, **days),
    )
