"""One call between a telephone and the provider."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.phonesim.handsets import Handset


class CallStatus(StrEnum):
    """The provider's states of a call."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


ENDED = frozenset(
    {
        CallStatus.COMPLETED,
        CallStatus.BUSY,
        CallStatus.FAILED,
        CallStatus.NO_ANSWER,
        CallStatus.CANCELED,
    }
)


class Interruption(StrEnum):
    """Why a running document is stopped from outside."""

    REDIRECT = "redirect"
    HANG_UP = "hang-up"


class Goto(Struct, frozen=True, kw_only=True):
    """A document to fetch next, with parameters beyond the standard ones.

    With ``text`` the document is there already and nothing is fetched.
    """

    url: str
    method: str = "POST"
    extra: dict[str, str] = {}
    text: str = ""


class StatusCallback(Struct, frozen=True, kw_only=True):
    """Where progress is reported to, and which events."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


class Input(Struct, frozen=True, kw_only=True):
    """A key (``digit``) or words (``speech``) from the telephone."""

    digit: str = ""
    speech: str = ""


class Ears:
    """Keys and words for what listens to a call, in the order they came."""

    def __init__(self) -> None:
        self._items: deque[Input] = deque()
        self._next: asyncio.Future[Input] | None = None

    def put(self, item: Input) -> None:
        """Let a key or words be heard."""
        if self._next is not None and not self._next.done():
            self._next.set_result(item)
        else:
            self._items.append(item)

    def get(self) -> asyncio.Future[Input]:
        """What is heard next; one listener at a time."""
        self._next = asyncio.get_running_loop().create_future()
        if self._items:
            self._next.set_result(self._items.popleft())
        return self._next


class Detection(Struct, frozen=True, kw_only=True):
    """Whether and how it is found out who has answered: a person or a machine."""

    waits_for_end: bool = False
    is_async: bool = False
    url: str = ""
    method: str = "POST"


class Leg:
    """A call: who, which way, how far, and the task that plays its documents."""

    def __init__(
        self, *, sid: str, direction: str, from_: str, to: str, created_at: datetime
    ) -> None:
        self.sid = sid
        self.direction = direction
        self.from_ = from_
        self.to = to
        self.created_at = created_at
        self.updated_at = created_at
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.status = CallStatus.QUEUED
        self.handset: Handset | None = None
        self.callback = StatusCallback()
        self.voice = Goto(url="")
        self.fallback_url = ""
        self.ring_seconds = 60.0
        self.time_limit = 14_400.0
        self.sequence = 0
        self.task: asyncio.Task[None] | None = None
        self.interruption: Interruption | None = None
        self.ears: Ears | None = None
        self.listening = ""
        self.picked_up: asyncio.Future[bool] | None = None
        self.parent_sid = ""
        self.partner: Leg | None = None
        self.forwarded_from = ""
        self.extra: dict[str, str] = {}
        self.params: dict[str, str] = {}
        self.detection: Detection | None = None
        self.answered_by = ""
        self.by_machine = False
        self.is_deaf = False
        self.queue_ms = 0
        self.send_digits = ""
        self.on_end: list[Callable[[], None]] = []

    @property
    def is_ended(self) -> bool:
        """Whether nothing more can happen to the call."""
        return self.status in ENDED

    @property
    def is_talking(self) -> bool:
        """Whether somebody is at the telephone and sound goes both ways."""
        return self.status is CallStatus.IN_PROGRESS and not self.is_deaf

    @property
    def is_outbound(self) -> bool:
        """Whether the product has placed the call."""
        return self.direction != "inbound"

    def seconds(self, now: datetime) -> int:
        """Whole seconds the call has lasted since it was answered."""
        if self.answered_at is None:
            return 0
        return int(((self.ended_at or now) - self.answered_at).total_seconds())
