from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.services.telephony import book, make_open_show, make_show

from hotline_sessions.domain.calls import CallState, Identity
from hotline_sessions.domain.errors import Forbidden
from hotline_sessions.domain.menu_prompts import AskService, MenuStep
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import AskCode, AskTail, Wait
from hotline_sessions.services.greeting import Incoming, greet
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.institutions import mark_call_policy


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
    await mark_call_policy(show.session.institution, CallPolicy(asks_language=False))

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


async def test_after_three_wrong_codes_the_caller_waits_without_a_booking() -> None:
    show = await make_show()
    await book(show)
    await show.open()
    sid = show.new_sid()
    await show.greet(sid)

    prompts = [await show.key_in(sid, "12345", attempt=number) for number in (1, 2, 3)]

    assert [type(prompt) for prompt in prompts] == [AskCode, AskCode, Wait]


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
