"""Commands to the telephone network, noted in the outbox."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from msgspec import Struct

from hotline_sessions.domain.ids import CallId, CallSid, PublicId, SessionId
from hotline_sessions.domain.prompts import Parting


class CommandState(StrEnum):
    """Where a command stands; ``unknown``: it may or may not have been carried out."""

    READY = "ready"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Ring(Struct, frozen=True, kw_only=True, tag="ring"):
    """Call somebody; never repeated blindly, since that would be a second call."""

    leg: PublicId
    number: str


class MoveToAir(Struct, frozen=True, kw_only=True, tag="move"):
    """Take a waiting citizen to the air, by the summons ``turn``."""

    leg: PublicId
    turn: int


class MoveOut(Struct, frozen=True, kw_only=True, tag="move-out"):
    """Say goodbye to a citizen, wherever he is."""

    leg: PublicId
    why: Parting


class HangUp(Struct, frozen=True, kw_only=True, tag="hang-up"):
    """End a call without a word."""

    leg: PublicId


class EndAir(Struct, frozen=True, kw_only=True, tag="end-air"):
    """End the conference of a session with everyone in it."""

    session: PublicId


Command: TypeAlias = Ring | MoveToAir | MoveOut | HangUp | EndAir


class NotedCommand(Struct, frozen=True, kw_only=True):
    """A command taken out of the outbox; ``attempts`` counts this one too."""

    id: int
    session: SessionId
    call: CallId | None
    sid: CallSid | None
    args: Command
    attempts: int


def build_key(command: Command) -> str:
    """Name of a command's purpose: the same purpose gives the same name."""
    match command:
        case Ring():
            return f"ring:{command.leg}"
        case MoveToAir():
            return f"move:{command.leg}:{command.turn}"
        case MoveOut():
            return f"move-out:{command.leg}"
        case HangUp():
            return f"hang-up:{command.leg}"
        case EndAir():
            return f"end-air:{command.session}"


PATIENCE: Final = (
    timedelta(milliseconds=500),
    timedelta(seconds=1),
    timedelta(seconds=2),
    timedelta(seconds=5),
    timedelta(seconds=10),
)
"""Pauses between the attempts to carry out a command; after the last one it is given up."""


def plan_retry(attempts: int, now: datetime) -> datetime | None:
    """Moment of the next attempt after ``attempts`` failed ones; None to give up."""
    if attempts > len(PATIENCE):
        return None
    return now + PATIENCE[attempts - 1]
