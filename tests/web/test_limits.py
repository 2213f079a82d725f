from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW

from hotline_sessions.web.limits import Limits, Purpose, Rate, TooOften, network_of


PURPOSE: Purpose = "appeal"
RATES = {PURPOSE: Rate(burst=3, pause=timedelta(seconds=10))}


def count_passed(limits: Limits, key: bytes, moments: list[float]) -> int:
    passed = 0
    for moment in moments:
        try:
            limits.take(PURPOSE, key, NOW + timedelta(seconds=moment))
        except TooOften:
            continue
        passed += 1
    return passed


def test_a_burst_passes_and_the_next_request_is_told_when_to_come_back() -> None:
    limits = Limits(RATES)
    assert count_passed(limits, b"a", [0, 0, 0]) == 3

    with pytest.raises(TooOften) as refusal:
        limits.take(PURPOSE, b"a", NOW)

    assert refusal.value.facts == {"retry_after": 10}
    limits.take(PURPOSE, b"a", NOW + timedelta(seconds=10))


def test_one_client_does_not_use_up_the_requests_of_another() -> None:
    limits = Limits(RATES)
    count_passed(limits, b"a", [0] * 10)

    assert count_passed(limits, b"b", [0] * 10) == 3


@given(st.lists(st.floats(min_value=0, max_value=1000), max_size=200))
def test_in_any_span_no_more_passes_than_the_burst_and_one_for_each_pause(
    moments: list[float],
) -> None:
    ordered = sorted(moments)
    span = ordered[-1] - ordered[0] if ordered else 0

    assert count_passed(Limits(RATES), b"a", ordered) <= 3 + span / 10 + 1e-3


def test_a_flood_of_clients_does_not_fill_the_memory() -> None:
    limits = Limits(RATES, most=100)

    for number in range(1000):
        limits.take(PURPOSE, str(number).encode(), NOW)

    assert len(limits) == 100


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("192.0.2.1", "192.0.2.2", False, id="two-ipv4"),
        pytest.param("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True, id="one-home-ipv6"),
        pytest.param("2001:db8:1:2::1", "2001:db8:1:3::1", False, id="two-homes-ipv6"),
        pytest.param("::ffff:192.0.2.1", "192.0.2.1", True, id="ipv4-in-ipv6"),
    ],
)
def test_a_client_is_an_ipv4_address_or_the_network_of_a_home(
    *, one: str, other: str, same: bool
) -> None:
    assert (network_of(one) == network_of(other)) is same
