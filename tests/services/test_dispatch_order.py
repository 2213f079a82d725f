"""How the desk steps out of the planned order, and how it makes a session longer or shorter."""

from datetime import date, timedelta

import pytest
from tests.factories import make_phone, make_session
from tests.services.desk import Desk, ask, list_audited, make_desk, put_on_air
from tests.services.telephony import make_show

from hotline_sessions.domain.calls import (
    AirTaken,
    CallState,
    ImpossibleEvent,
    NobodyOnAir,
    NobodyWaits,
    NotAdmitting,
    OfficialAbsent,
)
from hotline_sessions.domain.dispatching import ReorderReason
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.prompts import Question, Wait
from hotline_sessions.domain.sessions import ImpossibleStep, SessionState, TooLong
from hotline_sessions.services import calls, talk_deeds
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.sessions import lock_session, mark_state
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))


@pytest.fixture
async def desk() -> Desk:
    return await make_desk()


async def make_queue(desk: Desk, count: int = 3) -> list[CallSid]:
    """Citizens who have come one after the other."""
    queue = []
    for _ in range(count):
        desk.show.clock.pass_time(timedelta(seconds=1))
        queue.append(await desk.show.wait(make_phone()))
    return queue


async def list_names(desk: Desk, *queue: CallSid) -> list[str]:
    return [await desk.show.name(sid) for sid in queue]


async def come_back(desk: Desk, sid: CallSid) -> None:
    """A citizen who was taken off the air has left it."""
    assert isinstance(await ask(desk.show, calls.go_back, sid, turn=9), Wait)


@pytest.mark.parametrize("reason", ReorderReason)
async def test_whoever_is_put_first_is_put_first_for_a_reason(
    desk: Desk, reason: ReorderReason
) -> None:
    first, second, third = await make_queue(desk)

    await desk.reorder(third, first=True, reason=reason)

    assert await desk.list_waiting() == await list_names(desk, third, first, second)
    assert await list_audited("caller_reordered") == [
        {"session": desk.show.session.id, "reason": reason.value, "first": True}
    ]


async def test_the_last_word_of_the_desk_counts(desk: Desk) -> None:
    first, second, third = await make_queue(desk)

    await desk.reorder(second, first=True)
    await desk.reorder(third, first=True)
    await desk.reorder(first, first=False)
    await desk.reorder(second, first=False)

    assert await desk.list_waiting() == await list_names(desk, third, first, second)


async def test_even_who_was_on_the_air_can_be_put_last(desk: Desk) -> None:
    first, second, _ = await make_queue(desk)
    await put_on_air(desk, first)
    await desk.return_to_queue(first)
    await come_back(desk, first)
    before = await desk.list_waiting()

    await desk.reorder(first, first=False)

    assert before[0] == await desk.show.name(first)
    assert (await desk.list_waiting())[-1] == await desk.show.name(first)
    await desk.show.put_next()
    assert await desk.show.state(second) is CallState.SUMMONED


async def test_only_who_waits_has_a_place_to_change(desk: Desk) -> None:
    first, second = await make_queue(desk, 2)
    await put_on_air(desk, first)
    await desk.show.hang_up(second)

    for sid in (first, second):
        with pytest.raises(ImpossibleEvent):
            await desk.reorder(sid, first=True)
    with pytest.raises(NotFound):
        await desk.reorder(OFFICIAL, first=True)


async def test_a_chosen_citizen_is_put_through_before_all_others(desk: Desk) -> None:
    first, second = await make_queue(desk, 2)

    await desk.put_through(second, ReorderReason.CHILD)

    assert await desk.show.state(second) is CallState.SUMMONED
    assert await desk.show.state(first) is CallState.WAITING
    assert await list_audited("caller_put_through") == [
        {"session": desk.show.session.id, "reason": "child"}
    ]


async def test_a_chosen_citizen_waits_for_the_air_and_for_the_official(desk: Desk) -> None:
    first, second = await make_queue(desk, 2)
    await put_on_air(desk, first)
    with pytest.raises(AirTaken):
        await desk.put_through(second)
    await desk.show.hang_up(first)
    await desk.show.hang_up(OFFICIAL)

    with pytest.raises(OfficialAbsent):
        await desk.put_through(second)
    with pytest.raises(ImpossibleEvent):
        await desk.put_through(first)
    assert await desk.show.state(second) is CallState.WAITING


async def test_to_put_a_chosen_citizen_through_before_the_hour_begins_the_session() -> None:
    show = await make_show()
    await show.open()
    await show.bring_official()
    desk, sid = Desk(show), await show.wait(make_phone())

    await desk.put_through(sid)

    assert (await show.fresh_session()).state is SessionState.LIVE


async def test_in_a_session_that_is_over_nobody_is_put_through(desk: Desk) -> None:
    (sid,) = await make_queue(desk, 1)
    await mark_state(desk.show.session.id, SessionState.CLOSING, desk.show.clock.now())

    with pytest.raises(NotAdmitting):
        await desk.put_through(sid)


async def test_who_is_taken_off_the_air_stands_at_the_head_of_the_queue(desk: Desk) -> None:
    first, second = await make_queue(desk, 2)
    await put_on_air(desk, first)
    desk.show.clock.pass_time(timedelta(minutes=4))

    await desk.return_to_queue(first)
    await desk.show.send()
    with pytest.raises(AirTaken):
        await desk.show.put_next()
    await come_back(desk, first)

    assert ("to-queue", first, await desk.show.name(first)) in desk.show.line.done
    assert await desk.list_waiting() == await list_names(desk, first, second)
    assert (await desk.show.leg(first)).talk_seconds == 240


async def test_where_callers_come_by_themselves_the_next_one_is_then_heard_first(
    desk: Desk,
) -> None:
    await desk.make_automatic()
    first, second, third = await make_queue(desk)
    await desk.show.send()
    await desk.show.talk(first)

    await desk.return_to_queue(first)
    await come_back(desk, first)
    after = [await desk.show.state(sid) for sid in (first, second, third)]
    await desk.show.talk(second)
    await desk.show.hang_up(second)

    assert after == [CallState.WAITING, CallState.SUMMONED, CallState.WAITING]
    assert await desk.show.state(first) is CallState.SUMMONED, "he has let one forward"


async def test_where_nobody_else_waits_he_is_on_the_air_again(desk: Desk) -> None:
    await desk.make_automatic()
    (first,) = await make_queue(desk, 1)
    await desk.show.talk(first)

    await desk.return_to_queue(first)
    await come_back(desk, first)

    assert await desk.show.state(first) is CallState.SUMMONED
    assert (await desk.show.leg(first)).step == ""


async def test_who_waits_already_cannot_be_taken_back(desk: Desk) -> None:
    (sid,) = await make_queue(desk, 1)

    with pytest.raises(ImpossibleEvent):
        await desk.return_to_queue(sid)


async def test_who_has_come_to_the_air_meanwhile_is_not_seen_off_as_one_who_waits(
    desk: Desk,
) -> None:
    first, second = await make_queue(desk, 2)
    await put_on_air(desk, first)
    await desk.show.hang_up(second)

    for sid in (first, second):
        with pytest.raises(ImpossibleEvent):
            await desk.dismiss(sid)
    assert await desk.show.state(first) is CallState.TALKING


async def test_a_citizen_of_another_session_is_none_of_this_desk(desk: Desk) -> None:
    (sid,) = await make_queue(desk, 1)
    home = await get_institution(desk.home)
    desk.show.session = await make_session(institution=home, held_on=date(2026, 11, 26))

    with pytest.raises(NotFound):
        await desk.dismiss(sid)


async def test_a_talk_can_be_made_longer_while_there_is_one(desk: Desk) -> None:
    with pytest.raises(NobodyOnAir):
        await desk.extend_talk(5)
    (sid,) = await make_queue(desk, 1)
    await put_on_air(desk, sid)

    await desk.extend_talk(5)
    await desk.extend_talk(2)
    left = (await desk.show.leg(sid)).extra_seconds
    await desk.show.end_talk()

    assert left == 420
    with pytest.raises(NobodyOnAir):
        await desk.extend_talk(5)


async def test_a_session_can_be_made_longer_up_to_what_the_institution_allows(desk: Desk) -> None:
    await desk.extend(40)
    with pytest.raises(TooLong) as refusal:
        await desk.extend(21)
    await desk.extend(20)

    assert refusal.value.facts == {"minutes": 20}
    session = await desk.show.fresh_session()
    assert session.closes_at == desk.show.session.ends_at + timedelta(minutes=60)


async def test_what_was_lost_in_a_pause_does_not_count_as_longer(desk: Desk) -> None:
    await desk.pause()
    desk.show.clock.pass_time(timedelta(minutes=30))
    await desk.resume()

    await desk.extend(60)

    session = await desk.show.fresh_session()
    assert session.closes_at == desk.show.session.ends_at + timedelta(minutes=90)


async def test_a_session_that_is_just_closing_goes_on(desk: Desk) -> None:
    show = desk.show
    (sid,) = await make_queue(desk, 1)
    show.clock.set(show.session.ends_at - timedelta(minutes=1))
    await put_on_air(desk, sid)
    show.clock.set(show.session.ends_at + timedelta(minutes=6))
    await show.step()
    closing = (await show.fresh_session()).state

    await desk.extend(5)

    session = await show.fresh_session()
    assert (closing, session.state) == (SessionState.CLOSING, SessionState.LIVE)
    assert session.closes_at == show.clock.now() + timedelta(minutes=5)
    assert await show.state(sid) is CallState.TALKING


async def test_a_session_that_is_over_is_not_made_longer(desk: Desk) -> None:
    await mark_state(desk.show.session.id, SessionState.CLOSED, desk.show.clock.now())

    with pytest.raises(NotAdmitting):
        await desk.extend(5)
    with pytest.raises(ImpossibleStep):
        await desk.end()


async def test_the_desk_ends_a_session_and_who_waits_leaves_the_question(desk: Desk) -> None:
    talking, waiting = await make_queue(desk, 2)
    await put_on_air(desk, talking)

    await desk.end()
    await desk.show.send()
    states = [await desk.show.state(sid) for sid in (talking, waiting)]
    late = await desk.show.greet(desk.show.new_sid(), make_phone())

    assert states == [CallState.TALKING, CallState.QUESTION]
    assert ("to-question", waiting, await desk.show.name(waiting)) in desk.show.line.done
    assert isinstance(late, Question)
    assert await list_audited("session_ended") == [{}]


async def test_when_the_line_is_quiet_the_session_is_closed_and_everybody_seen_off(
    desk: Desk,
) -> None:
    (sid,) = await make_queue(desk, 1)
    await desk.join()
    operator = await desk.pick_up()
    await desk.end()

    await desk.show.hang_up(sid)
    await desk.show.send()

    assert (await desk.show.fresh_session()).state is SessionState.CLOSED
    assert await list_live_legs(desk.show.session.id) == []
    assert ("end-air", desk.show.session.public_id) in desk.show.line.done
    outs = {deed[1] for deed in desk.show.line.done if deed[0] == "out"}
    assert {OFFICIAL, operator} <= outs


async def test_a_farewell_does_not_last_for_ever(desk: Desk) -> None:
    talking, recording, greeted = *(await make_queue(desk, 2)), desk.show.new_sid()
    await put_on_air(desk, talking)
    await desk.end()
    await desk.show.greet(greeted, make_phone())

    await desk.pass_time(minutes=10)

    assert (await desk.show.fresh_session()).state is SessionState.CLOSED
    assert await desk.show.state(talking) is CallState.WRAPPING
    for sid in (recording, greeted):
        assert await desk.show.state(sid) is CallState.ENDED


async def test_a_session_that_puts_through_by_itself_begins_when_it_is_told_to(desk: Desk) -> None:
    first, second = await make_queue(desk, 2)

    await desk.make_automatic()
    begun = await desk.show.state(first)
    await desk.make_automatic(is_automatic=False)
    await desk.show.talk(first)
    await desk.show.hang_up(first)

    assert begun is CallState.SUMMONED
    assert await desk.show.state(second) is CallState.WAITING


async def test_the_official_may_go_on_when_the_air_is_free_and_somebody_waits(desk: Desk) -> None:
    async def go_on() -> None:
        async with transaction():
            session = await lock_session(desk.show.session.id)
            await talk_deeds.go_on(session, desk.show.clock.now())

    with pytest.raises(NobodyWaits):
        await go_on()
    (sid,) = await make_queue(desk, 1)
    await go_on()

    assert await desk.show.state(sid) is CallState.SUMMONED


async def test_whoever_is_seen_off_already_is_not_seen_off_twice(desk: Desk) -> None:
    (sid,) = await make_queue(desk, 1)
    await put_on_air(desk, sid)

    await desk.show.end_talk()
    await desk.show.end_talk(then_next=True)

    moves = await fetch_value("select count(*) from phone_command where key like 'move-out:%'")
    assert moves == 1
    assert (await desk.show.fresh_session()).next_wanted
