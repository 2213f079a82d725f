"""What letters and papers of appeals need from outside."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from hotline_sessions.domain.letters import LetterPaper
from hotline_sessions.services.recording_ports import Storage


class LetterPrinter(Protocol):
    """Prints letters; raises a ``domain.letters.BadLogo`` when it cannot print their picture."""

    async def print_pdf(self, paper: LetterPaper, *, made_at: datetime) -> bytes:
        """The letter as PDF that can be read out."""
        ...

    async def print_docx(self, paper: LetterPaper, *, made_at: datetime) -> bytes:
        """The letter as a file of Word."""
        ...


class Documents(Struct, frozen=True, kw_only=True):
    """Where documents are printed and kept."""

    printer: LetterPrinter
    storage: Storage
