"""The life of a session: what may follow what, and what time alone brings about."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.ids import InstitutionId, PostId, PublicId, SessionId
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

# One line for each state, one column for each event: publish open start close cancel reschedule.
DECIDED = """
draft        published   -     -     -       cancelled  -
published    -           open  -     -       cancelled  rescheduled
open         -           -     live  closed  cancelled  -
live         -           -     -     closed  cancelled  -
closed       -           -     -     -       -          -
cancelled    -           -     -     -       -          -
rescheduled  -           -     -     -       -          -
"""
TABLE = {
    (SessionState(row[0]), event): row[column]
    for row in map(str.split, DECIDED.strip().splitlines())
    for column, event in enumerate(SessionEvent, start=1)
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
    state: SessionState, now: datetime, *, present: bool = False, taken: bool = False
) -> SessionEvent | None:
    moment = Moment(now=now, lobby=LOBBY, is_official_present=present, is_air_taken=taken)
    return plan_step(make_session(state), moment)


@pytest.mark.parametrize(("state", "event"), [*product(SessionState, SessionEvent)])
def test_every_event_in_every_state_is_decided(state: SessionState, event: SessionEvent) -> None:
    expected = TABLE[state, event]
    if expected != "-":
        assert advance(state, event) is SessionState(expected)
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
def test_nothing_comes_back_to_an_earlier_state(events: list[SessionEvent]) -> None:
    seen = [SessionState.DRAFT]
    for event in events:
        try:
            seen.append(advance(seen[-1], event))
        except ImpossibleStep:
            continue
    assert len(set(seen)) == len(seen)


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


def test_a_line_to_which_no_official_came_closes_at_its_end() -> None:
    assert step(SessionState.OPEN, END - TICK) is None
    assert step(SessionState.OPEN, END) is SessionEvent.CLOSE
    assert step(SessionState.OPEN, END, present=True) is SessionEvent.CLOSE


def test_a_live_line_closes_at_its_end_when_the_last_talk_is_over() -> None:
    assert step(SessionState.LIVE, END - TICK, present=True) is None
    assert step(SessionState.LIVE, END, present=True, taken=True) is None
    assert step(SessionState.LIVE, END, present=True) is SessionEvent.CLOSE


moments = st.integers(-600, 600).map(lambda minute: START + timedelta(minutes=minute))


@given(state=st.sampled_from(SessionState), now=moments, present=st.booleans(), taken=st.booleans())
def test_a_step_that_time_brings_is_always_possible(
    state: SessionState, now: datetime, *, present: bool, taken: bool
) -> None:
    event = step(state, now, present=present, taken=taken)

    assert event is None or advance(state, event) in SessionState
    assert event in {None, SessionEvent.OPEN, SessionEvent.START, SessionEvent.CLOSE}


@given(now=moments, present=st.booleans(), taken=st.booleans())
def test_time_changes_no_draft_and_nothing_that_is_over(
    now: datetime, *, present: bool, taken: bool
) -> None:
    for state in TERMINAL | {SessionState.DRAFT}:
        assert step(state, now, present=present, taken=taken) is None


@given(st.integers(0, 600))
def test_time_alone_brings_every_published_session_to_its_end(late: int) -> None:
    state = SessionState.PUBLISHED
    for _ in range(4):
        event = step(state, END + timedelta(minutes=late))
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
