"""Letters of an institution to the author of an appeal: what stands on the sheet.

Source: DSTU 4163:2020 (particulars of documents and where they stand); Law 393/96-ВР, art. 5,
7, 8, 15, 16, 20.
"""

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import AccountId, InstitutionId


EDRPOU_DIGITS: Final = 8
"""Of the code of a legal person. Source: CMU Resolution 499/1996."""
LONGEST_WORD: Final = 30
"""Letters of a word that fits on every line; longer ones would leave the sheet."""
LONGEST_RUN: Final = 15
"""Letters between the places at which a longer word may break."""

_CONTROLS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_KEPT: Final = frozenset("\t\u00ad\u200c\u200d")
"""Invisible signs that spelling needs: soft hyphen, joiners."""
_LONG_WORD: Final = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_RUN: Final = re.compile(rf"(\S{{{LONGEST_RUN}}})(?=\S)")


class LetterKind(StrEnum):
    """What a letter tells; named after the step that it belongs to."""

    REPLY = "reply"
    ANSWER = "answer"
    """A reply that was given at once, without a draft."""
    EXTENSION = "extension"
    FORWARDED = "forwarded"
    RETURNED = "returned"
    STOPPED = "stopped"


class LetterStage(StrEnum):
    """How far a letter has come."""

    DRAFT = "draft"
    SIGNED = "signed"
    """Signed, and not registered yet: it has no outgoing number."""
    ISSUED = "issued"
    """Registered under its outgoing number."""


class LetterFormat(StrEnum):
    """A file that a letter is printed to; the value is the ending of its name."""

    PDF = "pdf"
    DOCX = "docx"


class BadEdrpou(Invalid):
    """The code of a legal person has eight digits."""

    code = "bad-edrpou"


class BadLogo(Invalid):
    """This is no picture that can be printed: a small PNG."""

    code = "bad-logo"


class LetterChanged(Conflict):
    """What was signed is not what stands on the card now: it has changed meanwhile."""

    code = "letter-changed"


class LetterIssued(Conflict):
    """The letter has its outgoing number, and is never printed anew."""

    code = "letter-issued"


class LettersSilent(Conflict):
    """The storage of documents does not take or give out a letter now."""

    code = "letters-silent"


class LetterDamaged(Conflict):
    """What lies in the storage is not the letter that was put there."""

    code = "letter-damaged"


Short = Annotated[str, Meta(max_length=200)]


class Letterhead(Struct, frozen=True, kw_only=True):
    """What stands at the head of every letter; ``above`` is the body to which it belongs."""

    name: Annotated[str, Meta(max_length=300)]
    above: Annotated[str, Meta(max_length=300)] = ""
    address: Annotated[str, Meta(max_length=300)] = ""
    edrpou: str = ""
    phone: Short = ""
    email: Short = ""
    website: Short = ""
    has_logo: bool = False


class Hand(Struct, frozen=True, kw_only=True):
    """A person of the staff as letters name them: post, and the telephone of the office."""

    account: AccountId
    full_name: str
    post: str = ""
    phone: str = ""


class LetterSource(Struct, frozen=True, kw_only=True):
    """What a letter is made of: a reply, an extension, or why the appeal is not answered here.

    ``text`` is the answer or the explanation, ``answers`` those to further questions by place.
    ``stage`` is ``SIGNED`` as soon as who may decide has decided. ``number`` is the outgoing
    one, if it is known already; ``is_delivered``: the reply was sent or told.
    """

    kind: LetterKind
    id: int
    stage: LetterStage
    text: str
    answers: dict[str, str] = {}
    result: str = ""
    ground: str = ""
    body: str = ""
    until_on: date | None = None
    author: AccountId | None = None
    signer: AccountId | None = None
    number: str = ""
    is_delivered: bool = False
    done_at: datetime


class LetterPaper(Struct, frozen=True, kw_only=True):
    """A letter in words, from top to bottom; what is empty is left out.

    ``draft`` is the mark of a sheet that nobody has signed. ``dated`` and ``number`` are blank
    lines where they are empty.
    """

    title: str
    institution: str
    above: str
    contacts: list[str]
    logo: bytes
    logo_text: str
    draft: str
    dated: str
    number: str
    number_sign: str
    reference: str
    addressee: list[str]
    subject: str
    paragraphs: list[str]
    enclosures_title: str
    enclosures: list[str]
    post: str
    signer: str
    executor: str
    language: str = "uk"
    region: str = "ua"


class StoredFile(Struct, frozen=True, kw_only=True):
    """A file in the storage: where, how long, and its SHA-256 in hexadecimal digits."""

    key: str
    sha256: str
    size: int


class FrozenLetter(Struct, frozen=True, kw_only=True):
    """A letter as it will never change: printed, stored, and not yet written down."""

    institution: InstitutionId
    kind: LetterKind
    source: int
    stage: LetterStage
    number: str
    dated_on: date
    pdf: StoredFile
    docx: StoredFile
    attachments: tuple[int, ...] = ()


class StoredLetter(Struct, frozen=True, kw_only=True):
    """A letter that was signed or issued."""

    kind: LetterKind
    source: int
    stage: LetterStage
    number: str
    dated_on: date
    pdf: StoredFile
    docx: StoredFile

    def file(self, form: LetterFormat) -> StoredFile:
        """The file of one format."""
        return self.pdf if form is LetterFormat.PDF else self.docx


def parse_edrpou(text: str) -> str:
    """The code of a legal person.

    Raises:
        BadEdrpou: It has other than eight digits.
    """
    if len(text) != EDRPOU_DIGITS or not (text.isascii() and text.isdecimal()):
        raise BadEdrpou
    return text


def clean(text: str) -> str:
    """``text`` without signs that no document may hold, and that nobody sees.

    Controls, which XML forbids; surrogates and unassigned ones; and those that turn the
    direction of reading, by which a line might say what it does not.
    """
    return "".join(
        sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in _CONTROLS
    ).strip()


def split_paragraphs(text: str) -> list[str]:
    """Paragraphs of what was typed, in their order, without empty ones."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line for each in lines if (line := clean(each))]


def let_break(text: str) -> str:
    """``text`` with places at which its longest words may break."""
    return _LONG_WORD.sub(lambda word: _RUN.sub("\\1\u200b", word[0]), text)
