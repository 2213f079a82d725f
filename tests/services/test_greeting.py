"""A citizen calls: whose call it is, what is asked, and into the queue."""

from datetime import timedelta

import pytest
from tests.factories import SECRET, choose_policy, make_phone
from tests.services.desk import Desk, ask, find_rung
from tests.services.telephony import Show, book, make_live_show, make_open_show, make_show

from hotline_sessions.domain.calls import CallState, Consent, Identity, Role
from hotline_sessions.domain.errors import Forbidden
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.menu_prompts import AskService, MenuStep
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import (
    AskCode,
    AskConsent,
    AskTail,
    EnterAir,
    Goodbye,
    Menu,
    Parting,
    Prompt,
    Question,
    Wait,
)
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.speech_heard import UNCLEAR
from hotline_sessions.services import calls, greeting
from hotline_sessions.services.greeting import Incoming, greet
from hotline_sessions.services.tokens import build_official_pin
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.sessions import mark_state
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_before_the_line_opens_the_caller_hears_when_it_does() -> None:
    show = await make_show()

    prompt = await show.greet(show.new_sid())

    assert isinstance(prompt, MenuStep)
    assert isinstance(prompt.ask, AskService)
    assert prompt.ask.next_at == show.session.starts_at


async def test_a_call_to_a_number_that_is_no_line_of_ours_leaves_no_trace() -> None:
    """TEL-08."""
    show = await make_open_show()
    incoming = Incoming(sid=show.new_sid(), line="+380440000000", caller=None)

    with pytest.raises(Forbidden):
        await greet(incoming, show.delivery(), show.speak, clock=show.clock)

    assert await fetch_value("select count(*) from webhook_delivery") == 0


async def test_who_stays_silent_waits() -> None:
    show = await make_open_show()
    sid = show.new_sid()

    asked = await show.greet(sid, make_phone())
    prompt = await show.key_in(sid, "")

    assert isinstance(asked, AskCode)
    assert asked.host is not None
    assert asked.offers_menu
    assert isinstance(prompt, Wait)


async def test_an_institution_that_offers_one_language_and_has_no_bookings_asks_nothing() -> None:
    show = await make_open_show()
    await choose_policy(show.session.institution, CallPolicy(asks_language=False))

    prompt = await show.greet(show.new_sid(), make_phone())

    assert isinstance(prompt, Wait)
    assert prompt.host is not None


async def test_whose_number_is_booked_keys_in_two_digits_and_is_weakly_known() -> None:
    show = await make_show()
    taken = await book(show)
    await show.open()
    sid = show.new_sid()

    asked = await show.greet(sid, taken.booking.phone)
    prompt = await show.key_in(sid, taken.code[-2:])

    assert isinstance(asked, AskTail)
    assert isinstance(prompt, Wait)
    assert prompt.slot_starts_at == taken.booking.starts_at
    leg = await show.leg(sid)
    assert (leg.identity, leg.booking) == (Identity.WEAK, taken.booking.id)


async def test_from_another_phone_the_whole_code_is_needed() -> None:
    show = await make_show()
    taken = await book(show)
    await show.open()
    sid = show.new_sid()

    asked = await show.greet(sid)
    await show.key_in(sid, taken.code)

    assert isinstance(asked, AskCode)
    leg = await show.leg(sid)
    assert (leg.identity, leg.booking) == (Identity.CODE, taken.booking.id)


async def test_the_number_alone_gives_no_place() -> None:
    """TEL-13: a spoofed caller ID opens nothing."""
    show = await make_show()
    taken = await book(show)
    await show.open()
    sid = show.new_sid()

    await show.greet(sid, taken.booking.phone)
    await show.key_in(sid, "")

    leg = await show.leg(sid)
    assert (leg.identity, leg.booking, leg.state) == (Identity.NONE, None, CallState.WAITING)
    assert (await show.desk()).waiting[0].caller.name == ""


@pytest.mark.parametrize("answer", ["12345", UNCLEAR])
async def test_after_three_wrong_codes_the_caller_waits_without_a_booking(answer: str) -> None:
    show = await make_show()
    await book(show)
    await show.open()
    sid = show.new_sid()
    await show.greet(sid)

    prompts = [await show.key_in(sid, answer, attempt=number) for number in (1, 2, 3)]

    assert [type(prompt) for prompt in prompts] == [AskCode, AskCode, Wait]


async def test_words_without_a_code_are_asked_about_again_and_count_against_nobody() -> None:
    """A greeting, or a television in the room, is no guess at somebody's code."""
    show = await make_show()
    taken = await book(show)
    await show.open()
    await choose_policy(show.session.institution, CallPolicy(wrong_codes_cap=1))
    sid = show.new_sid()
    await show.greet(sid)

    asked = await show.key_in(sid, UNCLEAR)
    found = await show.key_in(sid, taken.code, attempt=2)

    assert isinstance(asked, AskCode)
    assert asked.is_unclear
    assert isinstance(found, Wait)
    assert (await show.leg(sid)).booking == taken.booking.id
    assert (await show.fresh_session()).wrong_codes == 0


async def test_a_second_call_from_one_number_takes_the_place_of_the_first() -> None:
    show = await make_open_show()
    phone = make_phone()
    first = await show.wait(phone)
    show.clock.pass_time(timedelta(minutes=1))
    other = await show.wait(make_phone())

    second = await show.wait(phone)

    assert await show.state(first) is CallState.ENDED
    waiting = [place.caller.call for place in (await show.desk()).waiting]
    assert waiting == [await show.name(second), await show.name(other)]
    await show.send()
    assert ("hang-up", first) in show.line.done


async def test_withheld_numbers_do_not_take_each_others_places() -> None:
    show = await make_open_show()

    first, second = await show.wait(None), await show.wait(None)

    assert await show.state(first) is CallState.WAITING
    assert await show.state(second) is CallState.WAITING


async def test_one_booking_has_one_place() -> None:
    show = await make_show()
    taken = await book(show)
    await show.open()
    calls = [show.new_sid(), show.new_sid()]
    for sid in calls:
        await show.greet(sid)
        await show.key_in(sid, taken.code)

    assert [await show.state(sid) for sid in calls] == [CallState.ENDED, CallState.WAITING]


async def test_the_same_delivery_is_answered_the_same_and_done_once() -> None:
    """TEL-05."""
    show = await make_open_show()
    sid = show.new_sid()

    first = await show.greet(sid, make_phone(), key="in:1")
    again = await show.greet(sid, make_phone(), key="in:1")

    assert again is first
    assert await fetch_value("select count(*) from call where role = 'citizen'") == 1


def make_pin(show: Show) -> str:
    return build_official_pin(SECRET, show.session.public_id)


async def consent(show: Show, sid: CallSid, key: str, *, attempt: int = 1) -> Prompt:
    return await ask(show, greeting.accept_consent, sid, turn=attempt, result=key)


async def record(show: Show) -> None:
    await run_sql("update session set is_recorded = true where id = $1", show.session.id)


async def test_the_officials_own_digits_lead_to_the_air_and_the_ringing_ends() -> None:
    show = await make_open_show()
    sid = show.new_sid()
    ringing = await find_rung(show, "official")

    asked = await show.greet(sid, show.session.ring_number)
    prompt = await show.key_in(sid, make_pin(show))
    await show.send()

    assert isinstance(asked, AskCode)
    assert isinstance(prompt, EnterAir)
    leg = await show.leg(sid)
    assert (leg.role, leg.state) == (Role.OFFICIAL, CallState.ENTERING)
    assert await show.state(ringing) is CallState.ENDED
    assert show.line.done[-1] == ("hang-up", ringing)


async def test_the_official_may_dial_in_from_any_telephone() -> None:
    show = await make_open_show()
    sid = show.new_sid()

    await show.greet(sid)
    prompt = await show.key_in(sid, make_pin(show))
    await show.enter(sid)

    assert isinstance(prompt, EnterAir)
    assert await show.state(sid) is CallState.PRESENT


async def test_the_officials_number_alone_makes_nobody_the_official() -> None:
    show = await make_open_show()
    sid = show.new_sid()
    await show.greet(sid, show.session.ring_number)

    prompt = await show.key_in(sid, "")

    assert isinstance(prompt, Wait)
    assert (await show.leg(sid)).role is Role.CITIZEN


async def test_after_three_wrong_digits_nobody_becomes_the_official() -> None:
    show = await make_open_show()
    sid = show.new_sid()
    await show.greet(sid, show.session.ring_number)
    wrong = f"{(int(make_pin(show)) + 1) % 10**6:06}"

    prompts = [await show.key_in(sid, wrong, attempt) for attempt in (1, 2, 3)]
    late = await show.key_in(sid, make_pin(show), 4)

    assert [type(prompt) for prompt in prompts] == [AskCode, AskCode, Wait]
    assert isinstance(late, Wait)
    assert (await show.leg(sid)).role is Role.CITIZEN


async def test_an_official_who_comes_when_only_questions_are_taken_down_begins_the_session() -> (
    None
):
    show = await make_open_show()
    show.clock.set(show.session.starts_at)
    await mark_state(show.session.id, SessionState.QUESTIONS_ONLY, show.clock.now())
    citizen, official = show.new_sid(), show.new_sid()

    refused = await show.greet(citizen, make_phone())
    await show.greet(official, show.session.ring_number)
    prompt = await show.key_in(official, make_pin(show))
    await show.enter(official)

    assert isinstance(refused, Question)
    assert isinstance(prompt, EnterAir)
    assert (await show.fresh_session()).state is SessionState.LIVE


async def test_somebody_else_on_the_officials_telephone_can_leave_a_question_then() -> None:
    show = await make_open_show()
    await mark_state(show.session.id, SessionState.QUESTIONS_ONLY, show.clock.now())
    sid = show.new_sid()
    await show.greet(sid, show.session.ring_number)

    assert isinstance(await show.key_in(sid, ""), Question)


async def test_after_too_many_wrong_codes_no_code_opens_anything_any_more() -> None:
    """TEL-14: what was not found within the cap is not found at all."""
    show = await make_show()
    taken = await book(show)
    await show.open()
    await choose_policy(show.session.institution, CallPolicy(wrong_codes_cap=4))
    wrong = f"{(int(make_pin(show)) + 1) % 10**6:06}"
    first, second, third, fourth = (show.new_sid() for _ in range(4))
    own = show.new_sid()
    for sid in (first, second, third, fourth):
        await show.greet(sid)
    for sid, attempt in ((first, 1), (first, 2), (first, 3), (second, 1)):
        await show.key_in(sid, wrong, attempt)

    after = await show.greet(show.new_sid())
    of_official = await show.greet(show.new_sid(), show.session.ring_number)
    with_pin = await show.key_in(third, make_pin(show))
    with_words = await show.key_in(fourth, UNCLEAR)
    await show.greet(own, taken.booking.phone)
    whole = await show.key_in(own, taken.code)

    assert (await show.fresh_session()).wrong_codes >= 4
    assert isinstance(after, Wait), "nobody is asked any more"
    assert isinstance(of_official, Wait)
    assert isinstance(with_pin, Wait)
    assert isinstance(with_words, Wait)
    assert isinstance(whole, Wait)
    legs = [await show.leg(sid) for sid in (third, own)]
    assert [(leg.role, leg.booking) for leg in legs] == [(Role.CITIZEN, None)] * 2


async def test_who_is_booked_is_still_known_by_number_and_two_digits_then() -> None:
    show = await make_show()
    taken = await book(show)
    await show.open()
    await run_sql("update session set wrong_codes = 1000")
    sid = show.new_sid()
    await show.greet(sid, taken.booking.phone)

    await show.key_in(sid, taken.code[-2:])

    assert (await show.leg(sid)).identity is Identity.WEAK


@pytest.mark.parametrize(
    ("keys", "given"),
    [
        pytest.param(("1",), Consent.YES, id="yes"),
        pytest.param(("2",), Consent.NO, id="no"),
        pytest.param(("", ""), Consent.NO, id="silence"),
        pytest.param(("9", "1"), Consent.YES, id="wrong-key-first"),
    ],
)
async def test_who_is_recorded_has_agreed_by_a_key(keys: tuple[str, ...], given: Consent) -> None:
    show = await make_open_show()
    await record(show)
    sid = show.new_sid()
    await show.greet(sid)
    asked = await show.key_in(sid, "")
    before = await show.state(sid)

    prompts = [await consent(show, sid, key, attempt=n) for n, key in enumerate(keys, start=1)]

    assert isinstance(asked, AskConsent)
    assert before is CallState.GREETING
    assert isinstance(prompts[-1], Wait)
    leg = await show.leg(sid)
    assert (leg.consent, leg.consented_at) == (given, show.clock.now())


async def test_whoever_has_said_something_to_it_is_not_asked_again_when_he_calls_again() -> None:
    show = await make_open_show()
    await record(show)
    phone, first, second = make_phone(), show.new_sid(), show.new_sid()
    await show.greet(first, phone)
    await show.key_in(first, "")
    await consent(show, first, "1")

    prompt = await show.greet(second, phone)

    assert isinstance(prompt, Wait)
    assert (await show.leg(second)).consent is Consent.YES


async def test_a_consent_that_comes_late_changes_nothing() -> None:
    show = await make_open_show()
    await record(show)
    sid = show.new_sid()
    await show.greet(sid)
    await show.key_in(sid, "")
    await consent(show, sid, "2")

    late = await consent(show, sid, "1")
    await mark_state(show.session.id, SessionState.CLOSED, show.clock.now())
    over = await consent(show, sid, "1", attempt=2)

    assert isinstance(late, Wait)
    assert over == Goodbye(why=Parting.CLOSED)
    assert (await show.leg(sid)).consent is Consent.NO


async def test_who_finds_the_queue_full_leaves_the_question() -> None:
    show = await make_open_show()
    await choose_policy(show.session.institution, CallPolicy(queue_cap=1))
    await show.wait(make_phone())
    sid = show.new_sid()
    await show.greet(sid, make_phone())

    prompt = await show.key_in(sid, "")

    assert isinstance(prompt, Question)
    assert prompt.why is Parting.FULL
    assert await show.state(sid) is CallState.QUESTION


async def test_who_has_a_place_already_keeps_it_however_full_the_queue_is() -> None:
    show = await make_show()
    taken = await book(show)
    await show.open()
    phone = make_phone()
    first = await show.wait(phone)
    await calls_back_later(show, first)
    await show.wait(make_phone())
    await choose_policy(show.session.institution, CallPolicy(queue_cap=1))
    booked = show.new_sid()

    again = await show.greet(show.new_sid(), phone)
    await show.greet(booked, taken.booking.phone)
    of_booked = await show.key_in(booked, taken.code[-2:])

    assert isinstance(again, Wait), "a promised place is not taken away"
    assert isinstance(of_booked, Wait)


async def calls_back_later(show: Show, sid: CallSid) -> None:
    assert isinstance(await ask(show, calls.take_key, sid, result="2"), Goodbye)


async def cut_talk(show: Show, phone: str) -> CallSid:
    """A talk of three minutes that was cut."""
    sid = await show.wait(phone)
    await show.put_next()
    await show.talk(sid)
    show.clock.pass_time(timedelta(minutes=3))
    await show.hang_up(sid)
    return sid


async def test_who_goes_on_with_a_talk_and_calls_once_more_still_goes_on_with_it() -> None:
    """The network may not have said yet that the call between was lost too."""
    show = await make_live_show()
    phone = make_phone()
    dropped = await show.leg(await cut_talk(show, phone))
    await record(show)
    second, third = show.new_sid(), show.new_sid()
    await show.greet(second, phone)
    await consent(show, second, "1")

    prompt = await show.greet(third, phone)

    assert isinstance(prompt, Wait)
    leg = await show.leg(third)
    assert (leg.resumes, leg.talk_seconds, leg.consent) == (dropped.id, 180, Consent.YES)
    assert await show.state(second) is CallState.ENDED


async def test_who_calls_while_he_is_being_called_back_goes_on_with_his_talk() -> None:
    show = await make_live_show()
    phone = make_phone()
    dropped = await show.leg(await cut_talk(show, phone))
    show.clock.pass_time(timedelta(seconds=21))
    await show.step()
    await show.send()
    ringing = await find_rung(show)
    sid = show.new_sid()

    prompt = await show.greet(sid, phone)

    assert isinstance(prompt, Wait)
    assert (await show.leg(sid)).resumes == dropped.id
    assert await show.state(ringing) is CallState.ENDED


async def test_who_was_taken_back_from_the_air_and_calls_again_goes_on_with_his_talk() -> None:
    show = await make_live_show()
    phone = make_phone()
    sid = await show.wait(phone)
    await show.put_next()
    await show.talk(sid)
    show.clock.pass_time(timedelta(minutes=3))
    await Desk(show).return_to_queue(sid)
    await ask(show, calls.go_back, sid, turn=9)
    again = show.new_sid()

    await show.greet(again, phone)

    leg = await show.leg(again)
    assert (leg.resumes, leg.talk_seconds) == ((await show.leg(sid)).id, 180)


async def test_back_from_the_menu_what_is_keyed_in_is_never_taken_for_a_repetition() -> None:
    show = await make_open_show()
    sid = show.new_sid()
    await show.greet(sid)
    attempts = [1]
    for _ in range(2):
        menu = await show.key_in(sid, "*", attempts[-1])
        assert isinstance(menu, Menu)
        async with transaction():
            back = await greeting.return_from_menu(
                await show.name(sid), language="en", now=show.clock.now()
            )
        assert isinstance(back, AskCode)
        attempts.append(back.attempt)
        again = await show.key_in(sid, "000000", back.attempt)
        attempts.append(getattr(again, "attempt", 0))

    assert len(set(attempts)) == len(attempts)
    assert (await show.leg(sid)).language == "en"


async def test_back_from_the_menu_after_the_end_a_question_can_be_left() -> None:
    show = await make_open_show()
    waiting, greeted = await show.wait(), show.new_sid()
    await show.greet(greeted)
    async with transaction():
        kept = await greeting.return_from_menu(
            await show.name(waiting), language="uk", now=show.clock.now()
        )
        await mark_state(show.session.id, SessionState.CLOSING, show.clock.now())
        asked = await greeting.return_from_menu(
            await show.name(greeted), language="uk", now=show.clock.now()
        )

    assert isinstance(kept, Wait)
    assert isinstance(asked, Question)


async def test_what_is_keyed_in_after_the_end_opens_nothing() -> None:
    show = await make_open_show()
    sid = show.new_sid()
    await show.greet(sid)
    await mark_state(show.session.id, SessionState.CLOSING, show.clock.now())
    asked = await show.key_in(sid, "123456")
    await mark_state(show.session.id, SessionState.CLOSED, show.clock.now())
    over = await show.key_in(sid, "123456", 2)

    assert isinstance(asked, Question)
    assert over == Goodbye(why=Parting.CLOSED)
