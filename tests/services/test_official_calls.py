"""The official's telephone: rung, answered by a person or not, and the conference left."""

from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.services.telephony import Show, book, make_live_show, make_open_show, make_show

from hotline_sessions.domain.calls import CallState, NoRingNumber, OfficialAbsent
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import (
    Alone,
    AskOfficial,
    EnterAir,
    Goodbye,
    Notice,
    OfficialMenu,
    Parting,
    Prompt,
    Silence,
    Whisper,
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
    return await show.ask(official_calls.greet_official, visit)


async def press(show: Show, key: str, *, attempt: int = 1) -> Prompt:
    visit = Visit(leg=await show.name(SID), sid=SID, turn=attempt, result=key)
    return await show.ask(official_calls.confirm_official, visit)


async def come_out(show: Show, *, visit: int = 1, is_over: bool = False) -> Prompt:
    asked = Visit(leg=await show.name(SID), sid=SID, turn=visit, is_over=is_over)
    return await show.ask(official_calls.return_official, asked)


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


async def choose(show: Show, key: str, *, visit: int = 2) -> Prompt:
    """The official presses the star key, then ``key`` in the menu, and comes back."""
    await come_out(show, visit=visit - 1)
    asked = Visit(leg=await show.name(SID), sid=SID, turn=visit, result=key)
    prompt = await show.ask(official_calls.choose_from_menu, asked)
    await show.enter(SID)
    return prompt


async def test_the_officials_key_for_the_next_one_ends_the_talk_and_brings_him() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    await show.talk(first)

    back = await choose(show, "1")
    await show.goodbye(first)

    assert isinstance(back, EnterAir)
    assert back.is_return
    assert await show.state(first) is CallState.ENDED
    assert await show.state(second) is CallState.SUMMONED


async def test_the_officials_key_brings_the_first_one_when_the_air_is_free() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    await choose(show, "1")

    assert await show.state(citizen) is CallState.SUMMONED


async def test_the_officials_key_gives_a_talk_five_minutes_more() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)

    await choose(show, "2")

    leg = await show.leg(citizen)
    assert (leg.state, leg.extra_seconds) == (CallState.TALKING, 300)


async def test_the_officials_key_for_the_operator_is_seen_at_the_desk() -> None:
    show = await make_live_show()

    await choose(show, "3")

    official = (await show.desk()).official
    assert official is not None
    assert official.asks_operator


@pytest.mark.parametrize("key", ["", "1", "2", "9"])
async def test_where_there_is_nothing_to_do_the_official_is_led_back_all_the_same(
    key: str,
) -> None:
    show = await make_live_show()

    back = await choose(show, key)

    assert isinstance(back, EnterAir)
    assert await show.state(SID) is CallState.PRESENT
    assert not (await show.fresh_session()).next_wanted


async def test_silence_in_the_menu_leaves_the_talk_as_it_is() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)

    await choose(show, "")

    assert await show.state(citizen) is CallState.TALKING


async def test_a_talk_waits_for_an_official_in_the_menu_and_is_held_when_it_lasts() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)
    await come_out(show)

    show.clock.pass_time(timedelta(seconds=19))
    await show.step()
    soon = await show.state(citizen)
    show.clock.pass_time(timedelta(seconds=2))
    await show.step()

    assert soon is CallState.TALKING
    assert await show.state(citizen) is CallState.HELD


async def test_an_official_who_is_sent_back_to_the_air_comes_to_it() -> None:
    show = await make_live_show()
    visit = Visit(leg=await show.name(SID), sid=SID, turn=3000)

    prompt = await show.ask(official_calls.come_back, visit)
    await mark_state(show.session.id, SessionState.CLOSED, show.clock.now())
    late = await show.ask(official_calls.come_back, visit)

    assert isinstance(prompt, EnterAir)
    assert prompt.visit == 3000
    assert late == Goodbye(why=Parting.CLOSED)


async def test_in_the_menu_of_a_session_that_is_over_nothing_is_done() -> None:
    show = await make_live_show()
    visit = Visit(leg=await show.name(SID), sid=SID, turn=2, result="1")
    await mark_state(show.session.id, SessionState.CLOSED, show.clock.now())

    prompt = await show.ask(official_calls.choose_from_menu, visit)

    assert prompt == Goodbye(why=Parting.CLOSED)


async def test_the_official_hears_who_comes_and_the_citizen_does_not_hear_of_others() -> None:
    show = await make_show()
    taken = await book(show)
    await show.open()
    await show.bring_official()
    sid = show.new_sid()
    await show.greet(sid, taken.booking.phone)
    await show.key_in(sid, taken.code[-2:])
    waiting = await show.wait(make_phone())
    show.clock.set(show.session.starts_at)
    await show.step()
    await show.put_next()

    briefing, to_other, ending = [
        await official_calls.read_notice(await show.name(each), notice, clock=show.clock)
        for each, notice in (
            (SID, Notice.BRIEFING),
            (waiting, Notice.BRIEFING),
            (SID, Notice.ENDING_SOON),
        )
    ]

    assert briefing == Whisper(
        notice=Notice.BRIEFING,
        name=taken.booking.caller_name,
        community=taken.booking.community,
        topic=taken.booking.question,
        waiting=1,
    )
    assert to_other == Whisper(notice=Notice.BRIEFING, waiting=1)
    assert ending == Whisper(notice=Notice.ENDING_SOON, waiting=1)


async def test_nothing_is_said_into_an_ear_that_is_not_there() -> None:
    show = await make_live_show()
    name = await show.name(SID)
    await show.hang_up(SID)

    for each in (name, "0000000000"):
        said = await official_calls.read_notice(each, Notice.BRIEFING, clock=show.clock)
        assert said == Silence()


async def test_an_official_who_is_alone_hears_so() -> None:
    show = await make_live_show()
    name = await show.name(SID)

    assert await official_calls.read_alone(name, clock=show.clock) == Alone(leg=name)
    assert await official_calls.read_alone("0000000000", clock=show.clock) == Silence()
