"""Recurrence rules of schedules and the days that they name.

Source: RFC 5545, section 3.3.10; parts that make no sense for days are not taken.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Final

from dateutil.rrule import rrulestr
from msgspec import Struct

from hotline_sessions.domain.schedule_dates import DateSpan, Whole
from hotline_sessions.domain.schedule_fields import BadCell, tidy


MOST_SESSIONS: Final = 366
"""More sessions than this from one row are a slip of the pen."""

LONGEST_RULE: Final = 300
"""In characters, with its remark."""

_WEEKDAY: Final = "(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTHDAY: Final = "-?(?:[1-9]|[12][0-9]|3[01])"
PARTS: Final[Mapping[str, re.Pattern[str]]] = {
    key: re.compile(form)
    for key, form in {
        "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
        "INTERVAL": "[1-9][0-9]?",
        "COUNT": "[1-9][0-9]{0,2}",
        "UNTIL": "[0-9]{8}(?:T[0-9]{6}Z?)?",
        "BYDAY": f"[+-]?[1-5]?{_WEEKDAY}(?:,[+-]?[1-5]?{_WEEKDAY})*",
        "BYMONTHDAY": f"{_MONTHDAY}(?:,{_MONTHDAY})*",
        "BYMONTH": "(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*",
        "BYSETPOS": "-?[1-9][0-9]?(?:,-?[1-9][0-9]?)*",
        "WKST": _WEEKDAY,
    }.items()
}
_REMARK: Final = re.compile(r"^(?P<rule>[^()]*?)\s*\((?P<remark>[^()]*)\)$")


class Recurrence(Struct, frozen=True, kw_only=True):
    """A rule that can be followed; ``remark`` is what stood after it in parentheses."""

    parts: dict[str, str]
    text: str
    remark: str = ""

    @property
    def names_days(self) -> bool:
        """Whether the days follow from the rule alone, without a first day."""
        by_day = "BYDAY" in self.parts or "BYMONTHDAY" in self.parts
        match self.parts["FREQ"]:
            case "DAILY":
                named = True
            case "WEEKLY":
                named = "BYDAY" in self.parts
            case "MONTHLY":
                named = by_day
            case _:
                named = by_day and "BYMONTH" in self.parts
        return named and self.parts.get("INTERVAL", "1") == "1"


def parse_recurrence(text: str) -> Recurrence:
    """Rule such as ``FREQ=MONTHLY;BYDAY=1TU``, with or without a remark in parentheses.

    Raises:
        BadCell: It is not a rule of days (``unreadable-recurrence``).
    """
    plain = tidy(text)
    found = _REMARK.match(plain)
    rule, remark = (found["rule"], found["remark"]) if found else (plain, "")
    pairs = [part.partition("=") for part in rule.upper().removeprefix("RRULE:").split(";") if part]
    parts = {key.strip(): value.strip() for key, _, value in pairs}
    is_known = all(key in PARTS and PARTS[key].fullmatch(value) for key, value in parts.items())
    is_numbered = any(sign.isdigit() for sign in parts.get("BYDAY", ""))
    if (
        not is_known
        or len(plain) > LONGEST_RULE
        or "FREQ" not in parts
        or len(parts) != len(pairs)
        or (is_numbered and parts["FREQ"] in {"DAILY", "WEEKLY"})
    ):
        raise BadCell("unreadable-recurrence", text=plain)
    return Recurrence(parts=parts, text=plain, remark=remark)


def plan_days(recurrence: Recurrence, span: DateSpan) -> tuple[date, ...]:
    """Days of the rule within ``span``; after a single day, to the end of its year.

    Raises:
        BadCell: The rule names no day of its own and there is no first one
            (``recurrence-without-day``); the first day does not follow the rule
            (``date-not-in-recurrence``); no day is left (``recurrence-is-empty``); or more
            than ``MOST_SESSIONS`` are (``too-many-sessions``).
    """
    has_first_day = span.whole in {Whole.DAY, Whole.DAYS}
    if not has_first_day and not recurrence.names_days:
        raise BadCell("recurrence-without-day", text=recurrence.text)
    last = date(span.last.year, 12, 31) if span.whole is Whole.DAY else span.last
    days = expand(recurrence, first=span.first, last=last)
    if not days:
        raise BadCell("recurrence-is-empty", text=recurrence.text)
    if span.whole is Whole.DAY and days[0] != span.first:
        raise BadCell("date-not-in-recurrence", date=span.first.isoformat(), text=recurrence.text)
    if len(days) > MOST_SESSIONS:
        raise BadCell("too-many-sessions", limit=str(MOST_SESSIONS))
    return days


def expand(recurrence: Recurrence, *, first: date, last: date) -> tuple[date, ...]:
    """Days from ``first`` to ``last``; UNTIL and COUNT only shorten, so no rule runs on.

    One more than ``MOST_SESSIONS`` at most. A fifth weekday is there only where the month has
    one.
    """
    parts = dict(recurrence.parts)
    count = int(parts.pop("COUNT", MOST_SESSIONS + 1))
    if until := parts.pop("UNTIL", ""):
        last = min(last, _until(until, recurrence.text))
    parts |= _spell_out(parts)
    rule = ";".join(f"{key}={value}" for key, value in parts.items())
    bounded = f"{rule};UNTIL={last:%Y%m%d}T000000"
    moments = rrulestr(bounded, dtstart=datetime.combine(first, time()))
    return tuple(moment.date() for moment in islice(moments, min(count, MOST_SESSIONS + 1)))


def _spell_out(parts: Mapping[str, str]) -> dict[str, str]:
    """Every Friday as 1st to 5th, where other weekdays are numbered.

    dateutil takes only days that are in both kinds; the standard means days in either.
    """
    days = parts.get("BYDAY", "").split(",")
    is_mixed = any(day[0].isalpha() for day in days if day) and any(
        not day[0].isalpha() for day in days if day
    )
    is_in_month = parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts
    if not is_mixed or not is_in_month:
        return {}
    spelled = [
        each
        for day in days
        for each in ([f"{number}{day}" for number in range(1, 6)] if day[0].isalpha() else [day])
    ]
    return {"BYDAY": ",".join(dict.fromkeys(spelled))}


def _until(text: str, rule: str) -> date:
    try:
        return date.fromisoformat(text[:8])
    except ValueError:
        raise BadCell("unreadable-recurrence", text=rule) from None
