"""Everything the provider knows: telephones, calls, queues, conferences, messages."""

import random
from collections import Counter, deque
from collections.abc import Iterator

from hotline_sessions.phonesim.clock import Clock
from hotline_sessions.phonesim.config import NumberConfig, PhonesimConfig, SimConfig
from hotline_sessions.phonesim.handsets import Handset, Sms, Sound, SoundKind
from hotline_sessions.phonesim.hub import Hub
from hotline_sessions.phonesim.legs import Leg
from hotline_sessions.phonesim.records import Message, Notification, PhoneNumber, Recording
from hotline_sessions.phonesim.rooms import (
    CallQueue,
    Conference,
    LabelTaken,
    Participant,
    QueueMember,
)
from hotline_sessions.phonesim.sids import new_sid


KEPT_NOTIFICATIONS = 500
KEPT_SOUNDS = 400


class Carrier:
    """The state of the simulated world, with its look-ups and its invariants."""

    def __init__(self, config: PhonesimConfig, clock: Clock, hub: Hub) -> None:
        self.clock = clock
        self.hub = hub
        self.rng = random.Random(config.seed)  # noqa: S311 - dice, not secrets
        self.handsets: dict[str, Handset] = {}
        self.legs: dict[str, Leg] = {}
        self.queues: dict[str, CallQueue] = {}
        self.conferences: dict[str, Conference] = {}
        self.numbers: dict[str, PhoneNumber] = {}
        self.messages: dict[str, Message] = {}
        self.recordings: dict[str, Recording] = {}
        self.notifications: deque[Notification] = deque(maxlen=KEPT_NOTIFICATIONS)
        self._sounds = 0
        for number in config.numbers:
            self.add_number(number)
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
        )
        return self.numbers[sid]

    def add_handset(self, sim: SimConfig) -> Handset:
        """Put a SIM card into a telephone; the same number and name give the same telephone."""
        sim_id = sim.number.lstrip("+") + ("-withheld" if sim.withheld else "")
        if sim_id not in self.handsets:
            self.handsets[sim_id] = Handset(
                sim_id=sim_id, name=sim.name, number=sim.number, withheld=sim.withheld
            )
            self.hub.changed()
        return self.handsets[sim_id]

    def find_number(self, number: str) -> PhoneNumber | None:
        """Number of the account by its digits."""
        return next((n for n in self.numbers.values() if n.number == number), None)

    def find_handset(self, number: str) -> Handset | None:
        """Telephone that rings when ``number`` is called; the open SIM before the withheld one."""
        found = [h for h in self.handsets.values() if h.number == number]
        return min(found, key=lambda h: h.withheld, default=None)

    def get_queue(self, name: str) -> CallQueue:
        """Queue by name, created on demand."""
        for queue in self.queues.values():
            if queue.name == name:
                return queue
        return self.add_queue(name)

    def add_queue(self, name: str, max_size: int = 1000) -> CallQueue:
        """A new, empty queue."""
        queue = CallQueue(
            sid=self.sid("QU"), name=name, created_at=self.clock.now(), max_size=max_size
        )
        self.queues[queue.sid] = queue
        return queue

    def get_conference(self, name: str) -> Conference:
        """Active conference of that name, created on demand."""
        for conference in self.conferences.values():
            if conference.name == name and conference.is_active:
                return conference
        conference = Conference(sid=self.sid("CF"), name=name, created_at=self.clock.now())
        self.conferences[conference.sid] = conference
        return conference

    def admit(self, conference: Conference, participant: Participant) -> None:
        """Let a call into a conference.

        Raises:
            LabelTaken: Somebody in the room has that label.
        """
        if participant.label and conference.find(participant.label):
            raise LabelTaken
        conference.participants.append(participant)
        conference.updated_at = self.clock.now()

    def membership(self, leg: Leg) -> tuple[CallQueue, QueueMember] | None:
        """Queue in which the call waits."""
        for queue in self.queues.values():
            for member in queue.members:
                if member.leg is leg:
                    return queue, member
        return None

    def seat(self, leg: Leg) -> tuple[Conference, Participant] | None:
        """Conference in which the call is."""
        for conference in self.conferences.values():
            for participant in conference.participants:
                if participant.leg is leg:
                    return conference, participant
        return None

    def sound(
        self,
        leg: Leg,
        kind: SoundKind,
        text: str,
        *,
        language: str = "uk-UA",
        who: str = "",
    ) -> None:
        """Let the person at the telephone hear (or remember having said) something."""
        if leg.handset is not None:
            self.tell(leg.handset, leg.sid, kind, text, language=language, who=who)

    def tell(
        self,
        handset: Handset,
        call_sid: str,
        kind: SoundKind,
        text: str,
        *,
        language: str = "uk-UA",
        who: str = "",
    ) -> None:
        """Put a sound into the memory of a telephone."""
        self._sounds += 1
        handset.sounds.append(
            Sound(
                seq=self._sounds,
                at=self.clock.now(),
                call_sid=call_sid,
                kind=kind,
                text=text,
                language=language,
                who=who,
            )
        )
        del handset.sounds[:-KEPT_SOUNDS]
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
            Notification(at=self.clock.now(), code=code, text=text, call_sid=call_sid, url=url)
        )
        self.hub.changed()

    def find_breaches(self) -> Iterator[str]:
        """Invariants that do not hold now; there must be none at any moment."""
        places: Counter[str] = Counter()
        for queue in self.queues.values():
            places.update(member.leg.sid for member in queue.members)
        for conference in self.conferences.values():
            labels = Counter(p.label for p in conference.participants if p.label)
            yield from (
                f"{count} participants labelled {label!r} in {conference.name}"
                for label, count in labels.items()
                if count > 1
            )
            places.update(p.leg.sid for p in conference.participants)
            if conference.participants and not conference.is_active:
                yield f"participants in the ended conference {conference.name}"
        for sid, count in places.items():
            if count > 1:
                yield f"call {sid} is in {count} places"
            if self.legs[sid].is_ended:
                yield f"ended call {sid} is still in a room"
