"""Correcting a card: what may be, and what stays visible of it.

A card is never edited silently: each field that changes leaves what it said before.
Source: CMU Resolution 348 of 14.04.1997.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import Appeal, NewAppeal
from hotline_sessions.domain.errors import Conflict, Forbidden


Reason = Annotated[str, Meta(min_length=5, max_length=500)]

PERSONAL: Final = frozenset(
    {
        "surname",
        "given_name",
        "patronymic",
        "residence",
        "phone",
        "email",
        "sex",
        "social_status",
        "categories",
    }
)
"""Fields that tell whose an appeal is. Source: Law 393/96-ВР, art. 10."""

FIELDS: Final = (
    "surname",
    "given_name",
    "patronymic",
    "residence",
    "phone",
    "email",
    "kind",
    "topic",
    "more_topics",
    "question",
    "procedure",
    "wants_written_reply",
    "asks_secrecy",
    "has_priority",
    "categories",
    "social_status",
    "sex",
    "sign",
    "subject",
    "people",
    "medium",
)
"""Fields of a card that may be corrected, in the order of the card.

Number, days of receipt and registration and how it came are no matter of opinion.
"""


TERM: Final = "term"
"""Stands for the term, which follows from what was corrected."""


class CorrectedMeanwhile(Conflict):
    """Somebody else has corrected the card since it was opened."""

    code = "corrected-meanwhile"


class AuthorHidden(Forbidden):
    """Who may not see the author does not correct the card. Source: Law 393/96-ВР, art. 10."""

    code = "author-hidden"


class FieldChange(Struct, frozen=True, kw_only=True):
    """One field of a card: what it said, and what it shall say, as they are written down."""

    field: str
    before: str
    after: str


def list_changes(appeal: Appeal, new: NewAppeal) -> list[FieldChange]:
    """What ``new`` says otherwise than the card does."""
    pairs = [(field, getattr(appeal, field), getattr(new, field)) for field in FIELDS]
    return [
        FieldChange(field=field, before=write_value(before), after=write_value(after))
        for field, before, after in pairs
        if before != after
    ]


def write_value(value: object) -> str:
    """A value of a card as a line of text."""
    if isinstance(value, tuple):
        return " ".join(value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
