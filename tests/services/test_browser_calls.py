"""The official takes part from a browser."""

import pytest
from tests.services.telephony import Show, make_open_show

from hotline_sessions.domain.calls import CallState, Role
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import EnterAir, Goodbye, Parting, Prompt
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services.browser_calls import connect_official
from hotline_sessions.store.sessions import mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def connect(show: Show, sid: CallSid, session: PublicId | None = None) -> Prompt:
    name = session or show.session.public_id
    answer = await connect_official(name, sid, show.delivery(), show.speak, clock=show.clock)
    return show.prompts[int(answer)]


async def test_the_browser_comes_onto_the_air_and_the_telephone_ends() -> None:
    show = await make_open_show()
    phone = await show.bring_official()
    sid = show.new_sid()

    prompt = await connect(show, sid)
    await show.enter(sid)
    await show.send()

    assert isinstance(prompt, EnterAir)
    leg = await show.leg(sid)
    assert (leg.role, leg.state, leg.is_browser) == (Role.OFFICIAL, CallState.PRESENT, True)
    assert await show.state(phone) is CallState.ENDED
    assert show.line.done[-1] == ("hang-up", phone)


async def test_a_page_that_is_opened_anew_takes_the_place_of_the_one_before() -> None:
    show = await make_open_show()
    first, second = show.new_sid(), show.new_sid()

    await connect(show, first)
    await connect(show, second)

    assert await show.state(first) is CallState.ENDED
    assert await show.state(second) is CallState.ENTERING


@pytest.mark.parametrize("state", [SessionState.PUBLISHED, SessionState.CLOSED])
async def test_a_session_that_is_not_under_way_has_no_air(state: SessionState) -> None:
    show = await make_open_show()
    await mark_state(show.session.id, state, show.clock.now())

    assert await connect(show, show.new_sid()) == Goodbye(why=Parting.CLOSED)


async def test_a_session_that_never_was_has_none_either() -> None:
    show = await make_open_show()

    prompt = await connect(show, show.new_sid(), PublicId("0000000000"))

    assert prompt == Goodbye(why=Parting.CLOSED)
