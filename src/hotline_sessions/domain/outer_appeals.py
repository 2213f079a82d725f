"""Appeals that another body sends as a table: each row an appeal, or every reason why not.

A row has the number that the other body gave; by it the same appeal is known again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeals import (
    GivenName,
    NewAppeal,
    QuestionText,
    Residence,
    Surname,
    parse_reply_email,
)
from hotline_sessions.domain.classifier import ClassifierRow, Section
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.outer_cells import (
    build_key,
    clean_text,
    list_spellings,
    parse_code,
    parse_day,
    parse_name,
)
from hotline_sessions.domain.outer_columns import OUTER_ALIASES, choose_outer_columns
from hotline_sessions.domain.phones import parse_phone
from hotline_sessions.domain.schedule_columns import SheetRow
from hotline_sessions.domain.schedule_fields import BadCell, is_blank, parse_yes, tidy
from hotline_sessions.domain.schedule_rows import LONGEST_FACT, Mistake, Remark


Read = TypeVar("Read")

APPLICATION: Final = "3.2"
"""What is not said to be a proposal or a complaint. Source: CMU Resolution 858/2008, 3.2."""
LONGEST_NUMBER: Final = 100
_SIZES: Final[Mapping[str, Any]] = {
    "surname": Surname,
    "given_name": GivenName,
    "residence": Residence,
    "question": QuestionText,
}
_LONGEST_PATRONYMIC: Final = 100


class OuterAppeal(Struct, frozen=True, kw_only=True):
    """A good row: the appeal, the number that the other body gave it, and when it got it."""

    number: str
    key: str
    new: NewAppeal
    first_received_on: date | None
    asks_secrecy: bool


class OuterReading(Struct, frozen=True, kw_only=True):
    """What one row says; ``appeal`` is there if it can be taken."""

    line: int
    number: str
    key: str
    appeal: OuterAppeal | None
    mistakes: tuple[Mistake, ...]
    remarks: tuple[Remark, ...]


def read_outer_rows(
    rows: Sequence[SheetRow], *, classifier: Sequence[ClassifierRow], today: date
) -> list[OuterReading]:
    """Readings of all rows, in their order; of two with one number the second is refused.

    Raises:
        BadSheet, MissingColumns: See ``choose_outer_columns``.
    """
    # Objects of a JSON list need not have all the same keys.
    headers = dict.fromkeys(header for row in rows for header in row.cells)
    columns = choose_outer_columns(headers)
    codes = {
        section: list_spellings(classifier, section, on=today)
        for section in (Section.KIND, Section.TOPIC)
    }
    seen: dict[str, int] = {}
    readings = []
    for row in rows:
        cells = {name: row.cells.get(header, "") for name, header in columns.items()}
        reading = _RowReader(cells, codes=codes, today=today).read(row.line, seen)
        if reading.key:
            seen.setdefault(reading.key, row.line)
        readings.append(reading)
    return readings


class _RowReader:
    """One row while it is read, with everything noticed so far."""

    def __init__(
        self,
        cells: Mapping[str, str],
        *,
        codes: Mapping[Section, Mapping[str, str]],
        today: date,
    ) -> None:
        self._cells = cells
        self._codes = codes
        self._today = today
        self._mistakes: list[Mistake] = []
        self._remarks: list[Remark] = []

    def read(self, line: int, seen: Mapping[str, int]) -> OuterReading:
        """The reading; ``seen`` holds the numbers of the rows before."""
        number = self._read_number(seen)
        values = self._read_author() | self._read_matter()
        first_received_on = self._attempt(
            "outer_date", lambda text: parse_day(text, today=self._today)
        )
        asks_secrecy = bool(self._attempt("secrecy", parse_yes))
        appeal = None
        if not self._mistakes:
            appeal = OuterAppeal(
                number=number,
                key=build_key(number),
                new=NewAppeal(**values),
                first_received_on=first_received_on,
                asks_secrecy=asks_secrecy,
            )
        order = list(OUTER_ALIASES)
        return OuterReading(
            line=line,
            number=number[:LONGEST_NUMBER],
            key=build_key(number[:LONGEST_NUMBER]),
            appeal=appeal,
            mistakes=tuple(sorted(self._mistakes, key=lambda each: order.index(each.column))),
            remarks=tuple(self._remarks),
        )

    def _read_number(self, seen: Mapping[str, int]) -> str:
        number = self._text("outer_number")
        if not number:
            self._blame("outer_number", "missing-number")
        elif len(number) > LONGEST_NUMBER:
            self._blame("outer_number", "too-long", limit=str(LONGEST_NUMBER))
        elif (line := seen.get(build_key(number))) is not None:
            self._blame("outer_number", "same-number", line=str(line))
        return number

    def _read_author(self) -> dict[str, Any]:
        whole = self._attempt("full_name", parse_name) or {}
        names = {
            name: self._text(name) or whole.get(name, "")
            for name in ("surname", "given_name", "patronymic")
        }
        if not any(each.column == "full_name" for each in self._mistakes):
            self._measure("surname", names["surname"])
            self._measure("given_name", names["given_name"])
        if len(names["patronymic"]) > _LONGEST_PATRONYMIC:
            self._blame("patronymic", "too-long", limit=str(_LONGEST_PATRONYMIC))
        residence = self._text("residence")
        self._measure("residence", residence)
        return {
            **names,
            "residence": residence,
            "phone": self._attempt("phone", _by("unreadable-phone", parse_phone)) or "",
            "email": self._attempt("email", _by("unreadable-email", parse_reply_email)) or "",
        }

    def _read_matter(self) -> dict[str, Any]:
        question = clean_text(self._cells.get("question", ""))
        self._measure("question", question)
        kind = self._find("kind", Section.KIND, "unknown-kind")
        if not kind and not self._text("kind"):
            self._remarks.append(Remark(column="kind", code="kind-assumed"))
        written = self._attempt("written_reply", parse_yes)
        return {
            "question": question,
            "kind": kind or APPLICATION,
            "topic": self._find("topic", Section.TOPIC, "unknown-topic") or "",
            "wants_written_reply": written is not False,
            "has_priority": bool(self._attempt("priority", parse_yes)),
        }

    def _find(self, column: str, section: Section, reason: str) -> str | None:
        return self._attempt(
            column,
            lambda text: parse_code(text, self._codes[section], reason=reason),
        )

    def _text(self, column: str) -> str:
        text = tidy(self._cells.get(column, ""))
        return "" if is_blank(text) else text

    def _measure(self, column: str, text: str) -> None:
        """Note a text that the register could not keep, or that says nothing."""
        try:
            msgspec.convert(text, _SIZES[column])
        except msgspec.ValidationError as error:
            limit = "".join(char for char in str(error) if char.isdigit())
            if not text:
                self._blame(column, "missing-text")
            elif "<=" in str(error):
                self._blame(column, "too-long", limit=limit)
            else:
                self._blame(column, "too-short", limit=limit)

    def _attempt(self, column: str, read: Callable[[str], Read]) -> Read | None:
        """What ``read`` makes of a filled cell, or None; its refusal is noted."""
        text = self._text(column)
        if not text:
            return None
        try:
            return read(text)
        except BadCell as refusal:
            facts = {name: str(value)[:LONGEST_FACT] for name, value in refusal.facts.items()}
            self._blame(column, refusal.reason, **facts)
            return None

    def _blame(self, column: str, code: str, **facts: str) -> None:
        self._mistakes.append(Mistake(column=column, code=code, facts=facts))


def _by(reason: str, read: Callable[[str], Read]) -> Callable[[str], Read]:
    """``read`` with its refusal turned into that of a cell."""

    def reading(text: str) -> Read:
        try:
            return read(text)
        except Invalid:
            raise BadCell(reason) from None

    return reading
