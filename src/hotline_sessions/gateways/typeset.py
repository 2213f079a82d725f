"""Sheets as PDF: made by Typst of a template of the package and of data.

Data travel as JSON and come out as the text they are: whatever a citizen has written, it is
never read as mark-up. Nothing is fetched; the fonts are those that come with Typst.
"""

from datetime import datetime
from importlib.resources import files
from typing import Final

import msgspec
import typst


STANDARD: Final = "ua-1"
"""Readable by screen readers. Source: ISO 14289-1, PDF/UA-1."""


def typeset(template: str, data: object, *, made_at: datetime) -> bytes:
    """The sheet as PDF; the same bytes for the same data and moment. Takes some 50 ms.

    Raises:
        typst.TypstError: A picture among the data is none, or the template is wrong.
    """
    source = (files("hotline_sessions.gateways") / "paper" / template).read_bytes()
    return bytes(
        typst.compile(
            source,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=[STANDARD],
            sys_inputs={"data": msgspec.json.encode(data).decode()},
            timestamp=int(made_at.timestamp()),
        )
    )
