"""Officials are asked in time, and silence is an alarm while there is time to help."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.attendance_reminders import (
    TWO_DAYS,
    TWO_HOURS,
    Ask,
    Standing,
    Trouble,
    choose_ask,
    find_silence,
    find_trouble,
)


START = datetime(2026, 11, 25, 8, tzinfo=UTC)
EARLY = timedelta(days=20)


def known(
    *,
    told: timedelta = EARLY,
    answer: Answer = Answer.INVITED,
    answered: timedelta | None = None,
    is_undelivered: bool = False,
) -> Standing:
    """An invitation that was told, and answered, so long before the start."""
    return Standing(
        starts_at=START,
        told_at=START - told,
        answer=answer,
        answered_at=None if answered is None else START - answered,
        is_undelivered=is_undelivered,
    )


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (timedelta(hours=48, seconds=1), None),
        (timedelta(hours=48), TWO_DAYS),
        (timedelta(hours=2, seconds=1), TWO_DAYS),
        (timedelta(hours=2), TWO_HOURS),
        (timedelta(seconds=1), TWO_HOURS),
        (timedelta(), None),
    ],
)
def test_the_latest_ask_whose_moment_has_come_is_asked(before: timedelta, asked: Ask) -> None:
    assert choose_ask(known(), now=START - before) == asked


def test_a_yes_of_weeks_ago_confirms_nothing_and_one_of_today_does() -> None:
    now = START - timedelta(hours=40)
    old = known(answer=Answer.ACCEPTED, answered=timedelta(days=9))
    new = known(answer=Answer.ACCEPTED, answered=timedelta(hours=48))

    assert (choose_ask(old, now=now), choose_ask(new, now=now)) == (TWO_DAYS, None)
    assert choose_ask(new, now=START - timedelta(hours=1)) == TWO_HOURS


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.PROPOSED])
def test_who_cannot_come_is_asked_no_more_and_staff_act_at_once(answer: Answer) -> None:
    said = known(answer=answer, answered=timedelta(days=9))

    assert choose_ask(said, now=START - timedelta(hours=1)) is None
    assert find_silence(said, now=START - timedelta(hours=1)) is None
    assert find_trouble(said, now=START - timedelta(days=8)) == Trouble(answer.value)


def test_an_invitation_within_the_last_days_asks_by_itself() -> None:
    late = known(told=timedelta(hours=30))

    assert choose_ask(late, now=START - timedelta(hours=29)) is None
    assert choose_ask(late, now=START - timedelta(hours=2)) == TWO_HOURS


@pytest.mark.parametrize(
    ("before", "silent"),
    [
        (timedelta(hours=24, seconds=1), None),
        (timedelta(hours=24), TWO_DAYS),
        (timedelta(minutes=91), TWO_DAYS),
        (timedelta(minutes=90), TWO_HOURS),
    ],
)
def test_silence_is_an_alarm_when_its_grace_is_over(before: timedelta, silent: Ask) -> None:
    assert find_silence(known(), now=START - before) == silent


def test_who_confirmed_the_day_before_is_an_alarm_only_after_the_last_ask() -> None:
    said = known(answer=Answer.ACCEPTED, answered=timedelta(hours=26))

    assert find_silence(said, now=START - timedelta(minutes=91)) is None
    assert find_silence(said, now=START - timedelta(minutes=90)) == TWO_HOURS


def test_who_was_invited_at_the_last_minute_has_half_an_hour() -> None:
    late = known(told=timedelta(minutes=80))

    assert find_silence(late, now=START - timedelta(minutes=51)) is None
    assert find_silence(late, now=START - timedelta(minutes=50)) == TWO_HOURS


def test_what_did_not_arrive_is_trouble_until_somebody_has_answered() -> None:
    now = START - timedelta(days=9)

    assert find_trouble(known(is_undelivered=True), now=now) is Trouble.UNDELIVERED
    assert find_trouble(known(), now=now) is None
    said = known(is_undelivered=True, answer=Answer.ACCEPTED, answered=timedelta(days=10))
    assert find_trouble(said, now=now) is None
