"""The operator's own call: before the air with a citizen, or on the air with all."""

from datetime import date

import pytest
from tests.factories import make_phone, make_session
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
    Mode,
    NoRingNumber,
    NotAdmitting,
    OfficialAbsent,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallSid
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
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.institutions import get_institution
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
    home = await get_institution(desk.home)
    other = await make_session(institution=home, held_on=date(2026, 11, 26))
    await mark_state(other.id, SessionState.OPEN, desk.show.clock.now())
    desk.show.session = other

    with pytest.raises(InAnotherSession):
        await desk.join()
    with pytest.raises(NotOnLine):
        await desk.change_mode(Mode.TALK)
    with pytest.raises(NotOnLine):
        await desk.leave()


async def test_a_screened_citizen_goes_from_the_operator_to_the_air(desk: Desk) -> None:
    citizen, operator = await screen(desk)
    leg = await desk.show.leg(citizen)
    room = await enter(desk, operator)

    await desk.finish(citizen, to_air=True)
    await desk.show.send()
    await desk.show.talk(citizen)

    assert room.partner == leg.public_id
    assert await desk.show.state(citizen) is CallState.TALKING
    own = await desk.show.leg(operator)
    assert (own.mode, own.partner, own.state) == (Mode.LISTEN, None, CallState.ENTERING)
    assert (await enter(desk, operator)).is_muted
    deeds = {deed[0] for deed in desk.show.line.done}
    assert {"to-screen", "to-air", "to-room"} <= deeds
    assert await list_audited("screening_finished") == [
        {"session": desk.show.session.id, "to_air": True}
    ]


async def test_a_screened_citizen_goes_back_to_his_place(desk: Desk) -> None:
    citizen, _ = await screen(desk)
    later = await desk.show.wait(make_phone())

    await desk.finish(citizen, to_air=False)
    prompt = await ask(desk.show, calls.go_back, citizen, turn=1)

    assert isinstance(prompt, Wait)
    assert await desk.list_waiting() == [
        await desk.show.name(citizen),
        await desk.show.name(later),
    ]


async def test_while_a_citizen_is_screened_the_next_one_is_put_through(desk: Desk) -> None:
    citizen, _ = await screen(desk)
    other = await desk.show.wait(make_phone())

    await desk.show.put_next()

    assert await desk.show.state(other) is CallState.SUMMONED
    assert await desk.show.state(citizen) is CallState.SCREENING
    with pytest.raises(AirTaken):
        await desk.finish(citizen, to_air=True)
    assert await desk.show.state(citizen) is CallState.SCREENING


@pytest.mark.parametrize("to_air", [True, False])
async def test_only_a_screening_can_be_finished(
    desk: Desk,
    to_air: bool,  # noqa: FBT001 - a case
) -> None:
    """A citizen who talks, or waits, is not moved by a button of the screening."""
    talking, waiting = await desk.show.wait(make_phone()), await desk.show.wait(make_phone())
    await put_on_air(desk, talking)

    for sid in (talking, waiting):
        with pytest.raises(ImpossibleEvent):
            await desk.finish(sid, to_air=to_air)
    assert await desk.show.state(talking) is CallState.TALKING


@pytest.mark.parametrize("state", [SessionState.PAUSED, SessionState.CLOSING])
async def test_nobody_is_put_from_a_screening_onto_an_air_that_stands_still(
    desk: Desk, state: SessionState
) -> None:
    citizen, _ = await screen(desk)
    await mark_state(desk.show.session.id, state, desk.show.clock.now())

    with pytest.raises(NotAdmitting):
        await desk.finish(citizen, to_air=True)


async def test_a_screening_before_the_hour_begins_the_session(desk: Desk) -> None:
    citizen, _ = await screen(desk)
    await mark_state(desk.show.session.id, SessionState.OPEN, desk.show.clock.now())

    await desk.finish(citizen, to_air=True)

    assert (await desk.show.fresh_session()).state is SessionState.LIVE


async def test_without_the_official_a_screened_citizen_stays_with_the_operator(desk: Desk) -> None:
    citizen, _ = await screen(desk)
    await desk.show.hang_up(OFFICIAL)

    with pytest.raises(OfficialAbsent):
        await desk.finish(citizen, to_air=True)
    assert await desk.show.state(citizen) is CallState.SCREENING


async def test_when_the_operator_hangs_up_the_citizen_waits_again(desk: Desk) -> None:
    citizen, operator = await screen(desk)

    await desk.show.hang_up(operator)
    await desk.show.send()

    assert await desk.show.state(citizen) is CallState.WAITING
    assert desk.show.line.done[-1][:2] == ("to-queue", citizen)


async def test_when_the_operator_leaves_the_citizen_waits_again(desk: Desk) -> None:
    citizen, operator = await screen(desk)

    await desk.leave()
    await desk.show.send()

    assert await desk.show.state(citizen) is CallState.WAITING
    assert await desk.show.state(operator) is CallState.ENDED
    assert "out" in {deed[0] for deed in desk.show.line.done}


async def test_when_the_citizen_hangs_up_the_operator_may_go_on(desk: Desk) -> None:
    citizen, operator = await screen(desk)
    leg = await desk.show.leg(citizen)

    said = await ask(desk.show, calls.left_screen, citizen, turn=leg.turn, is_over=True)
    await desk.join(Mode.LISTEN)

    assert said == Silence()
    assert await desk.show.state(citizen) is CallState.ENDED
    assert (await enter(desk, operator)).partner is None


async def test_a_citizen_whose_room_breaks_down_waits_again(desk: Desk) -> None:
    citizen, _ = await screen(desk)
    leg = await desk.show.leg(citizen)

    old = await ask(desk.show, calls.left_screen, citizen, turn=leg.turn - 1)
    still = await desk.show.state(citizen)
    prompt = await ask(desk.show, calls.left_screen, citizen, turn=leg.turn)

    assert isinstance(old, Goodbye), "what is answered to a move is not read"
    assert still is CallState.SCREENING
    assert isinstance(prompt, Wait)
    assert await desk.show.state(citizen) is CallState.WAITING


async def test_a_pause_brings_a_screened_citizen_back_to_the_queue(desk: Desk) -> None:
    citizen, operator = await screen(desk)

    await desk.pause()

    assert await desk.show.state(citizen) is CallState.WAITING
    assert await desk.show.state(operator) is CallState.PRESENT
    with pytest.raises(ImpossibleEvent):
        await desk.finish(citizen, to_air=True)


async def test_who_comes_to_a_screening_that_is_over_waits_or_is_seen_off(desk: Desk) -> None:
    citizen, _ = await screen(desk)
    turn = (await desk.show.leg(citizen)).turn
    await desk.finish(citizen, to_air=False)

    waits = await ask(desk.show, calls.come_to_screen, citizen, turn=turn)
    await mark_state(desk.show.session.id, SessionState.CLOSED, desk.show.clock.now())
    late = await ask(desk.show, calls.come_to_screen, citizen, turn=turn)

    assert isinstance(waits, Wait)
    assert isinstance(late, Goodbye)


async def test_a_citizen_who_comes_to_the_operator_hears_the_room(desk: Desk) -> None:
    citizen, _ = await screen(desk)
    leg = await desk.show.leg(citizen)

    prompt = await ask(desk.show, calls.come_to_screen, citizen, turn=leg.turn)

    assert prompt == Screen(leg=leg.public_id, session=desk.show.session.public_id, turn=leg.turn)


async def test_what_the_room_of_a_screening_reports_is_nothing_to_the_air(desk: Desk) -> None:
    citizen, operator = await screen(desk)

    for event in RoomEvent:
        for sid in (citizen, operator):
            report = RoomReport(sid=sid, event=event, is_air=False)
            await note_conference(report, desk.show.delivery(), clock=desk.show.clock)

    assert await desk.show.state(citizen) is CallState.SCREENING
    assert await desk.show.state(operator) is CallState.PRESENT


async def test_an_operator_who_takes_the_next_one_sends_the_first_one_back(desk: Desk) -> None:
    first, operator = await screen(desk)
    second = await desk.show.wait(make_phone())

    await desk.join(Mode.SCREEN, screens=second)

    assert await desk.show.state(first) is CallState.WAITING
    assert await desk.show.state(second) is CallState.SCREENING
    room = await enter(desk, operator)
    assert room.partner == await desk.show.name(second)


async def test_two_operators_screen_two_citizens(desk: Desk) -> None:
    first, operator = await screen(desk)
    other = await desk.make_operator("+380671112244")
    second = await desk.show.wait(make_phone())
    await desk.join(Mode.SCREEN, screens=second, by=other)
    colleague = await desk.pick_up()

    with pytest.raises(ImpossibleEvent):
        await desk.join(Mode.SCREEN, screens=first, by=other)
    await desk.finish(first, to_air=True)
    await desk.show.hang_up(colleague)

    assert await desk.show.state(first) is CallState.SUMMONED
    assert await desk.show.state(second) is CallState.WAITING
    assert (await desk.show.leg(operator)).mode == Mode.LISTEN


async def test_a_citizen_who_is_another_operators_by_now_stays_there(desk: Desk) -> None:
    """Whatever the first operator does, or the network says of that call later."""
    citizen, operator = await screen(desk)
    other = await desk.make_operator("+380671112244")
    await desk.finish(citizen, to_air=False, by=other)
    await desk.join(Mode.SCREEN, screens=citizen, by=other)
    await desk.pick_up()

    await desk.change_mode(Mode.LISTEN)
    changed = await desk.show.state(citizen)
    await desk.show.hang_up(operator)

    assert changed is CallState.SCREENING
    assert await desk.show.state(citizen) is CallState.SCREENING


async def test_what_is_reported_late_of_an_operator_takes_no_citizen_away(desk: Desk) -> None:
    citizen, operator = await screen(desk)
    await desk.show.hang_up(operator)
    other = await desk.make_operator("+380671112244")
    await desk.join(Mode.SCREEN, screens=citizen, by=other)

    await desk.show.hang_up(operator)
    await ask(desk.show, operator_calls.left_room, operator, is_over=True)

    assert await desk.show.state(citizen) is CallState.SCREENING


@pytest.mark.parametrize(
    ("mode", "is_muted", "is_coach"),
    [(Mode.LISTEN, True, False), (Mode.WHISPER, False, True), (Mode.TALK, False, False)],
)
async def test_on_the_air_an_operator_is_heard_by_whom_he_wants(
    desk: Desk,
    mode: Mode,
    is_muted: bool,  # noqa: FBT001 - a case
    is_coach: bool,  # noqa: FBT001 - a case
) -> None:
    await desk.join(Mode.LISTEN)
    operator = await desk.pick_up()

    await desk.change_mode(mode)
    await desk.show.send()
    room = await enter(desk, operator)
    back = await ask(desk.show, operator_calls.left_room, operator, turn=0)

    assert (room.is_muted, room.coach) == (is_muted, OFFICIAL if is_coach else None)
    assert back == room, "who comes out of the room before is led to the new one"
    assert desk.show.line.done[-1][0] == "to-room"


async def test_who_would_whisper_to_nobody_listens(desk: Desk) -> None:
    """Else the citizens would hear what was for the official alone."""
    await desk.join(Mode.WHISPER)
    operator = await desk.pick_up()
    await desk.show.hang_up(OFFICIAL)

    room = await enter(desk, operator)

    assert (room.is_muted, room.coach) == (True, None)


async def test_an_operator_who_comes_out_of_the_room_for_good_is_seen_off(desk: Desk) -> None:
    await desk.join()
    operator = await desk.pick_up()
    leg = await desk.show.leg(operator)

    said = await ask(desk.show, operator_calls.left_room, operator, turn=leg.turn)

    assert said == Goodbye(why=Parting.DISMISSED)
    assert await desk.show.state(operator) is CallState.ENDED


async def test_when_the_session_is_over_no_operator_is_led_anywhere(desk: Desk) -> None:
    await desk.join()
    operator = await desk.pick_up()
    await mark_state(desk.show.session.id, SessionState.CLOSED, desk.show.clock.now())

    steps = (
        operator_calls.greet_operator,
        operator_calls.confirm_operator,
        operator_calls.enter_room,
    )
    for decide in steps:
        assert await ask(desk.show, decide, operator) == Goodbye(why=Parting.CLOSED)


async def test_a_browser_comes_into_the_room_for_which_it_is_awaited(desk: Desk) -> None:
    await desk.join(Mode.TALK, from_browser=True)
    sid = desk.show.new_sid()

    room = await connect(desk, sid)
    again = await connect(desk, sid)
    second = await connect(desk, desk.show.new_sid())
    await desk.show.enter(sid)

    assert isinstance(room, EnterRoom)
    assert (room.is_muted, again) == (False, room)
    assert second == Goodbye(why=Parting.CLOSED), "one operator has one call"
    assert await desk.show.state(sid) is CallState.PRESENT


async def test_a_browser_that_nobody_awaits_is_not_let_in(desk: Desk) -> None:
    assert await connect(desk, desk.show.new_sid()) == Goodbye(why=Parting.CLOSED)


async def test_a_browser_does_not_take_over_the_call_to_the_operators_telephone(
    desk: Desk,
) -> None:
    name = await desk.join(Mode.LISTEN)

    said = await connect(desk, desk.show.new_sid())
    await desk.show.send()
    operator = await find_rung(desk.show, "operator")

    assert said == Goodbye(why=Parting.CLOSED)
    assert isinstance(await ask(desk.show, operator_calls.greet_operator, operator), AskOperator)
    assert await desk.show.name(operator) == name


async def test_an_official_who_has_asked_for_the_operator_asks_no_more_when_one_comes(
    desk: Desk,
) -> None:
    await ask(desk.show, official_calls.return_official, OFFICIAL, turn=1)
    await ask(desk.show, official_calls.choose_from_menu, OFFICIAL, turn=2, result="3")
    asked = (await desk.show.leg(OFFICIAL)).step

    await desk.join()

    assert asked == ASKS_OPERATOR
    assert (await desk.show.leg(OFFICIAL)).step == ""


async def test_only_citizens_of_the_session_are_screened(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.join(Mode.SCREEN, screens=OFFICIAL)


async def test_who_is_gone_or_on_the_air_is_not_screened(desk: Desk) -> None:
    talking = await desk.show.wait(make_phone())
    await put_on_air(desk, talking)

    with pytest.raises(ImpossibleEvent):
        await desk.join(Mode.SCREEN, screens=talking)
    await desk.show.hang_up(talking)
    with pytest.raises(ImpossibleEvent):
        await desk.join(Mode.SCREEN, screens=talking)
