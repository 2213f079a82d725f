"""How an institution wants its sessions run: what is not chosen has a default."""

from datetime import timedelta

import msgspec
import pytest

from hotline_sessions.domain.codes import CODE_DIGITS
from hotline_sessions.domain.policies import DEFAULT_POLICY, CallPolicy


def test_what_an_institution_has_not_chosen_is_the_default() -> None:
    assert msgspec.json.decode(b"{}", type=CallPolicy) == DEFAULT_POLICY
    chosen = msgspec.json.decode(b'{"queue_cap": 7}', type=CallPolicy)
    assert (chosen.queue_cap, chosen.overrun) == (7, DEFAULT_POLICY.overrun)


@pytest.mark.parametrize(
    "stored",
    [
        b'{"queue_cap": 0}',
        b'{"grace_percent": 101}',
        b'{"reconnect_seconds": -1}',
        b'{"longest_pause_minutes": 601}',
        b'{"official_redials": [0, -5]}',
        b'{"question_seconds": 5}',
    ],
)
def test_a_figure_without_sense_is_refused(stored: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(stored, type=CallPolicy)


def test_seconds_and_minutes_become_time() -> None:
    policy = CallPolicy(
        min_walk_in_minutes=3,
        reconnect_seconds=1,
        overrun_seconds=2,
        late_official_seconds=4,
        missing_official_seconds=5,
        longest_pause_minutes=6,
        farewell_seconds=7,
    )

    assert policy.min_walk_in == timedelta(minutes=3)
    assert policy.reconnect == timedelta(seconds=1)
    assert policy.overrun == timedelta(seconds=2)
    assert policy.late_official == timedelta(seconds=4)
    assert policy.missing_official == timedelta(seconds=5)
    assert policy.longest_pause == timedelta(minutes=6)
    assert policy.farewell == timedelta(seconds=7)


@pytest.mark.parametrize(("tries", "seconds"), [(0, 0), (1, 30), (2, 60), (3, 120), (9, 120)])
def test_an_official_is_rung_at_once_and_then_ever_more_seldom(tries: int, seconds: int) -> None:
    assert DEFAULT_POLICY.plan_redial(tries) == timedelta(seconds=seconds)


def test_who_chooses_no_pauses_between_attempts_has_the_usual_ones() -> None:
    assert CallPolicy(official_redials=()).plan_redial(1) == DEFAULT_POLICY.plan_redial(1)


def test_a_guesser_who_calls_as_often_as_he_likes_fails_but_for_one_in_ten_thousand() -> None:
    """TEL-14: of all codes of a session no more than the cap can be tried."""
    assert DEFAULT_POLICY.wrong_codes_cap / 10**CODE_DIGITS <= 1e-4
