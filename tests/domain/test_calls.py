from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.calls import (
    ENDINGS,
    NEXT,
    ON_AIR,
    REPORTS,
    AirTaken,
    CallEvent,
    CallState,
    ImpossibleEvent,
    Leg,
    OfficialAbsent,
    Role,
    advance,
    check_may_summon,
    find_on_air,
    is_official_present,
    list_waiting,
    step,
)
from hotline_sessions.domain.ids import CallId, InstitutionId, PublicId, SessionId


NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def make_leg(number: int = 1, *, role: Role = Role.CITIZEN, state: CallState) -> Leg:
    return Leg(
        id=CallId(number),
        public_id=PublicId(f"leg{number:07}"),
        institution=InstitutionId(1),
        session=SessionId(1),
        role=role,
        state=state,
        state_since=NOW,
        started_at=NOW,
    )


def play(role: Role, state: CallState, *events: CallEvent) -> CallState:
    for event in events:
        state = advance(role, state, event)
    return state


def test_a_citizen_is_greeted_waits_talks_and_leaves() -> None:
    assert (
        play(
            Role.CITIZEN,
            CallState.GREETING,
            CallEvent.ADMITTED,
            CallEvent.SUMMONED,
            CallEvent.CAME,
            CallEvent.ENTERED_AIR,
            CallEvent.DISMISSED,
            CallEvent.LEFT_AIR,
        )
        is CallState.ENDED
    )


def test_an_official_is_rung_confirms_and_stays() -> None:
    assert (
        play(
            Role.OFFICIAL,
            CallState.SUBMITTING,
            CallEvent.ACCEPTED,
            CallEvent.ANSWERED,
            CallEvent.CONFIRMED,
            CallEvent.ENTERED_AIR,
        )
        is CallState.PRESENT
    )


def test_an_official_whose_picking_up_is_reported_before_the_ringing_is_asked_all_the_same() -> (
    None
):
    answered = advance(Role.OFFICIAL, CallState.SUBMITTING, CallEvent.ANSWERED)

    assert answered is CallState.CONFIRMING
    assert advance(Role.OFFICIAL, answered, CallEvent.ACCEPTED) is CallState.CONFIRMING


def test_a_citizen_who_is_refused_by_the_conference_keeps_his_place() -> None:
    leg = make_leg(state=CallState.GREETING)
    waiting = step(leg, CallEvent.ADMITTED, NOW)
    later = NOW + timedelta(minutes=5)
    joining = step(step(waiting, CallEvent.SUMMONED, later), CallEvent.CAME, later)

    back = step(joining, CallEvent.SENT_BACK, later)

    assert back.state is CallState.WAITING
    assert back.waiting_since == NOW


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("event", sorted(ENDINGS))
def test_hanging_up_ends_a_leg_in_any_state(role: Role, state: CallState, event: CallEvent) -> None:
    assert advance(role, state, event) is CallState.ENDED


@pytest.mark.parametrize("event", CallEvent)
def test_an_ended_leg_stays_ended(event: CallEvent) -> None:
    assert advance(Role.CITIZEN, CallState.ENDED, event) is CallState.ENDED


def test_a_waiting_caller_who_was_not_summoned_cannot_be_on_the_air() -> None:
    assert advance(Role.CITIZEN, CallState.WAITING, CallEvent.ENTERED_AIR) is CallState.WAITING
    assert advance(Role.CITIZEN, CallState.WAITING, CallEvent.CAME) is CallState.WAITING


def test_the_same_citizen_is_not_summoned_twice() -> None:
    with pytest.raises(ImpossibleEvent):
        advance(Role.CITIZEN, CallState.TALKING, CallEvent.SUMMONED)


def test_every_event_is_a_report_an_ending_or_a_deed_of_ours() -> None:
    deeds = {
        CallEvent.SUMMONED,
        CallEvent.SCREENED,
        CallEvent.HELD,
        CallEvent.RESUMED,
        CallEvent.RETURNED,
        CallEvent.DISMISSED,
        CallEvent.MOVED,
    }
    assert REPORTS | ENDINGS | deeds == set(CallEvent)
    assert not REPORTS & (ENDINGS | deeds)


@given(st.sampled_from(Role), st.lists(st.sampled_from(sorted(REPORTS | ENDINGS)), max_size=30))
def test_reports_in_any_order_and_number_never_break_a_leg(
    role: Role, events: list[CallEvent]
) -> None:
    """TEL-06: any permutation, any repetition, any loss."""
    start = CallState.GREETING if role is Role.CITIZEN else CallState.SUBMITTING
    leg = make_leg(role=role, state=start)
    for event in events:
        after = step(leg, event, NOW)
        assert leg.is_live or after == leg, "left the end"
        leg = after
    assert leg.is_live == (not ENDINGS & set(events))
    assert leg.is_live == (leg.ended_at is None)


@given(st.data())
def test_whatever_happens_one_citizen_at_most_is_on_the_air(data: st.DataObject) -> None:
    legs = [make_leg(0, role=Role.OFFICIAL, state=CallState.PRESENT)]
    legs += [make_leg(number, state=CallState.WAITING) for number in range(1, 4)]
    for _ in range(data.draw(st.integers(0, 40))):
        index = data.draw(st.integers(0, 3))
        event = data.draw(st.sampled_from(CallEvent))
        try:
            if event is CallEvent.SUMMONED:
                check_may_summon(legs)
            legs[index] = step(legs[index], event, NOW)
        except (ImpossibleEvent, AirTaken, OfficialAbsent):
            continue
        assert sum(leg.is_on_air for leg in legs) <= 1


def test_without_the_check_two_citizens_would_be_on_the_air() -> None:
    legs = [make_leg(number, state=CallState.WAITING) for number in (1, 2)]

    legs = [step(leg, CallEvent.SUMMONED, NOW) for leg in legs]

    assert sum(leg.is_on_air for leg in legs) == 2


@pytest.mark.parametrize("state", sorted(ON_AIR))
def test_nobody_is_summoned_while_a_citizen_holds_the_air(state: CallState) -> None:
    official = make_leg(1, role=Role.OFFICIAL, state=CallState.PRESENT)
    citizen = make_leg(2, state=state)

    with pytest.raises(AirTaken):
        check_may_summon([official, citizen])
    assert find_on_air([official, citizen]) == citizen


@pytest.mark.parametrize("state", [CallState.DIALLING, CallState.CONFIRMING, CallState.ENTERING])
def test_nobody_is_summoned_before_the_official_is_there(state: CallState) -> None:
    official = make_leg(1, role=Role.OFFICIAL, state=state)

    assert not is_official_present([official])
    with pytest.raises(OfficialAbsent):
        check_may_summon([official])


def test_a_talk_remembers_when_it_began_and_ended() -> None:
    later = NOW + timedelta(minutes=7)
    talking = step(make_leg(state=CallState.JOINING), CallEvent.ENTERED_AIR, NOW)

    ended = step(talking, CallEvent.HUNG_UP, later)

    assert (ended.on_air_at, ended.off_air_at, ended.ended_at) == (NOW, later, later)


def test_who_has_waited_longer_stands_first() -> None:
    first = msgspec.structs.replace(make_leg(2, state=CallState.WAITING), waiting_since=NOW)
    second = msgspec.structs.replace(
        make_leg(1, state=CallState.WAITING), waiting_since=NOW + timedelta(seconds=1)
    )

    assert list_waiting([second, first]) == [first, second]


def test_every_state_can_be_reached_and_left() -> None:
    reached = set(NEXT.values())
    left = {state for _, state, _ in NEXT}
    assert reached | {CallState.GREETING, CallState.SUBMITTING} == set(CallState)
    assert left | {CallState.ENDED, CallState.QUESTION} == set(CallState)
