"""The second gate opens for who waits or works, for one phone."""

from datetime import timedelta
from hashlib import sha256

import pytest
from tests.factories import NOW, PHONE, SECRET

from hotline_sessions.domain.code_gate import (
    MOST_WORK,
    WAIT,
    WAIT_LIFE,
    Gate,
    WaitLonger,
    check_gate,
    open_gate,
    show_gate,
)
from hotline_sessions.domain.links import BadLink, LinkExpired


OTHER = "+380671112233"


def solve(gate: Gate) -> str:
    """What a device finds that works."""
    return next(
        str(number)
        for number in range(gate.most)
        if sha256(f"{gate.salt}{number}".encode()).hexdigest() == gate.challenge
    )


def test_who_has_waited_passes_and_nobody_earlier() -> None:
    gate = open_gate(SECRET, PHONE, NOW)
    early = NOW + WAIT - timedelta(seconds=1)

    assert (gate.seconds, gate.most) == (20, MOST_WORK)
    with pytest.raises(WaitLonger) as refusal:
        check_gate(SECRET, gate.token, phone=PHONE, work="", now=early)
    assert refusal.value.facts == {"retry_after": 1}
    assert show_gate(SECRET, gate.token, phone=PHONE, now=early).seconds == 1
    check_gate(SECRET, gate.token, phone=PHONE, work="", now=NOW + WAIT)


def test_who_has_worked_passes_at_once() -> None:
    gate = open_gate(SECRET, PHONE, NOW)
    found = solve(gate)

    check_gate(SECRET, gate.token, phone=PHONE, work=found, now=NOW)
    with pytest.raises(WaitLonger):
        check_gate(SECRET, gate.token, phone=PHONE, work=f"{int(found) + 1}", now=NOW)


def test_the_work_for_one_gate_is_none_for_another() -> None:
    found = solve(open_gate(SECRET, PHONE, NOW))
    other = open_gate(SECRET, PHONE, NOW)

    if solve(other) == found:  # one in forty thousand
        return
    with pytest.raises(WaitLonger):
        check_gate(SECRET, other.token, phone=PHONE, work=found, now=NOW)


@pytest.mark.parametrize("spoil", ["phone", "secret", "token"])
def test_a_wait_serves_for_one_phone_and_is_signed(spoil: str) -> None:
    gate = open_gate(SECRET, PHONE, NOW)
    secret = b"another secret" if spoil == "secret" else SECRET
    token = gate.token.replace("-", "-f", 1) if spoil == "token" else gate.token
    phone = OTHER if spoil == "phone" else PHONE

    with pytest.raises(BadLink):
        check_gate(secret, token, phone=phone, work="", now=NOW + WAIT)


def test_a_wait_of_long_ago_is_begun_anew() -> None:
    gate = open_gate(SECRET, PHONE, NOW)

    with pytest.raises(LinkExpired):
        check_gate(SECRET, gate.token, phone=PHONE, work="", now=NOW + WAIT_LIFE)
