"""What the use cases need of the outside world, and cannot have in a test."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.commands import Announce, Move, SetHold
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.mails import Mail
from hotline_sessions.domain.network import LineStatus, Seat
from hotline_sessions.domain.recordings import RecordingSid


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        ...


class PhoneLine(Protocol):
    """Calls that the product places, moves and ends.

    Every method raises a ``domain.network.NetworkError`` and nothing else.
    """

    async def ring(self, number: str, *, leg: PublicId, role: Role) -> CallSid:
        """Call ``number``; returns as soon as the network has accepted it."""
        ...

    async def move(self, call: CallSid, move: Move) -> None:
        """Move a call to another place; moving it to the same place twice is harmless."""
        ...

    async def hang_up(self, call: CallSid) -> None:
        """End a call; ending an ended call is not an error."""
        ...

    async def set_hold(self, call: CallSid, order: SetHold) -> None:
        """Hold a call on the air, or go on with it."""
        ...

    async def announce(self, call: CallSid, order: Announce) -> None:
        """Say something into one ear on the air."""
        ...

    async def stop_recording(self, call: CallSid, recording: RecordingSid) -> None:
        """Stop a recording of a call; one that has ended, or is not there, is not an error."""
        ...

    async def stop_recordings(self, call: CallSid, *, until: datetime | None) -> None:
        """Stop recordings of talks in a call that began ``until`` then, whatever their names."""
        ...

    async def end_air(self, session: PublicId) -> None:
        """End the conference of a session; one that is not there is not an error."""
        ...

    async def fetch_status(self, call: CallSid) -> LineStatus:
        """Whether a call is still going on."""
        ...

    async def find_calls(self, number: str, *, since: datetime) -> list[CallSid]:
        """Calls that were placed to ``number`` since then, the latest first."""
        ...

    async def list_on_air(self, session: PublicId) -> Mapping[CallSid, Seat]:
        """Calls in the conference of a session, and whether each is held."""
        ...


class TextSender(Protocol):
    """Text messages; raises a ``domain.network.NetworkError`` and nothing else."""

    async def send(self, recipient: str, body: str) -> str:
        """Hand a message over; returns the provider's name for it."""
        ...


class MailSender(Protocol):
    """Letters by mail; raises a ``domain.network.NetworkError`` and nothing else."""

    async def send(self, mail: Mail) -> str:
        """Hand a letter over; returns the name that it carries."""
        ...


class Hints(Protocol):
    """Wake-ups about one topic; they may be lost, so whoever waits also looks by himself."""

    async def next_within(self, seconds: float) -> Struct | None:
        """The next wake-up, or None when none comes in time."""
        ...


Watch: TypeAlias = Callable[[str], AbstractContextManager[Hints]]
"""Hints of a topic, such as ``session``, for as long as the block lasts."""
