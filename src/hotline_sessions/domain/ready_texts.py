"""Ready texts: texts with places to fill, from which a resolution or a reply is begun."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.placeholders import check_places, fill


class TextKind(StrEnum):
    """What a ready text is for."""

    RESOLUTION = "resolution"
    REPLY = "reply"


PLACES: Final = frozenset({"number", "received", "name", "residence", "due", "today"})
"""What can be put into a ready text."""

Title = Annotated[str, Meta(min_length=2, max_length=100)]
LongText = Annotated[str, Meta(min_length=3, max_length=10_000)]


class ReadyText(Struct, frozen=True, kw_only=True):
    """A ready text of an institution."""

    id: int
    kind: TextKind
    title: str
    text: str


def check_ready_text(text: str) -> None:
    """Whether all places of ``text`` can be filled.

    Raises:
        UnknownPlaceholder: One cannot.
    """
    check_places(text, known=PLACES, needed=frozenset())


def fill_ready_text(text: str, appeal: Appeal, *, today: date) -> str:
    """The ready text for one appeal; its author is named in the form in which he is written down.

    Raises:
        MissingFactError: It has a place that nothing can be put into.
    """
    return fill(text, list_values(appeal, today=today))


def list_values(appeal: Appeal, *, today: date) -> Mapping[str, str]:
    """What is put into the places."""
    return {
        "number": appeal.register_index,
        "received": f"{appeal.received_on:%d.%m.%Y}",
        "name": appeal.author,
        "residence": appeal.residence,
        "due": f"{appeal.legal_on:%d.%m.%Y}",
        "today": f"{today:%d.%m.%Y}",
    }
