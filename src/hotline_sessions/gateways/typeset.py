"""Sheets as PDF: made by Typst of a template of the package and of data.

Data travel as JSON and come out as the text they are: whatever a citizen has written, it is
never read as mark-up. Nothing is fetched; the fonts are those that come with Typst.
"""

from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import msgspec
import typst


STANDARD: Final = "ua-1"
"""Readable by screen readers. Source: ISO 14289-1, PDF/UA-1."""


def typeset(template: str, data: object, *, made_at: datetime) -> bytes:
    """The sheet as PDF; the same bytes for the same data and moment. Takes some 50 ms.

    Raises:
        typst.TypstError: A picture among the data is none, or the template is wrong.
    """
    options = {"format": "pdf", "pdf_standards": [STANDARD]}
    return _compile(template, data, timestamp=int(made_at.timestamp()), **options)


def draw(template: str, data: object, *, dots: float) -> bytes:
    """The sheet, of one page, as PNG; ``dots`` to the inch. Takes some 200 ms for A4 at 150.

    Raises:
        typst.TypstError: A picture among the data is none, or the template is wrong.
    """
    return _compile(template, data, format="png", ppi=dots)


def _compile(template: str, data: object, **options: Any) -> bytes:  # noqa: ANN401 - options of Typst
    source = (files("hotline_sessions.gateways") / "paper" / template).read_bytes()
    inputs = {"data": msgspec.json.encode(data).decode()}
    made = typst.compile(source, ignore_system_fonts=True, sys_inputs=inputs, **options)
    return bytes(made[0] if isinstance(made, list) else made)
