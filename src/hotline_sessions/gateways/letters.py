"""Letters on paper: PDF made by Typst, DOCX made of a template of Word.

Data come out as the text they are: whatever somebody has typed, neither of the two reads it as
mark-up. The PDF can be read out (PDF/UA-1), and its bytes follow from the letter alone.
"""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Final

import typst
from docx.document import Document
from docx.image.exceptions import UnrecognizedImageError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape
from msgspec import structs

from hotline_sessions.domain.letters import BadLogo, LetterPaper, let_break
from hotline_sessions.gateways.letter_template import build_template
from hotline_sessions.gateways.typeset import typeset


LOGO_HEIGHT: Final = Mm(17)
"""Of the emblem above the name. Source: DSTU 4163:2020."""
WIDEST_LOGO: Final = 2000
"""Pixels of a side; more would cost memory and shows no better on paper."""
MOST_LOGO: Final = 200 * 1024
"""Bytes of a logo."""

_PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


class Press:
    """The port ``LetterPrinter``; both sheets are made beside the event loop."""

    async def print_pdf(self, paper: LetterPaper, *, made_at: datetime) -> bytes:
        """The letter as PDF."""
        return await asyncio.to_thread(build_letter_pdf, paper, made_at=made_at)

    async def print_docx(self, paper: LetterPaper, *, made_at: datetime) -> bytes:
        """The letter as a file of Word."""
        return await asyncio.to_thread(build_letter_docx, paper, made_at=made_at)


def build_letter_pdf(paper: LetterPaper, *, made_at: datetime) -> bytes:
    """The letter as PDF for A4; the same bytes for the same letter. Takes some 50 ms.

    Raises:
        BadLogo: The picture at its head cannot be printed.
    """
    try:
        return typeset("letter.typ", _list_data(paper), made_at=made_at)
    except typst.TypstError:
        if not paper.logo:
            raise
        raise BadLogo from None


def build_letter_docx(paper: LetterPaper, *, made_at: datetime) -> bytes:
    """The letter as a file of Word.

    Raises:
        BadLogo: The picture at its head cannot be printed.
    """
    template = DocxTemplate(BytesIO(build_template()))
    template.init_docx()
    logo = InlineImage(template, BytesIO(paper.logo), height=LOGO_HEIGHT) if paper.logo else ""
    words = {name: _say(value) for name, value in structs.asdict(paper).items() if name != "logo"}
    try:
        template.render(words | {"logo": logo}, SandboxedEnvironment(autoescape=True))
    except UnrecognizedImageError:
        raise BadLogo from None
    sheet: Document = template.docx
    about = sheet.core_properties
    about.title, about.author, about.last_modified_by = paper.title, paper.institution, ""
    about.language, about.comments, about.revision = "uk-UA", "", 1
    about.created = about.modified = made_at.replace(tzinfo=None)
    stream = BytesIO()
    sheet.save(stream)
    return stream.getvalue()


def check_logo(content: bytes) -> None:
    """Whether this picture can stand at the head of letters: a small PNG.

    Raises:
        BadLogo: It cannot.
    """
    sides = content[len(_PNG) : len(_PNG) + 8]
    width, height = int.from_bytes(sides[:4]), int.from_bytes(sides[4:])
    is_small = 0 < width <= WIDEST_LOGO and 0 < height <= WIDEST_LOGO
    if not content.startswith(_PNG) or len(content) > MOST_LOGO or not is_small:
        raise BadLogo


def _say(value: object) -> object:
    """A value for the template: text that holds no place to fill, whatever is typed into it."""
    if isinstance(value, list):
        return [_say(each) for each in value]
    # docxtpl looks for braces after it has filled its own; as references they are text.
    text = str(escape(value)).replace("{", "&#123;").replace("}", "&#125;")
    return Markup(text)  # noqa: S704 - escaped one line above


def _list_data(paper: LetterPaper) -> dict[str, object]:
    data = {name: _let_break(value) for name, value in structs.asdict(paper).items()}
    # Bytes of a picture travel as numbers: typst reads no other form of them from JSON.
    return data | {"title": paper.title, "logo": list(paper.logo)}


def _let_break(value: object) -> object:
    if isinstance(value, list):
        return [_let_break(each) for each in value]
    return let_break(value) if isinstance(value, str) else value
