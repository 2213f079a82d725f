"""Watch: how long a leg may stay in a state before the network is asked where it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.calls import CallState, Leg, Role
from hotline_sessions.domain.sessions import Session, SessionState


SELDOM: Final = 60
"""Seconds: what is looked at this seldom may be looked at a little sooner."""
EARLY_SHARE: Final = 3
"""By how great a part of its time, as a divisor."""


class Patience(Struct, frozen=True):
    """When a leg is looked at ``first`` after a change, and how often ``again``; seconds."""

    first: int
    again: int

    @property
    def early(self) -> int:
        """How many seconds sooner than that, where another leg of the session is looked at.

        Only what is looked at seldom has time for that: it spares questions to the network.
        """
        return self.again // EARLY_SHARE if self.again >= SELDOM else 0


PATIENCE: Final[Mapping[CallState, Patience]] = MappingProxyType(
    {
        CallState.GREETING: Patience(120, 120),
        CallState.WAITING: Patience(90, 120),
        CallState.SCREENING: Patience(30, 60),
        CallState.SUMMONED: Patience(8, 8),
        CallState.JOINING: Patience(15, 10),
        CallState.TALKING: Patience(12, 60),
        CallState.HELD: Patience(20, 30),
        CallState.RETURNING: Patience(10, 10),
        CallState.WRAPPING: Patience(12, 10),
        CallState.QUESTION: Patience(240, 60),
        CallState.SUBMITTING: Patience(10, 10),
        CallState.DIALLING: Patience(40, 20),
        CallState.CONFIRMING: Patience(30, 20),
        CallState.ENTERING: Patience(15, 15),
        CallState.PRESENT: Patience(12, 60),
    }
)
"""Every state in which a leg can be lost has one; the ended one cannot."""

ASKED_AGAIN: Final = timedelta(seconds=5)
"""So soon the network is asked again when it did not answer."""
NEVER_PLACED: Final = timedelta(seconds=30)
"""A call of ours that the network does not know after so long was never placed."""


class Cure(StrEnum):
    """What is done about a leg that is not where it should be."""

    NOTHING = "nothing"
    ENTERED = "entered"
    UNHOLD = "unhold"
    CUT = "cut"
    TO_QUEUE = "to-queue"
    SENT_BACK = "sent-back"
    LEFT = "left"
    TO_STUDIO = "to-studio"
    TO_ROOM = "to-room"


_ON_WAY: Final = frozenset({CallState.SUMMONED, CallState.JOINING, CallState.ENTERING})
_MISPLACED: Final = frozenset({CallState.WAITING, CallState.SCREENING, CallState.RETURNING})


def choose_cure(leg: Leg, session: Session, *, is_in_room: bool, is_held: bool) -> Cure:
    """What to do about a leg whose call goes on, seen from where it is now."""
    if is_in_room:
        return _choose_inside(leg, session, is_held=is_held)
    return _choose_outside(leg)


def _choose_inside(leg: Leg, session: Session, *, is_held: bool) -> Cure:
    """The leg is in the conference of the session."""
    if leg.state in _ON_WAY:
        return Cure.ENTERED
    if leg.state in _MISPLACED and leg.role is Role.CITIZEN:
        return Cure.TO_QUEUE
    if leg.state is CallState.TALKING and is_held and session.state is SessionState.LIVE:
        return Cure.UNHOLD
    return Cure.CUT if leg.state is CallState.WRAPPING else Cure.NOTHING


def _choose_outside(leg: Leg) -> Cure:
    """The leg is in no conference that we asked for."""
    match leg.role, leg.state:
        case Role.CITIZEN, CallState.TALKING | CallState.HELD:
            return Cure.TO_QUEUE
        case Role.CITIZEN, CallState.SUMMONED | CallState.JOINING | CallState.RETURNING:
            return Cure.SENT_BACK
        case Role.CITIZEN, CallState.WRAPPING:
            return Cure.LEFT
        case Role.CITIZEN, CallState.QUESTION:
            return Cure.CUT
        case Role.OFFICIAL, CallState.PRESENT | CallState.ENTERING:
            return Cure.TO_STUDIO
        case Role.OPERATOR, CallState.ENTERING if leg.sid is not None:
            return Cure.TO_ROOM
        case _:
            return Cure.NOTHING


def is_never_placed(leg: Leg, now: datetime) -> bool:
    """Whether a call that nobody has heard of is given up."""
    return leg.sid is None and now - leg.state_since >= NEVER_PLACED
