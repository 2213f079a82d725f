"""Time zones as calendars carry them, written from the system's own data.

Source: RFC 5545, section 3.6.5. The component of the calendar library is not used: it gives
DTSTART together with RDATE, of which common clients take only the second.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur
from msgspec import Struct


EU_MONTHS: Final = (3, 10)
EU_HOUR: Final = 1
"""Clocks of the European rule change at this hour of UTC, on the last Sunday of a month."""

EU_SINCE: Final = 1996
"""The year from which the rule holds with October as its second month."""

_SUNDAY: Final = 6
_MARGIN: Final = 1
"""Years before and after the entries that are described too."""


class Transition(Struct, frozen=True, kw_only=True):
    """A change of the clocks: at ``at`` (UTC) the offset becomes ``offset_to``."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    is_summer: bool


def build_timezone(zone: str, *, first_year: int, last_year: int) -> Timezone:
    """VTIMEZONE of ``zone`` that is right from ``first_year`` to ``last_year``.

    Where each change follows the European rule it is told by two rules without an end;
    elsewhere by one part for each change, after one for the time before them.
    """
    first, last = first_year - _MARGIN, last_year + _MARGIN
    changes = list_transitions(zone, first_year=first, last_year=last)
    component = Timezone()
    component.add("tzid", zone)
    component.add("x-lic-location", zone)
    if _is_european(changes, first_year=first, last_year=last):
        parts = [_recurring(change) for change in changes[:2]]
    else:
        parts = [_initial(zone, first), *(_once(change) for change in changes)]
    for part in parts:
        component.add_component(part)
    return component


@lru_cache(maxsize=64)
def list_transitions(zone: str, *, first_year: int, last_year: int) -> tuple[Transition, ...]:
    """Changes of the clocks of ``zone`` from the first day of one year to the last of another."""
    tz = ZoneInfo(zone)
    day = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    found = []
    while day < end:
        following = day + timedelta(days=1)
        if _facts(day, tz) != _facts(following, tz):
            found.append(_transition(day, following, tz))
        day = following
    return tuple(found)


def _facts(moment: datetime, tz: ZoneInfo) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(tz)
    offset, name = local.utcoffset() or timedelta(), local.tzname() or str(tz)
    return offset, name, bool(local.dst())


def _transition(before: datetime, after: datetime, tz: ZoneInfo) -> Transition:
    """The change between two moments, found to the second."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _facts(middle, tz) == _facts(before, tz):
            before = middle
        else:
            after = middle
    offset, name, is_summer = _facts(after, tz)
    return Transition(
        at=after,
        offset_from=_facts(before, tz)[0],
        offset_to=offset,
        name=name,
        is_summer=is_summer,
    )


def _is_european(changes: tuple[Transition, ...], *, first_year: int, last_year: int) -> bool:
    expected = [
        _last_sunday(year, month)
        for year in range(first_year, last_year + 1)
        for month in EU_MONTHS
    ]
    of_years = {(change.offset_from, change.offset_to, change.name) for change in changes}
    return (first_year >= EU_SINCE and [change.at for change in changes] == expected) and len(
        of_years
    ) == len(EU_MONTHS)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, EU_HOUR, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() - _SUNDAY) % 7)


def _recurring(change: Transition) -> TimezoneStandard | TimezoneDaylight:
    onset = _last_sunday(EU_SINCE, change.at.month)
    rule = vRecur({"FREQ": "YEARLY", "BYMONTH": change.at.month, "BYDAY": "-1SU"})
    return _part(change, onset, rule)


def _once(change: Transition) -> TimezoneStandard | TimezoneDaylight:
    return _part(change, change.at, None)


def _initial(zone: str, year: int) -> TimezoneStandard | TimezoneDaylight:
    start = datetime(year, 1, 1, tzinfo=UTC)
    offset, name, is_summer = _facts(start, ZoneInfo(zone))
    still = Transition(
        at=start, offset_from=offset, offset_to=offset, name=name, is_summer=is_summer
    )
    return _part(still, start, None)


def _part(
    change: Transition, onset: datetime, rule: vRecur | None
) -> TimezoneStandard | TimezoneDaylight:
    """One part; its start is the local time that was valid before the change."""
    part = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    part.add("dtstart", (onset + change.offset_from).replace(tzinfo=None))
    part.add("tzoffsetfrom", change.offset_from)
    part.add("tzoffsetto", change.offset_to)
    part.add("tzname", change.name)
    if rule is not None:
        part.add("rrule", rule)
    return part
