"""Queue: who is put through next, why, and how long the others wait.

A booked caller whose slot has started comes first. A caller without a booking is put
through while no booked one is due soon; and the official is never left idle while
somebody waits.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import CallId


MIN_WALK_IN: Final = timedelta(minutes=4)
"""A caller without a booking needs at least so long before the next booked one is due."""


class Reason(StrEnum):
    """Why a caller stands where he stands; ordered by who goes first."""

    SLOT_NOW = "slot-now"
    SLOT_LATE = "slot-late"
    SLOT_SOON = "slot-soon"
    WALK_IN = "walk-in"
    SLOT_PASSED = "slot-passed"
    EARLY = "early"


class Waiter(Struct, frozen=True, kw_only=True):
    """A caller in the queue; ``slot_starts_at`` is None without a booking."""

    call: CallId
    waiting_since: datetime
    slot_starts_at: datetime | None = None


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

    @property
    def grace(self) -> timedelta:
        """How late a booked caller may come and keep his place: half a talk."""
        return self.talk / 2


_RANK: Final = {
    Reason.SLOT_NOW: 0,
    Reason.SLOT_LATE: 1,
    Reason.SLOT_SOON: 2,
    Reason.WALK_IN: 3,
    Reason.SLOT_PASSED: 3,
    Reason.EARLY: 4,
}


def choose_reason(
    waiter: Waiter, now: datetime, *, grace: timedelta, min_walk_in: timedelta = MIN_WALK_IN
) -> Reason:
    """Why ``waiter`` stands where he stands at ``now``.

    Late is who came after his slot had started: within ``grace`` he keeps his turn,
    later he waits like one without a booking.
    """
    starts_at = waiter.slot_starts_at
    if starts_at is None:
        return Reason.WALK_IN
    if starts_at > now:
        return Reason.SLOT_SOON if starts_at - now < min_walk_in else Reason.EARLY
    if waiter.waiting_since <= starts_at:
        return Reason.SLOT_NOW
    return Reason.SLOT_LATE if waiter.waiting_since - starts_at <= grace else Reason.SLOT_PASSED


def order_waiting(
    waiters: Iterable[Waiter],
    now: datetime,
    *,
    pace: Pace,
    min_walk_in: timedelta = MIN_WALK_IN,
) -> list[Place]:
    """Everyone in the queue in the order in which they would be put through at ``now``."""
    reasons = [
        (waiter, choose_reason(waiter, now, grace=pace.grace, min_walk_in=min_walk_in))
        for waiter in waiters
    ]
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


def find_place(places: Sequence[Place], call: CallId) -> Place | None:
    """The place of one caller."""
    return next((place for place in places if place.waiter.call == call), None)


def _order(waiter: Waiter, reason: Reason) -> tuple[int, datetime, datetime, int]:
    by_slot = waiter.slot_starts_at is not None and reason is not Reason.SLOT_PASSED
    first = waiter.slot_starts_at if by_slot and waiter.slot_starts_at else waiter.waiting_since
    return _RANK[reason], first, waiter.waiting_since, waiter.call


def _estimate(waiter: Waiter, before: int, now: datetime, pace: Pace) -> timedelta:
    wait = pace.left + before * pace.talk
    if waiter.slot_starts_at and waiter.slot_starts_at > now:
        return max(wait, waiter.slot_starts_at - now)
    return wait
