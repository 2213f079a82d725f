"""Commands to the telephone network, noted in the outbox."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from msgspec import Struct

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.ids import CallId, CallSid, PublicId, SessionId
from hotline_sessions.domain.prompts import Notice, Parting
from hotline_sessions.domain.recordings import RecordingSid


class CommandState(StrEnum):
    """Where a command stands; ``unknown``: it may or may not have been carried out."""

    READY = "ready"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Destination(StrEnum):
    """Where a call is moved to; the studio is the air for the official, a room for operators."""

    AIR = "air"
    QUEUE = "queue"
    QUESTION = "question"
    SCREEN = "screen"
    ROOM = "room"
    STUDIO = "studio"
    GOODBYE = "goodbye"


class Ring(Struct, frozen=True, kw_only=True, tag="ring"):
    """Call somebody; never repeated blindly, since that would be a second call."""

    leg: PublicId
    number: str
    role: Role = Role.OFFICIAL


class Move(Struct, frozen=True, kw_only=True, tag="move"):
    """Move a call: citizens to air, queue, screening, question or goodbye, operators to a room.

    ``turn`` tells one move to a place from the next; ``why`` is said to who is seen off or
    asked to leave the question.
    """

    leg: PublicId
    to: Destination
    turn: int = 0
    why: Parting | None = None


class HangUp(Struct, frozen=True, kw_only=True, tag="hang-up"):
    """End a call without a word; ``turn`` tells a later attempt from the first."""

    leg: PublicId
    turn: int = 0


class SetHold(Struct, frozen=True, kw_only=True, tag="hold"):
    """Hold a citizen on the air, or go on; ``turn`` counts the holds of the leg."""

    leg: PublicId
    session: PublicId
    is_held: bool
    turn: int


class Announce(Struct, frozen=True, kw_only=True, tag="announce"):
    """Say something into one ear on the air; late is worse than never, so it is tried once."""

    leg: PublicId
    session: PublicId
    notice: Notice
    turn: int


class EndAir(Struct, frozen=True, kw_only=True, tag="end-air"):
    """End the conference of a session with everyone in it."""

    session: PublicId


class StopRecording(Struct, frozen=True, kw_only=True, tag="stop-recording"):
    """Stop what records a leg: the talk is over, or was interrupted, and the call goes on.

    Without a name it is whatever runs that began ``until`` then: the network's word of its
    beginning may have been lost, and a later talk of ``leg`` is not to be cut out.
    """

    leg: PublicId
    recording: RecordingSid | None = None
    until: datetime | None = None
    turn: int = 0


Command: TypeAlias = Ring | Move | HangUp | SetHold | Announce | EndAir | StopRecording


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
        case Move(to=Destination.GOODBYE):
            return f"move-out:{command.leg}"
        case Move():
            return f"move:{command.leg}:{command.to.value}:{command.turn}"
        case HangUp():
            return f"hang-up:{command.leg}:{command.turn}"
        case SetHold():
            return f"hold:{command.leg}:{command.turn}:{command.is_held:d}"
        case Announce():
            return f"announce:{command.leg}:{command.notice.value}:{command.turn}"
        case StopRecording(recording=None):
            return f"stop-recording:{command.leg}:{command.turn}"
        case StopRecording():
            return f"stop-recording:{command.recording}"
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


def plan_retry(command: Command, attempts: int, now: datetime) -> datetime | None:
    """Moment of the next attempt after ``attempts`` failed ones; None to give up.

    That a recording be stopped is never given up: as long as the call lasts the network would
    keep what nobody has agreed to. Once the call is over, so is the recording.
    """
    if attempts <= len(PATIENCE):
        return now + PATIENCE[attempts - 1]
    return now + PATIENCE[-1] if isinstance(command, StopRecording) else None
