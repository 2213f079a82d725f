"""Recurrence rules as officials say them: every Friday; 1st and 3rd Tuesday; 4th and 5th Monday.

Source: RFC 5545, section 3.3.10: BYDAY with an ordinal counts weekdays of the month, so that a
fifth one is there only in some months.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.recurrences import Recurrence


DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY: Final = 0
LAST: Final = -1
ORDINALS: Final = (EVERY, 1, 2, 3, 4, 5, LAST)
MOST_WEEKS: Final = 8
"""Sessions that are farther apart than so many weeks are planned one by one."""


class NoWeekday(Invalid):
    """No weekday was chosen for a series."""

    code = "no-weekday"


class WeeksOfMonth(Invalid):
    """Every so many weeks and certain weeks of a month do not go together."""

    code = "weeks-of-month"


class WeekdayRule(Struct, frozen=True, kw_only=True):
    """Weekdays (0 is Monday), each in the weeks of the month that ``ordinals`` name."""

    weekdays: tuple[int, ...]
    ordinals: tuple[int, ...] = (EVERY,)

    @property
    def is_every(self) -> bool:
        """Whether no week of the month is left out."""
        return EVERY in self.ordinals or not self.ordinals


def write_rule(rules: Sequence[WeekdayRule], *, weeks: int = 1) -> str:
    """All of ``rules`` as one text; ``weeks`` apart, where every week is meant.

    Raises:
        NoWeekday: None of them has a weekday.
        WeeksOfMonth: Some name weeks of the month, and ``weeks`` is more than one.
    """
    meant = [rule for rule in rules if rule.weekdays]
    if not meant:
        raise NoWeekday
    if all(rule.is_every for rule in meant):
        days = ",".join(DAYS[day] for day in _merge(rule.weekdays for rule in meant))
        every = f"INTERVAL={weeks};" if weeks > 1 else ""
        return f"FREQ=WEEKLY;{every}BYDAY={days}"
    if weeks > 1:
        raise WeeksOfMonth
    parts: list[str] = []
    for rule in meant:
        for day in _merge([rule.weekdays]):
            signs = [""] if rule.is_every else [str(each) for each in _in_order(rule.ordinals)]
            parts += [f"{sign}{DAYS[day]}" for sign in signs]
    return f"FREQ=MONTHLY;BYDAY={','.join(dict.fromkeys(parts))}"


def read_rule(recurrence: Recurrence) -> tuple[list[WeekdayRule], int] | None:
    """The opposite of ``write_rule``; None for a rule that has no such form."""
    parts = dict(recurrence.parts)
    kind, days = parts.pop("FREQ"), parts.pop("BYDAY", "")
    weeks = int(parts.pop("INTERVAL", "1"))
    parts.pop("WKST", None)
    if parts or not days or kind not in {"WEEKLY", "MONTHLY"} or (kind == "MONTHLY" and weeks > 1):
        return None
    signs: dict[int, list[int]] = {}
    for part in days.split(","):
        sign = part[:-2].lstrip("+")
        ordinal = int(sign) if sign else EVERY
        if ordinal not in ORDINALS:
            return None
        signs.setdefault(DAYS.index(part[-2:]), []).append(ordinal)
    grouped: dict[tuple[int, ...], list[int]] = {}
    for day, ordinals in signs.items():
        wanted = (EVERY,) if EVERY in ordinals else _in_order(ordinals)
        grouped.setdefault(wanted, []).append(day)
    rules = [
        WeekdayRule(weekdays=tuple(sorted(weekdays)), ordinals=ordinals)
        for ordinals, weekdays in grouped.items()
    ]
    return rules, weeks


def _merge(groups: Iterable[Sequence[int]]) -> list[int]:
    return sorted({day for group in groups for day in group})


def _in_order(ordinals: Iterable[int]) -> tuple[int, ...]:
    """First to fifth, then the last."""
    return tuple(each for each in ORDINALS if each in set(ordinals))
