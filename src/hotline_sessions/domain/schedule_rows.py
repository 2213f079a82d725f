"""One row of a schedule while it is read: its cells, and what was noticed about them."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from msgspec import Struct

from hotline_sessions.domain.schedule_columns import ALIASES
from hotline_sessions.domain.schedule_fields import BadCell, is_blank, tidy


Read = TypeVar("Read")
Noticed = TypeVar("Noticed", "Mistake", "Remark")

LONGEST_TEXT: Final[Mapping[str, int]] = {
    "institution": 300,
    "institution_type": 100,
    "region": 100,
    "official_position": 300,
    "official_name": 200,
    "topic": 300,
    "community": 120,
}
"""Longer cells are not names but texts put into a wrong column; in characters."""

LONGEST_FACT: Final = 80
"""So much of a wrong cell is repeated in a reason; in characters."""


class Mistake(Struct, frozen=True, kw_only=True):
    """Why a row cannot be taken: ``code`` has its sentence in the catalogue."""

    column: str
    code: str
    facts: dict[str, str] = {}


class Remark(Struct, frozen=True, kw_only=True):
    """What was supposed while a row was read; it does not stop the row."""

    column: str
    code: str
    facts: dict[str, str] = {}


class Row:
    """Cells of a row, named as ``ALIASES`` names them, with everything noticed so far."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.mistakes: list[Mistake] = []
        self.remarks: list[Remark] = []

    def text(self, column: str) -> str:
        """The cell on one line; empty where it says nothing."""
        text = tidy(self.cells.get(column, ""))
        if is_blank(text):
            return ""
        limit = LONGEST_TEXT.get(column)
        if limit is not None and len(text) > limit:
            long = Mistake(column=column, code="too-long", facts={"limit": str(limit)})
            if long not in self.mistakes:
                self.mistakes.append(long)
            return text[:limit]
        return text

    def mistake(self, column: str, code: str, **facts: str) -> None:
        """Note why the row cannot be taken."""
        self.mistakes.append(Mistake(column=column, code=code, facts=facts))

    def remark(self, column: str, code: str, **facts: str) -> None:
        """Note what was supposed."""
        self.remarks.append(Remark(column=column, code=code, facts=facts))

    def attempt(self, column: str, read: Callable[[], Read]) -> Read | None:
        """What ``read`` gives, or ``None`` with its refusal noted as a mistake."""
        try:
            return read()
        except BadCell as refusal:
            facts = {key: _shorten(str(value)) for key, value in refusal.facts.items()}
            self.mistake(column, refusal.reason, **facts)
            return None


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_FACT else f"{text[:LONGEST_FACT]}…"


def by_column(noticed: list[Noticed]) -> tuple[Noticed, ...]:
    """``noticed`` in the order of our columns."""
    order = list(ALIASES)
    return tuple(sorted(noticed, key=lambda note: order.index(note.column)))
