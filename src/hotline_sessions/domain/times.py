"""Moments in UTC, local dates at the edges, spans with an open end."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid


KYIV = ZoneInfo("Europe/Kyiv")


class Window(Struct, frozen=True, kw_only=True, order=True):
    """Half-open span of time in UTC: ``starts_at`` belongs to it, ``ends_at`` does not."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.ends_at - self.starts_at

    def covers(self, moment: datetime) -> bool:
        """Whether ``moment`` lies inside."""
        return self.starts_at <= moment < self.ends_at


def local_date(moment: datetime, zone: ZoneInfo = KYIV) -> date:
    """Calendar day on which ``moment`` falls in ``zone``."""
    return moment.astimezone(zone).date()


def at_wall_time(day: date, clock: time, zone: ZoneInfo = KYIV) -> datetime:
    """Moment in UTC at which the clocks of ``zone`` show ``clock`` on ``day``.

    In the hour that autumn repeats it is the first one; in the hour that spring
    skips it is the moment as many minutes after the change.
    """
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


class NoSuchHour(Invalid):
    """Clocks are put forward that night and never show this time."""

    code = "no-such-hour"


class HourTwice(Invalid):
    """Clocks are put back that night and show this time twice."""

    code = "hour-twice"


def check_wall_time(day: date, clock: time, zone: ZoneInfo = KYIV) -> None:
    """Whether clocks show ``clock`` on ``day`` once, so that nobody comes an hour off.

    Raises:
        NoSuchHour, HourTwice: They do not.
    """
    shown = at_wall_time(day, clock, zone).astimezone(zone)
    if (shown.date(), shown.time()) != (day, clock):
        raise NoSuchHour
    if shown.utcoffset() != shown.replace(fold=1).utcoffset():
        raise HourTwice


def days_from(first: date, count: int) -> Iterator[date]:
    """``count`` calendar days, beginning with ``first``."""
    for offset in range(count):
        yield first + timedelta(days=offset)
