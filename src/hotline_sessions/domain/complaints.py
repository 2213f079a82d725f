"""Until when a decision can be complained of to the body above.

Source: Law of Ukraine 393/96-ВР, Article 17: within a year from the decision, and not later
than a month from the day on which the citizen learnt of it. A term that was missed for a
good reason may be restored by whoever considers the complaint: what is late is never
refused by a program.
"""

from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta
from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.terms import COMPLAINT_TERMS, get_term
from hotline_sessions.domain.workdays import WorkCalendar, next_working_day


COMPLAINT: Final = "3.3"
"""Code of the classifier. Source: CMU Resolution 858/2008."""


class DecisionDays(Struct, frozen=True, kw_only=True):
    """The day of the decision that is complained of, and the one on which it became known."""

    decided_on: date
    learnt_on: date


class NotComplaint(Conflict):
    """Only a complaint can be out of time. Source: Law 393/96-ВР, art. 8, 17."""

    code = "not-a-complaint"


class NoDecisionDays(Invalid):
    """The days by which a complaint is out of time are not said, or cannot be."""

    code = "no-decision-days"


class ComplaintInTime(Conflict):
    """The complaint came in time. Facts: ``last``, day.month.year. Source: art. 17."""

    code = "complaint-in-time"


class Admission(Struct, frozen=True, kw_only=True):
    """Whether a complaint came in time; ``rule`` is the term that ends first."""

    rule: str
    last_on: date
    in_time: bool


def judge_complaint(
    *, complained_on: date, decided_on: date, learnt_on: date, calendar: WorkCalendar
) -> Admission:
    """Whether a complaint of ``complained_on`` is in time; an end on a day off moves.

    Raises:
        UnknownTerm: The law did not apply to that decision.
    """
    days = {"ART17_YEAR": decided_on, "ART17_MONTH": learnt_on}
    last_on, rule = min((_last_day(code, since, calendar), code) for code, since in days.items())
    return Admission(rule=rule, last_on=last_on, in_time=complained_on <= last_on)


def check_out_of_time(
    kind: str, complained_on: date, days: DecisionDays | None, calendar: WorkCalendar
) -> None:
    """Whether an appeal may be left without consideration since it came too late.

    Source: Law 393/96-ВР, art. 8, 17.

    Raises:
        NotComplaint: It is no complaint.
        NoDecisionDays: The days are not said, or not in an order that can be.
        ComplaintInTime: It came in time.
    """
    if kind != COMPLAINT:
        raise NotComplaint
    if days is None or not days.decided_on <= days.learnt_on <= complained_on:
        raise NoDecisionDays
    found = judge_complaint(
        complained_on=complained_on,
        decided_on=days.decided_on,
        learnt_on=days.learnt_on,
        calendar=calendar,
    )
    if found.in_time:
        raise ComplaintInTime(last=found.last_on.strftime("%d.%m.%Y"))


def _last_day(code: str, since: date, calendar: WorkCalendar) -> date:
    term = get_term(code, since, COMPLAINT_TERMS)
    return next_working_day(since + relativedelta(months=term.amount), calendar)
