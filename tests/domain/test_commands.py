"""Commands to the network: what is the same purpose, and how long it is pursued."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from hotline_sessions.domain.commands import (
    PATIENCE,
    Announce,
    Command,
    Destination,
    EndAir,
    HangUp,
    Move,
    Ring,
    SetHold,
    StopRecording,
    build_key,
    plan_retry,
)
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.prompts import Notice, Parting
from hotline_sessions.domain.recordings import RecordingSid


NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
LEG = PublicId("0123456789")
SESSION = PublicId("bcdefghjkm")

DIFFERENT: tuple[Command, ...] = (
    Ring(leg=LEG, number="+380501234567"),
    *(Move(leg=LEG, to=to, turn=turn) for to in Destination for turn in (1, 2) if to != "goodbye"),
    Move(leg=LEG, to=Destination.GOODBYE),
    HangUp(leg=LEG),
    HangUp(leg=LEG, turn=1),
    SetHold(leg=LEG, session=SESSION, is_held=True, turn=1),
    SetHold(leg=LEG, session=SESSION, is_held=False, turn=1),
    SetHold(leg=LEG, session=SESSION, is_held=True, turn=2),
    *(Announce(leg=LEG, session=SESSION, notice=notice, turn=1) for notice in Notice),
    Announce(leg=LEG, session=SESSION, notice=Notice.BRIEFING, turn=2),
    *(StopRecording(leg=LEG, recording=RecordingSid("RE" + "0" * 31 + digit)) for digit in "12"),
    *(StopRecording(leg=LEG, until=NOW, turn=turn) for turn in (1, 2)),
    EndAir(session=SESSION),
)


def test_what_has_another_purpose_has_another_key() -> None:
    for first, second in combinations(DIFFERENT, 2):
        assert build_key(first) != build_key(second)


def test_nobody_is_seen_off_twice_whatever_is_said() -> None:
    closed = Move(leg=LEG, to=Destination.GOODBYE, why=Parting.CLOSED, turn=3)
    talked = Move(leg=LEG, to=Destination.GOODBYE, why=Parting.TALKED, turn=4)

    assert build_key(closed) == build_key(talked)


@pytest.mark.parametrize("attempts", range(1, len(PATIENCE) + 1))
def test_after_every_failure_but_the_last_it_is_tried_again(attempts: int) -> None:
    assert plan_retry(HangUp(leg=LEG), attempts, NOW) == NOW + PATIENCE[attempts - 1]


def test_after_the_last_failure_it_is_given_up_within_half_a_minute() -> None:
    assert plan_retry(HangUp(leg=LEG), len(PATIENCE) + 1, NOW) is None
    assert sum(PATIENCE, timedelta()) < timedelta(seconds=30)


def test_that_a_recording_be_stopped_is_never_given_up() -> None:
    stop = StopRecording(leg=LEG, recording=RecordingSid("RE" + "0" * 32))

    assert plan_retry(stop, 1000, NOW) == NOW + max(PATIENCE)
