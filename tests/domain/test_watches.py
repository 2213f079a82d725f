"""How long a leg may stay where it is, and what is done about one that is elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline_sessions.domain.calls import NEXT, CallState, Leg, Role
from hotline_sessions.domain.ids import CallId, CallSid, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.domain.watches import (
    NEVER_PLACED,
    PATIENCE,
    Cure,
    choose_cure,
    is_never_placed,
)


NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
SID = CallSid("CA" + "1" * 32)


def make_leg(role: Role, state: CallState, *, sid: CallSid | None = SID) -> Leg:
    return Leg(
        id=CallId(1),
        public_id=PublicId("0123456789"),
        institution=InstitutionId(1),
        session=SessionId(1),
        role=role,
        sid=sid,
        state=state,
        state_since=NOW,
        started_at=NOW,
    )


def make_session(state: SessionState = SessionState.LIVE) -> Session:
    return Session(
        id=SessionId(1),
        public_id=PublicId("0123456789"),
        institution=InstitutionId(1),
        post=1,  # type: ignore[arg-type]
        held_on=NOW.date(),
        opens_clock=NOW.time(),
        closes_clock=NOW.time(),
        time_zone="Europe/Kyiv",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        talk_minutes=10,
        rest_minutes=0,
        walk_in_percent=30,
        state=state,
        state_since=NOW,
        updated_at=NOW,
    )


def test_no_state_in_which_a_leg_can_be_lost_is_left_unwatched() -> None:
    assert set(PATIENCE) == set(CallState) - {CallState.ENDED}
    assert all(each.first > 0 and each.again > 0 for each in PATIENCE.values())


def test_who_is_on_the_way_is_looked_for_sooner_than_who_waits() -> None:
    way = (CallState.SUMMONED, CallState.JOINING, CallState.RETURNING, CallState.WRAPPING)
    assert all(PATIENCE[state].first < PATIENCE[CallState.WAITING].first for state in way)


@pytest.mark.parametrize(
    ("role", "state", "cure"),
    [
        (Role.CITIZEN, CallState.SUMMONED, Cure.ENTERED),
        (Role.CITIZEN, CallState.JOINING, Cure.ENTERED),
        (Role.OFFICIAL, CallState.ENTERING, Cure.ENTERED),
        (Role.CITIZEN, CallState.WAITING, Cure.TO_QUEUE),
        (Role.CITIZEN, CallState.SCREENING, Cure.TO_QUEUE),
        (Role.CITIZEN, CallState.RETURNING, Cure.TO_QUEUE),
        (Role.CITIZEN, CallState.WRAPPING, Cure.CUT),
        (Role.CITIZEN, CallState.TALKING, Cure.NOTHING),
        (Role.OFFICIAL, CallState.PRESENT, Cure.NOTHING),
    ],
)
def test_who_is_found_on_the_air_is_there_or_taken_away(
    role: Role, state: CallState, cure: Cure
) -> None:
    leg = make_leg(role, state)

    assert choose_cure(leg, make_session(), is_in_room=True, is_held=False) is cure


@pytest.mark.parametrize(
    ("role", "state", "cure"),
    [
        (Role.CITIZEN, CallState.TALKING, Cure.TO_QUEUE),
        (Role.CITIZEN, CallState.HELD, Cure.TO_QUEUE),
        (Role.CITIZEN, CallState.SUMMONED, Cure.SENT_BACK),
        (Role.CITIZEN, CallState.JOINING, Cure.SENT_BACK),
        (Role.CITIZEN, CallState.RETURNING, Cure.SENT_BACK),
        (Role.CITIZEN, CallState.WRAPPING, Cure.LEFT),
        (Role.CITIZEN, CallState.QUESTION, Cure.CUT),
        (Role.CITIZEN, CallState.WAITING, Cure.NOTHING),
        (Role.OFFICIAL, CallState.PRESENT, Cure.TO_STUDIO),
        (Role.OFFICIAL, CallState.ENTERING, Cure.TO_STUDIO),
        (Role.OFFICIAL, CallState.DIALLING, Cure.NOTHING),
        (Role.OPERATOR, CallState.ENTERING, Cure.TO_ROOM),
        (Role.OPERATOR, CallState.PRESENT, Cure.NOTHING),
    ],
)
def test_who_is_missed_on_the_air_is_led_back_or_given_up(
    role: Role, state: CallState, cure: Cure
) -> None:
    leg = make_leg(role, state)

    assert choose_cure(leg, make_session(), is_in_room=False, is_held=False) is cure


def test_an_operator_whose_browser_has_not_called_is_led_nowhere() -> None:
    leg = make_leg(Role.OPERATOR, CallState.ENTERING, sid=None)

    assert choose_cure(leg, make_session(), is_in_room=False, is_held=False) is Cure.NOTHING


@pytest.mark.parametrize(
    ("state", "cure"),
    [(SessionState.LIVE, Cure.UNHOLD), (SessionState.NO_OFFICIAL, Cure.NOTHING)],
)
def test_a_talk_is_let_go_on_once_the_official_is_there(state: SessionState, cure: Cure) -> None:
    leg = make_leg(Role.CITIZEN, CallState.TALKING)

    assert choose_cure(leg, make_session(state), is_in_room=True, is_held=True) is cure


def test_every_cure_of_a_leg_in_a_live_state_is_decided() -> None:
    states = {(role, state) for role, state, _ in NEXT}
    for role, state in states:
        for is_in_room in (True, False):
            leg = make_leg(role, state)
            cure = choose_cure(leg, make_session(), is_in_room=is_in_room, is_held=False)
            assert isinstance(cure, Cure)


@pytest.mark.parametrize(
    ("sid", "waited", "given_up"),
    [
        (None, NEVER_PLACED, True),
        (None, NEVER_PLACED - timedelta(seconds=1), False),
        (SID, 10 * NEVER_PLACED, False),
    ],
)
def test_a_call_nobody_has_heard_of_is_given_up_after_a_while(
    sid: CallSid | None,
    waited: timedelta,
    given_up: bool,  # noqa: FBT001 - a case
) -> None:
    leg = make_leg(Role.OFFICIAL, CallState.SUBMITTING, sid=sid)

    assert is_never_placed(leg, NOW + waited) is given_up
