"""Edition of an institution's calendar: its days, and how it reads what the law leaves open.

Editions follow one another and none is ever changed, so that the calendar by which an old
deadline was reckoned can always be laid open again.
"""

from itertools import pairwise
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.term_policies import TermPolicy
from hotline_sessions.domain.workdays import (
    MARTIAL_LAW,
    DateSpan,
    DayOverride,
    WorkCalendar,
    build_calendar,
)


LONGEST_REASON: Final = 200

Reason = Annotated[str, Meta(min_length=3, max_length=LONGEST_REASON)]


class BadPeriod(Invalid):
    """A period ends before it begins, or meets another one. Facts: ``on``."""

    code = "bad-period"


class DayMovedTwice(Invalid):
    """One day is in the list of moved days twice. Facts: ``on``."""

    code = "day-moved-twice"


class CalendarChanged(Conflict):
    """Somebody has made another edition, or the cards have changed, since it was looked at."""

    code = "calendar-changed"


class NothingChanged(Conflict):
    """The new edition says what the present one says."""

    code = "calendar-unchanged"


class CalendarEdition(Struct, frozen=True, kw_only=True):
    """What terms are reckoned by; ``number`` 0 is what the product brings along."""

    number: int = 0
    martial_law: tuple[DateSpan, ...] = MARTIAL_LAW
    moved_days: tuple[DayOverride, ...] = ()
    policy: TermPolicy = TermPolicy()

    @property
    def calendar(self) -> WorkCalendar:
        """Its working days."""
        return build_calendar(martial_law=self.martial_law, overrides=self.moved_days)

    def says_the_same(self, other: "CalendarEdition") -> bool:
        """Whether both say the same, whatever their numbers."""
        return (self.martial_law, self.moved_days, self.policy) == (
            other.martial_law,
            other.moved_days,
            other.policy,
        )


PRODUCT_EDITION: Final = CalendarEdition()


def build_edition(
    number: int,
    martial_law: tuple[DateSpan, ...],
    moved_days: tuple[DayOverride, ...],
    policy: TermPolicy,
) -> CalendarEdition:
    """An edition whose periods and days are in order.

    Raises:
        BadPeriod: A period ends before it begins, or overlaps another one.
        DayMovedTwice: A day is listed twice.
    """
    periods = tuple(sorted(martial_law, key=lambda period: period.first_on))
    for period in periods:
        if period.last_on is not None and period.last_on < period.first_on:
            raise BadPeriod(on=period.first_on.isoformat())
    for before, after in pairwise(periods):
        if before.last_on is None or after.first_on <= before.last_on:
            raise BadPeriod(on=after.first_on.isoformat())
    days = tuple(sorted(moved_days, key=lambda moved: moved.day))
    for moved, following in pairwise(days):
        if moved.day == following.day:
            raise DayMovedTwice(on=moved.day.isoformat())
    return CalendarEdition(number=number, martial_law=periods, moved_days=days, policy=policy)
