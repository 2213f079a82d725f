"""A citizen on the telephone, at every step between the queue and the goodbye."""

from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.services.telephony import Show, make_live_show

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.errors import Forbidden, NotFound
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import (
    Goodbye,
    Hold,
    Join,
    Parting,
    Prompt,
    Silence,
    Wait,
)
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import calls
from hotline_sessions.services.open_legs import Visit
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.sessions import mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def leave_queue(show: Show, sid: CallSid, result: str, *, is_over: bool = False) -> Prompt:
    visit = Visit(leg=await show.name(sid), sid=sid, result=result, is_over=is_over)
    return await show.ask(calls.leave_queue, visit)


async def hang_up_after_air(show: Show, sid: CallSid) -> Prompt:
    leg = await show.leg(sid)
    visit = Visit(leg=leg.public_id, sid=sid, turn=leg.turn, is_over=True)
    return await show.ask(calls.left_air, visit)


async def bring(show: Show, sid: CallSid, state: CallState) -> None:
    """Bring the first in the queue as far as ``state``."""
    if state is CallState.WAITING:
        return
    await show.put_next()
    if state is CallState.SUMMONED:
        return
    await show.come(sid)
    if state is CallState.JOINING:
        return
    await show.enter(sid)
    if state is CallState.WRAPPING:
        await show.end_talk()


async def close(show: Show, state: SessionState = SessionState.CLOSED) -> None:
    await mark_state(show.session.id, state, show.clock.now())


@pytest.mark.parametrize(
    "state",
    [
        CallState.WAITING,
        CallState.SUMMONED,
        CallState.JOINING,
        CallState.TALKING,
        CallState.WRAPPING,
    ],
)
async def test_who_hangs_up_wherever_he_is_leaves_the_air_to_the_next(state: CallState) -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await bring(show, first, state)

    await show.hang_up(first)
    await show.put_next()

    assert await show.state(first) is CallState.ENDED
    assert await show.state(second) is CallState.SUMMONED


@pytest.mark.parametrize("state", [CallState.JOINING, CallState.TALKING, CallState.WRAPPING])
async def test_hanging_up_is_learnt_from_the_question_what_comes_next_too(
    state: CallState,
) -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await bring(show, citizen, state)

    assert await hang_up_after_air(show, citizen) == Silence()
    assert await show.state(citizen) is CallState.ENDED


@pytest.mark.parametrize(("result", "is_over"), [("hangup", False), ("leave", True)])
async def test_who_hangs_up_while_waiting_is_in_the_queue_no_more(
    result: str,
    is_over: bool,  # noqa: FBT001 - a case
) -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    said = await leave_queue(show, citizen, result, is_over=is_over)

    assert said == Silence()
    assert (await show.desk()).waiting == []


@pytest.mark.parametrize("fault", ["queue-full", "error", "system-error"])
async def test_who_finds_no_room_in_the_queue_is_told_and_keeps_no_place(fault: str) -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    said = await leave_queue(show, citizen, fault)

    assert said == Goodbye(why=Parting.FAILED)
    assert await show.state(citizen) is CallState.ENDED


async def test_who_falls_out_of_the_queue_without_a_reason_goes_back_into_it() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    said = await leave_queue(show, citizen, "leave")

    assert isinstance(said, Wait)
    assert said.is_return
    assert await show.state(citizen) is CallState.WAITING


async def test_who_is_summoned_out_of_the_queue_is_led_to_the_air_by_that_question_too() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await bring(show, citizen, CallState.SUMMONED)

    assert isinstance(await leave_queue(show, citizen, "redirected"), Join)


async def test_who_is_seen_off_already_does_not_come_back_from_the_queue() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await bring(show, citizen, CallState.WRAPPING)

    assert await leave_queue(show, citizen, "redirected") == Goodbye(why=Parting.TALKED)
    assert await show.come(citizen) == Goodbye(why=Parting.TALKED)


@pytest.mark.parametrize(
    ("state", "why"),
    [(SessionState.CLOSED, Parting.CLOSED), (SessionState.CANCELLED, Parting.CANCELLED)],
)
async def test_when_the_session_is_over_waiting_and_summoned_callers_hear_why(
    state: SessionState, why: Parting
) -> None:
    show = await make_live_show()
    summoned, waiting = await show.wait(make_phone()), await show.wait(make_phone())
    await bring(show, summoned, CallState.SUMMONED)

    await close(show, state)

    assert await leave_queue(show, waiting, "leave") == Goodbye(why=why)
    assert await show.come(summoned) == Goodbye(why=why)
    assert await calls.read_hold(await show.name(waiting), clock=show.clock) == Goodbye(why=why)


async def test_an_old_summons_leads_back_to_wait_and_the_new_one_to_the_air() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.come(citizen)
    await show.left_air(citizen)
    await show.put_next()

    old = await show.come(citizen, turn=1)
    new = await show.come(citizen, turn=2)

    assert isinstance(old, Wait)
    assert isinstance(new, Join)
    assert new.turn == 2
    assert await show.state(citizen) is CallState.JOINING


async def test_a_late_question_after_an_older_visit_does_not_take_the_air_away() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.come(citizen)
    leg = await show.leg(citizen)
    late = Visit(leg=leg.public_id, sid=citizen, turn=leg.turn - 1)

    await show.ask(calls.left_air, late)

    assert await show.state(citizen) is CallState.JOINING


async def test_a_talk_the_network_ends_by_itself_is_a_talk_that_was_had() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await bring(show, citizen, CallState.TALKING)
    show.clock.pass_time(timedelta(minutes=40))

    assert await show.left_air(citizen) == Goodbye(why=Parting.TALKED)
    assert len((await show.desk()).talked) == 1


async def test_who_is_summoned_hears_nothing_of_places() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await bring(show, citizen, CallState.SUMMONED)

    assert await calls.read_hold(await show.name(citizen), clock=show.clock) == Silence()


async def test_a_caller_who_is_gone_or_unknown_is_not_kept_on_hold() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    before = await calls.read_hold(await show.name(citizen), clock=show.clock)
    await show.hang_up(citizen)

    for name in (await show.name(citizen), PublicId("nobody0000")):
        assert await calls.read_hold(name, clock=show.clock) == Goodbye(why=Parting.CLOSED)
    assert isinstance(before, Hold)


async def test_a_call_cannot_speak_for_another_one() -> None:
    show = await make_live_show()
    citizen, other = await show.wait(make_phone()), await show.wait(make_phone())
    stranger = Visit(leg=await show.name(citizen), sid=other, result="hangup")
    nobody = Visit(leg=PublicId("nobody0000"), sid=other)
    noted = await fetch_value("select count(*) from webhook_delivery")

    with pytest.raises(Forbidden):
        await show.ask(calls.leave_queue, stranger)
    with pytest.raises(NotFound):
        await show.ask(calls.join_air, nobody)

    assert await show.state(citizen) is CallState.WAITING
    assert await fetch_value("select count(*) from webhook_delivery") == noted
