"""What a person sees of the simulated world."""

from datetime import datetime

from msgspec import Struct

from hotline_sessions.phonesim.carrier import Carrier
from hotline_sessions.phonesim.handsets import Handset, Sms, Sound
from hotline_sessions.phonesim.legs import CallStatus, Leg
from hotline_sessions.phonesim.mailbox import Letter, Mailbox


SHOWN_SOUNDS = 120


class PhoneView(Struct, frozen=True, kw_only=True):
    """A telephone as its owner sees it.

    ``state`` is one of ``idle``, ``calling``, ``ringing``, ``connected``, ``waiting``,
    ``lobby`` (alone in a room, or in one that has not begun), ``on-air``, ``held``.
    """

    sim_id: str
    name: str
    number: str
    withheld: bool
    voicemail: bool
    left_messages: list[str]
    state: str
    other_number: str
    company: list[str]
    listening: str
    connected_at: datetime | None
    call_sid: str
    last_outcome: str
    sounds: list[Sound]
    inbox: list[Sms]


class WorldView(Struct, frozen=True, kw_only=True):
    """Everything the page shows; ``version`` grows with every change."""

    version: int
    now: datetime
    phones: list[PhoneView]
    numbers: list[dict[str, str]]
    complaints: int
    letters: list[Letter]


def view_phone(carrier: Carrier, handset: Handset) -> PhoneView:
    """One telephone."""
    leg = carrier.legs.get(handset.call_sid)
    return PhoneView(
        sim_id=handset.sim_id,
        name=handset.name,
        number=handset.number,
        withheld=handset.withheld,
        voicemail=handset.voicemail,
        left_messages=list(handset.left_messages),
        state=find_state(carrier, leg),
        other_number=_other_number(leg),
        company=_company(carrier, leg),
        listening=leg.listening if leg else "",
        connected_at=leg.answered_at if leg else None,
        call_sid=handset.call_sid,
        last_outcome=handset.last_outcome,
        sounds=handset.sounds[-SHOWN_SOUNDS:],
        inbox=list(handset.inbox),
    )


def view_world(carrier: Carrier, mailbox: Mailbox) -> WorldView:
    """All telephones, the numbers they can dial, and the letters that came by mail."""
    return WorldView(
        version=carrier.hub.version,
        now=carrier.clock.now(),
        phones=[view_phone(carrier, handset) for handset in carrier.handsets.values()],
        numbers=[{"number": n.number, "name": n.name} for n in carrier.numbers.values()],
        complaints=len(carrier.notifications),
        letters=list(mailbox.letters),
    )


def find_state(carrier: Carrier, leg: Leg | None) -> str:
    """Where a call is, in the words of ``PhoneView``."""
    if leg is None or leg.is_ended:
        return "idle"
    if leg.status is not CallStatus.IN_PROGRESS:
        return "ringing" if leg.is_outbound else "calling"
    if carrier.membership(leg):
        return "waiting"
    seat = carrier.seat(leg)
    if seat is None:
        return "on-air" if leg.partner is not None else "connected"
    conference, participant = seat
    if participant.hold:
        return "held"
    is_alone = len(conference.participants) == 1
    return "lobby" if is_alone or conference.status == "init" else "on-air"


def _other_number(leg: Leg | None) -> str:
    if leg is None:
        return ""
    return leg.from_ if leg.is_outbound else leg.to


def _company(carrier: Carrier, leg: Leg | None) -> list[str]:
    return [name_of(other, label) for other, label in carrier.others(leg)] if leg else []


def name_of(leg: Leg, label: str) -> str:
    """Whom a call is with: the owner of the telephone, his label, or the number."""
    return leg.handset.name if leg.handset else label or leg.to
