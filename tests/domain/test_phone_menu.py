"""What keys mean in the menu, and how often codes are looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.codes import CODE_SPACE
from hotline_sessions.domain.phone_menu import (
    ALL_TRIES,
    BACK,
    BOOKING_TRIES,
    Step,
    choose_number,
    may_try,
)


@given(st.text(max_size=3), st.integers(min_value=0, max_value=3))
def test_a_key_chooses_one_of_what_was_offered_or_nothing(keys: str, of: int) -> None:
    chosen = choose_number(keys, of=of)

    assert chosen is None or 0 <= chosen < of


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [("1", 0), ("3", 2), ("4", None), ("0", None), ("", None), ("11", None), ("²", None)],
)
def test_keys_are_counted_from_one(keys: str, chosen: int | None) -> None:
    assert choose_number(keys, of=3) == chosen


def test_the_limits_of_wrong_codes_hold_for_one_booking_and_for_all() -> None:
    assert may_try(of_booking=BOOKING_TRIES - 1, of_all=ALL_TRIES - 1)
    assert not may_try(of_booking=BOOKING_TRIES, of_all=0)
    assert not may_try(of_booking=0, of_all=ALL_TRIES)


def test_guessing_for_a_day_finds_a_code_with_a_probability_of_one_in_ten_thousand() -> None:
    """TEL-14."""
    assert ALL_TRIES / CODE_SPACE <= 1e-4


def test_every_step_but_the_first_and_the_end_has_a_way_back() -> None:
    assert set(BACK) == set(Step) - {Step.SERVICE, Step.OVER}
