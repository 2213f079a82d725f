"""Promises to call citizens: made, kept, broken; never a way past others."""

from datetime import timedelta

import pytest
from tests.factories import PHONE, choose_policy, make_phone
from tests.services.desk import Desk, ask, find_rung, make_desk, put_on_air
from tests.services.telephony import Show, book, make_live_show, make_show

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.call_backs import CallBack, CallBackState
from hotline_sessions.domain.calls import FAREWELL, CallState, Consent, Identity
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import AskConsent, AskPresence, Goodbye, Hold, Parting, Wait
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import calls, greeting
from hotline_sessions.services.bookings import Taken
from hotline_sessions.services.call_backs import may_be_called
from hotline_sessions.services.looks import FREE_LOOKS, SOON
from hotline_sessions.store.call_backs import list_call_backs
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.sessions import mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


@pytest.fixture
async def desk() -> Desk:
    return await make_desk()


async def wait(show: Show, phone: str | None = None) -> CallSid:
    """A caller who comes a second after the one before him."""
    show.clock.pass_time(timedelta(seconds=1))
    return await show.wait(phone)


async def leave_place(show: Show, sid: CallSid) -> None:
    """A caller who waits asks to be called back instead."""
    said = await ask(show, calls.take_key, sid, result="2")
    assert said == Goodbye(why=Parting.CALL_BACK)


async def press(show: Show, sid: CallSid, key: str = "1") -> object:
    """A citizen who was called back picks up and presses a key."""
    await ask(show, greeting.greet_called_back, sid)
    return await ask(show, greeting.accept_presence, sid, turn=1, result=key)


async def until_look(show: Show) -> timedelta:
    """How long the clock leaves the session alone."""
    look_at = (await show.fresh_session()).look_at
    assert look_at is not None
    return look_at - show.clock.now()


async def get_promise(show: Show) -> CallBack:
    (promise,) = await list_call_backs(show.session.id)
    return promise


async def make_slot_show(*, slot: int = 1) -> tuple[Desk, Taken]:
    """A session under way, and a booking whose holder wants to be called."""
    show = await make_show()
    taken = await book(show, slot=slot)
    await run_sql("update booking set wants_call_back = true")
    await show.open()
    await show.bring_official()
    show.clock.set(show.session.starts_at)
    await show.step()
    return Desk(show), taken


async def test_who_does_not_want_to_hold_keeps_the_place_and_is_rung_when_it_is_near(
    desk: Desk,
) -> None:
    show, phone = desk.show, make_phone()
    first, second = await wait(show, make_phone()), await wait(show, make_phone())
    sid = await wait(show, phone)
    later = await wait(show, make_phone())
    since = (await show.leg(sid)).waiting_since
    await leave_place(show, sid)

    await desk.pass_time(seconds=16)
    far = (await get_promise(show)).state
    await put_on_air(desk, first)
    await desk.pass_time(seconds=16)
    rung = await find_rung(show)
    leg = await show.leg(rung)
    await press(show, rung)

    assert far is CallBackState.DUE, "two are before him"
    assert leg.waiting_since == since
    assert (await get_promise(show)).state is CallBackState.REACHED
    waiting = await desk.list_waiting()
    assert waiting == [await show.name(each) for each in (second, rung, later)]


async def test_nobody_is_rung_who_still_hears_that_he_will_be(desk: Desk) -> None:
    """The line would be busy, and a promise is kept by ringing twice at most."""
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))

    await desk.pass_time(seconds=FAREWELL.total_seconds() - 1)
    early = (await get_promise(show)).state
    await desk.pass_time(seconds=2)

    assert early is CallBackState.DUE
    assert (await get_promise(show)).state is CallBackState.RINGING


async def test_nobody_is_let_past_him_for_being_called_back(desk: Desk) -> None:
    """His place counts in what those behind him hear."""
    show = desk.show
    sid, other = await wait(show, make_phone()), await wait(show, make_phone())
    await leave_place(show, sid)

    hold = await calls.read_hold(await show.name(other), clock=show.clock)

    assert isinstance(hold, Hold)
    assert hold.position == 2


async def test_the_official_does_not_wait_for_who_is_still_to_be_rung(desk: Desk) -> None:
    show = desk.show
    sid, other = await wait(show, make_phone()), await wait(show, make_phone())
    await leave_place(show, sid)

    await show.put_next()

    assert await show.state(other) is CallState.SUMMONED


async def test_who_calls_before_he_is_called_has_his_place_at_once(desk: Desk) -> None:
    show, phone = desk.show, make_phone()
    sid = await wait(show, phone)
    later = await wait(show, make_phone())
    await leave_place(show, sid)
    again = show.new_sid()

    prompt = await show.greet(again, phone)
    await desk.pass_time(seconds=16)

    assert isinstance(prompt, Wait)
    assert (await get_promise(show)).state is CallBackState.REACHED
    assert [deed[0] for deed in show.line.done] == ["ring"], "only the official was rung"
    assert await desk.list_waiting() == [await show.name(each) for each in (again, later)]


@pytest.mark.parametrize("phone", [None, "+48501234567", "+12025550123"])
async def test_a_number_that_is_withheld_or_foreign_is_never_called(
    desk: Desk, phone: str | None
) -> None:
    sid = await wait(desk.show, phone)

    said = await ask(desk.show, calls.take_key, sid, result="2")

    assert isinstance(said, Hold)
    assert await desk.show.state(sid) is CallState.WAITING
    assert await list_call_backs(desk.show.session.id) == []
    assert not may_be_called(phone)
    assert may_be_called(PHONE)


async def test_who_does_not_answer_is_rung_once_more_and_then_told_by_sms(desk: Desk) -> None:
    show, phone = desk.show, make_phone()
    sid = await wait(show, phone)
    await leave_place(show, sid)

    for _ in range(2):
        await desk.pass_time(seconds=61)
        await show.hang_up(await find_rung(show))
    await desk.pass_time(seconds=300)

    assert sum(deed[:2] == ("ring", phone) for deed in show.line.done) == 2
    promise = await get_promise(show)
    assert (promise.state, promise.attempts) == (CallBackState.MISSED, 2)
    assert await fetch_value("select count(*) from message where purpose = 'call-missed'") == 1


async def test_a_machine_that_answers_counts_as_nobody(desk: Desk) -> None:
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))
    await desk.pass_time(seconds=16)
    rung = await find_rung(show)

    asked = await press(show, rung, "")
    parted = await ask(show, greeting.accept_presence, rung, turn=2)

    assert isinstance(asked, AskPresence)
    assert parted == Goodbye(why=Parting.FAILED)
    assert (await get_promise(show)).state is CallBackState.DUE


async def test_who_has_said_to_be_there_is_not_asked_again(desk: Desk) -> None:
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))
    await desk.pass_time(seconds=16)
    rung = await find_rung(show)
    await press(show, rung)

    assert isinstance(await ask(show, greeting.accept_presence, rung, turn=1, result="1"), Wait)


async def test_who_is_called_back_is_asked_whether_he_may_be_recorded(desk: Desk) -> None:
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))
    await desk.pass_time(seconds=16)
    rung = await find_rung(show)
    await run_sql("update session set is_recorded = true")

    asked = await press(show, rung)
    prompt = await ask(show, greeting.accept_consent, rung, turn=1, result="1")

    assert isinstance(asked, AskConsent)
    assert isinstance(prompt, Wait)
    assert (await show.leg(rung)).consent is Consent.YES


async def test_who_picks_up_after_the_end_is_told_so(desk: Desk) -> None:
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))
    await desk.pass_time(seconds=16)
    rung = await find_rung(show)
    await mark_state(show.session.id, SessionState.CLOSED, show.clock.now())

    assert await press(show, rung) == Goodbye(why=Parting.CLOSED)


async def test_while_the_session_stands_still_nobody_is_rung(desk: Desk) -> None:
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))
    await desk.pause()

    await desk.pass_time(minutes=5)
    stood = (await get_promise(show)).state
    await desk.resume()
    await show.step()
    await desk.pass_time(seconds=16)

    assert stood is CallBackState.DUE
    assert (await get_promise(show)).state is CallBackState.RINGING


async def test_a_booked_caller_who_is_called_back_is_heard_at_his_slot() -> None:
    show = await make_show()
    taken = await book(show, slot=0)
    await show.open()
    await show.bring_official()
    desk, sid = Desk(show), show.new_sid()
    walk_in = await wait(show, make_phone())
    await show.greet(sid, taken.booking.phone)
    await show.key_in(sid, taken.code[-2:])
    await leave_place(show, sid)

    show.clock.set(taken.booking.starts_at)
    await desk.pass_time(seconds=2)
    rung = await find_rung(show)
    await press(show, rung)

    leg = await show.leg(rung)
    assert (leg.booking, leg.identity) == (taken.booking.id, Identity.WEAK)
    assert await desk.list_waiting() == [await show.name(each) for each in (rung, walk_in)]


async def test_who_was_on_the_air_before_is_called_back_to_go_on(desk: Desk) -> None:
    show = desk.show
    sid = await wait(show, make_phone())
    await put_on_air(desk, sid)
    show.clock.pass_time(timedelta(minutes=3))
    await desk.return_to_queue(sid)
    await ask(show, calls.go_back, sid, turn=9)
    await leave_place(show, sid)

    await desk.pass_time(seconds=16)
    leg = await show.leg(await find_rung(show))

    assert (leg.resumes, leg.talk_seconds) == ((await show.leg(sid)).id, 180)


async def test_a_talk_cut_early_is_gone_on_with_by_our_call() -> None:
    show = await make_live_show()
    sid, waiting = await wait(show, make_phone()), await wait(show, make_phone())
    await run_sql("update session set is_recorded = true")
    await run_sql("update call set consent = 'yes' where sid = $1", sid)
    desk = Desk(show)
    await put_on_air(desk, sid)
    show.clock.pass_time(timedelta(minutes=1))
    await show.hang_up(sid)
    await desk.pass_time(seconds=21)
    rung = await find_rung(show)

    prompt = await press(show, rung)

    assert isinstance(prompt, Wait), "what was agreed to holds for the whole talk"
    leg = await show.leg(rung)
    assert (leg.consent, leg.talk_seconds) == (Consent.YES, 60)
    assert await desk.list_waiting() == [await show.name(each) for each in (rung, waiting)]


async def test_a_talk_that_was_nearly_over_is_not_taken_up_by_our_call(desk: Desk) -> None:
    show = desk.show
    sid = await wait(show, make_phone())
    await put_on_air(desk, sid)
    show.clock.pass_time(timedelta(minutes=6))

    await show.hang_up(sid)

    assert await list_call_backs(show.session.id) == []


async def test_at_the_slot_who_has_asked_for_it_is_called() -> None:
    desk, taken = await make_slot_show()
    show = desk.show
    show.clock.set(taken.booking.starts_at - timedelta(seconds=91))
    await desk.pass_time()
    early = (await get_promise(show)).state

    await desk.pass_time(seconds=1)
    rung = await find_rung(show)
    prompt = await press(show, rung)

    assert early is CallBackState.DUE
    assert isinstance(prompt, Wait)
    leg = await show.leg(rung)
    assert (leg.booking, leg.identity) == (taken.booking.id, Identity.WEAK)


async def test_a_booking_that_is_cancelled_is_not_called() -> None:
    desk, taken = await make_slot_show()
    await run_sql(
        "update booking set state = $2 where id = $1",
        taken.booking.id,
        BookingState.CANCELLED.value,
    )
    desk.show.clock.set(taken.booking.starts_at)

    await desk.pass_time()

    assert (await get_promise(desk.show)).state is CallBackState.CANCELLED
    assert [deed[0] for deed in desk.show.line.done] == ["ring"]


async def test_who_is_on_the_line_at_his_slot_is_not_called() -> None:
    desk, taken = await make_slot_show()
    show, sid = desk.show, desk.show.new_sid()
    await show.greet(sid, taken.booking.phone)
    await show.key_in(sid, taken.code[-2:])
    show.clock.set(taken.booking.starts_at)

    await desk.pass_time()

    assert (await get_promise(show)).state is CallBackState.REACHED
    assert [deed[0] for deed in show.line.done] == ["ring"]


async def test_after_a_pause_the_call_at_the_slot_comes_as_much_later() -> None:
    desk, taken = await make_slot_show()
    show = desk.show
    await desk.pause()
    await desk.pass_time(minutes=20)
    paused = (await get_promise(show)).state
    await desk.resume()

    show.clock.set(taken.booking.starts_at + timedelta(minutes=18))
    await desk.pass_time()
    before = (await get_promise(show)).state
    await desk.pass_time(seconds=31)

    assert (paused, before) == (CallBackState.DUE, CallBackState.DUE)
    assert (await get_promise(show)).state is CallBackState.RINGING


async def test_a_citizen_is_not_rung_at_his_slot_in_the_middle_of_an_alert() -> None:
    desk, taken = await make_slot_show()
    desk.show.clock.set(taken.booking.starts_at - timedelta(seconds=95))
    await desk.pause()

    await desk.pass_time(minutes=10)

    assert (await get_promise(desk.show)).state is CallBackState.DUE


async def test_of_a_place_that_is_far_the_clock_is_not_asked_all_the_time(desk: Desk) -> None:
    show = desk.show
    for _ in range(3):
        await wait(show, make_phone())
    await leave_place(show, await wait(show, make_phone()))
    await desk.pass_time(seconds=10)

    assert await until_look(show) > FREE_LOOKS


async def test_once_nobody_else_is_left_the_official_does_not_wait_for_the_clock(
    desk: Desk,
) -> None:
    show = desk.show
    others = [await wait(show, make_phone()) for _ in range(3)]
    await leave_place(show, await wait(show, make_phone()))
    await desk.pass_time(seconds=16)

    for sid in others[:2]:
        await show.hang_up(sid)
    with_one_left = await until_look(show)
    await show.hang_up(others[2])
    alone = await until_look(show)
    await desk.pass_time(seconds=alone.total_seconds())

    assert with_one_left > FREE_LOOKS
    assert alone <= SOON
    assert (await get_promise(show)).state is CallBackState.RINGING


async def test_who_cannot_be_rung_during_an_alert_is_looked_at_seldom() -> None:
    """A call at the slot that has been due since an alert began: nothing to do until its end."""
    desk, taken = await make_slot_show()
    desk.show.clock.set(taken.booking.starts_at - timedelta(seconds=95))
    await desk.pause()
    await desk.pass_time(minutes=10)

    assert await until_look(desk.show) > FREE_LOOKS


async def test_the_end_of_the_session_ends_all_promises(desk: Desk) -> None:
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))

    await desk.end()
    await desk.pass_time(seconds=16)

    assert (await get_promise(show)).state is CallBackState.CANCELLED


async def test_a_queue_that_is_full_has_room_for_who_was_promised_a_call(desk: Desk) -> None:
    show = desk.show
    await leave_place(show, await wait(show, make_phone()))
    await wait(show, make_phone())
    await desk.pass_time(seconds=16)
    await choose_policy(desk.home, CallPolicy(queue_cap=1))

    assert isinstance(await press(show, await find_rung(show)), Wait)
