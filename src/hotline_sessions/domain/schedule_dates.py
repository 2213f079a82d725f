"""Dates as schedules write them: a day, days in a row, a month, a year."""

import calendar
import re
from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.schedule_fields import BadCell, tidy


FIRST_YEAR: Final = 1991
LAST_YEAR: Final = 2100

MONTHS: Final = (
    ("january", "jan", "січня", "січень"),
    ("february", "feb", "лютого", "лютий"),
    ("march", "mar", "березня", "березень"),
    ("april", "apr", "квітня", "квітень"),
    ("may", "may", "травня", "травень"),
    ("june", "jun", "червня", "червень"),
    ("july", "jul", "липня", "липень"),
    ("august", "aug", "серпня", "серпень"),
    ("september", "sep", "вересня", "вересень"),
    ("october", "oct", "жовтня", "жовтень"),
    ("november", "nov", "листопада", "листопад"),
    ("december", "dec", "грудня", "грудень"),
)
_NUMBER_OF: Final = {name: at for at, names in enumerate(MONTHS, start=1) for name in names}
_MONTH: Final = "(?P<name>" + "|".join(sorted(_NUMBER_OF, key=len, reverse=True)) + r")\b"
_YEAR: Final = r"(?P<year>\d{4})"
_DAY: Final = r"(?P<day>\d{1,2})"

_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}-(?P<month>\d{{1,2}})-{_DAY}(?:[t ]00:00(?::00)?)?",
        rf"{_DAY}[./](?P<month>\d{{1,2}})(?:[./](?P<year>\d{{4}}|\d{{2}}))?",
        rf"{_DAY}(?:-?го|[snrt][tdh])?\s+{_MONTH}(?:,?\s+{_YEAR})?",
        rf"{_MONTH}\s+{_DAY}(?:[snrt][tdh])?(?:,?\s+{_YEAR})?",
    )
)
_BARE_DAY: Final = re.compile(_DAY)
_WHOLE_YEAR: Final = re.compile(rf"{_YEAR}(?:\.0)?")
_WHOLE_MONTH: Final = re.compile(
    rf"(?P<before>\d{{4}})-(?P<month>\d{{2}})|{_MONTH}(?:\s+(?P<after>\d{{4}}))?"
)
_INSIDE: Final = re.compile(rf"\b{_DAY}\s+{_MONTH}(?:\s+{_YEAR})?", re.IGNORECASE)
_TO: Final = re.compile(r"\s*(?:\.\.\.?|…|–|—)\s*|\s+(?:-|до|по|to)\s+|(?<=\d)/(?=\d{4}-)")
_SHORT_TO: Final = re.compile(r"^(\d{1,2})-(\d{1,2}(?:\.\d|\s+[^\W\d]).*)$")
_NOISE: Final = re.compile(
    r"\([^()]*\)|\b(?:року|рік|р\.|р\b|year)|"
    r"\b(?:понеділок|вівторок|середа|четвер|п['’ʼ]?ятниця|субота|неділя|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)
_LEADING: Final = re.compile(r"^(?:з|із|from|on)\s+(?=\d)")


class Whole(StrEnum):
    """What the cell names: one day, days in a row, or a longer time without its days."""

    DAY = "day"
    DAYS = "days"
    MONTH = "month"
    YEAR = "year"


class DateSpan(Struct, frozen=True, kw_only=True):
    """Calendar days from ``first`` to ``last``, both included."""

    first: date
    last: date
    whole: Whole
    is_year_assumed: bool = False


class _Partial(Struct, frozen=True, kw_only=True):
    day: int
    month: int | None = None
    year: int | None = None


def is_planned_year(day: date) -> bool:
    """Whether anybody has planned, or will, for the year of ``day``."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def year_span(year: int, *, is_year_assumed: bool = False) -> DateSpan:
    """All days of ``year``.

    Raises:
        BadCell: Nobody plans for such a year (``no-such-date``).
    """
    first, last = _date(year, 1, 1, str(year)), _date(year, 12, 31, str(year))
    return DateSpan(first=first, last=last, whole=Whole.YEAR, is_year_assumed=is_year_assumed)


def parse_dates(text: str, *, year: int | None) -> DateSpan:
    """Days that a cell names; ``year`` is taken where the cell shows none.

    Raises:
        BadCell: ``unreadable-date``; ``no-such-date``, such as 31 April or the year 20260;
            ``missing-year``; ``dates-reversed``.
    """
    plain = _LEADING.sub("", " ".join(_NOISE.sub(" ", tidy(text).lower()).split()).strip(" ,"))
    if found := _WHOLE_YEAR.fullmatch(plain):
        return year_span(int(found["year"]))
    if found := _WHOLE_MONTH.fullmatch(plain):
        return _month_span(found, text, year=year)
    ends = _SHORT_TO.match(plain)
    parts = list(ends.groups()) if ends else _TO.split(plain)
    if len(parts) > 2:  # noqa: PLR2004 - a span has two ends
        raise BadCell("unreadable-date", text=tidy(text))
    last = _parse_partial(parts[-1], text)
    first = last if len(parts) == 1 else _parse_partial(parts[0], text, is_bare_allowed=True)
    return _days_span(first, last, text, year=year)


def find_day(text: str, *, year: int | None) -> DateSpan | None:
    """The day named somewhere inside a remark, such as «20 April, year not shown».

    Raises:
        BadCell: ``missing-year``, ``no-such-date``.
    """
    found = _INSIDE.search(tidy(text))
    return parse_dates(found[0], year=year) if found else None


def _month_span(found: re.Match[str], text: str, *, year: int | None) -> DateSpan:
    month = int(found["month"]) if found["month"] else _NUMBER_OF[found["name"]]
    shown = found["before"] or found["after"]
    of_year = int(shown) if shown else _needed(year, text)
    first = _date(of_year, month, 1, text)
    last = first.replace(day=calendar.monthrange(of_year, month)[1])
    return DateSpan(first=first, last=last, whole=Whole.MONTH, is_year_assumed=not shown)


def _days_span(first: _Partial, last: _Partial, text: str, *, year: int | None) -> DateSpan:
    of_year = last.year or _needed(year, text)
    ends_on = _date(of_year, last.month or 0, last.day, text)
    starts_on = _date(first.year or of_year, first.month or ends_on.month, first.day, text)
    if starts_on > ends_on:
        raise BadCell("dates-reversed", text=tidy(text))
    whole = Whole.DAY if starts_on == ends_on else Whole.DAYS
    return DateSpan(first=starts_on, last=ends_on, whole=whole, is_year_assumed=last.year is None)


def _parse_partial(part: str, text: str, *, is_bare_allowed: bool = False) -> _Partial:
    plain = part.strip(" ,.")
    for form in _FORMS:
        if found := form.fullmatch(plain):
            fields = found.groupdict()
            name, shown = fields.get("name"), fields.get("year")
            month = _NUMBER_OF[name] if name else int(found["month"])
            year = int(shown) if shown else None
            if year is not None and year < 100:  # noqa: PLR2004 - 05.05.26
                year += 2000
            return _Partial(day=int(found["day"]), month=month, year=year)
    if is_bare_allowed and _BARE_DAY.fullmatch(plain):
        return _Partial(day=int(plain))
    raise BadCell("unreadable-date", text=tidy(text))


def _needed(year: int | None, text: str) -> int:
    if year is None:
        raise BadCell("missing-year", text=tidy(text))
    return year


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise BadCell("no-such-date", text=tidy(text)) from None
    if not is_planned_year(found):
        raise BadCell("no-such-date", text=tidy(text))
    return found
