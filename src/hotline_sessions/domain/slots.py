"""Slots: how a session's time is cut into talks, and which of them may be booked."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, NotFound, TooLate
from hotline_sessions.domain.ids import SlotId
from hotline_sessions.domain.times import Window


class SlotTaken(Conflict):
    """Another caller holds this slot."""

    code = "slot-taken"


class SlotTooSoon(TooLate):
    """The slot starts too soon to be booked; calling without a booking is still possible.

    Facts: ``minutes``: how long before its start booking ends.
    """

    code = "slot-too-soon"


class PlannedSlot(Struct, frozen=True, kw_only=True):
    """A talk in the plan; those not bookable wait for callers without a booking."""

    window: Window
    is_bookable: bool


class Slot(Struct, frozen=True, kw_only=True):
    """A talk of a session, as it is stored."""

    id: SlotId
    starts_at: datetime
    ends_at: datetime
    is_bookable: bool


def plan_slots(
    window: Window, *, talk: timedelta, rest: timedelta, walk_in_percent: int
) -> list[PlannedSlot]:
    """Talks that fit wholly into ``window``, in order.

    ``walk_in_percent`` of them, rounded up, are kept for callers without a booking and
    spread evenly, the last one among them: whoever calls late still finds an open talk.
    """
    windows = list(_cut(window, talk=talk, rest=rest))
    total = len(windows)
    kept = -(-total * walk_in_percent // 100)
    return [
        PlannedSlot(window=each, is_bookable=not _is_kept(number, kept=kept, total=total))
        for number, each in enumerate(windows)
    ]


def choose_slot(
    slots: Sequence[Slot],
    starts_at: datetime,
    *,
    taken: Collection[SlotId],
    now: datetime,
    cutoff: timedelta,
) -> Slot:
    """The slot that starts at ``starts_at``, if it may be booked at ``now``.

    Raises:
        NotFound: No bookable slot starts at that moment.
        SlotTaken: Another caller holds it.
        SlotTooSoon: It starts in less than ``cutoff``.
    """
    slot = next((each for each in slots if each.is_bookable and each.starts_at == starts_at), None)
    if slot is None:
        raise NotFound
    if now > slot.starts_at - cutoff:
        raise SlotTooSoon(minutes=int(cutoff.total_seconds() // 60))
    if slot.id in taken:
        raise SlotTaken
    return slot


def list_free(
    slots: Sequence[Slot], *, taken: Collection[SlotId], now: datetime, cutoff: timedelta
) -> list[Slot]:
    """Slots that may be booked at ``now``, the earliest first."""
    return [
        slot
        for slot in slots
        if slot.is_bookable and slot.id not in taken and now <= slot.starts_at - cutoff
    ]


def _cut(window: Window, *, talk: timedelta, rest: timedelta) -> Iterator[Window]:
    starts_at = window.starts_at
    while (ends_at := starts_at + talk) <= window.ends_at:
        yield Window(starts_at=starts_at, ends_at=ends_at)
        starts_at = ends_at + rest


def _is_kept(number: int, *, kept: int, total: int) -> bool:
    """Whether talk ``number`` is one of the ``kept``: the whole part of the share grows there."""
    return (number + 1) * kept // total > number * kept // total
