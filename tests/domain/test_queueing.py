from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.ids import CallBackId, CallId
from hotline_sessions.domain.queueing import (
    Pace,
    Place,
    Reason,
    Waiter,
    find_first_present,
    find_place,
    order_waiting,
)


NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
PACE = Pace(talk=timedelta(minutes=10))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def waiter(
    call: int,
    *,
    came: float,
    slot: float | None = None,
    precedence: int = 0,
    unfinished: bool = False,
    absent: bool = False,
    standby: bool = False,
) -> Waiter:
    """``came`` and ``slot`` are minutes before (negative) or after ``NOW``."""
    return Waiter(
        call=None if absent else CallId(call),
        call_back=CallBackId(call) if absent else None,
        waiting_since=NOW + minutes(came),
        slot_starts_at=None if slot is None else NOW + minutes(slot),
        is_unfinished=unfinished,
        precedence=precedence,
        stands_by=standby,
    )


def order(*waiters: Waiter, pace: Pace = PACE) -> list[tuple[int, Reason]]:
    places = order_waiting(waiters, NOW, pace=pace)
    return [(name(place.waiter), place.reason) for place in places]


def name(waiter: Waiter) -> int:
    return waiter.call or waiter.call_back or 0


def test_who_is_on_the_waiting_list_goes_before_others_without_a_booking() -> None:
    assert order(
        waiter(1, came=-30), waiter(2, came=-1, standby=True), waiter(3, came=-2, slot=0)
    ) == [
        (3, Reason.SLOT_NOW),
        (2, Reason.WALK_IN),
        (1, Reason.WALK_IN),
    ]


def test_the_waiting_list_does_not_help_who_was_put_last_or_came_early() -> None:
    assert order(
        waiter(1, came=-1),
        waiter(2, came=-9, standby=True, precedence=-1),
        waiter(3, came=-9, standby=True, slot=30),
    ) == [(1, Reason.WALK_IN), (3, Reason.EARLY), (2, Reason.DEFERRED)]


def test_a_booked_caller_whose_slot_has_started_goes_before_everyone() -> None:
    assert order(waiter(1, came=-30), waiter(2, came=-1, slot=3), waiter(3, came=-5, slot=0)) == [
        (3, Reason.SLOT_NOW),
        (2, Reason.SLOT_SOON),
        (1, Reason.WALK_IN),
    ]


def test_a_booked_caller_who_waited_through_an_overrun_keeps_his_turn() -> None:
    assert order(waiter(1, came=-1, slot=-5), waiter(2, came=-40, slot=-30)) == [
        (2, Reason.SLOT_NOW),
        (1, Reason.SLOT_LATE),
    ]


@pytest.mark.parametrize(
    ("late", "reason"),
    [
        pytest.param(5, Reason.SLOT_LATE, id="half-a-talk-late"),
        pytest.param(5.1, Reason.SLOT_PASSED, id="later"),
    ],
)
def test_lateness_is_forgiven_up_to_half_a_talk(late: float, reason: Reason) -> None:
    assert order(waiter(1, came=-1, slot=-1 - late)) == [(1, reason)]


def test_who_came_too_late_waits_with_those_without_a_booking() -> None:
    assert order(waiter(1, came=-2, slot=-15), waiter(2, came=-3), waiter(3, came=-1)) == [
        (2, Reason.WALK_IN),
        (1, Reason.SLOT_PASSED),
        (3, Reason.WALK_IN),
    ]


@pytest.mark.parametrize(
    ("ahead", "first"),
    [
        pytest.param(4, 1, id="enough-time-for-a-talk"),
        pytest.param(3.9, 2, id="booked-one-is-due-soon"),
    ],
)
def test_a_walk_in_needs_four_minutes_before_the_next_booked_one(ahead: float, first: int) -> None:
    assert order(waiter(1, came=-10), waiter(2, came=-1, slot=ahead))[0][0] == first


def test_the_official_is_never_left_idle_while_somebody_waits() -> None:
    assert order(waiter(1, came=-1, slot=25)) == [(1, Reason.EARLY)]


def test_the_estimate_counts_the_talk_on_air_and_everyone_before() -> None:
    pace = Pace(talk=minutes(10), left=minutes(4))

    places = order_waiting([waiter(1, came=-9), waiter(2, came=-8)], NOW, pace=pace)

    assert [place.wait for place in places] == [minutes(4), minutes(14)]
    assert [place.position for place in places] == [1, 2]


def test_a_booked_caller_is_not_told_an_earlier_time_than_his_slot() -> None:
    places = order_waiting([waiter(1, came=-1, slot=12)], NOW, pace=PACE)

    assert places[0].wait == minutes(12)


def test_who_was_cut_off_goes_before_whom_the_operator_has_put_first() -> None:
    assert order(
        waiter(1, came=-1, slot=0),
        waiter(2, came=-1, precedence=1),
        waiter(3, came=-1, unfinished=True),
        waiter(4, came=-1, precedence=2),
    ) == [
        (3, Reason.UNFINISHED),
        (4, Reason.PREFERRED),
        (2, Reason.PREFERRED),
        (1, Reason.SLOT_NOW),
    ]


def test_whom_the_operator_puts_last_goes_last_whatever_he_was_before() -> None:
    assert order(
        waiter(1, came=-9, precedence=-2, unfinished=True),
        waiter(2, came=-9, slot=0, precedence=-1),
        waiter(3, came=-1),
        waiter(4, came=-1, slot=30),
    ) == [
        (3, Reason.WALK_IN),
        (4, Reason.EARLY),
        (2, Reason.DEFERRED),
        (1, Reason.DEFERRED),
    ]


def test_who_is_to_be_called_back_has_a_place_and_is_not_put_through() -> None:
    places = order_waiting([waiter(1, came=-9, absent=True), waiter(2, came=-8)], NOW, pace=PACE)

    assert [name(place.waiter) for place in places] == [1, 2]
    assert find_first_present(places) == places[1]
    assert find_place(places, CallId(2)) == places[1]
    assert find_place(places, CallId(1)) is None, "a promise is no call, whatever its number"


def test_of_nobody_nobody_is_first() -> None:
    assert find_first_present([]) is None
    absent = order_waiting([waiter(1, came=-9, absent=True)], NOW, pace=PACE)
    assert find_first_present(absent) is None


waiters = st.builds(
    waiter,
    st.integers(1, 10_000),
    came=st.integers(-120, 0),
    slot=st.none() | st.integers(-60, 60),
    precedence=st.integers(-3, 3),
    unfinished=st.booleans(),
    absent=st.booleans(),
)
queues = st.lists(waiters, max_size=20, unique_by=lambda each: (each.call is None, name(each)))


@given(queues, st.randoms(use_true_random=False))
def test_everyone_has_one_place_and_the_order_does_not_depend_on_the_input(
    queue: list[Waiter], random: Random
) -> None:
    places = order_waiting(queue, NOW, pace=PACE)

    assert sorted(map(repr, queue)) == sorted(repr(place.waiter) for place in places)
    assert [place.position for place in places] == list(range(1, len(queue) + 1))
    shuffled = list(queue)
    random.shuffle(shuffled)
    assert order_waiting(shuffled, NOW, pace=PACE) == places


@given(st.lists(waiters, max_size=3, unique_by=name))
def test_two_who_wait_for_exactly_as_long_still_have_an_order(queue: list[Waiter]) -> None:
    """A call and a promise may have the same number."""
    doubles = [
        waiter(name(each), came=-1, absent=absent) for each in queue for absent in (True, False)
    ]

    assert order_waiting(doubles, NOW, pace=PACE) == order_waiting(
        reversed(doubles), NOW, pace=PACE
    )


@given(queues)
def test_within_a_rank_nobody_overtakes(queue: list[Waiter]) -> None:
    places = order_waiting(queue, NOW, pace=PACE)

    for reason in (Reason.WALK_IN, Reason.SLOT_PASSED):
        came = [place.waiter.waiting_since for place in places if place.reason is reason]
        assert came == sorted(came)
    for reason in (Reason.SLOT_NOW, Reason.SLOT_LATE, Reason.SLOT_SOON, Reason.EARLY):
        slots = [place.waiter.slot_starts_at for place in places if place.reason is reason]
        assert slots == sorted(slot for slot in slots if slot is not None)


@given(queues, st.integers(0, 19))
def test_who_comes_later_moves_nobody_who_came_before(queue: list[Waiter], index: int) -> None:
    """Leaving one out changes nothing in the order of the others."""
    rest = [each for number, each in enumerate(queue) if number != index]
    others = {repr(each) for each in rest}

    before = [place.waiter for place in order_waiting(rest, NOW, pace=PACE)]
    after = [place.waiter for place in order_waiting(queue, NOW, pace=PACE)]

    assert [each for each in after if repr(each) in others] == before


@given(queues)
def test_the_official_is_never_idle_while_anybody_is_on_the_line(queue: list[Waiter]) -> None:
    chosen = find_first_present(order_waiting(queue, NOW, pace=PACE))

    assert (chosen is None) == all(each.call is None for each in queue)


def find_earlier(places: list[Place], later: Place) -> list[Place]:
    return [place for place in places if place.position < later.position]


@given(queues)
def test_a_walk_in_lets_only_those_forward_whom_a_rule_puts_first(queue: list[Waiter]) -> None:
    places = order_waiting(queue, NOW, pace=PACE)

    for walk_in in (place for place in places if place.reason is Reason.WALK_IN):
        for other in find_earlier(places, walk_in):
            is_before = other.waiter.waiting_since <= walk_in.waiter.waiting_since
            assert is_before or other.reason in {
                Reason.UNFINISHED,
                Reason.PREFERRED,
                Reason.SLOT_NOW,
                Reason.SLOT_LATE,
                Reason.SLOT_SOON,
            }


@given(queues)
def test_those_without_a_booking_are_first_come_first_served(queue: list[Waiter]) -> None:
    walk_ins = [
        place.waiter
        for place in order_waiting(queue, NOW, pace=PACE)
        if place.reason is Reason.WALK_IN
    ]

    came = [each.waiting_since for each in walk_ins]
    assert came == sorted(came)
