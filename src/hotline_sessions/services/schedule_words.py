"""Sentences about a schedule that was read: what is wrong with a row, and what to do."""

from collections.abc import Callable, Mapping
from typing import Final

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.schedule_columns import BadSheet, MissingColumns
from hotline_sessions.domain.schedule_rows import Mistake, Remark
from hotline_sessions.i18n import N_


Gettext = Callable[[str], str]

COLUMN_NAMES: Final[Mapping[str, str]] = {
    "institution": N_("institution"),
    "institution_type": N_("institution type"),
    "region": N_("region"),
    "date": N_("date"),
    "date_precision": N_("date precision"),
    "time_from": N_("start time"),
    "time_to": N_("end time"),
    "recurrence": N_("recurrence"),
    "duration": N_("duration"),
    "phone": N_("phone"),
    "free_call": N_("free call"),
    "official_position": N_("official position"),
    "official_name": N_("official name"),
    "topic": N_("topic"),
    "community": N_("community"),
}
"""Our name of a column → what it is called for people; each is also accepted as a header."""

MISTAKES: Final[Mapping[str, str]] = {
    "missing-institution": N_(
        "the institution is not named; write whose officials will answer the calls."
    ),
    "missing-date": N_("there is no date; write the day of the session, such as 2026-05-04."),
    "date-not-shown": N_(
        "the source does not show the date; write the day of the session, such as 2026-05-04."
    ),
    "date-is-publication": N_(
        "this is the day of publication, not of the session; write the day of the session."
    ),
    "unreadable-date": N_(
        "“%(text)s” is not a date; write 2026-05-04, 04.05.2026 or 4–8 May 2026."
    ),
    "no-such-date": N_("there is no such day as “%(text)s”; correct the date."),
    "missing-year": N_("“%(text)s” has no year; write it, or name the year of the import."),
    "dates-reversed": N_("“%(text)s” ends before it starts; swap the days."),
    "date-without-day": N_(
        "“%(text)s” names no day; write the day, or a recurrence such as FREQ=MONTHLY;BYDAY=1TU."
    ),
    "too-many-sessions": N_(
        "this would make more than %(limit)s sessions; shorten the dates or the recurrence."
    ),
    "missing-start": N_("there is no time of the start; write it, such as 10:00."),
    "missing-end": N_(
        "there is neither an end nor a duration; write the time of the end, such as 11:00, "
        "or the duration, such as 60 min."
    ),
    "unreadable-time": N_("“%(text)s” is not a time of day; write it as 10:00."),
    "end-not-after-start": N_(
        "the end %(end)s is not after the start %(start)s; correct one of the times."
    ),
    "skipped-hour": N_(
        "on %(date)s the clocks skip %(time)s because summer time begins; choose another time."
    ),
    "unreadable-duration": N_("“%(text)s” is not a duration; write the minutes, such as 60."),
    "impossible-duration": N_(
        "a session cannot last “%(text)s”; from 1 minute to 12 hours is possible."
    ),
    "unreadable-recurrence": N_(
        "“%(text)s” is not a rule of recurrence; write one such as FREQ=MONTHLY;BYDAY=1TU, "
        "or the dates one by one."
    ),
    "recurrence-without-day": N_(
        "“%(text)s” does not tell on which day; add it (BYDAY=TU is every Tuesday) or write "
        "the date of the first session."
    ),
    "recurrence-without-year": N_(
        "it is not known for which year “%(text)s” is; write the year in the date, or name the "
        "year of the import."
    ),
    "recurrence-is-empty": N_("“%(text)s” gives no day in this time; correct the rule."),
    "date-not-in-recurrence": N_(
        "%(date)s is not a day of “%(text)s”; correct the date or the rule."
    ),
    "unreadable-phone": N_(
        "this is not a phone number; write one number, such as 0 800 123 456, or leave it empty."
    ),
    "nothing-to-show": N_(
        "neither the official nor the topic is named; write at least who will answer the calls."
    ),
    "too-long": N_("the text is longer than %(limit)s characters; shorten it."),
}

REMARKS: Final[Mapping[str, str]] = {
    "year-assumed": N_("the year is not shown; %(year)s is taken."),
    "uncertain-date": N_("the source doubts the date: “%(text)s”; check it."),
    "each-day": N_("a session on each day from %(first)s to %(last)s, weekends included."),
    "series-from-day": N_("the series goes from this day to the end of %(year)s."),
    "recurrence-remark": N_("the source doubts the rule: “%(text)s”; check it."),
    "duration-differs": N_("it does not agree with the end; the end %(end)s is taken."),
    "repeated-hour": N_("on %(date)s the clocks show %(time)s twice; the first one is taken."),
    "missing-position": N_("the position of the official is not named."),
    "missing-phone": N_("the number is not published; add it before publishing the session."),
    "unreadable-yes": N_("it is not clear whether the call is free; write yes or no."),
}

UNREADABLE: Final = N_(
    "The file cannot be opened as a table. Save it as CSV (UTF-8) or XLSX and try again."
)
SHEETS: Final[Mapping[str, str]] = {
    "empty": N_("The file is empty: it needs a line with column names and rows below it."),
    "too-big": N_("The file is too big: up to %(limit)s MB can be read. Split it."),
    "too-many-rows": N_(
        "The table is too long: up to %(limit)s rows can be read. Delete empty rows or split it."
    ),
    "too-many-columns": N_("The table is too wide: up to %(limit)s columns can be read."),
    "unreadable": UNREADABLE,
    "encoding": N_(
        "The text is damaged or its encoding is unknown (line %(line)s). Save the file as "
        "CSV (UTF-8)."
    ),
    "quotes": N_("The quotation marks do not match (row %(line)s). Correct them."),
    "no-header": N_("The first line must hold the names of the columns."),
    "same-column-twice": N_("Two columns mean the same: %(columns)s. Leave one of them."),
    "extra-cells": N_(
        "Row %(line)s has more cells than there are columns. Check the separators and quotation "
        "marks."
    ),
    "not-a-list": N_("JSON must be a list of objects, one object for each row."),
    "not-text": N_("Row %(line)s of the JSON list holds halves of characters. Write it anew."),
    "not-an-object": N_("Row %(line)s of the JSON list is not an object with plain values."),
}
MISSING_COLUMNS: Final = N_("The table lacks columns: %(columns)s. Add them to the first line.")


def explain(
    noticed: Mistake | Remark, gettext: Gettext, *, headers: Mapping[str, str] | None = None
) -> str:
    """One sentence: the column, what is wrong with it and what to do.

    ``headers`` are the names of columns in the file itself, by ours; without them the
    column is called by its usual name.
    """
    known = MISTAKES if isinstance(noticed, Mistake) else REMARKS
    name = (headers or {}).get(noticed.column) or gettext(COLUMN_NAMES[noticed.column])
    return f"{name}: {gettext(known[noticed.code]) % noticed.facts}"


def explain_sheet(
    refusal: Refusal, gettext: Gettext, names: Mapping[str, str] = COLUMN_NAMES
) -> str:
    """Sentence about a file that could not be read at all; ``names`` are those of its columns."""
    facts = dict(refusal.facts)
    match refusal:
        case BadSheet():
            sentence = SHEETS[str(facts["what"])]
        case MissingColumns():
            sentence = MISSING_COLUMNS
            facts["columns"] = _list_columns(str(facts["columns"]), gettext, names)
        case _:
            sentence = UNREADABLE
    return gettext(sentence) % facts


def _list_columns(columns: str, gettext: Gettext, names: Mapping[str, str]) -> str:
    """Names such as «date»/«recurrence», «start time», for ``date/recurrence, time_from``."""
    groups = [
        [f"«{gettext(names[name])}»" for name in group.split("/")] for group in columns.split(", ")
    ]
    return ", ".join("/".join(group) for group in groups)
