"""Everything the provider knows: telephones, calls, queues, conferences, messages."""

import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator

from hotline_sessions.phonesim.clock import Clock
from hotline_sessions.phonesim.config import (
    ApplicationConfig,
    NumberConfig,
    PhonesimConfig,
    SimConfig,
)
from hotline_sessions.phonesim.handsets import Handset, Sms, Sound, SoundKind, parse_client
from hotline_sessions.phonesim.hub import Hub
from hotline_sessions.phonesim.legs import Leg
from hotline_sessions.phonesim.records import (
    Application,
    Message,
    Notification,
    PhoneNumber,
    Recording,
    Transcription,
)
from hotline_sessions.phonesim.rooms import (
    CallQueue,
    Conference,
    LabelTaken,
    NobodyToCoach,
    Participant,
    QueueMember,
    RoomFull,
)
from hotline_sessions.phonesim.sids import new_sid


KEPT_NOTIFICATIONS = 500
KEPT_SOUNDS = 400


class Carrier:
    """The state of the simulated world, with its look-ups and its invariants."""

    def __init__(self, config: PhonesimConfig, clock: Clock, hub: Hub) -> None:
        self.clock = clock
        self.hub = hub
        self.began_at = clock.now()
        self.countries = set(config.limits.countries)
        self.rng = random.Random(config.seed)  # noqa: S311 - dice, not secrets
        self.handsets: dict[str, Handset] = {}
        self.legs: dict[str, Leg] = {}
        self.queues: dict[str, CallQueue] = {}
        self.conferences: dict[str, Conference] = {}
        self.numbers: dict[str, PhoneNumber] = {}
        self.applications: dict[str, Application] = {}
        self.trunks: dict[str, Application] = {}
        self.messages: dict[str, Message] = {}
        self.recordings: dict[str, Recording] = {}
        self.transcriptions: dict[str, Transcription] = {}
        self.live: dict[str, Leg] = {}
        self.listens: Callable[[Leg, SoundKind, str], None] | None = None
        self.complains: Callable[[int, str, str], None] | None = None
        self._numbers: dict[str, PhoneNumber] = {}
        self._by_number: defaultdict[str, list[Handset]] = defaultdict(list)
        self._calls_with: defaultdict[str, list[Leg]] = defaultdict(list)
        self._queue_names: dict[str, CallQueue] = {}
        self._rooms: dict[str, Conference] = {}
        self._seats: dict[str, tuple[Conference, Participant]] = {}
        self._waits: dict[str, tuple[CallQueue, QueueMember]] = {}
        self.notifications: deque[Notification] = deque(maxlen=KEPT_NOTIFICATIONS)
        self._sounds = 0
        for number in config.numbers:
            self.add_number(number)
        for application in config.applications:
            self.add_application(application)
        for trunk in config.trunks:
            self.trunks[trunk.sid] = Application(
                sid=trunk.sid,
                name=trunk.name,
                created_at=self.began_at,
                updated_at=self.began_at,
                voice_url=trunk.voice_url,
                voice_fallback_url=trunk.voice_fallback_url,
                status_callback=trunk.status_callback,
            )
        for sim in config.sims:
            self.add_handset(sim)

    def sid(self, prefix: str) -> str:
        """A fresh identifier."""
        return new_sid(prefix, self.rng)

    def add_number(self, number: NumberConfig) -> PhoneNumber:
        """Give the account a number."""
        sid = self.sid("PN")
        self.numbers[sid] = PhoneNumber(
            sid=sid,
            number=number.number,
            name=number.name or number.number,
            created_at=self.clock.now(),
            voice_url=number.voice_url,
            voice_method=number.voice_method,
            voice_fallback_url=number.voice_fallback_url,
            status_callback=number.status_callback,
            sms_url=number.sms_url,
            reached_by=number.reached_by,
            carrier=number.carrier,
            is_sms_capable=number.is_sms_capable,
            trunk_sid=number.trunk_sid,
        )
        self._numbers[number.number] = self.numbers[sid]
        return self.numbers[sid]

    def add_handset(self, sim: SimConfig) -> Handset:
        """Put a SIM card into a telephone; the same number and name give the same telephone."""
        number, _ = parse_client(sim.number)
        sim_id = number.lstrip("+").replace(":", "-") + ("-withheld" if sim.withheld else "")
        if sim_id not in self.handsets:
            handset = Handset(
                sim_id=sim_id,
                name=sim.name,
                number=number,
                withheld=sim.withheld,
                voicemail=sim.voicemail,
            )
            handset.landline = sim.landline
            handset.unsubscribed = sim.unsubscribed
            self.handsets[sim_id] = handset
            self._by_number[number].append(handset)
            self.hub.changed()
        return self.handsets[sim_id]

    def add_application(self, application: ApplicationConfig) -> Application:
        """Give the account an application."""
        now = self.clock.now()
        sid = application.sid or self.sid("AP")
        self.applications[sid] = Application(
            sid=sid,
            name=application.name,
            created_at=now,
            updated_at=now,
            voice_url=application.voice_url,
            voice_method=application.voice_method,
            voice_fallback_url=application.voice_fallback_url,
            status_callback=application.status_callback,
        )
        return self.applications[sid]

    def find_number(self, number: str) -> PhoneNumber | None:
        """Number of the account by its digits, or by those of another carrier that leads here."""
        if (found := self._numbers.get(number)) is not None:
            return found
        return next((n for n in self.numbers.values() if number in n.reached_by), None)

    def find_handset(self, number: str) -> Handset | None:
        """Telephone that rings when ``number`` is called; the open SIM before the withheld one."""
        found = self._by_number.get(number, ())
        return min(found, key=lambda h: h.withheld, default=None)

    def add_leg(self, leg: Leg) -> None:
        """Know of a call."""
        self.legs[leg.sid] = leg
        self.live[leg.sid] = leg
        for number in {leg.to, leg.from_}:
            self._calls_with[number].append(leg)

    def remove_leg(self, leg: Leg) -> None:
        """Forget a call that was never placed."""
        del self.legs[leg.sid], self.live[leg.sid]
        for number in {leg.to, leg.from_}:
            self._calls_with[number].remove(leg)

    def calls_with(self, number: str) -> list[Leg]:
        """Calls from or to a number, oldest first."""
        return self._calls_with.get(number, [])

    def get_queue(self, name: str) -> CallQueue:
        """Queue by name, created on demand."""
        return self.find_queue(name) or self.add_queue(name)

    def find_queue(self, name: str) -> CallQueue | None:
        """Queue by name."""
        found = self._queue_names.get(name)
        if found is not None and found.name == name and found.sid in self.queues:
            return found
        return next((q for q in self.queues.values() if q.name == name), None)

    def add_queue(self, name: str, max_size: int = 1000) -> CallQueue:
        """A new, empty queue."""
        queue = CallQueue(
            sid=self.sid("QU"), name=name, created_at=self.clock.now(), max_size=max_size
        )
        self.queues[queue.sid] = self._queue_names[name] = queue
        return queue

    def enqueue(self, queue: CallQueue, leg: Leg) -> QueueMember:
        """Let a call wait.

        Raises:
            QueueFull: There is no room.
        """
        member = queue.add(leg, self.clock.now())
        self._waits[leg.sid] = (queue, member)
        self.hub.changed()
        return member

    def dequeue(self, queue: CallQueue, member: QueueMember) -> int:
        """Take a call out of a queue; the whole seconds it has waited."""
        self._waits.pop(member.leg.sid, None)
        self.hub.changed()
        return queue.remove(member, self.clock.now())

    def get_conference(self, name: str) -> Conference:
        """Active conference of that name, created on demand."""
        conference = self.find_conference(name)
        if conference is None:
            conference = Conference(sid=self.sid("CF"), name=name, created_at=self.clock.now())
            self.conferences[conference.sid] = self._rooms[name] = conference
        return conference

    def find_conference(self, name: str) -> Conference | None:
        """Active conference of that name."""
        return self._rooms.get(name)

    def forget_name(self, conference: Conference) -> None:
        """The conference is over: the next one of that name is another one."""
        if self._rooms.get(conference.name) is conference:
            del self._rooms[conference.name]

    def admit(self, conference: Conference, participant: Participant) -> None:
        """Let a call into a conference.

        Raises:
            NotAdmitted: Its label is taken, the room is full, or nobody is there to coach.
        """
        if participant.label and conference.find(participant.label):
            raise LabelTaken
        if len(conference.participants) >= conference.max_participants:
            raise RoomFull
        coached = participant.coaching
        if coached and conference.find(coached) is None:
            if not conference.participants:
                self._drop_empty(conference)
            raise NobodyToCoach
        conference.participants.append(participant)
        conference.updated_at = self.clock.now()
        self._seats[participant.leg.sid] = (conference, participant)

    def dismiss(self, conference: Conference, participant: Participant) -> None:
        """Take a call out of a conference."""
        conference.participants.remove(participant)
        conference.updated_at = self.clock.now()
        self._seats.pop(participant.leg.sid, None)

    def _drop_empty(self, conference: Conference) -> None:
        self.forget_name(conference)
        del self.conferences[conference.sid]

    def membership(self, leg: Leg) -> tuple[CallQueue, QueueMember] | None:
        """Queue in which the call waits."""
        return self._waits.get(leg.sid)

    def seat(self, leg: Leg) -> tuple[Conference, Participant] | None:
        """Conference in which the call is."""
        return self._seats.get(leg.sid)

    def others(self, leg: Leg) -> list[tuple[Leg, str]]:
        """Calls in the same conversation, with their labels."""
        if leg.partner is not None:
            return [(leg.partner, "")]
        seat = self.seat(leg)
        if seat is None:
            return []
        conference, own = seat
        return [(p.leg, p.label) for p in conference.participants if p is not own]

    def hearers(self, leg: Leg) -> list[Leg]:
        """Calls that hear what is said on this one now."""
        if not leg.is_talking:
            return []
        if leg.partner is not None:
            return [leg.partner] if leg.partner.is_talking else []
        seat = self.seat(leg)
        if seat is None:
            return []
        conference, speaker = seat
        return [p.leg for p in conference.hearers(speaker)]

    def label(self, leg: Leg) -> str:
        """Label of the call in its conference; empty if it has none."""
        seat = self.seat(leg)
        return seat[1].label if seat else ""

    def sound(
        self,
        leg: Leg,
        kind: SoundKind,
        text: str,
        *,
        language: str = "uk-UA",
        who: Leg | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Let the person at the telephone hear (or remember having said) something."""
        if leg.is_deaf and kind not in {SoundKind.OWN, SoundKind.INFO}:
            return
        if self.listens is not None:
            self.listens(leg, kind, text)
        handset = leg.handset
        if handset is None:
            return
        if leg.by_machine:
            if kind in {SoundKind.SAY, SoundKind.PEER} and text:
                handset.left_messages.append(text)
            return
        name, peer, label = "", "", ""
        if who is not None:
            name = who.handset.name if who.handset else ""
            peer, label = who.sid, self.label(who)
        self.tell(
            handset,
            leg.sid,
            kind,
            text,
            language=language,
            who=name,
            peer=peer,
            label=label,
            seconds=seconds,
        )

    def tell(
        self,
        handset: Handset,
        call_sid: str,
        kind: SoundKind,
        text: str,
        *,
        language: str = "uk-UA",
        who: str = "",
        peer: str = "",
        label: str = "",
        seconds: float = 0.0,
    ) -> None:
        """Put a sound into the memory of a telephone."""
        self._sounds += 1
        sound = Sound(
            seq=self._sounds,
            at=self.clock.now(),
            call_sid=call_sid,
            kind=kind,
            text=text,
            language=language,
            who=who,
            peer=peer,
            label=label,
            seconds=seconds,
        )
        handset.sounds.append(sound)
        if len(handset.sounds) > 2 * KEPT_SOUNDS:
            del handset.sounds[:-KEPT_SOUNDS]
        for listener in handset.listeners:
            listener.hear(sound)
        self.hub.changed()

    def deliver(self, message: Message) -> None:
        """Put a text message into the inbox of its telephone, if there is one."""
        handset = self.find_handset(message.to)
        if handset is not None:
            handset.inbox.append(
                Sms(
                    sid=message.sid,
                    at=self.clock.now(),
                    sender=message.sender,
                    body=message.body,
                )
            )
        self.hub.changed()

    def notify(self, code: int, text: str, *, call_sid: str = "", url: str = "") -> None:
        """Note a complaint of the provider."""
        self.notifications.append(
            Notification(
                at=self.clock.now(),
                code=code,
                text=text,
                sid=self.sid("NO"),
                call_sid=call_sid,
                url=url,
            )
        )
        if self.complains is not None:
            self.complains(code, text, call_sid)
        self.hub.changed()

    def find_breaches(self) -> Iterator[str]:
        """Invariants that do not hold now; there must be none at any moment."""
        places: Counter[str] = Counter()
        for queue in self.queues.values():
            places.update(member.leg.sid for member in queue.members)
            if len(queue.members) > queue.max_size:
                yield f"more calls in {queue.name} than it holds"
        for conference in self._rooms.values():
            yield from _find_breaches_of_room(conference)
            places.update(p.leg.sid for p in conference.participants)
        for sid, count in places.items():
            if count > 1:
                yield f"call {sid} is in {count} places"
            if self.legs[sid].is_ended:
                yield f"ended call {sid} is still in a room"
        for leg in self.live.values():
            if leg.handset and leg.handset.call_sid == leg.sid and leg.is_ended:
                yield f"ended call {leg.sid} still occupies a telephone"


def _find_breaches_of_room(conference: Conference) -> Iterator[str]:
    labels = Counter(p.label for p in conference.participants if p.label)
    for label, count in labels.items():
        if count > 1:
            yield f"{count} participants labelled {label!r} in {conference.name}"
    if conference.participants and not conference.is_active:
        yield f"participants in the ended conference {conference.name}"
    if len(conference.participants) > conference.max_participants:
        yield f"more participants in {conference.name} than it holds"
