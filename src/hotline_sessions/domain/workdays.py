"""Working days of Ukraine, as dated data.

A day is worked when it is Monday to Friday and no public holiday; while martial law is in
force holidays are ordinary days. A decision of the institution can make any single day an
exception.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.easter import EASTER_ORTHODOX, easter
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.times import KYIV


TABLE_VERSION: Final = "ua-2026.1"
"""Changes whenever a row of the tables below changes."""

SATURDAY: Final = 5
ONE_DAY: Final = timedelta(days=1)


class DateSpan(Struct, frozen=True, kw_only=True):
    """Days from ``first_on`` to ``last_on``, both included; open when there is no last one."""

    first_on: date
    last_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether ``day`` is one of them."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)


class Holiday(Struct, frozen=True, kw_only=True):
    """A public holiday on the same date of each year in which it is one."""

    month: int
    day: int
    first_year: int = 1991
    last_year: int = 9999


class DayOverride(Struct, frozen=True, kw_only=True):
    """A single day that is worked, or not, against the rule; ``reason`` names the decision."""

    day: date
    works: bool
    reason: str


class OfficeHours(Struct, frozen=True, kw_only=True):
    """Wall-clock hours of an institution; ``closes`` is no longer within them."""

    opens: time = time(9)
    closes: time = time(18)


# Source: Labour Code of Ukraine, Article 73, with the changes by Laws 1166-VII … 3258-IX.
HOLIDAYS: Final = (
    Holiday(month=1, day=1),
    Holiday(month=1, day=7, last_year=2023),
    Holiday(month=3, day=8),
    Holiday(month=5, day=1),
    Holiday(month=5, day=2, last_year=2017),
    Holiday(month=5, day=9, last_year=2023),
    Holiday(month=5, day=8, first_year=2024),
    Holiday(month=6, day=28, first_year=1997),
    Holiday(month=7, day=28, first_year=2022, last_year=2023),
    Holiday(month=7, day=15, first_year=2024),
    Holiday(month=8, day=24, first_year=1992),
    Holiday(month=10, day=14, first_year=2015, last_year=2022),
    Holiday(month=10, day=1, first_year=2023),
    Holiday(month=12, day=25, first_year=2017),
)
# Easter and Trinity move; both are reckoned by the eastern rule.
EASTER_OFFSETS: Final = (timedelta(days=0), timedelta(days=49))

# Source: Decree of the President 64/2022, approved by Law 2102-IX; prolonged since.
MARTIAL_LAW: Final = (DateSpan(first_on=date(2022, 2, 24)),)
# Source: Law of Ukraine 2136-IX, Article 6(6): no holidays while martial law is in force.
HOLIDAYS_SUSPENDED_SINCE: Final = date(2022, 3, 15)


class WorkCalendar(Struct, frozen=True, kw_only=True):
    """Which days are worked, and the version that tells what was known when it was asked."""

    version: str
    martial_law: tuple[DateSpan, ...] = MARTIAL_LAW
    overrides: tuple[DayOverride, ...] = ()

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked."""
        for override in self.overrides:
            if override.day == day:
                return override.works
        return day.weekday() < SATURDAY and day not in self.days_off(day.year)

    def holidays(self, year: int) -> tuple[date, ...]:
        """Public holidays of ``year`` that are kept, in order."""
        return _list_holidays(self.martial_law, year)

    def days_off(self, year: int) -> frozenset[date]:
        """Holidays of ``year`` and the days given for those that fall on a weekend.

        Source: Labour Code of Ukraine, Article 67(3).
        """
        return _list_days_off(self.martial_law, year)

    def is_suspended(self, day: date) -> bool:
        """Whether a holiday on ``day`` is an ordinary day because of martial law."""
        return _is_suspended(day, self.martial_law)


def _is_suspended(day: date, martial_law: tuple[DateSpan, ...]) -> bool:
    return day >= HOLIDAYS_SUSPENDED_SINCE and any(period.covers(day) for period in martial_law)


def _list_holidays(martial_law: tuple[DateSpan, ...], year: int) -> tuple[date, ...]:
    fixed = (
        date(year, holiday.month, holiday.day)
        for holiday in HOLIDAYS
        if holiday.first_year <= year <= holiday.last_year
    )
    moving = (easter(year, EASTER_ORTHODOX) + offset for offset in EASTER_OFFSETS)
    return tuple(sorted(day for day in {*fixed, *moving} if not _is_suspended(day, martial_law)))


@lru_cache(maxsize=256)
def _list_days_off(martial_law: tuple[DateSpan, ...], year: int) -> frozenset[date]:
    # A register asks for the same few years again and again: once for every open appeal.
    days = set(_list_holidays(martial_law, year))
    for holiday in sorted(days):
        if holiday.weekday() >= SATURDAY:
            days.add(_day_given_for(holiday, days))
    return frozenset(days)


def _day_given_for(holiday: date, taken: set[date]) -> date:
    day = holiday
    while day in taken or day.weekday() >= SATURDAY:
        day += ONE_DAY
    return day


def build_calendar(
    *,
    martial_law: tuple[DateSpan, ...] = MARTIAL_LAW,
    overrides: tuple[DayOverride, ...] = (),
) -> WorkCalendar:
    """Calendar of these periods and exceptions, with a version that tells them apart."""
    spans = ",".join(f"{each.first_on}/{each.last_on or '..'}" for each in martial_law)
    version = f"{TABLE_VERSION};martial-law={spans or 'none'}"
    if overrides:
        listed = ",".join(f"{each.day}={each.works:d}" for each in overrides)
        version += f";moved={sha256(listed.encode()).hexdigest()[:8]}"
    return WorkCalendar(version=version, martial_law=martial_law, overrides=overrides)


def end_martial_law(calendar: WorkCalendar, last_on: date) -> WorkCalendar:
    """The same calendar once it is known that martial law ends with ``last_on``."""
    closed = tuple(
        replace(period, last_on=last_on) if period.last_on is None else period
        for period in calendar.martial_law
    )
    return build_calendar(martial_law=closed, overrides=calendar.overrides)


def next_working_day(day: date, calendar: WorkCalendar) -> date:
    """The first working day on or after ``day``."""
    while not calendar.is_working(day):
        day += ONE_DAY
    return day


def previous_working_day(day: date, calendar: WorkCalendar) -> date:
    """The last working day on or before ``day``."""
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day


def add_working_days(day: date, count: int, calendar: WorkCalendar) -> date:
    """The ``count``-th working day after ``day``; before it, when ``count`` is negative."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not calendar.is_working(day):
            day += step
    return day


def working_days(first_on: date, last_on: date, calendar: WorkCalendar) -> Iterator[date]:
    """Working days from ``first_on`` to ``last_on``, both included."""
    day = first_on
    while day <= last_on:
        if calendar.is_working(day):
            yield day
        day += ONE_DAY


def registered_on(
    received_at: datetime,
    calendar: WorkCalendar,
    hours: OfficeHours = OfficeHours(),  # noqa: B008 - frozen
    zone: ZoneInfo = KYIV,
) -> date:
    """Day on which an appeal received at ``received_at`` is entered in the register.

    The same day if the office has not closed yet, otherwise the next working day. Terms
    never count from here: they count from the day of receipt.

    Source: Instruction approved by CMU Resolution 348 of 14.04.1997.
    """
    local = received_at.astimezone(zone)
    day = local.date()
    return next_working_day(day if local.time() < hours.closes else day + ONE_DAY, calendar)
