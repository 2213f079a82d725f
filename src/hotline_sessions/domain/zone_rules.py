"""Rules of a time zone as they were read: what they say changes when a government decides so.

A session is a day and an hour of the clock; the moment in UTC is derived by the rules. Older
rules are kept, so that what a moment has shown on the clock can be told after they have changed.
"""

import hashlib
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from hotline_sessions.domain.times import at_wall_time


FIRST_YEAR: Final = 2026
LAST_YEAR: Final = 2045
"""Years that are compared: nothing is planned before the first, nor after the last."""

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


class Outcome(StrEnum):
    """What became of a session whose hour is another moment now; all but the first wait for staff.

    ``CUT``: it would be shorter, and a talk that is booked would fall away.
    """

    MOVED = "moved"
    CLASH = "clash"
    NO_SUCH_HOUR = "no-such-hour"
    HOUR_TWICE = "hour-twice"
    CUT = "cut"
    UNDER_WAY = "under-way"


class OffsetChange(Struct, frozen=True, kw_only=True):
    """From ``at`` on clocks are ``seconds`` ahead of UTC."""

    at: datetime
    seconds: int


class ZoneRules(Struct, frozen=True, kw_only=True):
    """Every change of the clocks in the years that are compared, the first at their beginning."""

    changes: tuple[OffsetChange, ...]

    @property
    def digest(self) -> str:
        """Differs when any clock of these years shows something else."""
        return hashlib.sha256(msgspec.json.encode(self.changes)).hexdigest()

    def show(self, moment: datetime) -> datetime:
        """What the clocks show at ``moment`` by these rules, without a zone."""
        number = bisect_right(self.changes, moment, key=lambda change: change.at)
        ahead = self.changes[max(number - 1, 0)].seconds
        return (moment.astimezone(UTC) + timedelta(seconds=ahead)).replace(tzinfo=None)


def read_rules(zone: ZoneInfo) -> ZoneRules:
    """What the installed data say of ``zone``."""
    day = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    end = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    found = [OffsetChange(at=day, seconds=_offset(day, zone))]
    while day < end:
        following = day + _DAY
        if _offset(following, zone) != _offset(day, zone):
            at = _find_change(day, following, zone)
            found.append(OffsetChange(at=at, seconds=_offset(at, zone)))
        day = following
    return ZoneRules(changes=tuple(found))


def keep_clock(moment: datetime, before: ZoneRules, zone: ZoneInfo) -> datetime:
    """When clocks show now what they showed at ``moment`` by the rules ``before``."""
    shown = before.show(moment)
    return at_wall_time(shown.date(), shown.time(), zone)


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def _find_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The change between two moments, found to the second."""
    while after - before > _SECOND:
        middle = before + timedelta(seconds=(after - before) // (2 * _SECOND))
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after
