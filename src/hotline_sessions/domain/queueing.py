"""Queue: who is put through next, why, and how long the others wait.

Who was on the air before and could not finish comes first, then whom the operator has put
first, then booked callers whose slots have started. A caller without a booking is put
through while no booked one is due soon; and the official is never left idle while somebody
waits. Who is to be called back has a place like the others.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import CallBackId, CallId
from hotline_sessions.domain.policies import DEFAULT_POLICY, CallPolicy


class Reason(StrEnum):
    """Why a caller stands where he stands; ordered by who goes first."""

    UNFINISHED = "unfinished"
    PREFERRED = "preferred"
    SLOT_NOW = "slot-now"
    SLOT_LATE = "slot-late"
    SLOT_SOON = "slot-soon"
    WALK_IN = "walk-in"
    SLOT_PASSED = "slot-passed"
    EARLY = "early"
    DEFERRED = "deferred"


class Waiter(Struct, frozen=True, kw_only=True):
    """A caller in the queue; ``slot_starts_at`` is None without a booking.

    ``is_unfinished``: he was on the air, and something cut the talk. ``precedence`` is above
    zero for whom the operator has put first, below for whom last. ``call`` is None, and
    ``call_back`` given, for who does not hold but is to be called back. ``stands_by``: is on
    the waiting list of the session, and takes time that nobody has booked before the others.
    """

    call: CallId | None = None
    call_back: CallBackId | None = None
    waiting_since: datetime
    slot_starts_at: datetime | None = None
    is_unfinished: bool = False
    precedence: int = 0
    stands_by: bool = False


class Place(Struct, frozen=True, kw_only=True):
    """A caller's place: ``position`` counts from 1, ``wait`` is an honest estimate."""

    waiter: Waiter
    reason: Reason
    position: int
    wait: timedelta


class Pace(Struct, frozen=True, kw_only=True):
    """How fast the queue moves: length of a talk, and what is left of the present one."""

    talk: timedelta
    left: timedelta = timedelta()
    policy: CallPolicy = DEFAULT_POLICY

    @property
    def grace(self) -> timedelta:
        """How late a booked caller may come and keep his place."""
        return self.talk * self.policy.grace_percent / 100


_RANK: Final = {
    Reason.UNFINISHED: 0,
    Reason.PREFERRED: 1,
    Reason.SLOT_NOW: 2,
    Reason.SLOT_LATE: 3,
    Reason.SLOT_SOON: 4,
    Reason.WALK_IN: 5,
    Reason.SLOT_PASSED: 5,
    Reason.EARLY: 6,
    Reason.DEFERRED: 7,
}


def choose_reason(waiter: Waiter, now: datetime, *, pace: Pace) -> Reason:
    """Why ``waiter`` stands where he stands at ``now``.

    Late is who came after his slot had started: within the grace he keeps his turn,
    later he waits like one without a booking.
    """
    if waiter.precedence < 0:
        return Reason.DEFERRED
    if waiter.is_unfinished:
        return Reason.UNFINISHED
    if waiter.precedence > 0:
        return Reason.PREFERRED
    starts_at = waiter.slot_starts_at
    if starts_at is None:
        return Reason.WALK_IN
    if starts_at > now:
        return Reason.SLOT_SOON if starts_at - now < pace.policy.min_walk_in else Reason.EARLY
    if waiter.waiting_since <= starts_at:
        return Reason.SLOT_NOW
    return (
        Reason.SLOT_LATE if waiter.waiting_since - starts_at <= pace.grace else Reason.SLOT_PASSED
    )


def order_waiting(waiters: Iterable[Waiter], now: datetime, *, pace: Pace) -> list[Place]:
    """Everyone in the queue in the order in which they would be put through at ``now``."""
    reasons = [(waiter, choose_reason(waiter, now, pace=pace)) for waiter in waiters]
    ordered = sorted(reasons, key=lambda pair: _order(*pair))
    return [
        Place(
            waiter=waiter,
            reason=reason,
            position=index + 1,
            wait=_estimate(waiter, index, now, pace),
        )
        for index, (waiter, reason) in enumerate(ordered)
    ]


def find_first_present(places: Sequence[Place]) -> Place | None:
    """The first in the queue who is on the line."""
    return next((place for place in places if place.waiter.call is not None), None)


def find_place(places: Sequence[Place], call: CallId) -> Place | None:
    """The place of one caller."""
    return next((place for place in places if place.waiter.call == call), None)


_BY_SLOT: Final = frozenset({Reason.SLOT_NOW, Reason.SLOT_LATE, Reason.SLOT_SOON, Reason.EARLY})


def _order(waiter: Waiter, reason: Reason) -> tuple[int, int, bool, datetime, datetime, bool, int]:
    by_slot = waiter.slot_starts_at is not None and reason in _BY_SLOT
    first = waiter.slot_starts_at if by_slot and waiter.slot_starts_at else waiter.waiting_since
    name = waiter.call or waiter.call_back or 0
    is_absent = waiter.call is None
    is_after = not (waiter.stands_by and reason is Reason.WALK_IN)
    since = waiter.waiting_since
    return _RANK[reason], -waiter.precedence, is_after, first, since, is_absent, name


def _estimate(waiter: Waiter, before: int, now: datetime, pace: Pace) -> timedelta:
    wait = pace.left + before * pace.talk
    if waiter.slot_starts_at and waiter.slot_starts_at > now:
        return max(wait, waiter.slot_starts_at - now)
    return wait
