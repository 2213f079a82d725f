"""Days of one row of a schedule, from its date, the note on that date and its recurrence."""

from datetime import date
from typing import Final

from hotline_sessions.domain.recurrences import (
    MOST_SESSIONS,
    Recurrence,
    parse_recurrence,
    plan_days,
)
from hotline_sessions.domain.schedule_dates import (
    DateSpan,
    Whole,
    find_day,
    parse_dates,
    year_span,
)
from hotline_sessions.domain.schedule_fields import BadCell, tidy
from hotline_sessions.domain.schedule_rows import Row
from hotline_sessions.domain.times import days_from


PUBLICATION: Final = ("publication", "публікац", "оприлюдн")
"""Words that make the date one of a notice and not of a session."""


def read_days(row: Row, *, year: int | None) -> tuple[date, ...]:
    """Days on which the row holds a session; none where a mistake was noted instead."""
    rule_text = row.text("recurrence")
    known = len(row.mistakes)
    span = row.attempt("date", lambda: _read_span(row, year=year))
    is_span_bad = len(row.mistakes) > known
    rule: Recurrence | None = None
    if rule_text:
        rule = row.attempt("recurrence", lambda: parse_recurrence(rule_text))
    if span is None and not is_span_bad:
        span = _span_of_rule(row, rule, year=year)
    if span is None:
        return ()
    if span.is_year_assumed:
        row.remark("date", "year-assumed", year=str(span.first.year))
    if rule_text:
        return _follow(row, rule, span)
    return _each_day(row, span)


def _read_span(row: Row, *, year: int | None) -> DateSpan | None:
    """Days of the cell, or of the note on its precision; ``None`` where neither shows any."""
    text, precision = row.text("date"), row.text("date_precision")
    if any(word in precision.casefold() for word in PUBLICATION):
        raise BadCell("date-is-publication", text=text)
    if not text:
        return find_day(precision, year=year)
    if "(" in precision:
        row.remark("date", "uncertain-date", text=precision)
    return parse_dates(text, year=year)


def _span_of_rule(row: Row, rule: Recurrence | None, *, year: int | None) -> DateSpan | None:
    """The given year for a rule that needs no first day; else the date is what is missing."""
    if rule is not None and rule.names_days and year is not None:
        return row.attempt("date", lambda: year_span(year, is_year_assumed=True))
    is_silent = not tidy(row.cells.get("date_precision", "") + row.cells.get("date", ""))
    row.mistake("date", "missing-date" if is_silent else "date-not-shown")
    if rule is not None and not rule.names_days:
        row.mistake("recurrence", "recurrence-without-day", text=rule.text)
    elif rule is not None:
        row.mistake("recurrence", "recurrence-without-year", text=rule.text)
    return None


def _follow(row: Row, rule: Recurrence | None, span: DateSpan) -> tuple[date, ...]:
    if rule is None:
        return ()
    days = row.attempt("recurrence", lambda: plan_days(rule, span))
    if rule.remark:
        row.remark("recurrence", "recurrence-remark", text=rule.remark)
    if days and span.whole is Whole.DAY:
        row.remark("recurrence", "series-from-day", year=str(span.first.year))
    return days or ()


def _each_day(row: Row, span: DateSpan) -> tuple[date, ...]:
    if span.whole in {Whole.MONTH, Whole.YEAR}:
        row.mistake("date", "date-without-day", text=row.text("date"))
        return ()
    count = (span.last - span.first).days + 1
    if count > MOST_SESSIONS:
        row.mistake("date", "too-many-sessions", limit=str(MOST_SESSIONS))
        return ()
    if span.whole is Whole.DAYS:
        row.remark("date", "each-day", first=span.first.isoformat(), last=span.last.isoformat())
    return tuple(days_from(span.first, count))
