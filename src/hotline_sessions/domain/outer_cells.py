"""What other bodies write into the cells of a list of appeals: days, names, codes."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from hotline_sessions.domain.classifier import ClassifierRow, Section, list_section
from hotline_sessions.domain.names import split_name
from hotline_sessions.domain.schedule_fields import BadCell, tidy


_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_USUAL: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?:,? \d{1,2}:\d{2}.*)?")
_OLDEST: Final = 1991
_SPACES: Final = re.compile(r"[ \t\f\v]+")
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212]")


def parse_day(text: str, *, today: date) -> date:
    """The day that a cell names: 2026-11-20, 20.11.2026, with or without a time.

    Raises:
        BadCell: It is no day (``unreadable-day``), or one that has not come (``future-day``).
    """
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _USUAL.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise BadCell("unreadable-day", text=text)
    try:
        named = date(int(year), int(month), int(day))
    except ValueError:
        raise BadCell("unreadable-day", text=text) from None
    if named.year < _OLDEST:
        raise BadCell("unreadable-day", text=text)
    if named > today:
        raise BadCell("future-day", text=text)
    return named


def list_spellings(
    rows: Iterable[ClassifierRow], section: Section, *, on: date
) -> Mapping[str, str]:
    """Codes of a section on that day by all that a cell may call them, for ``parse_code``.

    A row is called by its code, its identifier and its labels; «заява» stands for its row.
    """
    codes: dict[str, str] = {}
    for row in list_section(rows, section, on):
        labels = (row.label_uk, row.label_en)
        named = {row.code, row.identifier.casefold(), *map(_plain, labels)}
        for name in named | {_plain(label.partition("(")[0]) for label in labels}:
            codes.setdefault(name, row.code)
    return codes


def parse_code(text: str, codes: Mapping[str, str], *, reason: str) -> str:
    """The code that a cell names, of those of ``list_spellings``.

    Raises:
        BadCell: It names none (``reason``).
    """
    try:
        return codes[_plain(text)]
    except KeyError:
        raise BadCell(reason, text=tidy(text)) from None


def parse_name(text: str) -> dict[str, str]:
    """Surname, given name and patronymic of one cell.

    Raises:
        BadCell: It is one word (``unreadable-name``).
    """
    parts = split_name(text)
    if not (parts.get("surname") and parts.get("given_name")):
        raise BadCell("unreadable-name")
    return parts


def clean_text(text: str) -> str:
    """``text`` in its lines, without control characters and blanks that nobody sees."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    shown = ("".join(char if char.isprintable() else " " for char in line) for line in lines)
    return "\n".join(_SPACES.sub(" ", line).strip() for line in shown).strip()


def build_key(number: str) -> str:
    """What tells one number of a body from another, however it was typed.

    Case, blanks and kinds of dashes do not.
    """
    folded = unicodedata.normalize("NFKC", number).casefold()
    return _DASHES.sub("-", "".join(folded.split()))


def _plain(text: str) -> str:
    return tidy(text).casefold().strip(" .")
