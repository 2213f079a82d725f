"""Deadlines: the last day by which the law wants something done, and how it was found.

The day of receipt is day zero; counting starts with the next day (by analogy with Article
253 of the Civil Code). A stored deadline keeps its rule, the versions of rule and calendar,
and its inputs: years later it can still be explained.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.terms import Term, Unit, get_term, get_version
from hotline_sessions.domain.workdays import (
    ONE_DAY,
    SATURDAY,
    WorkCalendar,
    add_working_days,
    next_working_day,
    previous_working_day,
)


THIRTY_DAYS: Final = timedelta(days=30)


class MonthReading(StrEnum):
    """How an institution reads "one month"."""

    SAME_DATE = "same_date"
    """The same date of the next month, or its last day: Civil Code, Article 254(3)."""
    NOT_OVER_THIRTY_DAYS = "not_over_thirty_days"
    """The same, and never more than thirty days: the most cautious reading."""


class Reading(Struct, frozen=True, kw_only=True):
    """Choices that the law leaves open and an institution settles with its lawyer.

    ``carry_over``: an end on a day off moves to the next working day, by analogy with
    Article 254(5) of the Civil Code.
    """

    month: MonthReading = MonthReading.SAME_DATE
    carry_over: bool = True


class Deadline(Struct, frozen=True, kw_only=True):
    """The last day of a term, in its three meanings, with all that led to it.

    ``nominal_on`` is what plain counting gives. ``legal_on`` is the outermost day that can
    be defended. ``internal_on`` is the working day that staff aim at; never later.
    ``shortened`` tells that the head set ``nominal_on`` at the demand of the citizen.
    """

    rule: str
    rule_version: int
    calendar_version: str
    received_on: date
    reading: Reading
    nominal_on: date
    legal_on: date
    internal_on: date
    shortened: bool = False


class NotShorter(Conflict):
    """A day set by the head lies outside the term that it should shorten."""

    code = "term-not-shorter"


class StepKind(StrEnum):
    """What happens in one step of counting."""

    RECEIVED = "received"
    COUNTING_STARTS = "counting_starts"
    LAST_DAY = "last_day"
    MONTH_CLIPPED = "month_clipped"
    MONTH_CAPPED = "month_capped"
    SHORTENED = "shortened"
    MOVED_FROM_WEEKEND = "moved_from_weekend"
    MOVED_FROM_DAY_OFF = "moved_from_day_off"
    NOT_MOVED = "not_moved"
    INTERNAL = "internal"


class CountedStep(Struct, frozen=True, kw_only=True):
    """One step of counting and the day at which it arrives."""

    kind: StepKind
    on: date


def due(
    code: str,
    received_on: date,
    calendar: WorkCalendar,
    reading: Reading = Reading(),  # noqa: B008 - frozen
) -> Deadline:
    """The deadline of term ``code`` for what was received on ``received_on`` in Kyiv.

    For a call that is the day of the call; for a form, the day of the form; for a
    forwarded appeal, the day it reached this institution.

    Source: Law of Ukraine 393/96-ВР, Articles 5, 7, 20; Civil Code, Articles 253, 254.

    Raises:
        UnknownTerm: No such term applies on that day.
    """
    term = get_term(code, received_on)
    nominal_on = _nominal(term, received_on, calendar, reading)
    carries = term.carries_over and reading.carry_over
    return Deadline(
        rule=term.code,
        rule_version=term.version,
        calendar_version=calendar.version,
        received_on=received_on,
        reading=reading,
        nominal_on=nominal_on,
        legal_on=next_working_day(nominal_on, calendar) if carries else nominal_on,
        internal_on=previous_working_day(nominal_on, calendar),
    )


def shorten(deadline: Deadline, last_on: date, calendar: WorkCalendar) -> Deadline:
    """``deadline`` moved forward to ``last_on``, which the head has set.

    Source: Law of Ukraine 393/96-ВР, Article 20(2): at the reasoned written demand of the
    citizen. A day set by a person does not carry over.

    Raises:
        NotShorter: ``last_on`` is before receipt or not before the present last day.
    """
    if not deadline.received_on <= last_on < deadline.nominal_on:
        raise NotShorter
    return replace(
        deadline,
        calendar_version=calendar.version,
        nominal_on=last_on,
        legal_on=last_on,
        internal_on=max(previous_working_day(last_on, calendar), deadline.received_on),
        shortened=True,
    )


def steps(deadline: Deadline) -> tuple[CountedStep, ...]:
    """How ``deadline`` was counted, in the order in which it can be told.

    Raises:
        UnknownTerm: Its rule is not in the tables.
    """
    term = get_version(deadline.rule, deadline.rule_version)
    first = deadline.received_on + ONE_DAY
    found = [
        CountedStep(kind=StepKind.RECEIVED, on=deadline.received_on),
        CountedStep(kind=StepKind.COUNTING_STARTS, on=first),
        CountedStep(kind=_last_kind(term, deadline), on=deadline.nominal_on),
    ]
    if deadline.legal_on != deadline.nominal_on:
        weekend = deadline.nominal_on.weekday() >= SATURDAY
        kind = StepKind.MOVED_FROM_WEEKEND if weekend else StepKind.MOVED_FROM_DAY_OFF
        found.append(CountedStep(kind=kind, on=deadline.legal_on))
    elif deadline.internal_on != deadline.nominal_on:
        found.append(CountedStep(kind=StepKind.NOT_MOVED, on=deadline.legal_on))
    found.append(CountedStep(kind=StepKind.INTERNAL, on=deadline.internal_on))
    return tuple(found)


def _nominal(term: Term, received_on: date, calendar: WorkCalendar, reading: Reading) -> date:
    if term.unit is Unit.WORKING_DAYS:
        return add_working_days(received_on, term.amount, calendar)
    if term.unit is Unit.CALENDAR_DAYS:
        return received_on + timedelta(days=term.amount)
    last = received_on + relativedelta(months=term.amount)
    if reading.month is MonthReading.NOT_OVER_THIRTY_DAYS:
        return min(last, received_on + THIRTY_DAYS * term.amount)
    return last


def _last_kind(term: Term, deadline: Deadline) -> StepKind:
    if deadline.shortened:
        return StepKind.SHORTENED
    if term.unit is not Unit.MONTHS or deadline.nominal_on.day == deadline.received_on.day:
        return StepKind.LAST_DAY
    if deadline.nominal_on == deadline.received_on + relativedelta(months=term.amount):
        return StepKind.MONTH_CLIPPED
    return StepKind.MONTH_CAPPED
