"""Call: one leg of a citizen, an official or an operator, and its life.

A citizen is greeted, waits, is summoned to the air, joins, talks and is seen off; on the
way there may be a screening talk with the operator, a hold, a way back to the queue, or a
question recorded instead of a talk. Who is called back is rung first. Officials and
operators are rung, confirm by key and stay in their room. The network reports late, twice
and out of order: what it says never breaks a call.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import (
    AccountId,
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
    OPERATOR = "operator"


class CallState(StrEnum):
    """Where a leg stands."""

    GREETING = "greeting"
    WAITING = "waiting"
    SCREENING = "screening"
    SUMMONED = "summoned"
    JOINING = "joining"
    TALKING = "talking"
    HELD = "held"
    RETURNING = "returning"
    WRAPPING = "wrapping"
    QUESTION = "question"

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
    SCREENED = "screened"
    HELD = "held"
    RESUMED = "resumed"
    RETURNED = "returned"
    DISMISSED = "dismissed"
    LEFT_AIR = "left-air"
    RECORDS = "records"

    ACCEPTED = "accepted"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    MOVED = "moved"

    REPLACED = "replaced"
    HUNG_UP = "hung-up"


class Identity(StrEnum):
    """How sure it is who calls: not at all, by number and two digits, by the whole code."""

    NONE = "none"
    WEAK = "weak"
    CODE = "code"


NEXT: Final[Mapping[tuple[Role, CallState, CallEvent], CallState]] = MappingProxyType(
    {
        # A citizen who calls
        (Role.CITIZEN, CallState.GREETING, CallEvent.ADMITTED): CallState.WAITING,
        (Role.CITIZEN, CallState.GREETING, CallEvent.RECORDS): CallState.QUESTION,
        (Role.CITIZEN, CallState.GREETING, CallEvent.DISMISSED): CallState.ENDED,
        # A citizen who is called back
        (Role.CITIZEN, CallState.SUBMITTING, CallEvent.ACCEPTED): CallState.DIALLING,
        (Role.CITIZEN, CallState.SUBMITTING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.CITIZEN, CallState.DIALLING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.CITIZEN, CallState.CONFIRMING, CallEvent.ADMITTED): CallState.WAITING,
        (Role.CITIZEN, CallState.CONFIRMING, CallEvent.RECORDS): CallState.QUESTION,
        # A citizen who waits, and is prepared by the operator
        (Role.CITIZEN, CallState.WAITING, CallEvent.SUMMONED): CallState.SUMMONED,
        (Role.CITIZEN, CallState.WAITING, CallEvent.SCREENED): CallState.SCREENING,
        (Role.CITIZEN, CallState.WAITING, CallEvent.RECORDS): CallState.QUESTION,
        (Role.CITIZEN, CallState.WAITING, CallEvent.DISMISSED): CallState.ENDED,
        (Role.CITIZEN, CallState.SCREENING, CallEvent.SUMMONED): CallState.SUMMONED,
        (Role.CITIZEN, CallState.SCREENING, CallEvent.SENT_BACK): CallState.WAITING,
        (Role.CITIZEN, CallState.SCREENING, CallEvent.RECORDS): CallState.QUESTION,
        (Role.CITIZEN, CallState.SCREENING, CallEvent.DISMISSED): CallState.ENDED,
        # A citizen on the air, or on the way there or back
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.CAME): CallState.JOINING,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.ENTERED_AIR): CallState.TALKING,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.SENT_BACK): CallState.WAITING,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.RETURNED): CallState.RETURNING,
        (Role.CITIZEN, CallState.SUMMONED, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.JOINING, CallEvent.ENTERED_AIR): CallState.TALKING,
        (Role.CITIZEN, CallState.JOINING, CallEvent.SENT_BACK): CallState.WAITING,
        (Role.CITIZEN, CallState.JOINING, CallEvent.RETURNED): CallState.RETURNING,
        (Role.CITIZEN, CallState.JOINING, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.TALKING, CallEvent.HELD): CallState.HELD,
        (Role.CITIZEN, CallState.TALKING, CallEvent.RETURNED): CallState.RETURNING,
        (Role.CITIZEN, CallState.TALKING, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.TALKING, CallEvent.LEFT_AIR): CallState.ENDED,
        (Role.CITIZEN, CallState.HELD, CallEvent.RESUMED): CallState.TALKING,
        (Role.CITIZEN, CallState.HELD, CallEvent.RETURNED): CallState.RETURNING,
        (Role.CITIZEN, CallState.HELD, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.HELD, CallEvent.LEFT_AIR): CallState.ENDED,
        (Role.CITIZEN, CallState.RETURNING, CallEvent.SENT_BACK): CallState.WAITING,
        (Role.CITIZEN, CallState.RETURNING, CallEvent.LEFT_AIR): CallState.WAITING,
        (Role.CITIZEN, CallState.RETURNING, CallEvent.DISMISSED): CallState.WRAPPING,
        (Role.CITIZEN, CallState.WRAPPING, CallEvent.LEFT_AIR): CallState.ENDED,
        (Role.CITIZEN, CallState.WRAPPING, CallEvent.RECORDS): CallState.QUESTION,
        # An official
        (Role.OFFICIAL, CallState.SUBMITTING, CallEvent.ACCEPTED): CallState.DIALLING,
        (Role.OFFICIAL, CallState.SUBMITTING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.OFFICIAL, CallState.DIALLING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.OFFICIAL, CallState.CONFIRMING, CallEvent.CONFIRMED): CallState.ENTERING,
        (Role.OFFICIAL, CallState.ENTERING, CallEvent.ENTERED_AIR): CallState.PRESENT,
        (Role.OFFICIAL, CallState.PRESENT, CallEvent.LEFT_AIR): CallState.ENTERING,
        # An operator, in the room of a screening or on the air
        (Role.OPERATOR, CallState.SUBMITTING, CallEvent.ACCEPTED): CallState.DIALLING,
        (Role.OPERATOR, CallState.SUBMITTING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.OPERATOR, CallState.DIALLING, CallEvent.ANSWERED): CallState.CONFIRMING,
        (Role.OPERATOR, CallState.CONFIRMING, CallEvent.CONFIRMED): CallState.ENTERING,
        (Role.OPERATOR, CallState.ENTERING, CallEvent.ENTERED_AIR): CallState.PRESENT,
        (Role.OPERATOR, CallState.ENTERING, CallEvent.MOVED): CallState.ENTERING,
        (Role.OPERATOR, CallState.PRESENT, CallEvent.MOVED): CallState.ENTERING,
        (Role.OPERATOR, CallState.PRESENT, CallEvent.LEFT_AIR): CallState.ENTERING,
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
        CallEvent.RECORDS,
        CallEvent.ACCEPTED,
        CallEvent.ANSWERED,
        CallEvent.CONFIRMED,
    }
)
"""What the network says: where it does not follow, it is late or repeated, and is ignored."""

ON_AIR: Final = frozenset(
    {
        CallState.SUMMONED,
        CallState.JOINING,
        CallState.TALKING,
        CallState.HELD,
        CallState.RETURNING,
        CallState.WRAPPING,
    }
)
"""States of a citizen who holds the air: nobody else may be summoned."""

IN_ROOM: Final = frozenset({CallState.TALKING, CallState.HELD, CallState.PRESENT})
"""States in which a leg is known to be in its conference."""

RINGING: Final = frozenset({CallState.SUBMITTING, CallState.DIALLING, CallState.CONFIRMING})
"""States of a leg that we have placed, until it takes part."""


class Consent(StrEnum):
    """What a citizen said to being recorded: nothing yet, yes or no."""

    NONE = "none"
    YES = "yes"
    NO = "no"


class Mode(StrEnum):
    """How an operator takes part."""

    SCREEN = "screen"
    LISTEN = "listen"
    WHISPER = "whisper"
    TALK = "talk"


ASKS_OPERATOR: Final = "asks-operator"
"""Step of an official who has asked for the operator, until one comes."""

LETS_ONE_FORWARD: Final = "lets-one-forward"
"""Step of a citizen whom the desk has taken off the air: the next one is heard first."""

FAREWELL: Final = timedelta(seconds=15)
"""Longer than it takes to say goodbye and hang up: a call placed before finds the line busy."""
NEAR_AIR: Final = timedelta(seconds=20)
"""An official who has left the air for a menu is expected back so soon."""


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
    ``peer_number`` are None while unknown or withheld; ``step`` is the question of the
    dialogue that was asked last. A dropped talk may be gone on with until
    ``reconnect_until`` by a leg that ``resumes`` it; ``talk_seconds`` were talked before,
    ``extra_seconds`` have been granted. ``stands_by``: it calls from a number that is on the
    waiting list of the session. ``account``, ``mode`` and ``partner`` (the citizen
    who is screened) are an operator's.
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
    step: str = ""
    code_tries: int = 0
    consent: Consent = Consent.NONE
    consented_at: datetime | None = None
    mode: str = ""
    account: AccountId | None = None
    is_outbound: bool = False
    is_browser: bool = False
    stands_by: bool = False
    precedence: int = 0
    talk_seconds: int = 0
    extra_seconds: int = 0
    warned_at: datetime | None = None
    reconnect_until: datetime | None = None
    resumes: CallId | None = None
    partner: CallId | None = None
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

    What a citizen has talked is counted when a talk stops, whatever stops it: a hold and a
    way back to the queue do not use up the time.

    Raises:
        ImpossibleEvent: A deed of ours does not follow from its state.
    """
    state = advance(leg.role, leg.state, event)
    if state is leg.state and event is not CallEvent.MOVED:
        return leg
    changes: dict[str, object] = {"state": state, "state_since": now}
    if state is CallState.WAITING and leg.waiting_since is None:
        changes["waiting_since"] = now
    if state is CallState.TALKING or state is CallState.PRESENT:
        changes["on_air_at"] = leg.on_air_at or now
    if leg.state is CallState.TALKING:
        changes["talk_seconds"] = leg.talk_seconds + int((now - leg.state_since).total_seconds())
    if leg.on_air_at and leg.off_air_at is None and state is CallState.ENDED:
        changes["off_air_at"] = now
    if state is CallState.ENDED:
        changes["ended_at"] = now
    return msgspec.structs.replace(leg, **changes)


def count_talked(leg: Leg, now: datetime) -> timedelta:
    """How long the citizen has talked by ``now``, holds and ways back not counted."""
    talked = timedelta(seconds=leg.talk_seconds)
    return talked + (now - leg.state_since) if leg.state is CallState.TALKING else talked


def count_left(leg: Leg, now: datetime, *, talk: timedelta) -> timedelta:
    """What is left of the citizen's time at ``now``; negative after it."""
    return talk + timedelta(seconds=leg.extra_seconds) - count_talked(leg, now)


def list_citizens(legs: Iterable[Leg]) -> list[Leg]:
    """Citizens whose legs have not ended."""
    return [leg for leg in legs if leg.role is Role.CITIZEN and leg.is_live]


def find_on_air(legs: Iterable[Leg]) -> Leg | None:
    """The citizen who holds the air, of the legs of one session."""
    return next((leg for leg in legs if leg.is_on_air), None)


def find_official(legs: Iterable[Leg]) -> Leg | None:
    """The live leg of the official, of the legs of one session."""
    return next((leg for leg in legs if leg.role is Role.OFFICIAL and leg.is_live), None)


def find_operators(legs: Iterable[Leg]) -> list[Leg]:
    """Live legs of operators, of the legs of one session."""
    return [leg for leg in legs if leg.role is Role.OPERATOR and leg.is_live]


def is_official_present(legs: Iterable[Leg]) -> bool:
    """Whether the official is on the air and can hear a citizen."""
    official = find_official(legs)
    return official is not None and official.state is CallState.PRESENT


def is_official_near(legs: Iterable[Leg], now: datetime) -> bool:
    """Whether the official is on the air, or has just left it for a menu."""
    official = find_official(legs)
    if official is None:
        return False
    is_back_soon = official.state is CallState.ENTERING and now - official.state_since < NEAR_AIR
    return official.state is CallState.PRESENT or is_back_soon


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
