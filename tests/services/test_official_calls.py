"""The official's telephone: rung, answered by a person or not, and the conference left."""

from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.services.telephony import Show, make_live_show, make_open_show

from hotline_sessions.domain.calls import CallState, NoRingNumber, OfficialAbsent
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import (
    AskOfficial,
    EnterAir,
    Goodbye,
    OfficialMenu,
    Parting,
    Prompt,
    Silence,
)
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import dispatch, official_calls
from hotline_sessions.services.open_legs import Visit
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.sessions import mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

SID = CallSid("CA" + "1".rjust(32, "0"))


async def rung(show: Show) -> PublicId:
    official = (await show.desk()).official
    assert official is not None
    return official.call


async def pick_up(show: Show) -> Prompt:
    visit = Visit(leg=await rung(show), sid=SID)
    answer = await official_calls.greet_official(
        visit, show.delivery(), show.speak, clock=show.clock
    )
    return show.prompts[int(answer)]


async def press(show: Show, key: str, *, attempt: int = 1) -> Prompt:
    visit = Visit(leg=await show.name(SID), sid=SID, turn=attempt, result=key)
    answer = await official_calls.confirm_official(
        visit, show.delivery(), show.speak, clock=show.clock
    )
    return show.prompts[int(answer)]


async def come_out(show: Show, *, visit: int = 1, is_over: bool = False) -> Prompt:
    asked = Visit(leg=await show.name(SID), sid=SID, turn=visit, is_over=is_over)
    answer = await official_calls.return_official(
        asked, show.delivery(), show.speak, clock=show.clock
    )
    return show.prompts[int(answer)]


async def call_again(show: Show) -> None:
    await dispatch.call_official(
        show.session.id,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )


async def hang_up_official(show: Show) -> None:
    await dispatch.hang_up_official(
        show.session.id,
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )


async def test_who_does_not_press_1_is_asked_once_more_and_then_hung_up() -> None:
    show = await make_open_show()
    asked = await pick_up(show)

    again = await press(show, "")
    parted = await press(show, "", attempt=2)

    assert isinstance(asked, AskOfficial)
    assert asked.host is not None
    assert again == AskOfficial(leg=await show.name(SID), attempt=2)
    assert parted == Goodbye(why=Parting.FAILED)
    assert await show.state(SID) is CallState.ENDED
    why = await fetch_value("select detail->>'why' from call_event where event = 'hung-up'")
    assert why == "not-confirmed"


async def test_another_key_than_1_opens_nothing() -> None:
    show = await make_open_show()
    await pick_up(show)

    await press(show, "9")

    assert await show.state(SID) is CallState.CONFIRMING


async def test_after_a_machine_has_picked_up_the_official_can_be_rung_again() -> None:
    show = await make_open_show()
    await pick_up(show)
    await press(show, "")
    await press(show, "", attempt=2)

    await call_again(show)
    await show.send()

    assert [deed[0] for deed in show.line.done] == ["ring", "ring"]


async def test_the_network_cuts_the_official_an_hour_after_the_end_of_the_session() -> None:
    show = await make_open_show()
    await pick_up(show)

    entered = await press(show, "1")

    assert isinstance(entered, EnterAir)
    left = show.session.ends_at - show.clock.now() + timedelta(hours=1)
    assert entered.limit_seconds == left.total_seconds()
    assert not entered.is_return


async def test_an_official_who_leaves_the_conference_is_led_back_and_is_there_again() -> None:
    show = await make_live_show()

    back = await come_out(show)
    between = await show.state(SID)
    await show.enter(SID)

    assert isinstance(back, OfficialMenu)
    assert back.visit == 2
    assert between is CallState.ENTERING
    assert await show.state(SID) is CallState.PRESENT


async def test_while_the_official_is_out_nobody_is_put_through() -> None:
    show = await make_live_show()
    await show.wait(make_phone())
    await come_out(show)

    with pytest.raises(OfficialAbsent):
        await show.put_next()


async def test_the_next_one_who_was_wanted_is_summoned_when_the_official_is_back() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    await show.talk(first)
    await show.end_talk(then_next=True)
    await come_out(show)
    await show.goodbye(first)
    before = await show.state(second)

    await show.enter(SID)

    assert before is CallState.WAITING
    assert await show.state(second) is CallState.SUMMONED


async def test_an_official_who_hangs_up_leaves_the_citizens_waiting() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    said = await come_out(show, is_over=True)

    assert said == Silence()
    assert await show.state(SID) is CallState.ENDED
    assert await show.state(citizen) is CallState.WAITING
    assert (await show.desk()).official is None


async def test_when_the_session_is_over_the_official_is_not_led_back() -> None:
    show = await make_live_show()
    await mark_state(show.session.id, SessionState.CLOSED, show.clock.now())

    assert await come_out(show) == Goodbye(why=Parting.CLOSED)


async def test_who_picks_up_after_the_session_has_been_closed_is_seen_off() -> None:
    show = await make_open_show()
    await mark_state(show.session.id, SessionState.CANCELLED, show.clock.now())

    assert await pick_up(show) == Goodbye(why=Parting.CLOSED)
    assert await press(show, "1") == Goodbye(why=Parting.CLOSED)


async def test_the_operator_hangs_up_on_the_official_once() -> None:
    show = await make_live_show()

    await hang_up_official(show)
    await show.send()

    assert show.line.done[-1] == ("hang-up", SID)
    with pytest.raises(OfficialAbsent):
        await hang_up_official(show)


async def test_without_a_number_nobody_is_rung() -> None:
    show = await make_live_show()
    await hang_up_official(show)
    await run_sql("update session set ring_number = null")

    with pytest.raises(NoRingNumber):
        await call_again(show)
