"""Series: sessions that come again by a rule, as officials set them for a year."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import (
    InstitutionId,
    LineId,
    OfficialId,
    PostId,
    PublicId,
    SeriesId,
)
from hotline_sessions.domain.recurrences import MOST_SESSIONS, expand, parse_recurrence
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.schedule_fields import BadCell
from hotline_sessions.domain.times import at_wall_time
from hotline_sessions.domain.workdays import WorkCalendar


LONGEST_SERIES: Final = timedelta(days=2 * 366)
"""Longer than this nobody sets a schedule: it is a slip of the pen."""


class BadRecurrence(Invalid):
    """The rule names no days, or cannot be read."""

    code = "bad-recurrence"


class NoDayLeft(Invalid):
    """Between the first and the last day there is no day of the rule."""

    code = "no-day-in-series"


class SeriesEndsFirst(Invalid):
    """The last day comes before the first."""

    code = "series-ends-first"


class SeriesTooLong(Invalid):
    """A series of more days than a schedule of two years has."""

    code = "series-too-long"


class SeriesChanged(Conflict):
    """What was shown before is not what would be done now: it is to be looked at again."""

    code = "series-changed"


class SeriesFacts(Struct, frozen=True, kw_only=True):
    """What all sessions of a series share; times are wall times of its zone.

    ``recurrence`` is a rule of RFC 5545, counted from ``from_on``. On ``left_out`` no session
    is held, and with ``skips_days_off`` on no day that is not worked. ``official`` is None
    where whoever holds the post answers.
    """

    post: PostId
    official: OfficialId | None = None
    line: LineId | None = None
    ring_number: str | None = None
    topic: str = ""
    place: str = ""
    community: str = ""
    recurrence: str
    opens_clock: time
    closes_clock: time
    from_on: date
    until_on: date
    left_out: tuple[date, ...] = ()
    skips_days_off: bool = True
    talk_minutes: Annotated[int, Meta(ge=1, le=240)] = 5
    rest_minutes: Annotated[int, Meta(ge=0, le=60)] = 0
    walk_in_percent: Annotated[int, Meta(ge=0, le=100)] = 30
    is_automatic: bool = False
    is_recorded: bool = False
    is_transcribed: bool = False


class Series(Struct, frozen=True, kw_only=True):
    """A series of an institution. ``follows`` is the one that it was split off."""

    id: SeriesId
    public_id: PublicId
    institution: InstitutionId
    time_zone: str
    facts: SeriesFacts
    version: int = 1
    follows: SeriesId | None = None


class Leave(StrEnum):
    """Why no session is held on a day that the rule names."""

    LEFT_OUT = "left-out"
    DAY_OFF = "day-off"
    SKIPPED_HOUR = "skipped-hour"
    AWAY = "away"


class SeriesDay(Struct, frozen=True, kw_only=True):
    """A day that the rule names; ``left`` says why it is not used, if it is not."""

    on: date
    left: Leave | None = None


def list_days(
    facts: SeriesFacts,
    *,
    calendar: WorkCalendar,
    zone: ZoneInfo,
    is_away: Callable[[date], bool] = lambda _: False,
) -> tuple[SeriesDay, ...]:
    """All days that the rule of ``facts`` names, in order, also those that are left out.

    Raises:
        BadRecurrence, NoDayLeft, SeriesEndsFirst, SeriesTooLong: See there.
    """
    check_span(facts)
    try:
        rule = parse_recurrence(facts.recurrence)
        days = expand(rule, first=facts.from_on, last=facts.until_on)
    except (BadCell, ValueError):
        raise BadRecurrence from None
    if not days:
        raise NoDayLeft
    if len(days) > MOST_SESSIONS:
        raise SeriesTooLong

    def judge(day: date) -> Leave | None:
        if day in facts.left_out:
            return Leave.LEFT_OUT
        if facts.skips_days_off and not calendar.is_working(day):
            return Leave.DAY_OFF
        if not is_on_clock(day, facts.opens_clock, facts.closes_clock, zone):
            return Leave.SKIPPED_HOUR
        return Leave.AWAY if is_away(day) else None

    return tuple(SeriesDay(on=day, left=judge(day)) for day in days)


def check_span(facts: SeriesFacts) -> None:
    """Whether a schedule may go from the first to the last day of ``facts``.

    Raises:
        SeriesEndsFirst, SeriesTooLong: See there.
    """
    if facts.until_on < facts.from_on:
        raise SeriesEndsFirst
    is_near = is_planned_year(facts.from_on) and is_planned_year(facts.until_on)
    if not is_near or facts.until_on - facts.from_on > LONGEST_SERIES:
        raise SeriesTooLong


def is_on_clock(day: date, opens: time, closes: time, zone: ZoneInfo) -> bool:
    """Whether clocks show both times: in spring they skip an hour of the night."""
    ends_on = day + timedelta(days=1) if closes <= opens else day
    return all(
        at_wall_time(each, clock, zone).astimezone(zone).time() == clock
        for each, clock in ((day, opens), (ends_on, closes))
    )


def list_unused_left_out(facts: SeriesFacts, days: tuple[SeriesDay, ...]) -> Iterator[date]:
    """Days that were left out but that the rule does not name: perhaps a slip of the pen."""
    named = {each.on for each in days}
    return (day for day in sorted(facts.left_out) if day not in named)
