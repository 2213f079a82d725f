"""Documents on paper: PDF made by Typst from a template of the package and data.

Data travel as JSON and come out as the text they are: whatever a citizen has written, it is
never read as mark-up. Nothing is fetched; the fonts are those that come with Typst.
"""

from datetime import datetime
from importlib.resources import files
from typing import Final

import msgspec
import typst
from msgspec import Struct


STANDARD: Final = "ua-1"
"""Readable by screen readers. Source: ISO 14289-1, PDF/UA-1."""


class BriefingTalk(Struct, frozen=True, kw_only=True):
    """One row of the table of talks."""

    clock: str
    who: str
    place: str = ""
    question: str = ""
    earlier: str = ""


class BriefingList(Struct, frozen=True, kw_only=True):
    """A heading with its points; ``nothing`` is said where there are none."""

    title: str
    lines: list[str]
    nothing: str = ""


class BriefingPaper(Struct, frozen=True, kw_only=True):
    """The briefing of an official, in words; ``facts`` are pairs of a name and a value."""

    title: str
    institution: str
    language: str
    region: str
    facts: list[tuple[str, str]]
    talks_title: str
    talks_text: str
    talks_head: tuple[str, str, str]
    talks: list[BriefingTalk]
    lists: list[BriefingList]
    notes_title: str
    made: str


class BookingSlip(Struct, frozen=True, kw_only=True):
    """A sheet to lie beside the telephone, in words; no name and no question is on it.

    ``call`` says who calls whom, ``number`` is empty where no line is known. ``code`` is the
    whole code, or empty; then ``code_text`` says where it is found.
    """

    title: str
    institution: str
    language: str
    region: str
    who: list[str]
    day: str
    clock: str
    call: str
    number: str
    code_title: str
    code: str
    code_text: str
    steps_title: str
    steps: list[str]
    reference_title: str
    reference: str
    foot: str


class NumberSheet(Struct, frozen=True, kw_only=True):
    """Rows to fill in by hand, one for each number set aside, in words."""

    title: str
    institution: str
    language: str
    region: str
    text: str
    head: tuple[str, ...]
    rows: list[str]


def build_number_sheet(sheet: NumberSheet, *, made_at: datetime) -> bytes:
    """The rows as PDF for A4."""
    return _print("numbers.typ", sheet, made_at=made_at)


def build_briefing_pdf(paper: BriefingPaper, *, made_at: datetime) -> bytes:
    """The briefing as PDF for A4; the same bytes for the same paper. Takes some 50 ms."""
    return _print("briefing.typ", paper, made_at=made_at)


def build_slip_pdf(slip: BookingSlip, *, made_at: datetime) -> bytes:
    """The sheet as PDF for A5, one page; the same bytes for the same slip."""
    return _print("slip.typ", slip, made_at=made_at)


def _print(template: str, paper: Struct, *, made_at: datetime) -> bytes:
    source = (files("hotline_sessions.gateways") / "paper" / template).read_bytes()
    return bytes(
        typst.compile(
            source,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=[STANDARD],
            sys_inputs={"data": msgspec.json.encode(paper).decode()},
            timestamp=int(made_at.timestamp()),
        )
    )
