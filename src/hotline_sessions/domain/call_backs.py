"""Call-back: a promise to call a citizen; it is a place in the queue, never a way past others."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import (
    BookingId,
    CallBackId,
    CallId,
    InstitutionId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.policies import CallPolicy


class CallBackKind(StrEnum):
    """What was promised: a call at the slot, instead of holding, or after a dropped talk."""

    SLOT = "slot"
    HOLD = "hold"
    DROPPED = "dropped"


class CallBackState(StrEnum):
    """Where a promise stands."""

    DUE = "due"
    RINGING = "ringing"
    REACHED = "reached"
    MISSED = "missed"
    CANCELLED = "cancelled"


STANDING: Final = frozenset({CallBackState.DUE, CallBackState.RINGING})
"""States in which the citizen may still count on the call."""

ATTEMPTS: Final = {CallBackKind.SLOT: 2, CallBackKind.HOLD: 2, CallBackKind.DROPPED: 1}
"""How often a citizen is rung at most."""

AFTER_DROP: Final = timedelta(seconds=20)
"""A dropped caller is given so long to call again himself."""


class CallBack(Struct, frozen=True, kw_only=True):
    """A promised call; ``place_since`` is the moment from which the place in the queue counts.

    ``leg`` is the call with which it is being kept, ``resumes`` the dropped one.
    """

    id: CallBackId
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    booking: BookingId | None = None
    resumes: CallId | None = None
    leg: CallId | None = None
    kind: CallBackKind
    phone: str
    language: str = "uk"
    place_since: datetime
    state: CallBackState
    attempts: int = 0
    due_at: datetime
    promised_at: datetime
    closed_at: datetime | None = None

    @property
    def is_standing(self) -> bool:
        """Whether the citizen may still count on it."""
        return self.state in STANDING


def plan_again(
    promise: CallBack, now: datetime, *, slot_starts_at: datetime | None, policy: CallPolicy
) -> datetime | None:
    """When a citizen who did not answer is rung once more; None when that was the last time."""
    if promise.attempts >= ATTEMPTS[promise.kind]:
        return None
    pause = timedelta(seconds=policy.call_back_retry_seconds)
    return max(now, slot_starts_at or now) + pause
