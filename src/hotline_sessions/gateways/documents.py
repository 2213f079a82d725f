"""Documents on paper: briefings, slips of bookings, rows of numbers."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.gateways.typeset import typeset


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
    return typeset("numbers.typ", sheet, made_at=made_at)


def build_briefing_pdf(paper: BriefingPaper, *, made_at: datetime) -> bytes:
    """The briefing as PDF for A4; the same bytes for the same paper. Takes some 50 ms."""
    return typeset("briefing.typ", paper, made_at=made_at)


def build_slip_pdf(slip: BookingSlip, *, made_at: datetime) -> bytes:
    """The sheet as PDF for A5, one page; the same bytes for the same slip."""
    return typeset("slip.typ", slip, made_at=made_at)
