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
from hotline_sessions.domain.terms import APPEALS_LAW, Term, Unit, get_term, get_version
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


class Start(StrEnum):
    """The day on whose morrow an institution starts to count the terms of the appeals law."""

    RECEIPT = "receipt"
    """The day of receipt, as Article 20 says: the earlier one, which is safe."""
    REGISTRATION = "registration"
    """The day of registration; the cap of forty-five days counts from receipt all the same."""


class Reading(Struct, frozen=True, kw_only=True):
    """Choices that the law leaves open and an institution settles with its lawyer.

    ``carry_over``: an end on a day off moves to the next working day, by analogy with
    Article 254(5) of the Civil Code.
    """

    month: MonthReading = MonthReading.SAME_DATE
    carry_over: bool = True
    start: Start = Start.RECEIPT


class Target(Struct, frozen=True, kw_only=True):
    """Service standard of a channel: staff aim at ``days`` after registration, if earlier."""

    channel: str
    days: int


READ_AS_WRITTEN: Final = Reading()


class Deadline(Struct, frozen=True, kw_only=True):
    """The last day of a term, in its three meanings, with all that led to it.

    ``nominal_on`` is what plain counting gives. ``legal_on`` is the outermost day that can
    be defended. ``internal_on`` is the working day that staff aim at; never later.
    ``shortened`` tells that the head set ``nominal_on`` at the demand of the citizen.
    ``registered_on`` and ``target`` are inputs where they were given: a target moves
    ``internal_on`` forward, never the days of the law.
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
    registered_on: date | None = None
    target: Target | None = None

    @property
    def counted_from(self) -> date:
        """Day zero: counting starts on the day after."""
        return _day_zero(get_version(self.rule, self.rule_version), self)


class NotShorter(Conflict):
    """A day set by the head lies outside the term that it should shorten."""

    code = "term-not-shorter"


class StepKind(StrEnum):
    """What happens in one step of counting."""

    RECEIVED = "received"
    COUNTING_STARTS = "counting_starts"
    FROM_REGISTRATION = "from_registration"
    LAST_DAY = "last_day"
    MONTH_CLIPPED = "month_clipped"
    MONTH_CAPPED = "month_capped"
    SHORTENED = "shortened"
    MOVED_FROM_WEEKEND = "moved_from_weekend"
    MOVED_FROM_DAY_OFF = "moved_from_day_off"
    NOT_MOVED = "not_moved"
    INTERNAL = "internal"
    INTERNAL_BY_CHANNEL = "internal_by_channel"


class CountedStep(Struct, frozen=True, kw_only=True):
    """One step of counting and the day at which it arrives."""

    kind: StepKind
    on: date


def due(
    code: str,
    received_on: date,
    calendar: WorkCalendar,
    reading: Reading = READ_AS_WRITTEN,
    *,
    registered_on: date | None = None,
    target: Target | None = None,
) -> Deadline:
    """The deadline of term ``code`` for what was received on ``received_on`` in Kyiv.

    For a call that is the day of the call; for a form, the day of the form; for a
    forwarded appeal, the day it reached this institution. ``registered_on`` matters to
    ``target`` and to institutions that count from registration; without it the two days
    are taken to be one.

    Source: Law of Ukraine 393/96-ВР, Articles 5, 7, 20; Civil Code, Articles 253, 254.

    Raises:
        UnknownTerm: No such term applies on that day.
    """
    term = get_term(code, received_on)
    inputs = Deadline(
        rule=term.code,
        rule_version=term.version,
        calendar_version=calendar.version,
        received_on=received_on,
        reading=reading,
        nominal_on=received_on,
        legal_on=received_on,
        internal_on=received_on,
        registered_on=registered_on,
        target=target,
    )
    return _count(term, inputs, calendar)


def repeat(deadline: Deadline, calendar: WorkCalendar) -> Deadline:
    """``deadline`` reckoned again from its stored inputs alone, by the term of that time.

    With the calendar of ``deadline.calendar_version`` it must be equal to ``deadline``.

    Raises:
        UnknownTerm: Its rule is not in the tables.
    """
    term = get_version(deadline.rule, deadline.rule_version)
    return _count_or_keep(term, deadline, deadline, calendar)


def recount(
    deadline: Deadline, calendar: WorkCalendar, reading: Reading, target: Target | None = None
) -> Deadline:
    """``deadline`` as it would be reckoned today: by the present terms, days and choices.

    A last day that the head has set stays as long as the term is not over before.

    Raises:
        UnknownTerm: Its rule is not in the tables, or does not apply any more.
    """
    term = get_term(deadline.rule, deadline.received_on)
    inputs = replace(
        deadline,
        rule_version=term.version,
        calendar_version=calendar.version,
        reading=reading,
        target=target,
    )
    return _count_or_keep(term, deadline, inputs, calendar)


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
        internal_on=_internal(last_on, deadline, calendar),
        shortened=True,
    )


def is_set_by_head(deadline: Deadline) -> bool:
    """Whether its last day was set by a person and not by counting.

    Raises:
        UnknownTerm: Its rule is not in the tables.
    """
    term = get_version(deadline.rule, deadline.rule_version)
    if deadline.shortened or term.unit is Unit.WORKING_DAYS:
        return deadline.shortened
    return deadline.nominal_on != _nominal_of_days(term, deadline)


def steps(deadline: Deadline) -> tuple[CountedStep, ...]:
    """How ``deadline`` was counted, in the order in which it can be told.

    Raises:
        UnknownTerm: Its rule is not in the tables.
    """
    term = get_version(deadline.rule, deadline.rule_version)
    start = deadline.counted_from
    found = [
        CountedStep(kind=StepKind.RECEIVED, on=deadline.received_on),
        CountedStep(kind=StepKind.COUNTING_STARTS, on=start + ONE_DAY),
    ]
    if start != deadline.received_on:
        found.append(CountedStep(kind=StepKind.FROM_REGISTRATION, on=start))
    found.append(CountedStep(kind=_last_kind(term, deadline), on=deadline.nominal_on))
    if deadline.legal_on != deadline.nominal_on:
        weekend = deadline.nominal_on.weekday() >= SATURDAY
        kind = StepKind.MOVED_FROM_WEEKEND if weekend else StepKind.MOVED_FROM_DAY_OFF
        found.append(CountedStep(kind=kind, on=deadline.legal_on))
    elif deadline.internal_on != deadline.nominal_on and not _is_by_channel(deadline):
        found.append(CountedStep(kind=StepKind.NOT_MOVED, on=deadline.legal_on))
    kind = StepKind.INTERNAL_BY_CHANNEL if _is_by_channel(deadline) else StepKind.INTERNAL
    found.append(CountedStep(kind=kind, on=deadline.internal_on))
    return tuple(found)


def _count(term: Term, inputs: Deadline, calendar: WorkCalendar) -> Deadline:
    if term.unit is Unit.WORKING_DAYS:
        nominal_on = add_working_days(_day_zero(term, inputs), term.amount, calendar)
    else:
        nominal_on = _nominal_of_days(term, inputs)
    carries = term.carries_over and inputs.reading.carry_over
    return replace(
        inputs,
        nominal_on=nominal_on,
        legal_on=next_working_day(nominal_on, calendar) if carries else nominal_on,
        internal_on=_internal(nominal_on, inputs, calendar),
    )


def _count_or_keep(term: Term, old: Deadline, inputs: Deadline, calendar: WorkCalendar) -> Deadline:
    counted = replace(_count(term, inputs, calendar), shortened=False)
    if not is_set_by_head(old) or counted.nominal_on <= old.nominal_on:
        return counted
    return replace(
        counted,
        nominal_on=old.nominal_on,
        legal_on=old.nominal_on,
        internal_on=_internal(old.nominal_on, inputs, calendar),
        shortened=old.shortened,
    )


def _day_zero(term: Term, inputs: Deadline) -> date:
    # A cap is absolute: it never counts from a later day than that of receipt.
    is_open = term.act == APPEALS_LAW and term.carries_over
    if inputs.reading.start is Start.REGISTRATION and is_open:
        return inputs.registered_on or inputs.received_on
    return inputs.received_on


def _nominal_of_days(term: Term, inputs: Deadline) -> date:
    start = _day_zero(term, inputs)
    if term.unit is Unit.CALENDAR_DAYS:
        return start + timedelta(days=term.amount)
    last = start + relativedelta(months=term.amount)
    if inputs.reading.month is MonthReading.NOT_OVER_THIRTY_DAYS:
        return min(last, start + THIRTY_DAYS * term.amount)
    return last


def _internal(nominal_on: date, inputs: Deadline, calendar: WorkCalendar) -> date:
    last = nominal_on
    if inputs.target is not None:
        entered_on = inputs.registered_on or inputs.received_on
        last = min(last, entered_on + timedelta(days=inputs.target.days))
    return max(previous_working_day(last, calendar), inputs.received_on)


def _is_by_channel(deadline: Deadline) -> bool:
    """Whether the service standard ends before the term does."""
    if deadline.target is None:
        return False
    entered_on = deadline.registered_on or deadline.received_on
    return entered_on + timedelta(days=deadline.target.days) < deadline.nominal_on


def _last_kind(term: Term, deadline: Deadline) -> StepKind:
    if deadline.shortened:
        return StepKind.SHORTENED
    if term.unit is not Unit.MONTHS or deadline.nominal_on.day == deadline.counted_from.day:
        return StepKind.LAST_DAY
    if deadline.nominal_on == deadline.counted_from + relativedelta(months=term.amount):
        return StepKind.MONTH_CLIPPED
    return StepKind.MONTH_CAPPED
