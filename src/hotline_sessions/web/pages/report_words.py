"""What is said of a session that is over: numbers in words, topics by their names."""

from datetime import date

from msgspec import Struct

from hotline_sessions.domain.classifier import find_row
from hotline_sessions.domain.session_reports import SMALLEST_SHOWN, Breakdown, Figures
from hotline_sessions.i18n import Words
from hotline_sessions.services.appeals import list_classifier


class Table(Struct, frozen=True, kw_only=True):
    """Groups by name with their numbers; the last one may be that of all others."""

    title: str
    rows: list[tuple[str, int]]


class ReportView(Struct, frozen=True, kw_only=True):
    """Lines of numbers and tables, as a reader sees them."""

    facts: list[tuple[str, str]]
    tables: list[Table]


def view_report(figures: Figures, words: Words, locale: str, *, on: date) -> ReportView:
    """The numbers in words; ``on`` is the day whose names of topics hold."""
    said = [
        (words.gettext("People who called"), _tell(figures.callers, words)),
        (words.gettext("Talks with the official"), _tell(figures.talks, words)),
        (words.gettext("Questions"), _tell(figures.asked, words)),
    ]
    if figures.asked and figures.at_once is not None and figures.under_control is not None:
        said.append((words.gettext("Answered on the same day"), str(figures.at_once)))
        said.append((words.gettext("Taken under control"), str(figures.under_control)))
        if figures.under_control:
            said.append((words.gettext("Answered since then"), str(figures.later or 0)))
    rows = list_classifier()
    names = {}
    for group in figures.topics.groups:
        row = find_row(rows, group.name, on)
        names[group.name] = row.label(locale) if row else group.name
    tables = [
        _build_table(words.gettext("What was asked about"), figures.topics, names, words),
        _build_table(words.gettext("Where from"), figures.communities, {}, words),
    ]
    return ReportView(facts=said, tables=[table for table in tables if table.rows])


def _tell(count: int | None, words: Words) -> str:
    if count is None:
        return words.gettext("fewer than %(count)s", count=SMALLEST_SHOWN)
    return str(count) if count else words.gettext("nobody")


def _build_table(title: str, found: Breakdown, names: dict[str, str], words: Words) -> Table:
    rows = [(names.get(group.name, group.name), group.count) for group in found.groups]
    if rows and found.others:
        rows.append((words.gettext("all others together"), found.others))
    return Table(title=title, rows=rows)
