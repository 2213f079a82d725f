"""What time alone makes happen: warnings, overruns, attempts to ring the official, the end."""

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from tests.factories import make_phone
from tests.services.desk import Desk, find_rung, make_desk, put_on_air
from tests.services.telephony import book, make_live_show, make_open_show, make_show

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.calls import CallState
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.prompts import Notice
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services.session_clock import step_sessions
from hotline_sessions.store.bookings import get_booking
from hotline_sessions.store.engine import fetch_row, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))


@pytest.fixture
async def desk() -> Desk:
    return await make_desk()


def count_warnings(desk: Desk) -> int:
    return sum(notice is Notice.ENDING_SOON for _, notice in desk.show.line.told)


async def test_both_are_told_once_that_the_time_runs_out(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await put_on_air(desk, sid)

    await desk.pass_time(minutes=7, seconds=59)
    before = count_warnings(desk)
    await desk.pass_time(seconds=1)
    await desk.pass_time(seconds=30)

    assert before == 0
    assert {sid, OFFICIAL} == {
        call for call, notice in desk.show.line.told if notice is Notice.ENDING_SOON
    }
    assert count_warnings(desk) == 2


async def test_a_talk_that_was_made_longer_is_announced_to_end_again(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await put_on_air(desk, sid)
    await desk.pass_time(minutes=8)

    await desk.extend_talk(5)
    await desk.pass_time(minutes=4)
    between = count_warnings(desk)
    await desk.pass_time(minutes=1)

    assert between == 2
    assert count_warnings(desk) == 4


async def test_nobody_is_cut_off_while_nobody_waits_or_an_operator_leads(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await put_on_air(desk, sid)
    await desk.make_automatic()

    await desk.pass_time(minutes=13)
    alone = await desk.show.state(sid)
    await desk.make_automatic(is_automatic=False)
    await desk.show.wait(make_phone())
    await desk.pass_time(minutes=1)
    led = await desk.show.state(sid)
    await desk.make_automatic()
    await desk.pass_time(seconds=5)

    assert (alone, led) == (CallState.TALKING, CallState.TALKING)
    assert await desk.show.state(sid) is CallState.WRAPPING


async def test_after_the_end_the_last_talk_may_overrun_and_no_more(desk: Desk) -> None:
    show = desk.show
    sid = await show.wait(make_phone())
    show.clock.set(show.session.ends_at - timedelta(minutes=5))
    await put_on_air(desk, sid)

    await desk.pass_time(minutes=5)
    ended = (await show.fresh_session()).state
    await desk.pass_time(minutes=6)
    still = await show.state(sid)
    await desk.pass_time(minutes=1)

    assert (ended, still) == (SessionState.CLOSING, CallState.TALKING)
    assert await show.state(sid) is CallState.WRAPPING


async def test_after_the_end_a_citizen_whose_official_has_left_is_seen_off(desk: Desk) -> None:
    show = desk.show
    sid = await show.wait(make_phone())
    await put_on_air(desk, sid)
    await desk.end()
    talks = await show.state(sid)

    await show.hang_up(OFFICIAL)
    await show.send()
    await show.goodbye(sid)

    assert talks is CallState.TALKING
    assert (await show.fresh_session()).state is SessionState.CLOSED


async def test_an_official_who_does_not_come_is_rung_at_once_and_then_ever_more_seldom() -> None:
    show = await make_open_show()
    desk = Desk(show)
    rings = []
    for _ in range(30):
        official = (await show.desk()).official
        if official is not None:
            rings.append(show.clock.now())
            await show.hang_up(await find_rung(show, "official"))
        await desk.pass_time(seconds=10)

    pauses = [after - before for before, after in pairwise(rings)]
    assert pauses[:3] == [timedelta(seconds=seconds) for seconds in (30, 60, 120)]


async def test_without_a_number_nobody_is_rung_and_the_session_is_still_looked_at() -> None:
    show = await make_open_show()
    await show.hang_up(await find_rung(show, "official"))
    await run_sql("update session set ring_number = null")

    await Desk(show).pass_time(minutes=3)

    assert (await show.desk()).official is None
    look_at = (await show.fresh_session()).look_at
    assert look_at is not None
    assert show.clock.now() < look_at <= show.clock.now() + timedelta(seconds=60)


async def test_who_comes_to_the_air_after_the_official_has_left_it_is_held(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await desk.show.put_next()
    await desk.show.come(sid)
    await desk.show.hang_up(OFFICIAL)

    await desk.show.enter(sid)
    held = await desk.show.state(sid)
    await desk.pass_time(seconds=1)
    await desk.show.bring_official()

    assert held is CallState.HELD
    assert await desk.show.state(sid) is CallState.TALKING


async def test_how_many_sessions_have_changed_is_told() -> None:
    show = await make_open_show()
    show.clock.set(show.session.ends_at)

    assert await step_sessions(clock=show.clock) == 1
    assert await step_sessions(clock=show.clock) == 0


async def test_a_session_that_cannot_be_stepped_holds_up_no_other() -> None:
    """The same one would come first again and again, and the clock of all others stand still."""
    broken, sound = await make_show(), await make_show()
    for show in (broken, sound):
        show.clock.set(show.session.starts_at)
        await show.step()
    await run_sql(
        "update institution set call_policy = $2 where id = $1",
        broken.session.institution,
        '{"warn_seconds": "soon"}',
    )
    sound.clock.set(sound.session.ends_at)

    with pytest.raises(msgspec.ValidationError):
        await sound.step()

    assert (await sound.fresh_session()).state is SessionState.CLOSED
    row = await fetch_row("select state from session where id = $1", broken.session.id)
    assert row is not None
    assert row["state"] == SessionState.OPEN


async def test_whoever_missed_the_slot_is_known_to_have_missed_it_when_all_is_over() -> None:
    show = await make_live_show()
    taken = await book(show)

    await Desk(show).pass_time(hours=3)
    await Desk(show).pass_time(minutes=30)

    assert (await show.fresh_session()).state is SessionState.CLOSED
    booking = await get_booking(taken.booking.id, institution=show.session.institution)
    assert booking.state is BookingState.MISSED
