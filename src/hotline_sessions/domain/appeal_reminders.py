"""When staff are reminded of the last day of an appeal, and of what.

Five and two working days before the last day by law, and on it; after it the head is told
every working day. All of it within office hours, by the calendar of the institution.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.absences import choose_reader
from hotline_sessions.domain.ids import AccountId, AppealId, PublicId
from hotline_sessions.domain.workdays import (
    OfficeHours,
    WorkCalendar,
    add_working_days,
    previous_working_day,
)


class Stage(StrEnum):
    """How near the last day is."""

    FIVE = "five"
    TWO = "two"
    LAST = "last"


DAYS_BEFORE: Final[Mapping[Stage, int]] = MappingProxyType(
    {Stage.LAST: 0, Stage.TWO: 2, Stage.FIVE: 5}
)
"""Working days before the last day by law, the nearest stage first."""

OFFICE_HOURS: Final = OfficeHours()


class Due(Struct, frozen=True, kw_only=True):
    """An appeal that is owed, and one of its executors; none of them if nobody has it.

    ``account`` is a person; ``unit_readers`` are the head of a unit, or all who work there.
    """

    appeal: AppealId
    public_id: PublicId
    register_index: str
    legal_on: date
    account: AccountId | None = None
    unit_readers: tuple[AccountId, ...] = ()


class Reader(Struct, frozen=True, kw_only=True):
    """A member of staff who can be written to."""

    account: AccountId
    email: str
    is_head: bool


def is_office_time(now: datetime, calendar: WorkCalendar, *, zone: ZoneInfo) -> bool:
    """Whether ``now`` lies within the office hours of a working day."""
    local = now.astimezone(zone)
    is_open = OFFICE_HOURS.opens <= local.time() < OFFICE_HOURS.closes
    return is_open and calendar.is_working(local.date())


def find_horizon(today: date, calendar: WorkCalendar) -> date:
    """The latest last day of which somebody could have to be reminded on ``today``."""
    return add_working_days(today, DAYS_BEFORE[Stage.FIVE] + 1, calendar)


def choose_stage(legal_on: date, *, today: date, calendar: WorkCalendar) -> Stage | None:
    """The stage that has begun last; None before the first one and after the last day.

    So a reminder that could not go out on its day goes out on the next one, and who gets an
    appeal between two stages is reminded at once.
    """
    if today > legal_on:
        return None
    for stage, days in DAYS_BEFORE.items():
        day = (
            add_working_days(legal_on, -days, calendar)
            if days
            else previous_working_day(legal_on, calendar)
        )
        if today >= day:
            return stage
    return None


def choose_readers(
    due: Due, readers: Mapping[AccountId, Reader], deputies: Mapping[AccountId, AccountId]
) -> list[AccountId]:
    """Who is reminded of ``due``: its executor or their deputy, and else the heads.

    An appeal is the heads' matter when nobody has it, when a body outside has it, and when
    neither the executor nor the deputy is there.
    """
    asked = list(due.unit_readers) if due.account is None else [due.account]
    found = _list_present(asked, readers, deputies)
    return found or list_heads(readers, deputies)


def list_heads(
    readers: Mapping[AccountId, Reader], deputies: Mapping[AccountId, AccountId]
) -> list[AccountId]:
    """Heads, and deputies in place of those who are away; themselves, if all of these are."""
    heads = [each.account for each in readers.values() if each.is_head]
    return _list_present(heads, readers, deputies) or heads


def _list_present(
    accounts: Collection[AccountId],
    readers: Mapping[AccountId, Reader],
    deputies: Mapping[AccountId, AccountId],
) -> list[AccountId]:
    chosen = (choose_reader(account, deputies) for account in accounts)
    return sorted({each for each in chosen if each is not None and each in readers})
