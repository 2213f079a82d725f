"""The Classifier of appeals: dated rows by which every appeal is described and reported.

The rows are data: the law renames and adds them. An appeal keeps the codes that were valid
on the day it was received. A code that ends in ``x`` and a digit is provisional: the label
is known, the official number is not.

Source: CMU Resolution 858 of 24.09.2008, with its later changes.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.domain.errors import Invalid


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
    """The Classifier has no such code on that day. Facts: ``classifier_code``."""

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


def check_code(rows: Iterable[ClassifierRow], code: str, *, section: Section, on: date) -> None:
    """Refuse a code that may not be chosen in ``section`` ``on`` that day.

    Raises:
        UnknownCode: There is none there.
    """
    row = find_row(rows, code, on)
    if row is None or row.section is not section:
        raise UnknownCode(classifier_code=code)
