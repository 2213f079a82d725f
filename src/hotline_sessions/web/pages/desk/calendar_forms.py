"""The form in which the calendar of an institution is changed."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from hotline_sessions.domain.calendar_editions import (
    LONGEST_REASON,
    CalendarEdition,
    Reason,
    build_edition,
)
from hotline_sessions.domain.deadlines import MonthReading, Start
from hotline_sessions.domain.term_policies import Channel, ChannelTarget, TermPolicy
from hotline_sessions.domain.workdays import DateSpan, DayOverride
from hotline_sessions.i18n import N_
from hotline_sessions.web.forms import Form, FormView, Mistakes, Sentences, parse_form


MOST_PERIODS: Final = 8
MOST_MOVED: Final = 40
SPARE_DAYS: Final = 3
"""Empty rows that are offered below the moved days."""

_NO_DAY: Final = N_("Enter a day, for example 22.11.2026")
_NO_REASON: Final = N_("Write which decision moves this day")
_NO_DAYS: Final = N_("Enter a number of days from 1 to 366")

SENTENCES: Final[Sentences] = {
    ("reason", "missing"): N_("Write why the calendar changes: staff will read it"),
    ("reason", "too-short"): N_("Write why the calendar changes: staff will read it"),
    **{(f"first_{row}", "wrong"): _NO_DAY for row in range(MOST_PERIODS)},
    **{(f"last_{row}", "wrong"): _NO_DAY for row in range(MOST_PERIODS)},
    **{(f"day_{row}", "wrong"): _NO_DAY for row in range(MOST_MOVED)},
    **{(f"why_{row}", "missing"): _NO_REASON for row in range(MOST_MOVED)},
    **{
        (f"hotline_{name}_days", kind): _NO_DAYS
        for name in ("simple", "study")
        for kind in ("wrong", "missing", "too-small", "too-big")
    },
}

Days = Annotated[int, Meta(ge=1, le=366)]


class CalendarForm(Struct, frozen=True, kw_only=True):
    """What is entered beside the periods and days; ``number`` is that of the new edition."""

    number: int
    reason: Reason
    start: Start
    month: MonthReading
    carry_over: bool = False
    forwards_in_working_days: bool = False
    hotline_standard: bool = False
    hotline_simple_days: Days
    hotline_study_days: Days

    def build_policy(self) -> TermPolicy:
        """How the institution reads the law."""
        target = ChannelTarget(
            channel=Channel.GOVERNMENT_HOTLINE,
            simple_days=self.hotline_simple_days,
            study_days=self.hotline_study_days,
        )
        return TermPolicy(
            start=self.start,
            month=self.month,
            carry_over=self.carry_over,
            forwards_in_working_days=self.forwards_in_working_days,
            targets=(target,) if self.hotline_standard else (),
        )


class Entered(Struct, frozen=True, kw_only=True):
    """An edition as it was entered, and why."""

    edition: CalendarEdition
    reason: str


def read_edition(form: Form) -> Entered | Mistakes:
    """The edition that was entered, or what is wrong with it; empty rows are left out.

    Raises:
        BadPeriod: A period ends before it begins, or overlaps another one.
        DayMovedTwice: A day is listed twice.
    """
    mistakes: dict[str, str] = {}  # in the order of the page
    periods = _read_periods(form, mistakes)
    moved = _read_moved(form, mistakes)
    given = parse_form(CalendarForm, form)
    if isinstance(given, Mistakes):
        return Mistakes(by_field=mistakes | dict(given.by_field))
    if mistakes:
        return Mistakes(by_field=mistakes)
    edition = build_edition(given.number, periods, moved, given.build_policy())
    return Entered(edition=edition, reason=given.reason)


def fill_calendar(edition: CalendarEdition) -> FormView:
    """The form as it is first shown: what is in force."""
    values: dict[str, object] = {
        "number": edition.number + 1,
        "start": edition.policy.start,
        "month": edition.policy.month,
        "carry_over": "on" if edition.policy.carry_over else "",
        "forwards_in_working_days": "on" if edition.policy.forwards_in_working_days else "",
    }
    targets = edition.policy.targets
    shown = (targets or TermPolicy().targets)[0]
    values["hotline_standard"] = "on" if targets else ""
    values["hotline_simple_days"] = shown.simple_days
    values["hotline_study_days"] = shown.study_days
    for row, period in enumerate(edition.martial_law):
        values[f"first_{row}"] = period.first_on
        values[f"last_{row}"] = period.last_on or ""
    for row, moved in enumerate(edition.moved_days):
        values[f"day_{row}"] = moved.day
        values[f"works_{row}"] = "yes" if moved.works else "no"
        values[f"why_{row}"] = moved.reason
    return FormView(values={name: (str(value),) for name, value in values.items()})


def count_rows(form: FormView) -> Mapping[str, int]:
    """How many rows the form shows: those filled in and some to fill in."""
    periods = [row for row in range(MOST_PERIODS) if form.value(f"first_{row}")]
    moved = [row for row in range(MOST_MOVED) if form.value(f"day_{row}")]
    return {
        "periods": min(max(periods, default=-1) + 2, MOST_PERIODS),
        "moved": min(max(moved, default=-1) + 1 + SPARE_DAYS, MOST_MOVED),
    }


def list_carried(form: Form) -> list[tuple[str, str]]:
    """What was entered, to be sent once more with the confirmation."""
    left_out = {"csrf_token", "seen"}
    return [
        (name, values[0])
        for name, values in form.fields.items()
        if name not in left_out and values and values[0]
    ]


def _read_periods(form: Form, mistakes: dict[str, str]) -> tuple[DateSpan, ...]:
    found = []
    for row in range(MOST_PERIODS):
        if not (form.get(f"first_{row}") or form.get(f"last_{row}")):
            continue
        first_on = _read_day(form, f"first_{row}", mistakes)
        is_open = not form.get(f"last_{row}")
        last_on = None if is_open else _read_day(form, f"last_{row}", mistakes)
        if first_on and (last_on or is_open):
            found.append(DateSpan(first_on=first_on, last_on=last_on))
    return tuple(found)


def _read_moved(form: Form, mistakes: dict[str, str]) -> tuple[DayOverride, ...]:
    found = []
    for row in range(MOST_MOVED):
        reason = form.get(f"why_{row}")[:LONGEST_REASON]
        if not (form.get(f"day_{row}") or reason):
            continue
        day = _read_day(form, f"day_{row}", mistakes)
        if not reason:
            mistakes[f"why_{row}"] = "missing"
        elif day:
            works = form.get(f"works_{row}") == "yes"
            found.append(DayOverride(day=day, works=works, reason=reason))
    return tuple(found)


def _read_day(form: Form, name: str, mistakes: dict[str, str]) -> date | None:
    try:
        return msgspec.convert(form.get(name), date)
    except msgspec.ValidationError:
        mistakes[name] = "wrong"
        return None
