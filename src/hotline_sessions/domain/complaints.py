"""Until when a decision can be complained of to the body above.

Source: Law of Ukraine 393/96-ВР, Article 17: within a year from the decision, and not later
than a month from the day on which the citizen learnt of it. A term that was missed for a
good reason may be restored by whoever considers the complaint: what is late is never
refused by a program.
"""

from datetime import date

from dateutil.relativedelta import relativedelta
from msgspec import Struct

from hotline_sessions.domain.terms import COMPLAINT_TERMS, get_term
from hotline_sessions.domain.workdays import WorkCalendar, next_working_day


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


def _last_day(code: str, since: date, calendar: WorkCalendar) -> date:
    term = get_term(code, since, COMPLAINT_TERMS)
    return next_working_day(since + relativedelta(months=term.amount), calendar)
