from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.queueing import Pace, Reason, Waiter, order_waiting


NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
PACE = Pace(talk=timedelta(minutes=10))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def waiter(call: int, *, came: float, slot: float | None = None) -> Waiter:
    """``came`` and ``slot`` are minutes before (negative) or after ``NOW``."""
    return Waiter(
        call=CallId(call),
        waiting_since=NOW + minutes(came),
        slot_starts_at=None if slot is None else NOW + minutes(slot),
    )


def order(*waiters: Waiter, pace: Pace = PACE) -> list[tuple[int, Reason]]:
    return [(place.waiter.call, place.reason) for place in order_waiting(waiters, NOW, pace=pace)]


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


waiters = st.builds(
    waiter,
    st.integers(1, 10_000),
    came=st.integers(-120, 0),
    slot=st.none() | st.integers(-60, 60),
)


@given(st.lists(waiters, max_size=20, unique_by=lambda each: each.call))
def test_everyone_has_one_place_and_the_order_does_not_depend_on_the_input(
    queue: list[Waiter],
) -> None:
    places = order_waiting(queue, NOW, pace=PACE)

    assert sorted(place.waiter.call for place in places) == sorted(each.call for each in queue)
    assert places == order_waiting(reversed(queue), NOW, pace=PACE)
    assert [place.position for place in places] == list(range(1, len(queue) + 1))


@given(st.lists(waiters, max_size=20, unique_by=lambda each: each.call))
def test_those_without_a_booking_are_first_come_first_served(queue: list[Waiter]) -> None:
    walk_ins = [
        place.waiter
        for place in order_waiting(queue, NOW, pace=PACE)
        if place.reason is Reason.WALK_IN
    ]

    assert walk_ins == sorted(walk_ins, key=lambda each: (each.waiting_since, each.call))
