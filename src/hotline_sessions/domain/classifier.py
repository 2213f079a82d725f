"""The Classifier of appeals: dated rows by which every appeal is described and reported.

The rows are data: the law renames and adds them. An appeal keeps the codes that were valid
on the day it was received. A code that ends in ``x`` and a digit is provisional: the label
is known, the official number is not.

Source: CMU Resolution 858 of 24.09.2008, with its later changes.
"""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid


_CODE: Final = r"\d+(?:\.[x\d]+)*"
_ONLY_CODES: Final = re.compile(rf"{_CODE}(?:[\s,;]+{_CODE})*")
_LEADING_CODE: Final = re.compile(rf"({_CODE})\b")


class Section(StrEnum):
    """Sections of the Classifier; the values are their official numbers."""

    FORM = "1"
    SIGN = "2"
    KIND = "3"
    SEX = "4"
    SUBJECT = "5"
    TYPE = "6"
    CATEGORY = "7"
    STATUS = "8"
    RESULT = "9"
    TOPIC = "II"


class UnknownCode(Invalid):
    """The Classifier has no such code on that day. Facts: ``classifier_code``, ``field``."""

    code = "unknown-classifier-code"


class ClassifierRow(Struct, frozen=True, kw_only=True):
    """One row: its official code, its labels, and the days on which it may be chosen.

    ``identifier`` is stable within a section even where the code is not settled;
    ``confirmed`` tells that code and wording were seen in official reports.
    """

    section: Section
    code: str
    identifier: str
    label_uk: str
    label_en: str
    confirmed: bool
    valid_from: date
    valid_to: date | None = None

    def is_valid(self, on: date) -> bool:
        """Whether it may be chosen for an appeal received ``on`` that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def label(self, locale: str) -> str:
        """Words for people; English for any language but Ukrainian."""
        return self.label_uk if locale == "uk" else self.label_en


def list_section(
    rows: Iterable[ClassifierRow], section: Section, on: date
) -> tuple[ClassifierRow, ...]:
    """Rows of one section that may be chosen ``on`` that day, in official order."""
    return tuple(row for row in rows if row.section is section and row.is_valid(on))


def list_kinds(rows: Iterable[ClassifierRow], on: date) -> tuple[ClassifierRow, ...]:
    """Proposal, application, complaint: 3.1 to 3.3."""
    return list_section(rows, Section.KIND, on)


def list_topics(rows: Iterable[ClassifierRow], on: date) -> tuple[ClassifierRow, ...]:
    """Subjects of section II."""
    return list_section(rows, Section.TOPIC, on)


def list_results(rows: Iterable[ClassifierRow], on: date) -> tuple[ClassifierRow, ...]:
    """Results of consideration: 9.1 to 9.6."""
    return list_section(rows, Section.RESULT, on)


def find_row(rows: Iterable[ClassifierRow], code: str, on: date) -> ClassifierRow | None:
    """The row that ``code`` meant ``on`` that day, if there was one."""
    return next((row for row in rows if row.code == code and row.is_valid(on)), None)


def check_code(
    rows: Iterable[ClassifierRow], code: str, *, section: Section, on: date, field: str = ""
) -> None:
    """Refuse a code that may not be chosen in ``section`` ``on`` that day.

    Raises:
        UnknownCode: There is none there.
    """
    row = find_row(rows, code, on)
    if row is None or row.section is not section:
        raise UnknownCode(classifier_code=code, field=field)


def read_codes(
    rows: Iterable[ClassifierRow], text: str, *, section: Section, on: date
) -> tuple[str, ...]:
    """Codes of ``section`` that somebody typed, in their order and each once.

    Codes may be typed short (``6`` for ``060``) and several at once; a name, or as much of it
    as only one row has, stands for its code. Names are parted by semicolons: they hold commas.

    Raises:
        UnknownCode: A part of it means none of them, or more than one.
    """
    valid = list_section(rows, section, on)
    parts = re.split(r"[\s,;]+", text) if _ONLY_CODES.fullmatch(text.strip()) else text.split(";")
    return tuple(dict.fromkeys(_read_code(valid, part.strip()) for part in parts if part.strip()))


def _read_code(valid: tuple[ClassifierRow, ...], part: str) -> str:
    if typed := _LEADING_CODE.match(part):
        found = [row.code for row in valid if typed[1] in _list_spellings(row.code)]
    else:
        asked = part.casefold()
        named = [(row.code, (row.label_uk.casefold(), row.label_en.casefold())) for row in valid]
        found = [code for code, labels in named if asked in labels] or [
            code for code, labels in named if any(asked in label for label in labels)
        ]
    if len(found) != 1:
        raise UnknownCode(classifier_code=typed[1] if typed else "")
    return found[0]


def _list_spellings(code: str) -> set[str]:
    """How a code may be typed: in full, without leading zeros, ``6`` for ``060``."""
    return {code, code.lstrip("0")} | ({code[1]} if re.fullmatch(r"0\d0", code) else set())
