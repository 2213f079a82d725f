"""The card of an appeal as it is handed over to other systems: a document, or a line of a table.

Source: Instruction approved by CMU Resolution 348 of 14.04.1997 (the fields of a card).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.ids import PublicId


class Card(Struct, frozen=True, kw_only=True):
    """A card with all that other systems are told of it.

    Codes are those of the classifier. ``result`` is that of the answer, or of the exit.
    ``changed_at`` is when the last step was done. ``executors`` begin with the main one.
    """

    public_id: PublicId
    register_index: str
    state: AppealState
    received_on: date
    first_received_on: date | None
    registered_on: date
    form_of_receipt: str
    source: str | None
    outer_number: str | None
    surname: str
    given_name: str
    patronymic: str
    residence: str
    phone: str
    email: str
    kind: str
    topic: str
    question: str
    further_questions: list[str]
    wants_written_reply: bool
    asks_secrecy: bool
    has_priority: bool
    sign: str
    subject: str
    people: int
    medium: str
    sex: str
    social_status: str
    categories: list[str]
    more_topics: list[str]
    procedure: str
    term: str
    legal_on: date
    internal_on: date
    resolution: str | None
    executors: list[str]
    result: str | None
    answer: str | None
    answered_at: datetime | None
    outgoing_number: str | None
    changed_at: datetime | None


FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(Card))
"""Names of the fields, in the order of a table."""
SECRET: Final = (
    "surname",
    "given_name",
    "patronymic",
    "residence",
    "phone",
    "email",
    "sex",
    "social_status",
)
"""What is not disclosed if the author asks so. Source: Law 393/96-ВР, art. 10."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER: Final = re.compile(r"\+?\d+")


def hide_secret(card: Card) -> Card:
    """The card without what its author asked not to disclose.

    Source: Law 393/96-ВР, art. 10.
    """
    if not card.asks_secrecy:
        return card
    return msgspec.structs.replace(card, **dict.fromkeys(SECRET, ""), categories=[])


def build_document(card: Card) -> dict[str, object]:
    """The card as JSON holds it."""
    built: dict[str, object] = msgspec.to_builtins(card)
    return built


def build_cells(card: Card) -> list[str]:
    """The card as a line of a table, in the order of ``FIELDS``."""
    return [_write(value) for value in build_document(card).values()]


def escape_formula(cell: str) -> str:
    """A cell of CSV that no spreadsheet takes for a formula.

    Source: OWASP, «CSV Injection». A telephone number with its plus is left as it is.
    """
    if cell.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _write(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return "; ".join(map(str, value))
        case Mapping():
            raise TypeError("a card is flat")
        case _:
            return str(value)
