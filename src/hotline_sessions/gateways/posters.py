"""Posters and leaflets of a session: one sheet, for the wall or for the hand."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.gateways.qr import draw_qr
from hotline_sessions.gateways.typeset import draw, typeset


class Paper(StrEnum):
    """Sizes of paper. Source: ISO 216."""

    A3 = "a3"
    A4 = "a4"
    A5 = "a5"


DOTS: Final[Mapping[Paper, float]] = {Paper.A3: 120, Paper.A4: 150, Paper.A5: 200}
"""Dots to the inch of a picture: some 2000 from top to bottom, whatever the paper."""


class Poster(Struct, frozen=True, kw_only=True):
    """What stands on the sheet, in words; ``notice`` is what has become of the session."""

    title: str
    institution: str
    language: str
    region: str
    heading: str
    notice: str
    notice_text: str
    topic: str
    who: str
    post: str
    day: str
    clock: str
    call: str
    number: str
    to_call: str
    book: str
    address: str
    link: str
    qr_text: str
    foot: str


def build_poster_pdf(poster: Poster, paper: Paper, *, made_at: datetime) -> bytes:
    """The sheet as PDF that can be read out; the same bytes for the same poster."""
    return typeset("poster.typ", _list_data(poster, paper), made_at=made_at)


def build_poster_png(poster: Poster, paper: Paper) -> bytes:
    """The sheet as a picture, for sites and messengers."""
    return draw("poster.typ", _list_data(poster, paper), dots=DOTS[paper])


def _list_data(poster: Poster, paper: Paper) -> dict[str, object]:
    return {"poster": poster, "paper": paper.value, "qr": draw_qr(poster.link)}
