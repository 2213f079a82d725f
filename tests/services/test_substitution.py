"""Another official answers instead of the one announced."""

import pytest
from tests.factories import make_phone
from tests.services.desk import list_audited, make_desk, put_on_air
from tests.services.telephony import Show, make_show

from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallSid, OfficialId
from hotline_sessions.domain.prompts import Hold, Parting
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services.calls import read_hold
from hotline_sessions.services.substitution import NothingToSubstitute, substitute_official
from hotline_sessions.store.officials import add_official
from hotline_sessions.store.sessions import mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))
NUMBER = "+380362220022"


async def add_deputy(show: Show, *, number: str | None = NUMBER) -> OfficialId:
    return await add_official(
        "Петро Іванович Мельник",
        institution=show.session.institution,
        ring_number=number,
        valid_from=show.session.held_on,
    )


async def substitute(show: Show, deputy: OfficialId, *, number: str | None = None) -> None:
    await substitute_official(
        show.session.public_id, deputy, ring_number=number, staff=show.staff, clock=show.clock
    )


async def test_the_one_on_the_line_is_let_go_and_the_other_one_is_rung() -> None:
    desk = await make_desk()
    show = desk.show
    sid, waiting = await show.wait(make_phone()), await show.wait(make_phone())
    await put_on_air(desk, sid)
    deputy = await add_deputy(show)

    await substitute(show, deputy)
    await show.send()
    held = await show.state(sid)
    await show.bring_official()
    hold = await read_hold(await show.name(waiting), clock=show.clock)

    assert await show.state(OFFICIAL) is CallState.ENDED
    assert ("out", OFFICIAL, await show.name(OFFICIAL), Parting.REPLACED) in show.line.done
    assert any(deed[:2] == ("ring", NUMBER) for deed in show.line.done)
    assert held is CallState.HELD
    assert await show.state(sid) is CallState.TALKING
    assert isinstance(hold, Hold)
    assert hold.substitute == "Петро Іванович Мельник"
    assert await list_audited("official_substituted") == [{"official": deputy}]


async def test_a_session_that_is_only_announced_rings_nobody_yet() -> None:
    show = await make_show()

    await substitute(show, await add_deputy(show), number="+380362220033")
    announced = list(show.line.done)
    await show.open()

    assert announced == []
    assert [deed[:2] for deed in show.line.done] == [("ring", "+380362220033")]
    assert (await show.fresh_session()).sequence == show.session.sequence + 1


async def test_who_has_no_number_may_dial_in() -> None:
    show = (await make_desk()).show

    await substitute(show, await add_deputy(show, number=None))
    await show.send()

    assert (await show.fresh_session()).ring_number is None
    assert (await show.desk()).official is None


@pytest.mark.parametrize("state", [SessionState.CLOSED, SessionState.CANCELLED])
async def test_a_session_that_is_over_has_nobody_to_substitute(state: SessionState) -> None:
    show = await make_show()
    deputy = await add_deputy(show)
    await mark_state(show.session.id, state, show.clock.now())

    with pytest.raises(NothingToSubstitute):
        await substitute(show, deputy)


async def test_who_answers_already_is_not_put_in_his_own_place() -> None:
    show = await make_show()
    deputy = await add_deputy(show)
    await substitute(show, deputy)
    assert show.session.official is not None

    with pytest.raises(NothingToSubstitute):
        await substitute(show, deputy)
    await substitute(show, show.session.official)


async def test_an_official_who_is_not_known_does_not_answer() -> None:
    show = await make_show()

    with pytest.raises(NotFound):
        await substitute(show, OfficialId(10**6))


async def test_a_desk_without_a_session_substitutes_nobody() -> None:
    show = await make_show()
    deputy = await add_deputy(show)

    with pytest.raises(NotFound):
        await substitute_official("0000000000", deputy, staff=show.staff, clock=show.clock)
