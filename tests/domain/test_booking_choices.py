"""Which slot of a moved session takes the place of the one that was booked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.booking_choices import OFFERED, Cause, Choice, choose_same
from hotline_sessions.domain.ids import SlotId
from hotline_sessions.domain.slots import Slot
from hotline_sessions.domain.times import KYIV


OLD = datetime(2026, 10, 21, 7, 0, tzinfo=UTC)
"""Ten in Kyiv, still in summer time."""
TALK = timedelta(minutes=10)


def slots(start: datetime, count: int = 6) -> list[Slot]:
    return [
        Slot(
            id=SlotId(number),
            starts_at=start + number * TALK,
            ends_at=start + (number + 1) * TALK,
            is_bookable=True,
        )
        for number in range(count)
    ]


def find(free: list[Slot], new: datetime, *, number: int = 2) -> Slot | None:
    return choose_same(free, booked_at=OLD + number * TALK, old=OLD, new=new, zone=KYIV)


def test_on_another_day_it_is_the_same_time_of_the_day_even_when_clocks_have_changed() -> None:
    new = datetime(2026, 10, 28, 8, 0, tzinfo=UTC)

    found = find(slots(new), new)

    assert found is not None
    assert found.starts_at == datetime(2026, 10, 28, 8, 20, tzinfo=UTC)


def test_a_session_that_starts_earlier_keeps_the_time_of_the_day_where_it_can() -> None:
    new = OLD - timedelta(minutes=30)

    found = find(slots(new), new, number=1)

    assert found is not None
    assert found.starts_at == OLD + TALK


def test_at_other_hours_it_is_as_long_after_the_start() -> None:
    new = OLD + timedelta(days=1, hours=5)

    found = find(slots(new), new)

    assert found is not None
    assert found.starts_at == new + 2 * TALK


def test_where_it_is_taken_there_is_none() -> None:
    new = OLD + timedelta(days=1)

    assert find([slot for slot in slots(new) if slot.id != 2], new) is None


@given(st.integers(0, 5), st.integers(-48, 480), st.sets(st.integers(0, 5)))
def test_whatever_is_found_is_free(number: int, shift: int, taken: set[int]) -> None:
    new = OLD + timedelta(minutes=30 * shift)
    free = [slot for slot in slots(new) if slot.id not in taken]

    found = find(free, new, number=number)

    assert found is None or found in free
    assert found is not None or number in taken or len(free) < len(slots(new))


@pytest.mark.parametrize("cause", Cause)
def test_whatever_has_changed_a_citizen_may_go_elsewhere_write_or_give_up(cause: Cause) -> None:
    assert {Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP} <= set(OFFERED[cause])
