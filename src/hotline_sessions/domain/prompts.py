"""Prompts: what a person on the telephone is to live through next.

Use cases choose one; the words and the markup of the provider come later.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from hotline_sessions.domain.ids import PublicId


class Parting(StrEnum):
    """Why somebody is seen off."""

    TALKED = "talked"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DISMISSED = "dismissed"
    REPLACED = "replaced"
    FAILED = "failed"


class Host(Struct, frozen=True, kw_only=True):
    """Who answers on the line; names as they are written, in the language of the call."""

    institution: str
    post: str
    official: str | None = None


class AskTail(Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the last two digits of the booking's code; ``attempt`` counts from 1."""

    leg: PublicId
    attempt: int
    host: Host | None = None


class AskCode(Struct, frozen=True, kw_only=True, tag=True):
    """Ask for the six digits of a booking, or for silence from who has none."""

    leg: PublicId
    attempt: int
    host: Host | None = None


class Wait(Struct, frozen=True, kw_only=True, tag=True):
    """Into the queue of the session, for the time numbered ``visit``.

    ``host`` is named to who has not been greeted yet; ``is_return`` is true for who was
    on the way to the air and has to wait again.
    """

    leg: PublicId
    session: PublicId
    visit: int
    slot_starts_at: datetime | None = None
    time_zone: str
    host: Host | None = None
    is_return: bool = False


class Hold(Struct, frozen=True, kw_only=True, tag=True):
    """A minute of waiting: place in the queue, and minutes to wait."""

    position: int
    minutes: int


class Join(Struct, frozen=True, kw_only=True, tag=True):
    """Onto the air, for ``minutes`` of talk; ``limit_seconds`` is where the network cuts."""

    leg: PublicId
    session: PublicId
    turn: int
    minutes: int
    limit_seconds: int


class Goodbye(Struct, frozen=True, kw_only=True, tag=True):
    """Seen off."""

    why: Parting


class NoSession(Struct, frozen=True, kw_only=True, tag=True):
    """Nobody answers now; when the next session is, if one is announced."""

    starts_at: datetime | None = None
    time_zone: str = "Europe/Kyiv"


class AskOfficial(Struct, frozen=True, kw_only=True, tag=True):
    """Ask who picked up to press 1: a machine does not."""

    leg: PublicId
    attempt: int
    host: Host | None = None


class EnterAir(Struct, frozen=True, kw_only=True, tag=True):
    """The official onto the air, for the whole session."""

    leg: PublicId
    session: PublicId
    visit: int
    limit_seconds: int
    is_return: bool = False


class Alone(Struct, frozen=True, kw_only=True, tag=True):
    """What the official hears while no citizen is on the air."""


class Silence(Struct, frozen=True, kw_only=True, tag=True):
    """Nothing to say: the call is over, or its answer is not read."""


Prompt: TypeAlias = (
    AskTail
    | AskCode
    | Wait
    | Hold
    | Join
    | Goodbye
    | NoSession
    | AskOfficial
    | EnterAir
    | Alone
    | Silence
)
