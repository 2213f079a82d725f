"""How a session is cut into talks, and which of them may be booked when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import SlotId
from hotline_sessions.domain.slots import (
    PlannedSlot,
    Slot,
    SlotTaken,
    SlotTooSoon,
    choose_slot,
    list_free,
    plan_slots,
)
from hotline_sessions.domain.times import Window


START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)
CUTOFF = timedelta(minutes=30)
EARLY = START - timedelta(days=1)

minutes = st.integers(1, 60).map(lambda count: timedelta(minutes=count))
lengths = st.integers(1, 300).map(lambda count: timedelta(minutes=count))
rests = st.integers(0, 30).map(lambda count: timedelta(minutes=count))
shares = st.integers(0, 100)


def plan(
    length: timedelta, *, talk: timedelta = TEN, rest: timedelta = timedelta(), share: int = 0
) -> list[PlannedSlot]:
    window = Window(starts_at=START, ends_at=START + length)
    return plan_slots(window, talk=talk, rest=rest, walk_in_percent=share)


def make_slot(number: int, *, is_bookable: bool = True) -> Slot:
    starts_at = START + number * TEN
    return Slot(
        id=SlotId(number + 1), starts_at=starts_at, ends_at=starts_at + TEN, is_bookable=is_bookable
    )


@given(lengths, minutes, rests, shares)
def test_talks_lie_in_the_window_in_order_with_their_rests(
    length: timedelta, talk: timedelta, rest: timedelta, share: int
) -> None:
    windows = [slot.window for slot in plan(length, talk=talk, rest=rest, share=share)]

    assert all(window.length == talk for window in windows)
    assert all(each.starts_at >= START and each.ends_at <= START + length for each in windows)
    for before, after in pairwise(windows):
        assert after.starts_at - before.ends_at == rest


@given(lengths, minutes, rests)
def test_one_more_talk_would_not_fit(length: timedelta, talk: timedelta, rest: timedelta) -> None:
    windows = [slot.window for slot in plan(length, talk=talk, rest=rest)]
    free_from = windows[-1].ends_at + rest if windows else START

    assert free_from + talk > START + length


@given(lengths, minutes, rests, shares)
def test_the_share_of_walk_ins_is_kept_rounded_up(
    length: timedelta, talk: timedelta, rest: timedelta, share: int
) -> None:
    slots = plan(length, talk=talk, rest=rest, share=share)
    kept = sum(not slot.is_bookable for slot in slots)

    assert kept * 100 >= len(slots) * share
    assert (kept - 1) * 100 < len(slots) * share or kept == 0


@given(lengths, minutes, shares)
def test_what_is_kept_is_spread_evenly_and_the_last_talk_is_among_it(
    length: timedelta, talk: timedelta, share: int
) -> None:
    slots = plan(length, talk=talk, share=share)
    kept = [number for number, slot in enumerate(slots) if not slot.is_bookable]
    gaps = {after - before for before, after in zip([-1, *kept], kept, strict=False)}

    assert not gaps or max(gaps) - min(gaps) <= 1
    assert not kept or kept[-1] == len(slots) - 1


def test_a_walk_in_share_of_thirty_percent_keeps_two_talks_of_six() -> None:
    slots = plan(timedelta(hours=1), share=30)

    assert [slot.is_bookable for slot in slots] == [True, True, False, True, True, False]


@pytest.mark.parametrize(("share", "bookable"), [(0, 6), (1, 5), (17, 4), (50, 3), (100, 0)])
def test_a_share_leaves_so_many_talks_to_book(share: int, bookable: int) -> None:
    slots = plan(timedelta(hours=1), share=share)

    assert sum(slot.is_bookable for slot in slots) == bookable


def test_a_talk_longer_than_the_session_makes_no_slot() -> None:
    assert plan(timedelta(minutes=9)) == []


def test_a_slot_is_chosen_by_its_start() -> None:
    slots = [make_slot(0), make_slot(1)]

    chosen = choose_slot(slots, slots[1].starts_at, taken=set(), now=EARLY, cutoff=CUTOFF)

    assert chosen == slots[1]


def test_a_start_between_slots_is_not_found() -> None:
    with pytest.raises(NotFound):
        choose_slot(
            [make_slot(0)], START + timedelta(minutes=1), taken=set(), now=EARLY, cutoff=CUTOFF
        )


def test_a_slot_kept_for_walk_ins_is_not_found() -> None:
    with pytest.raises(NotFound):
        choose_slot([make_slot(0, is_bookable=False)], START, taken=set(), now=EARLY, cutoff=CUTOFF)


def test_a_slot_that_another_caller_holds_is_refused() -> None:
    with pytest.raises(SlotTaken):
        choose_slot([make_slot(0)], START, taken={SlotId(1)}, now=EARLY, cutoff=CUTOFF)


def test_a_slot_may_be_booked_until_the_cutoff_and_not_a_moment_longer() -> None:
    slot, last = make_slot(0), START - CUTOFF

    assert choose_slot([slot], START, taken=set(), now=last, cutoff=CUTOFF) == slot
    with pytest.raises(SlotTooSoon) as refusal:
        choose_slot([slot], START, taken=set(), now=last + timedelta(microseconds=1), cutoff=CUTOFF)
    assert refusal.value.facts == {"minutes": 30}


def test_free_slots_are_bookable_untaken_and_far_enough() -> None:
    slots = [make_slot(0), make_slot(1), make_slot(2, is_bookable=False), make_slot(3)]

    free = list_free(slots, taken={SlotId(2)}, now=START - CUTOFF, cutoff=CUTOFF)
    later = list_free(slots, taken=set(), now=START, cutoff=timedelta(minutes=20))

    assert [slot.id for slot in free] == [1, 4]
    assert [slot.id for slot in later] == [4]


@given(st.sets(st.integers(1, 12)), st.integers(-60, 130), st.integers(0, 60))
def test_exactly_the_free_slots_can_be_chosen(taken: set[int], minute: int, cutoff: int) -> None:
    slots = [make_slot(number, is_bookable=number % 3 != 2) for number in range(12)]
    held = {SlotId(number) for number in taken}
    now, before = START + timedelta(minutes=minute), timedelta(minutes=cutoff)
    free = list_free(slots, taken=held, now=now, cutoff=before)

    for slot in slots:
        if slot in free:
            assert choose_slot(slots, slot.starts_at, taken=held, now=now, cutoff=before) == slot
        else:
            with pytest.raises((NotFound, SlotTaken, SlotTooSoon)):
                choose_slot(slots, slot.starts_at, taken=held, now=now, cutoff=before)
