"""What really happens on the simulated network, whatever the product believes.

Fed by the simulator itself. What must never happen is looked for after every event; who
waits for what is told to the people at the telephones.
"""

import asyncio
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from hotline_sessions.phonesim.legs import Leg
from hotline_sessions.phonesim.rooms import CallQueue, Conference, Participant, QueueMember
from hotline_sessions.phonesim.simulator import Simulator


ON_AIR_SOURCE: Final = "StartCallRecordingTwiML"
"""The network's word for a talk that is recorded; a question has another."""
TURNED_AWAY: Final = frozenset({16020, 16025})
"""What the network says to whom it does not let into a conference."""
KEPT_EVENTS: Final = 20_000
GATHER: Final = re.compile(r"<Gather[^>]*>")
RECORD: Final = re.compile(r"<Record[^>]*>")
ACTION: Final = re.compile(r'action="([^"]*)"')
DIGITS: Final = re.compile(r'numDigits="(\d+)"')
REFUSED: Final = 300
CALL_SID: Final = re.compile(r"CA[0-9a-f]{32}")
CALL_PATH: Final = re.compile(r"/Calls/(CA[0-9a-f]{32})")


class Event(Struct, frozen=True):
    """One line of the trace."""

    at: float
    kind: str
    who: str
    what: str


class Violation(Struct, frozen=True):
    """Something that must never happen, and did."""

    at: float
    name: str
    text: str
    session: str = ""


class Stay(Struct):
    """From ``begins`` to ``ends`` in a queue or a room; ``ends`` is None while it lasts."""

    begins: float
    ends: float | None = None


class CallView:
    """One call as the person at the telephone lives through it."""

    def __init__(self, sid: str) -> None:
        self.sid = sid
        self.who = sid
        self.changed = asyncio.Event()
        self.asked = ""
        """Path of the address that keys are sent to, when they were last asked for."""
        self.digits = 0
        self.questions = 0
        self.records = 0
        self.room = ""
        self.queue = ""
        self.waits: list[Stay] = []
        self.seats: list[Stay] = []
        self.is_outbound = False
        self.began_at = 0.0
        self.is_over = False

    @property
    def person(self) -> str:
        """Whose call it is, with whatever telephone."""
        return self.who.partition(",")[0]

    def waited_through(self, begins: float, ends: float) -> bool:
        """Whether in the queue without a break from before ``begins`` until after ``ends``."""
        return any(
            stay.begins <= begins and (stay.ends is None or stay.ends > ends) for stay in self.waits
        )

    def lasted_into(self, later: "CallView") -> bool:
        """Whether it was still in the queue when ``later`` began, and perhaps replaced it."""
        return any(
            stay.begins < later.began_at and (stay.ends is None or stay.ends >= later.began_at)
            for stay in self.waits
        )

    @property
    def seated_at(self) -> float | None:
        """Since when in a conference; None when in none."""
        return self.seats[-1].begins if self.room else None


class AirView:
    """Queue and conference of one session, by their common name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.citizens: dict[str, CallView] = {}
        self.officials: dict[str, CallView] = {}
        self.waiting: dict[str, CallView] = {}
        self.changed = asyncio.Event()
        self.begins_at = 0.0
        self.idle_since: float | None = None
        self.idle_seconds = 0.0
        self.turn_at: float | None = None
        """When the next one can be sent for: the last has left, or the operator asks for it."""
        self.citizen_stays: list[Stay] = []
        self.official_stays: list[Stay] = []

    def had_official(self, begins: float, ends: float) -> bool:
        """Whether the official was there all the time."""
        return any(
            stay.begins <= begins and (stay.ends is None or stay.ends >= ends)
            for stay in self.official_stays
        )

    def count_heard(self, begins: float, ends: float) -> float:
        """Seconds between ``begins`` and ``ends`` with the official there: a talk's time."""
        stays = ((max(stay.begins, begins), stay.ends or ends) for stay in self.official_stays)
        return sum(max(min(last, ends) - first, 0.0) for first, last in stays)

    @property
    def is_idle(self) -> bool:
        """Whether the official is alone on the air while somebody waits."""
        return bool(self.officials and self.waiting and not self.citizens)


class Truth:
    """Watches one simulator. ``on_idle`` is called when an official begins to wait in vain."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.calls: dict[str, CallView] = {}
        self.recorded: Counter[str] = Counter()
        """Talks recorded by the network, by call: what is copied is deleted there."""
        self.turned_away: Counter[str] = Counter()
        """How often a call was not let into a conference: a recording had begun by then."""
        self._calls_of: defaultdict[str, list[CallView]] = defaultdict(list)
        self.airs: dict[str, AirView] = {}
        self.violations: list[Violation] = []
        self.events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self.evidence: list[Event] = []
        """What had happened when something first went wrong: much more is forgotten later."""
        self.strikes: deque[tuple[float, str]] = deque(maxlen=KEPT_EVENTS)
        self.is_over = False
        """Whether nobody begins a new call any more."""
        self.own_strikes: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self.turnarounds: list[float] = []
        self.on_ring: dict[str, Callable[[str], None]] = {}
        """Whom to tell that the telephone with this number rings."""
        self.on_over: Callable[[CallView], None] = lambda _view: None
        """Told of every call that is over."""
        self.on_left: Callable[[CallView], None] = lambda _view: None
        """Told of every citizen who has left the air."""
        self.on_summons: Callable[[AirView, CallView], None] = lambda _air, _view: None
        self.on_idle: Callable[[AirView, float], None] = lambda _air, _since: None
        self._hash = blake2b(digest_size=16)
        self._watch()

    @property
    def now(self) -> float:
        """Seconds since the world began."""
        return self.simulator.clock.elapsed()

    @property
    def fingerprint(self) -> str:
        """The same for the same course of events."""
        return self._hash.hexdigest()

    def call(self, sid: str) -> CallView:
        """The view of a call."""
        if sid not in self.calls:
            self.calls[sid] = CallView(sid)
        return self.calls[sid]

    def list_calls_of(self, person: str) -> Sequence[CallView]:
        """Every call of a person, with whatever telephone."""
        return self._calls_of[person]

    def air(self, name: str) -> AirView:
        """Queue and conference called ``s-…-wait`` and ``s-…-air``."""
        key = name.rpartition("-")[0]
        if key not in self.airs:
            self.airs[key] = AirView(key)
        return self.airs[key]

    def note(self, kind: str, who: str, what: str) -> None:
        """Write an event down."""
        event = Event(round(self.now, 3), kind, who, what)
        self.events.append(event)
        self._hash.update(f"{event.at}|{kind}|{who}|{what}\n".encode())

    def violate(self, name: str, text: str, session: str = "") -> None:
        """Something has happened that must never happen."""
        self.evidence = self.evidence or list(self.events)
        self.violations.append(Violation(round(self.now, 3), name, text, session))
        self.note("violation", "", f"{name}: {text}")

    def strike(self, kind: str, subject: str) -> None:
        """A fault that the simulator knows nothing of; without a subject it may hit everybody."""
        self.own_strikes[kind] += 1
        self.strikes.append((self.now, subject))
        self.note("fault", "", kind)

    def is_recorded(self, view: CallView) -> bool:
        """Whether the network takes down what is said in a call as if it were a talk."""
        return any(
            each.is_running and each.source == ON_AIR_SOURCE and each.call_sid == view.sid
            for each in self.simulator.carrier.recordings.values()
        )

    # What the simulator tells.

    def _watch(self) -> None:
        simulator, carrier = self.simulator, self.simulator.carrier
        _after(simulator.reporter, "conference_event", self._room_event)
        _after(simulator.trace, "note", self._trace_event)
        _after(simulator.taker, "begin", self._recording_begun)
        _after(carrier, "notify", self._complained)
        _after(carrier, "enqueue", self._enqueued)
        _after(carrier, "dequeue", self._dequeued)
        _after(carrier, "add_leg", self._leg_added)

    def _name(self, view: CallView, who: str) -> None:
        if view.who != who:
            view.who = who
            self._calls_of[view.person].append(view)

    def _complained(self, code: int, _text: str, *, call_sid: str = "", url: str = "") -> None:
        del url
        if code in TURNED_AWAY:
            self.turned_away[call_sid] += 1

    def _recording_begun(self, leg: Leg, source: str, **_how: object) -> None:
        if source == ON_AIR_SOURCE:
            self.recorded[leg.sid] += 1

    def _leg_added(self, leg: Leg) -> None:
        view = self.call(leg.sid)
        view.began_at, view.is_outbound = self.now, leg.is_outbound
        if leg.is_outbound:
            live = self.simulator.carrier.live.values()
            same = [other for other in live if other.is_outbound and other.to == leg.to]
            if len(same) > 1:
                self.violate("rung-twice-at-once", leg.to)

    def _enqueued(self, queue: CallQueue, leg: Leg) -> None:
        view, air = self.call(leg.sid), self.air(queue.name)
        view.queue = queue.name
        view.waits.append(Stay(self.now))
        air.waiting[view.sid] = view
        self.note("queue", view.who, "waits")
        self._settle(air, view)

    def _dequeued(self, queue: CallQueue, member: QueueMember) -> None:
        view, air = self.call(member.leg.sid), self.air(queue.name)
        if air.waiting.pop(view.sid, None) is not None:
            view.queue = ""
            view.waits[-1].ends = self.now
            self.note("queue", view.who, "leaves")
        self._settle(air, view)

    def _room_event(
        self,
        conference: Conference,
        event: str,
        participant: Participant | None = None,
        _extra: Mapping[str, str] | None = None,
    ) -> None:
        if participant is None or event not in {"participant-join", "participant-leave"}:
            return
        view = self.call(participant.leg.sid)
        if not conference.name.endswith("-air"):
            return
        air = self.air(conference.name)
        is_official = participant.label.startswith("official")
        members = air.officials if is_official else air.citizens
        if participant.label.startswith(("operator", "moderator")):
            return
        if event == "participant-join":
            members[view.sid] = view
            view.room = conference.name
            view.seats.append(Stay(self.now))
            stays = air.official_stays if is_official else air.citizen_stays
            stays.append(view.seats[-1])
            self.note("room", view.who, "joins")
            self._check_room(air)
        else:
            members.pop(view.sid, None)
            view.room = ""
            view.seats[-1].ends = self.now
            self.note("room", view.who, "leaves")
            if not is_official:
                air.turn_at = self.now if air.is_idle else None
                self.on_left(view)
        self._settle(air, view)

    def _settle(self, air: AirView, view: CallView) -> None:
        if air.is_idle and air.idle_since is None:
            air.idle_since = self.now
            self.on_idle(air, self.now)
        elif not air.is_idle and air.idle_since is not None:
            air.idle_seconds += max(0.0, self.now - max(air.idle_since, air.begins_at))
            air.idle_since = None
        view.changed.set()
        air.changed.set()

    def _check_room(self, air: AirView) -> None:
        if len(air.citizens) > 1:
            names = sorted(view.who for view in air.citizens.values())
            self.violate("two-citizens-on-air", ", ".join(names), air.name)
        if len(air.officials) > 1:
            names = sorted(view.who for view in air.officials.values())
            self.violate("two-officials-on-air", ", ".join(names), air.name)
        for view in air.officials.values():
            rooms = [other.name for other in self.airs.values() if _has(other, view.who)]
            if len(rooms) > 1:
                self.violate("official-in-two-calls", f"{view.who} in {len(rooms)} rooms", air.name)

    def _trace_event(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - of any JSON type
        match kind:
            case "call":
                self._call_event(str(facts["call"]), str(facts["status"]))
            case "webhook":
                self._webhook_event(facts)
            case "rest":
                fields = dict(facts.get("fields") or ())
                self._rest_event(str(facts["path"]), fields)
                if facts["status"] < REFUSED:
                    self._check_once(str(facts["path"]), fields)
            case "fault":
                self.strikes.append((self.now, str(facts["subject"])))
                self.note("fault", "", str(facts["fault"]))
            case "person":
                self.note("person", str(facts["phone"]), str(facts["what"]))
            case _:
                pass

    def _call_event(self, sid: str, status: str) -> None:
        view = self.call(sid)
        leg = self.simulator.carrier.legs.get(sid)
        if leg is not None:
            self._name(view, leg.handset.name if leg.handset else leg.to)
            if leg.is_ended and not view.is_over:
                view.is_over = True
                self.on_over(view)
        self.note("call", view.who, status)
        view.changed.set()
        if status == "ringing" and leg is not None and leg.is_outbound:
            self.on_ring.get(leg.to, _ignore)(sid)

    def _webhook_event(self, facts: Mapping[str, Any]) -> None:
        fields = dict(facts["fields"])
        view = self.call(fields["CallSid"]) if "CallSid" in fields else None
        path = urlsplit(str(facts["url"])).path
        what = f"{path} {facts['status']} {facts['fault']}".strip()
        self.note("webhook", view.who if view else "", what)
        if view is not None and facts["answer"] and facts["is_heard"]:
            self._read_document(view, str(facts["answer"]))

    def _read_document(self, view: CallView, text: str) -> None:
        if RECORD.search(text):
            view.records += 1
            view.changed.set()
        gather = GATHER.search(text)
        if gather is None:
            return
        action, digits = ACTION.search(gather[0]), DIGITS.search(gather[0])
        view.asked = urlsplit(action[1]).path if action else ""
        view.digits = int(digits[1]) if digits else 0
        view.questions += 1
        view.changed.set()

    def _check_once(self, path: str, fields: Mapping[str, str]) -> None:
        """Some things asked of the network must not be asked for a second time."""
        url = fields.get("Url", "") if path.endswith("/Calls.json") else ""
        ear = fields.get("AnnounceUrl", "")
        for name, key in (("call-created-twice", url), ("said-twice", ear)):
            if not key:
                continue
            self._asked[name + key] += 1
            if self._asked[name + key] > 1:
                target = urlsplit(key)
                found = CALL_SID.search(path)
                who = self.call(found[0]).who if found else fields.get("To", "")
                self.violate(name, f"{who}: {target.path}")

    def _rest_event(self, path: str, fields: Mapping[str, str]) -> None:
        found = CALL_PATH.search(path)
        view = self.call(found[1]) if found else None
        target = urlsplit(fields.get("Url", "")).path
        self.note("rest", view.who if view else "", f"{_bare(path)} {target}".strip())
        if view is not None and view.queue and target.endswith("/air/join"):
            air = self.air(view.queue)
            self.on_summons(air, view)
            if air.turn_at is not None:
                self.turnarounds.append(self.now - air.turn_at)
                air.turn_at = None


def _ignore(_sid: str) -> None:
    """Nobody is there to hear it ring."""


def _has(air: AirView, who: str) -> bool:
    return any(view.who == who for view in air.officials.values())


def _bare(path: str) -> str:
    """``path`` without account and identifiers, which differ between equal worlds."""
    return re.sub(r"/[A-Z]{2}[0-9a-f]{32}", "", path.partition("Accounts")[2])


def _after(owner: object, name: str, told: Callable[..., None]) -> None:
    """Let ``told`` hear of every call of the method ``name`` of ``owner``, after it."""
    setattr(owner, name, partial(_both, getattr(owner, name), told))


def _both(
    method: Callable[..., Any],
    told: Callable[..., None],
    /,
    *args: Any,  # noqa: ANN401 - passed on as they are
    **kwargs: Any,  # noqa: ANN401 - passed on as they are
) -> Any:  # noqa: ANN401 - whatever the method returns
    result = method(*args, **kwargs)
    told(*args, **kwargs)
    return result
