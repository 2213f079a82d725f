"""The life of a session: what may follow what, and what time alone brings about."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.ids import InstitutionId, PostId, PublicId, SessionId
from hotline_sessions.domain.policies import DEFAULT_POLICY
from hotline_sessions.domain.sessions import (
    ADMITTING,
    BOOKABLE,
    PUBLIC,
    ImpossibleStep,
    Moment,
    NewSession,
    Session,
    SessionEvent,
    SessionState,
    advance,
    plan_step,
)


START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
END = START + timedelta(hours=1)
LOBBY = timedelta(minutes=5)
TICK = timedelta(microseconds=1)
TERMINAL = {SessionState.CLOSED, SessionState.CANCELLED, SessionState.RESCHEDULED}

# What may follow in each state, and nothing else.
DECIDED = """
draft: publish published, cancel cancelled
published: open open, cancel cancelled, reschedule rescheduled
open: start live, lose-official no-official, pause paused, end closing, cancel cancelled
live: lose-official no-official, pause paused, end closing, cancel cancelled
no-official: regain-official live, give-up questions-only, pause paused, end closing,
    cancel cancelled
paused: resume no-official, end closing, cancel cancelled
questions-only: regain-official live, end closing, cancel cancelled
closing: extend live, close closed
closed:
cancelled:
rescheduled:
"""
TABLE = {
    (SessionState(state), SessionEvent(step.split()[0])): SessionState(step.split()[1])
    for state, _, steps in (
        line.partition(":") for line in DECIDED.replace(",\n    ", ", ").strip().splitlines()
    )
    for step in filter(None, map(str.strip, steps.split(",")))
}


def make_session(state: SessionState) -> Session:
    return Session(
        id=SessionId(1),
        public_id=PublicId("0123456789"),
        institution=InstitutionId(1),
        post=PostId(1),
        held_on=date(2026, 11, 25),
        opens_clock=time(10),
        closes_clock=time(11),
        time_zone="Europe/Kyiv",
        starts_at=START,
        ends_at=END,
        talk_minutes=5,
        rest_minutes=0,
        walk_in_percent=30,
        state=state,
        state_since=START,
        updated_at=START,
    )


def step(
    state: SessionState,
    now: datetime,
    *,
    present: bool = False,
    near: bool | None = None,
    quiet: bool = True,
    since: datetime = START,
) -> SessionEvent | None:
    moment = Moment(
        now=now,
        lobby=LOBBY,
        policy=DEFAULT_POLICY,
        is_official_present=present,
        is_official_near=present if near is None else near,
        is_line_quiet=quiet,
    )
    session = msgspec.structs.replace(make_session(state), state_since=since)
    return plan_step(session, moment)


@pytest.mark.parametrize(("state", "event"), [*product(SessionState, SessionEvent)])
def test_every_event_in_every_state_is_decided(state: SessionState, event: SessionEvent) -> None:
    expected = TABLE.get((state, event))
    if expected is not None:
        assert advance(state, event) is expected
        return
    with pytest.raises(ImpossibleStep) as refusal:
        advance(state, event)
    assert refusal.value.facts == {"state": state, "event": event}


@given(st.lists(st.sampled_from(SessionEvent), max_size=12))
def test_a_session_that_is_over_stays_over(events: list[SessionEvent]) -> None:
    state, over = SessionState.DRAFT, False
    for event in events:
        try:
            state = advance(state, event)
        except ImpossibleStep:
            continue
        assert not over
        over = state in TERMINAL


@given(st.lists(st.sampled_from(SessionEvent), max_size=12))
def test_a_session_that_is_closing_lets_nobody_in_unless_it_is_extended(
    events: list[SessionEvent],
) -> None:
    state = SessionState.CLOSING
    for event in events:
        if event is SessionEvent.EXTEND:
            continue
        try:
            state = advance(state, event)
        except ImpossibleStep:
            continue
        assert state not in ADMITTING


def test_what_is_over_admits_nobody_and_takes_no_bookings() -> None:
    assert not TERMINAL & ADMITTING
    assert not TERMINAL & BOOKABLE
    assert ADMITTING < BOOKABLE < PUBLIC
    assert SessionState.DRAFT not in PUBLIC


def test_the_line_opens_when_the_lobby_begins() -> None:
    assert step(SessionState.PUBLISHED, START - LOBBY - TICK) is None
    assert step(SessionState.PUBLISHED, START - LOBBY) is SessionEvent.OPEN


def test_the_line_goes_live_at_the_start_when_the_official_is_there() -> None:
    assert step(SessionState.OPEN, START - TICK, present=True) is None
    assert step(SessionState.OPEN, START, present=True) is SessionEvent.START
    assert step(SessionState.OPEN, START, present=False) is None


def test_an_official_who_is_late_is_waited_for_and_then_missed() -> None:
    late = START + DEFAULT_POLICY.late_official
    assert step(SessionState.OPEN, late - TICK) is None
    assert step(SessionState.OPEN, late) is SessionEvent.LOSE_OFFICIAL
    assert step(SessionState.NO_OFFICIAL, late, present=True) is SessionEvent.REGAIN_OFFICIAL


def test_an_official_who_has_left_for_a_menu_is_not_lost() -> None:
    assert step(SessionState.LIVE, START, near=True) is None
    assert step(SessionState.LIVE, START) is SessionEvent.LOSE_OFFICIAL


def test_when_the_official_does_not_come_only_questions_are_taken_down() -> None:
    given_up = START + DEFAULT_POLICY.missing_official
    assert step(SessionState.NO_OFFICIAL, given_up - TICK) is None
    assert step(SessionState.NO_OFFICIAL, given_up) is SessionEvent.GIVE_UP
    back = step(SessionState.QUESTIONS_ONLY, given_up, present=True)
    assert back is SessionEvent.REGAIN_OFFICIAL


@pytest.mark.parametrize(
    "state",
    [
        SessionState.OPEN,
        SessionState.LIVE,
        SessionState.NO_OFFICIAL,
        SessionState.QUESTIONS_ONLY,
    ],
)
def test_from_the_end_on_nobody_is_put_through(state: SessionState) -> None:
    assert step(state, END - TICK, present=True) is not SessionEvent.END
    assert step(state, END, present=True) is SessionEvent.END


def test_a_session_closes_when_the_line_is_quiet_or_after_the_longest_farewell() -> None:
    assert step(SessionState.CLOSING, END, quiet=False, since=END) is None
    assert step(SessionState.CLOSING, END, since=END) is SessionEvent.CLOSE
    longest = END + DEFAULT_POLICY.farewell
    assert step(SessionState.CLOSING, longest, quiet=False, since=END) is SessionEvent.CLOSE


def test_a_paused_session_goes_on_standing_still_past_its_end() -> None:
    assert step(SessionState.PAUSED, END) is None
    longest = START + DEFAULT_POLICY.longest_pause
    assert step(SessionState.PAUSED, longest) is SessionEvent.END


moments = st.integers(-600, 600).map(lambda minute: START + timedelta(minutes=minute))


@given(state=st.sampled_from(SessionState), now=moments, present=st.booleans(), quiet=st.booleans())
def test_a_step_that_time_brings_is_always_possible(
    state: SessionState, now: datetime, *, present: bool, quiet: bool
) -> None:
    event = step(state, now, present=present, quiet=quiet)

    assert event is None or advance(state, event) in SessionState


@given(now=moments, present=st.booleans(), quiet=st.booleans())
def test_time_changes_no_draft_and_nothing_that_is_over(
    now: datetime, *, present: bool, quiet: bool
) -> None:
    for state in TERMINAL | {SessionState.DRAFT}:
        assert step(state, now, present=present, quiet=quiet) is None


@given(st.integers(0, 600), st.booleans(), st.sampled_from(SessionState))
def test_time_alone_brings_every_announced_session_to_its_end(
    late: int,
    present: bool,  # noqa: FBT001 - drawn
    state: SessionState,
) -> None:
    now = END + DEFAULT_POLICY.longest_pause + timedelta(minutes=late)
    if state in TERMINAL | {SessionState.DRAFT}:
        return
    for _ in range(6):
        event = step(state, now, present=present)
        state = advance(state, event) if event else state
    assert state is SessionState.CLOSED


@pytest.mark.parametrize(
    "facts",
    [
        {"talk_minutes": 0},
        {"talk_minutes": 241},
        {"rest_minutes": -1},
        {"walk_in_percent": 101},
        {"walk_in_percent": -1},
    ],
)
def test_a_plan_outside_its_bounds_is_not_read(facts: dict[str, int]) -> None:
    known = {
        "post": 1,
        "held_on": "2026-11-25",
        "opens_clock": "10:00:00",
        "closes_clock": "11:00:00",
        "starts_at": START,
        "ends_at": END,
    }
    assert msgspec.convert(known, NewSession).talk_minutes == 5
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(known | facts, NewSession)
