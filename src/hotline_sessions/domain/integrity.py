"""What a look at the whole register may find."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.codes import mac
from hotline_sessions.domain.history import Head
from hotline_sessions.domain.ids import InstitutionId


PURPOSE: Final = "register-head"


class Check(StrEnum):
    """What is looked at."""

    NUMBERS = "numbers"
    """In each register the numbers run from 1 without gap or repetition."""
    COUNTERS = "counters"
    """The counter of each register stands at its greatest number."""
    CHAIN = "chain"
    """Every step follows from the one before; the chain ends where it is said to end."""
    CARDS = "cards"
    """Every card is as its last step has left it."""
    HEADS = "heads"
    """Every end of a chain that was signed lies in the chain still."""
    TALKS = "talks"
    """Every talk that has ended is registered, or there is a reason why not."""
    DEADLINES = "deadlines"
    """Every last day follows from its stored inputs."""
    BOOKINGS = "bookings"
    """No time of a session is booked twice."""
    GUARDS = "guards"
    """Triggers, unique indexes and constraints of the database are there and act."""


class Finding(Struct, frozen=True, kw_only=True):
    """Something that is not as it must be; ``where`` is the number or place of the row.

    ``institution`` is None for what all of them share.
    """

    check: Check
    institution: InstitutionId | None
    where: str
    what: str


class SignedHead(Struct, frozen=True, kw_only=True):
    """Where a chain ended on a day, signed."""

    institution: InstitutionId
    slug: str
    signed_on: date
    signed_at: datetime
    place: int
    hash: str
    """Hexadecimal."""
    signature: str


def sign(head: Head, on: date, secret: bytes) -> str:
    """Hexadecimal HMAC-SHA-256 of the end of a chain, bound to its institution and its day."""
    subject = f"{head.institution}:{on.isoformat()}"
    return mac(secret, PURPOSE, subject, f"{head.place}:{head.hash.hex()}")
