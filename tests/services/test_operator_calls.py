"""The operator's own call: before the air with a citizen, or on the air with all."""

import pytest
from tests.factories import make_phone
from tests.services.desk import (
    OPERATOR_NUMBER,
    Desk,
    ask,
    find_rung,
    list_audited,
    make_desk,
    put_on_air,
)

from hotline_sessions.domain.calls import (
    ASKS_OPERATOR,
    AirTaken,
    CallState,
    ImpossibleEvent,
    Leg,
    Mode,
    NoRingNumber,
    NotAdmitting,
    OfficialAbsent,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import (
    AskOperator,
    EnterRoom,
    Goodbye,
    Parting,
    Prompt,
    Screen,
    Silence,
    Wait,
)
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import calls, official_calls, operator_calls
from hotline_sessions.services.operator_calls import InAnotherSession, NotOnLine
from hotline_sessions.services.reports import RoomEvent, RoomReport, note_conference
from hotline_sessions.store.calls import get_leg
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.sessions import mark_state


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))


@pytest.fixture
async def desk() -> Desk:
    return await make_desk()


async def screen(desk: Desk) -> tuple[CallSid, CallSid]:
    """A citizen, and the operator who talks with him before the air."""
    citizen = await desk.show.wait(make_phone())
    await desk.join(Mode.SCREEN, screens=citizen)
    operator = await desk.pick_up()
    leg = await desk.show.leg(citizen)
    await ask(desk.show, calls.come_to_screen, citizen, turn=leg.turn)
    return citizen, operator


async def enter(desk: Desk, operator: CallSid) -> EnterRoom:
    """The room into which the operator is led now."""
    leg = await desk.show.leg(operator)
    prompt = await ask(desk.show, operator_calls.enter_room, operator, turn=leg.turn)
    assert isinstance(prompt, EnterRoom)
    return prompt


async def connect(desk: Desk, sid: CallSid) -> Prompt:
    answer = await operator_calls.connect_browser(
        desk.show.staff.account, sid, desk.show.delivery(), desk.show.speak, clock=desk.show.clock
    )
    return desk.show.prompts[int(answer)]


async def test_the_operators_telephone_is_rung_and_a_person_says_to_be_there(desk: Desk) -> None:
    await desk.join(Mode.LISTEN)
    await desk.show.send()
    sid = await find_rung(desk.show, "operator")

    asked = await ask(desk.show, operator_calls.greet_operator, sid)
    room = await ask(desk.show, operator_calls.confirm_operator, sid, turn=1, result="1")
    await desk.show.enter(sid)

    assert desk.show.line.done[-1][:2] == ("ring", OPERATOR_NUMBER)
    assert isinstance(asked, AskOperator)
    assert isinstance(room, EnterRoom)
    assert (room.partner, room.is_muted, room.coach) == (None, True, None)
    assert await desk.show.state(sid) is CallState.PRESENT


async def test_a_machine_that_picks_up_for_the_operator_is_left(desk: Desk) -> None:
    citizen = await desk.show.wait(make_phone())
    await desk.join(Mode.SCREEN, screens=citizen)
    await desk.show.send()
    sid = await find_rung(desk.show, "operator")

    once = await ask(desk.show, operator_calls.confirm_operator, sid, turn=1)
    left = await ask(desk.show, operator_calls.confirm_operator, sid, turn=2)

    assert isinstance(once, AskOperator)
    assert left == Goodbye(why=Parting.FAILED)
    assert await desk.show.state(sid) is CallState.ENDED
    assert await desk.show.state(citizen) is CallState.WAITING, "nobody is left in an empty room"


async def test_an_operator_without_a_number_is_not_rung(desk: Desk) -> None:
    await run_sql("update account set ring_number = null")

    with pytest.raises(NoRingNumber):
        await desk.join()


async def test_nobody_takes_part_in_a_session_that_is_not_open(desk: Desk) -> None:
    await mark_state(desk.show.session.id, SessionState.CLOSED, desk.show.clock.now())

    with pytest.raises(NotAdmitting):
        await desk.join()


async def test_an_operator_takes_part_in_one_session_at_a_time(desk: Desk) -> None:
    await desk.join()
    await run_sql(
        """update call set session = (insert_session.id) from (
               select id from session where id <> call.session limit 1) insert_session
            where role = 'operator'"""
    ) if False else None  # noqa: S608, RET503
