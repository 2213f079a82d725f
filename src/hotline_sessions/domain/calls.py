"""Call: one leg of a citizen or an official, and its life.

A citizen is greeted, waits, is summoned to the air, joins, talks and is seen off; an
official is rung, confirms by key and stays on the air for the whole session. The
network reports late, twice and out of order: what it says never breaks a call.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import (
    BookingId,
    CallId,
    CallSid,
    InstitutionId,
    PublicId,
    SessionId,
)


class Role(StrEnum):
    """Whose leg it is."""

    CITIZEN = "citizen"
    OFFICIAL = "official"


class CallState(StrEnum):
    """Where a leg stands."""

    GREETING = "greeting"
    WAITING = "waiting"
    SUMMONED = "summoned"
    JOINING = "joining"
    TALKING = "talking"
    WRAPPING = "wrapping"

    SUBMITTING = "submitting"
    DIALLING = "dialling"
    CONFIRMING = "confirming"
    ENTERING = "entering"
    PRESENT = "present"

    ENDED = "ended"


class CallEvent(StrEnum):
    """What can happen to a leg."""

    ADMITTED = "admitted"
    SUMMONED = "summoned"
    CAME = "came"
    ENTERED_AIR = "entered-air"
    SENT_BACK = "sent-back"
    DISMISSED = "dismissed"
    LEFT_AIR = "left-air"

    ACCEPTED = "accepted"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"

    REPLACED = "replaced"
    HUNG_UP = "hung-up"


class Identity(StrEnum):
    """How sure it is who calls: not at all, by number and two digits, by the whole code."""

    NONE = "none"
    WEAK = "weak"
    CODE = "code"


NEXT: Final[Mapping[tuple[Role, CallState, CallEvent], CallState]] = MappingProxyType(
    {
        # A citizen
        (Role.CITIZEN, CallState.GREETING, CallEvent.ADMITTED): CallState.WAITING,
        (Role.CITIZEN, CallState.GREETING, CallEvent.DISMISSED): CallState.ENDED,
        (Role.CITIZEN, CallState.WAITING, CallEvent.SUMMONED): CallState.SUMMONED,
        (Role.CITIZEN, CallState.WAITING, CallEvent.DISMISSED): CallState.ENDED,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.CAME): CallState.JOINING,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.ENTERED_AIR): CallState.TALKING,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.SENT_BACK): CallState.WAITING,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.JOINING, CallEvent.ENTERED_AIR): CallState.TALKING,
        (Role.CITIZEN, CallState.JOINING, CallEvent.SENT_BACK): CallState.WAITING,
        (Role.CITIZEN, CallState.JOINING, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.TALKING, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.TALKING, CallEvent.LEFT_AIR): CallState.ENDED,
        (Role.CITIZEN, CallState.WRAPPING, CallEvent.LEFT_AIR): CallState.ENDED,
        # An official
        (Role.OFFICIAL, CallState.SUBMITTING, CallEvent.ACCEPTED): CallState.DIALLING,
        (Role.OFFICIAL, CallState.SUBMITTING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.OFFICIAL, CallState.DIALLING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.OFFICIAL, CallState.CONFIRMING, CallEvent.CONFIRMED): CallState.ENTERING,
        (Role.OFFICIAL, CallState.ENTERING, CallEvent.ENTERED_AIR): CallState.PRESENT,
        (Role.OFFICIAL, CallState.PRESENT, CallEvent.LEFT_AIR): CallState.ENTERING,
    }
)

ENDINGS: Final = frozenset({CallEvent.HUNG_UP, CallEvent.REPLACED})
"""What ends a leg in any state."""

REPORTS: Final = frozenset(
    {
        CallEvent.ADMITTED,
        CallEvent.CAME,
        CallEvent.ENTERED_AIR,
        CallEvent.SENT_BACK,
        CallEvent.LEFT_AIR,
        CallEvent.ACCEPTED,
        CallEvent.ANSWERED,
        CallEvent.CONFIRMED,
    }
)
"""What the network says: where it does not follow, it is late or repeated, and is ignored."""

ON_AIR: Final = frozenset(
    {CallState.SUMMONED, CallState.JOINING, CallState.TALKING, CallState.WRAPPING}
)
"""States of a citizen who holds the air: nobody else may be summoned."""


class ImpossibleEvent(Conflict):
    """What staff want does not follow from the state of the call.

    Facts: ``state``, ``event``.
    """

    code = "impossible-event"


class AirTaken(Conflict):
    """A citizen is on the air, or on the way there or back."""

    code = "air-taken"


class OfficialAbsent(Conflict):
    """The official is not on the line yet."""

    code = "official-absent"


class OfficialOnLine(Conflict):
    """The official is on the line, or is being called."""

    code = "official-on-line"


class NoRingNumber(Conflict):
    """It is not known on which number to call the official."""

    code = "no-ring-number"


class NobodyWaits(Conflict):
    """Nobody is in the queue."""

    code = "nobody-waits"


class NobodyOnAir(Conflict):
    """There is no talk that could be ended."""

    code = "nobody-on-air"


class NotAdmitting(Conflict):
    """The session is not open: no caller can be put through."""

    code = "not-admitting"


class Leg(Struct, frozen=True, kw_only=True):
    """One call between a person and the provider.

    ``turn`` is the number of the summons to the air that it holds; ``sid`` and
    ``peer_number`` are None while unknown or withheld.
    """

    id: CallId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    booking: BookingId | None = None
    role: Role
    sid: CallSid | None = None
    peer_number: str | None = None
    state: CallState
    state_since: datetime
    identity: Identity = Identity.NONE
    language: str = "uk"
    code_tries: int = 0
    turn: int = 0
    started_at: datetime
    waiting_since: datetime | None = None
    on_air_at: datetime | None = None
    off_air_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_on_air(self) -> bool:
        """Whether it is a citizen who holds the air."""
        return self.role is Role.CITIZEN and self.state in ON_AIR

    @property
    def is_live(self) -> bool:
        """Whether something can still happen to it."""
        return self.state is not CallState.ENDED


def advance(role: Role, state: CallState, event: CallEvent) -> CallState:
    """State of a leg after ``event``.

    Hanging up ends a leg in any state, and an ended leg stays ended. Reports of the
    network that do not follow are late or repeated: the state stays.

    Raises:
        ImpossibleEvent: A deed of ours does not follow from ``state``.
    """
    if state is CallState.ENDED or event in ENDINGS:
        return CallState.ENDED
    following = NEXT.get((role, state, event))
    if following is not None:
        return following
    if event in REPORTS:
        return state
    raise ImpossibleEvent(state=state, event=event)


def step(leg: Leg, event: CallEvent, now: datetime) -> Leg:
    """The leg after ``event``, with the moments that follow from the change.

    Raises:
        ImpossibleEvent: A deed of ours does not follow from its state.
    """
    state = advance(leg.role, leg.state, event)
    if state is leg.state:
        return leg
    changes: dict[str, object] = {"state": state, "state_since": now}
    if state is CallState.WAITING and leg.waiting_since is None:
        changes["waiting_since"] = now
    if state is CallState.TALKING or state is CallState.PRESENT:
        changes["on_air_at"] = leg.on_air_at or now
    if leg.on_air_at and leg.off_air_at is None and state is CallState.ENDED:
        changes["off_air_at"] = now
    if state is CallState.ENDED:
        changes["ended_at"] = now
    return msgspec.structs.replace(leg, **changes)


def list_citizens(legs: Iterable[Leg]) -> list[Leg]:
    """Citizens whose legs have not ended."""
    return [leg for leg in legs if leg.role is Role.CITIZEN and leg.is_live]


def find_on_air(legs: Iterable[Leg]) -> Leg | None:
    """The citizen who holds the air, of the legs of one session."""
    return next((leg for leg in legs if leg.is_on_air), None)


def find_official(legs: Iterable[Leg]) -> Leg | None:
    """The live leg of the official, of the legs of one session."""
    return next((leg for leg in legs if leg.role is Role.OFFICIAL and leg.is_live), None)


def is_official_present(legs: Iterable[Leg]) -> bool:
    """Whether the official is on the air and can hear a citizen."""
    official = find_official(legs)
    return official is not None and official.state is CallState.PRESENT


def list_waiting(legs: Iterable[Leg]) -> list[Leg]:
    """Citizens in the queue, in the order in which they were admitted."""
    waiting = [leg for leg in legs if leg.state is CallState.WAITING]
    return sorted(waiting, key=lambda leg: (leg.waiting_since or leg.started_at, leg.id))


def check_may_summon(legs: Iterable[Leg]) -> None:
    """Refuse to put anybody through when the air is not ready for a citizen.

    Raises:
        OfficialAbsent: There is nobody to talk to.
        AirTaken: Another citizen holds the air.
    """
    legs = list(legs)
    if not is_official_present(legs):
        raise OfficialAbsent
    if find_on_air(legs):
        raise AirTaken
