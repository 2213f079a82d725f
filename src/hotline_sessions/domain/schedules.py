"""A published schedule, row by row: which sessions it makes, or every reason why none."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.phones import BadPhone, PhoneNumber, parse_phone
from hotline_sessions.domain.recurrences import parse_recurrence
from hotline_sessions.domain.schedule_columns import SheetRow, choose_columns
from hotline_sessions.domain.schedule_days import read_days
from hotline_sessions.domain.schedule_fields import BadCell, parse_yes
from hotline_sessions.domain.schedule_hours import plan_windows, read_hours
from hotline_sessions.domain.schedule_rows import Mistake, Remark, Row, by_column
from hotline_sessions.domain.times import KYIV, Window


FREE_CALL: Final = "+380800"


class RowReading(Struct, frozen=True, kw_only=True):
    """What one row of a schedule says. ``windows`` is empty unless the row is accepted.

    ``rule`` is the recurrence that the days follow, without its remark; empty where each day is
    named by itself.
    """

    line: int
    institution: str
    institution_kind: str
    region: str
    position: str
    person: str
    topic: str
    community: str
    phone: PhoneNumber | None
    is_free: bool | None
    windows: tuple[Window, ...]
    mistakes: tuple[Mistake, ...]
    remarks: tuple[Remark, ...]
    rule: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the row has all the facts of a session."""
        return not self.mistakes


def read_rows(
    rows: Sequence[SheetRow], *, year: int | None, zone: ZoneInfo = KYIV, institution: str = ""
) -> list[RowReading]:
    """Readings of all rows of a table, in its order.

    ``institution`` stands for an empty cell, or for the column when the table has none.

    Raises:
        BadSheet, MissingColumns: See ``choose_columns``.
    """
    headers = rows[0].cells if rows else {}
    columns = choose_columns(headers, has_institution=bool(institution))
    return [
        read_row(
            {name: row.cells.get(header, "") for name, header in columns.items()},
            line=row.line,
            year=year,
            zone=zone,
            institution=institution,
        )
        for row in rows
    ]


def read_row(
    cells: Mapping[str, str],
    *,
    line: int,
    year: int | None,
    zone: ZoneInfo = KYIV,
    institution: str = "",
) -> RowReading:
    """Reading of one row, its cells named as ``ALIASES`` names them.

    ``year`` stands where the row shows none. A single day with a recurrence starts a series
    to the end of that day's year; a year with one is filled by it.
    """
    row = Row(cells)
    holder = row.text("institution") or institution
    if not holder:
        row.mistake("institution", "missing-institution")
    days = read_days(row, year=year)
    hours = read_hours(row)
    position, person, topic = (
        row.text(column) for column in ("official_position", "official_name", "topic")
    )
    _look_for_words(row, position, person, topic)
    phone = _read_phone(row)
    is_free = _read_free(row, phone)
    windows = plan_windows(row, days, hours, zone) if days and hours else ()
    return RowReading(
        line=line,
        institution=holder,
        institution_kind=row.text("institution_type"),
        region=row.text("region"),
        position=position,
        person=person,
        topic=topic,
        community=row.text("community"),
        phone=phone,
        is_free=is_free,
        windows=() if row.mistakes else windows,
        mistakes=by_column(row.mistakes),
        remarks=by_column(row.remarks),
        rule=_read_rule(row),
    )


def _read_rule(row: Row) -> str:
    text = row.text("recurrence")
    if not text or row.mistakes:
        return ""
    parts = parse_recurrence(text).parts
    return ";".join(f"{key}={value}" for key, value in parts.items())


def _look_for_words(row: Row, position: str, person: str, topic: str) -> None:
    if not (position or person or topic):
        row.mistake("official_position", "nothing-to-show")
    elif not (position or person):
        row.remark("official_position", "missing-position")


def _read_phone(row: Row) -> PhoneNumber | None:
    text = row.text("phone")
    if not text:
        row.remark("phone", "missing-phone")
        return None
    try:
        return parse_phone(text)
    except BadPhone:
        row.mistake("phone", "unreadable-phone")
        return None


def _read_free(row: Row, phone: PhoneNumber | None) -> bool | None:
    """What the cell says; else numbers of the 0 800 range are free of charge."""
    try:
        said = parse_yes(row.cells.get("free_call", ""))
    except BadCell:
        row.remark("free_call", "unreadable-yes")
        said = None
    if said is None and phone is not None and phone.startswith(FREE_CALL):
        return True
    return said
