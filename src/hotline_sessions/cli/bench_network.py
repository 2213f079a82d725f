"""The network of the bench: who is in which queue or conference, and what it sends next.

It is no phone simulator: nobody fails, everybody is quick, and only what loads the product
is played. What must not be late (the arrival of a summoned caller, the end of a talk) comes
when it is due; the rest of the rate is filled by the announcements of those who wait.
"""

import hashlib
import heapq
import random
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.cli.bench_callers import (
    Orders,
    Webhook,
    build_facts,
    build_webhook,
    read_orders,
)


KEYING: Final = 2.0
"""Seconds that somebody takes to press a key."""
TALKING: Final = 4.0
"""Seconds that a talk lasts: short, so that the air changes hands often."""
PATIENCE: Final = 5
"""Prompts after which somebody has had enough."""
OFFICIAL_NUMBERS: Final = "+38050"
"""Numbers of officials begin so; those of citizens do not."""


class Caller(Struct, kw_only=True, eq=False):
    """A telephone that is off the hook."""

    sid: str
    facts: dict[str, str]
    is_official: bool = False
    orders: Orders = Orders()
    room: str = ""
    asked: int = 0
    """How many prompts it has answered by keys."""
    turn: int = 0
    """Rises with each order from outside; what was planned before it is void."""
    is_over: bool = False


class Step(Struct, frozen=True, kw_only=True):
    """A webhook that the network sends for a caller; without ``url``: the caller hangs up."""

    caller: Caller
    url: str
    fields: Mapping[str, str]
    turn: int
    is_answer_played: bool = True
    """Whether the answer tells the call what comes next."""


class Network:
    """All callers of the bench; asks for nothing, tells what it would send."""

    def __init__(self, base_url: str, lines: Sequence[str], *, seed: int = 1) -> None:
        self.waiting: list[Caller] = []
        self.calls: dict[str, Caller] = {}
        self._base = base_url
        self._lines = lines
        self._random = random.Random(seed)  # noqa: S311 - a load, not a secret
        self._numbers = count(1)
        self._steps: list[tuple[float, int, Step]] = []
        self._urgent: deque[Step] = deque()
        self._sequences: defaultdict[str, int] = defaultdict(int)

    def call_in(self) -> tuple[Webhook, Step]:
        """Somebody calls one of the lines."""
        number = next(self._numbers)
        caller = self._add_caller(
            f"+38067{number:07d}", self._lines[number % len(self._lines)], direction="inbound"
        )
        step = self._step(caller, f"{self._base}/tw/v1/in", CallStatus="ringing")
        return self._build(step), step

    def next_due(self, now: float) -> tuple[Webhook, Step] | None:
        """What must be sent by ``now``, if anything."""
        self._wake(now)
        while self._urgent:
            step = self._urgent.popleft()
            if step.turn == step.caller.turn:
                return self._build(step), step
        return None

    def _wake(self, now: float) -> None:
        """Move what has become due to what is to be sent; talks that are over end by it."""
        while self._steps and self._steps[0][0] <= now:
            step = heapq.heappop(self._steps)[2]
            if step.url:
                self._urgent.append(step)
            elif step.turn == step.caller.turn:
                self.end(step.caller, now)

    def tick(self) -> tuple[Webhook, Step] | None:
        """The announcement of somebody who waits; None when nobody does."""
        if not self.waiting:
            return None
        caller = self._random.choice(self.waiting)
        step = self._step(caller, caller.orders.wait, CallStatus="in-progress", QueueTime="30")
        return self._build(step), msgspec.structs.replace(step, is_answer_played=False)

    def give_up(self, now: float) -> None:
        """Somebody who waits has had enough and hangs up."""
        if self.waiting:
            self.end(self._random.choice(self.waiting), now)

    def follow(self, step: Step, document: str, now: float) -> None:
        """Do what the product has answered."""
        caller = step.caller
        if not step.is_answer_played or step.turn != caller.turn or caller.is_over:
            return
        orders = read_orders(document)
        caller.orders = orders
        caller.asked += orders.verb == "Gather"
        if caller.asked > PATIENCE:
            self.end(caller, now)
        elif orders.verb == "Gather":
            self._key_in(caller, orders, now)
        elif orders.verb == "Redirect":
            self._plan(now, self._step(caller, orders.action, CallStatus="in-progress"))
        elif orders.verb == "Enqueue":
            self.waiting.append(caller)
        elif orders.verb == "Dial":
            self._enter(caller, now)
        else:
            self.end(caller, now)

    def place(self, to: str, url: str, status_url: str, caller_id: str, now: float) -> Caller:
        """The product calls somebody, who picks up at once."""
        caller = self._add_caller(caller_id, to, direction="outbound-api")
        caller.is_official = to.startswith(OFFICIAL_NUMBERS)
        if status_url:
            status = self._step(caller, status_url, CallStatus="in-progress", SequenceNumber="2")
            self._plan(now, msgspec.structs.replace(status, is_answer_played=False))
        self._plan(now + KEYING, self._step(caller, url, CallStatus="in-progress"))
        return caller

    def move(self, caller: Caller, url: str, now: float) -> None:
        """The product moves a call; the verb it leaves asks too, and is not listened to."""
        orders, caller.turn = caller.orders, caller.turn + 1
        self._leave_queue(caller)
        if caller.room:
            self._leave_room(caller, now)
        elif orders.verb == "Enqueue":
            old = self._step(
                caller, orders.action, CallStatus="in-progress", QueueResult="redirected"
            )
            self._plan(now, msgspec.structs.replace(old, is_answer_played=False))
        self._plan(now, self._step(caller, url, CallStatus="in-progress"))

    def end(self, caller: Caller, now: float) -> None:
        """A call is over; its last verb and its status are reported."""
        if caller.is_over:
            return
        caller.is_over, caller.turn = True, caller.turn + 1
        self.calls.pop(caller.sid, None)
        self._leave_queue(caller)
        over = {"CallStatus": "completed"}
        if caller.room:
            self._leave_room(caller, now)
            self._plan(now, self._step(caller, caller.orders.action, **over))
        elif caller.orders.verb == "Enqueue":
            left = self._step(caller, caller.orders.action, **over, QueueResult="hangup")
            self._plan(now, left)
        self._plan(now, self._step(caller, f"{self._base}/tw/v1/status", **over))

    def list_room(self, sid: str) -> list[Caller]:
        """Who is in the conference with this SID."""
        members = (caller for caller in self.calls.values() if caller.room)
        return [caller for caller in members if name_room(caller.room) == sid]

    def count_officials(self) -> int:
        """Officials who are in a conference."""
        return sum(caller.is_official and bool(caller.room) for caller in self.calls.values())

    def _key_in(self, caller: Caller, orders: Orders, now: float) -> None:
        """One key agrees; of a code nobody has any."""
        digits = "1" if orders.digits == 1 else "0"
        step = self._step(caller, orders.action, CallStatus="in-progress", Digits=digits)
        self._plan(now + KEYING, step)

    def _enter(self, caller: Caller, now: float) -> None:
        caller.room = caller.orders.room
        self._report_room(caller, "participant-join", now)
        if not caller.is_official:
            self._plan(now + TALKING, Step(caller=caller, url="", fields={}, turn=caller.turn))

    def _leave_room(self, caller: Caller, now: float) -> None:
        over = caller.is_over
        self._report_room(
            caller,
            "participant-leave",
            now,
            ParticipantCallStatus="completed" if over else "in-progress",
            ReasonParticipantLeft=f"participant_{'hung_up' if over else 'updated_via_api'}",
        )
        caller.room = ""

    def _report_room(self, caller: Caller, event: str, now: float, **more: str) -> None:
        self._sequences[caller.room] += 1
        fields = {
            "AccountSid": caller.facts["AccountSid"],
            "CallSid": caller.sid,
            "ConferenceSid": name_room(caller.room),
            "FriendlyName": caller.room,
            "SequenceNumber": str(self._sequences[caller.room]),
            "StatusCallbackEvent": event,
            "ParticipantLabel": "official" if caller.is_official else "citizen",
            "Muted": "false",
            "Hold": "false",
            "Coaching": "false",
            "EndConferenceOnExit": "false",
            "StartConferenceOnEnter": "true",
            **more,
        }
        step = Step(
            caller=caller,
            url=caller.orders.events,
            fields=fields,
            turn=caller.turn,
            is_answer_played=False,
        )
        self._plan(now, step)

    def _leave_queue(self, caller: Caller) -> None:
        if caller in self.waiting:
            index = self.waiting.index(caller)
            self.waiting[index] = self.waiting[-1]
            self.waiting.pop()

    def _add_caller(self, from_: str, to: str, *, direction: str) -> Caller:
        sid = f"CA{self._random.getrandbits(128):032x}"
        facts = build_facts(sid, caller=from_, called=to, direction=direction)
        caller = Caller(sid=sid, facts=facts)
        self.calls[sid] = caller
        return caller

    def _step(self, caller: Caller, url: str, **fields: str) -> Step:
        return Step(caller=caller, url=url, fields={**caller.facts, **fields}, turn=caller.turn)

    def _plan(self, due: float, step: Step) -> None:
        heapq.heappush(self._steps, (due, next(self._numbers), step))

    def _build(self, step: Step) -> Webhook:
        return build_webhook(step.url, step.fields)


def name_room(room: str) -> str:
    """SID of the conference with this name."""
    return f"CF{hashlib.sha256(room.encode()).hexdigest()[:32]}"
