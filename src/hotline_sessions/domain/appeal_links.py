"""How appeals belong together: what repeats, what doubles, what is one of many alike.

A program finds what is alike; a person says what it is. What the two of them cannot be, by the
days and the authors, is refused.

Source: Law 393/96-ВР, art. 8; CMU Resolution 348 of 14.04.1997 (repeated and duplicate appeals,
their indexes); CMU Resolution 858 of 24.09.2008, section 2 (sign of receipt).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.errors import Conflict, Invalid


class LinkKind(StrEnum):
    """What a person has found of an appeal and an earlier one."""

    REPEATED = "repeated"
    """The same author asks again after the decision, or after the term without one."""
    DUPLICATE = "duplicate"
    """The same author has sent the same once more, while the first is considered."""
    MASS = "mass"
    """Another author asks the same, as many do."""
    UNRELATED = "unrelated"
    """They are alike and have nothing to do with each other: not to be asked again."""


SIGNS: Final[Mapping[LinkKind, str]] = MappingProxyType(
    {LinkKind.REPEATED: "2.2", LinkKind.DUPLICATE: "2.3", LinkKind.MASS: "2.5"}
)
"""What a card is marked with, code of the classifier, when such a link is confirmed."""

SAME_MATTER: Final = frozenset({LinkKind.REPEATED, LinkKind.DUPLICATE})
"""Links between appeals of one author about one thing."""

MONTHS: Final = 4
"""Calendar months, that of the appeal included, in which alike ones of others are looked for.

Longer than the longest term: who asks the same later gets an answer of its own.
"""

UndoReason = Annotated[str, Meta(min_length=5, max_length=500)]


class LinkedToItself(Conflict):
    """An appeal does not repeat itself."""

    code = "linked-to-itself"


class LinkedToLater(Conflict):
    """The other appeal was registered later: the link is made on its card."""

    code = "linked-to-later"


class StillConsidered(Conflict):
    """The first appeal was still in its term: what comes then is no repetition."""

    code = "still-considered"


class DecidedBefore(Conflict):
    """The first appeal was decided, or its term was over: what comes then is repeated."""

    code = "decided-before"


class SameAuthor(Conflict):
    """One person alone is no mass: it is a repeated appeal, or a duplicate."""

    code = "same-author"


class OtherAuthor(Conflict):
    """The first appeal is of somebody else: no duplicate of it is registered."""

    code = "other-author"


class UnknownFirst(Invalid):
    """The register has no appeal with the number that is named as the first."""

    code = "unknown-first"


class NoLink(Conflict):
    """The two appeals are not linked, or not any more."""

    code = "no-link"


class TooManyDuplicates(Conflict):
    """A number has no room for one more duplicate."""

    code = "too-many-duplicates"


class First(Struct, frozen=True, kw_only=True):
    """An earlier appeal, and the day on which it was answered or left, if it was."""

    appeal: Appeal
    decided_on: date | None = None


class Newer(Struct, frozen=True, kw_only=True):
    """What must be known of the later one: when it was received, and how."""

    received_on: date
    form_of_receipt: str


def check_kind(kind: LinkKind, newer: Newer, first: First, *, same_author: bool) -> None:
    """Whether ``newer`` can belong to ``first`` in this way.

    What comes once more on the way of another channel, as when two bodies forward one letter,
    stays a duplicate even when the first has been answered meanwhile.

    Raises:
        StillConsidered: It would repeat what was neither decided nor overdue.
        DecidedBefore: It would double what was decided or overdue.
        SameAuthor: It would be one of many, and is of the same author.
    """
    overdue = first.appeal.legal_on < newer.received_on
    match kind:
        case LinkKind.REPEATED:
            if not overdue and (first.decided_on is None or first.decided_on > newer.received_on):
                raise StillConsidered
        case LinkKind.DUPLICATE:
            decided = first.decided_on is not None and first.decided_on < newer.received_on
            is_other_way = newer.form_of_receipt != first.appeal.form_of_receipt
            if (decided or overdue) and not is_other_way:
                raise DecidedBefore
        case LinkKind.MASS:
            if same_author:
                raise SameAuthor
        case LinkKind.UNRELATED:
            pass


def is_same_author(one: Appeal, surname: str, given_name: str, phone: str) -> bool:
    """Whether the appeal is of this person, by name or by phone."""
    names = (one.surname.casefold(), one.given_name.casefold())
    return names == (surname.casefold(), given_name.casefold()) or bool(
        phone and one.phone == phone
    )
