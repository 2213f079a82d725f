"""Places where calls meet or wait: queues and conferences."""

import asyncio
from datetime import datetime
from typing import Final

from msgspec import Struct

from hotline_sessions.phonesim.legs import Goto, Leg, StatusCallback


LARGEST_ROOM: Final = 250


class NotAdmitted(Exception):
    """A call may not come into a conference; ``code`` is the provider's number for it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class LabelTaken(NotAdmitted):
    """Somebody in the conference already has that label (the provider's error 16025)."""

    def __init__(self) -> None:
        super().__init__(16025, "ParticipantLabel is not unique in the conference")


class RoomFull(NotAdmitted):
    """The conference has as many participants as it may (16020)."""

    def __init__(self) -> None:
        super().__init__(16020, "The conference is full")


class NobodyToCoach(NotAdmitted):
    """The call to be coached is not in the conference (13240)."""

    def __init__(self) -> None:
        super().__init__(13240, "Invalid call to coach")


class QueueFull(Exception):
    """The queue holds as many calls as it may."""


class QueueMember(Struct, eq=False, kw_only=True):
    """A call that waits in a queue."""

    leg: Leg
    enqueued_at: datetime


class CallQueue:
    """Calls that wait, first come first."""

    def __init__(self, *, sid: str, name: str, created_at: datetime, max_size: int = 1000) -> None:
        self.sid = sid
        self.name = name
        self.created_at = created_at
        self.updated_at = created_at
        self.max_size = max_size
        self.members: list[QueueMember] = []
        self._waited = 0.0
        self._served = 0

    def add(self, leg: Leg, now: datetime) -> QueueMember:
        """Let a call wait.

        Raises:
            QueueFull: There is no room.
        """
        if len(self.members) >= self.max_size:
            raise QueueFull
        member = QueueMember(leg=leg, enqueued_at=now)
        self.members.append(member)
        return member

    def remove(self, member: QueueMember, now: datetime) -> int:
        """Take a call out; the whole seconds it has waited."""
        if member in self.members:
            self.members.remove(member)
        waited = (now - member.enqueued_at).total_seconds()
        self._waited += waited
        self._served += 1
        return int(waited)

    def position(self, member: QueueMember) -> int:
        """Place in the queue, from 1."""
        return self.members.index(member) + 1

    @property
    def average_wait(self) -> int:
        """Mean wait of those who have left, in seconds."""
        return int(self._waited / self._served) if self._served else 0


class Announcement:
    """A document played over a conversation, to one participant or to ``listeners`` of them."""

    def __init__(self, goto: Goto, listeners: int = 1, *, for_all: bool = False) -> None:
        self.goto = goto
        self.for_all = for_all
        self._left = listeners

    def finish(self) -> bool:
        """Note that one listener has heard it; whether he was the last."""
        self._left -= 1
        return self._left <= 0


class Participant:
    """A call in a conference."""

    def __init__(self, leg: Leg, *, label: str, joined_at: datetime) -> None:
        self.leg = leg
        self.label = label
        self.joined_at = joined_at
        self.updated_at = joined_at
        self.muted = False
        self.hold = False
        self.hold_music = Goto(url="")
        self.waiting_music = Goto(url="")
        self.coaching = ""
        self.starts_conference = True
        self.ends_conference = False
        self.announcements: list[Announcement] = []
        self.changed = asyncio.Event()
        self.left: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def leave(self, reason: str) -> None:
        """Ask the call to leave the room, for ``reason``."""
        if not self.left.done():
            self.left.set_result(reason)
        self.changed.set()


class Conference:
    """Calls that hear each other."""

    def __init__(self, *, sid: str, name: str, created_at: datetime) -> None:
        self.sid = sid
        self.name = name
        self.created_at = created_at
        self.updated_at = created_at
        self.status = "init"
        self.region = "ie1"
        self.participants: list[Participant] = []
        self.max_participants = LARGEST_ROOM
        self.callback = StatusCallback()
        self.sequence = 0
        self.reason_ended = ""
        self.ended_by = ""

    @property
    def is_active(self) -> bool:
        """Whether somebody can still be in it."""
        return self.status != "completed"

    def find(self, key: str) -> Participant | None:
        """Participant by call or by label."""
        for participant in self.participants:
            if key in {participant.leg.sid, participant.label}:
                return participant
        return None

    def hearers(self, speaker: Participant) -> list[Participant]:
        """Those who hear ``speaker`` now."""
        if self.status != "in-progress" or speaker.muted or speaker.hold:
            return []
        others = [
            p for p in self.participants if p is not speaker and not p.hold and p.leg.is_talking
        ]
        if speaker.coaching:
            return [p for p in others if p.leg.sid == speaker.coaching]
        return others
