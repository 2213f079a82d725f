from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.codes import (
    CODE_ATTEMPTS,
    CODE_LIFE,
    CODE_SPACE,
    BadCode,
    CodeExpired,
    CodeUsed,
    CodeUsedUp,
    TooManyCodes,
    TooSoon,
    WrongCode,
    build_code,
    check_code,
    check_send,
    is_pumped,
    mac,
    parse_code,
    plan_code,
    tail,
)


NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
SECRET = b"a secret of the tests"


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


@given(st.integers(min_value=0, max_value=CODE_SPACE - 1))
def test_every_number_makes_a_code_of_six_digits_that_reads_back(number: int) -> None:
    code = build_code(number)

    assert len(code) == 6
    assert int(code) == number
    assert parse_code(f" {code[:3]}-{code[3:]} ") == code
    assert code.endswith(tail(code))


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"])
def test_what_is_not_six_digits_is_refused(text: str) -> None:
    with pytest.raises(BadCode):
        parse_code(text)


@pytest.mark.parametrize(
    "sends",
    [
        pytest.param([], id="first"),
        pytest.param(ago(1), id="after-a-minute"),
        pytest.param(ago(2, 30), id="third-in-the-hour"),
        pytest.param(ago(1, 2, 60), id="oldest-just-left-the-hour"),
        pytest.param(ago(61, 62, 63, 64, 65), id="sixth-in-the-day"),
        pytest.param(ago(61, 62, 63, 64, 65, 1440), id="oldest-just-left-the-day"),
    ],
)
def test_a_code_may_be_sent_within_the_limits(sends: list[datetime]) -> None:
    check_send(sends, NOW)


@pytest.mark.parametrize(
    ("sends", "refusal", "retry_after"),
    [
        pytest.param([NOW], TooSoon, 60, id="at-once"),
        pytest.param([NOW - MINUTE + SECOND / 10], TooSoon, 1, id="a-tenth-of-a-second-early"),
        pytest.param(ago(10, 2, 59), TooManyCodes, 60, id="fourth-in-the-hour"),
        pytest.param(ago(61, 62, 63, 64, 65, 1439), TooManyCodes, 60, id="seventh-in-the-day"),
        pytest.param(ago(2, 3, 50, 64, 65, 1439), TooManyCodes, 600, id="both-limits"),
    ],
)
def test_a_code_beyond_the_limits_tells_when_to_come_back(
    sends: list[datetime], refusal: type[TooSoon | TooManyCodes], retry_after: int
) -> None:
    with pytest.raises(refusal) as refused:
        check_send(sends, NOW)

    assert refused.value.facts == {"retry_after": retry_after}


@given(st.lists(st.integers(min_value=0, max_value=90_000), max_size=12))
def test_whoever_waits_as_told_is_not_told_to_wait_for_the_same_reason(ages: list[int]) -> None:
    sends = [NOW - timedelta(seconds=age) for age in ages]

    try:
        check_send(sends, NOW)
    except TooSoon as refused:
        wait = refused.facts["retry_after"]
        assert isinstance(wait, int)
        assert all(send + MINUTE <= NOW + wait * SECOND for send in sends)
    except TooManyCodes as refused:
        wait = refused.facts["retry_after"]
        assert isinstance(wait, int)
        check_send(sends, NOW + wait * SECOND)


def test_the_right_code_in_time_is_accepted() -> None:
    check_code(plan_code(NOW), "abc", "abc", NOW + CODE_LIFE - SECOND)


def test_a_code_lives_ten_minutes_and_not_a_moment_longer() -> None:
    with pytest.raises(CodeExpired):
        check_code(plan_code(NOW), "abc", "abc", NOW + timedelta(minutes=10))


def test_a_wrong_code_tells_how_many_attempts_remain() -> None:
    state = plan_code(NOW)
    remaining = []

    for attempts in range(CODE_ATTEMPTS):
        with pytest.raises(WrongCode) as refused:
            check_code(msgspec.structs.replace(state, attempts=attempts), "abd", "abc", NOW)
        remaining.append(refused.value.facts["remaining"])

    assert remaining == [4, 3, 2, 1, 0]


def test_after_five_wrong_attempts_even_the_right_code_is_refused() -> None:
    state = msgspec.structs.replace(plan_code(NOW), attempts=5)

    with pytest.raises(CodeUsedUp):
        check_code(state, "abc", "abc", NOW)


def test_a_code_works_once() -> None:
    state = msgspec.structs.replace(plan_code(NOW), used_at=NOW)

    with pytest.raises(CodeUsed):
        check_code(state, "abc", "abc", NOW + SECOND)


def test_what_is_stored_depends_on_every_part() -> None:
    stored = {
        mac(SECRET, "phone", "+380501234567", "418205"),
        mac(b"another secret", "phone", "+380501234567", "418205"),
        mac(SECRET, "booking", "+380501234567", "418205"),
        mac(SECRET, "phone", "+380501234568", "418205"),
        mac(SECRET, "phone", "+380501234567", "418206"),
        mac(SECRET, "phone+380501234567", "", "418205"),
    }

    assert len(stored) == 6
    assert all(len(each) == 64 and "418205" not in each for each in stored)


@pytest.mark.parametrize(
    ("sent", "proven", "pumped"),
    [(19, 0, False), (20, 4, True), (20, 5, False), (100, 24, True), (100, 25, False)],
)
def test_a_range_that_takes_codes_and_proves_few_is_pumped(
    *, sent: int, proven: int, pumped: bool
) -> None:
    assert is_pumped(sent=sent, proven=proven) is pumped
