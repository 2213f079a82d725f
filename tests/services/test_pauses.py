"""A session stands still and goes on: nobody loses the place or the time."""

from datetime import timedelta

import pytest
from tests.factories import make_phone
from tests.services.desk import Desk, ask, list_audited, make_desk, put_on_air
from tests.services.telephony import book, make_live_show, make_open_show, make_show

from hotline_sessions.domain.booking_choices import Choice
from hotline_sessions.domain.calls import AirTaken, CallState
from hotline_sessions.domain.dispatching import PauseReason
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import CallSid, InstitutionId
from hotline_sessions.domain.prompts import Hold, Parting, Silenced, Wait
from hotline_sessions.domain.sessions import ImpossibleStep, SessionState
from hotline_sessions.services import calls, pauses
from hotline_sessions.services.booking_choices import find_choice
from hotline_sessions.services.bookings import get_own_booking
from hotline_sessions.store.call_backs import list_call_backs
from hotline_sessions.store.engine import fetch_rows, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

OFFICIAL = CallSid("CA" + "1".rjust(32, "0"))


@pytest.fixture
async def desk() -> Desk:
    return await make_desk()


async def test_a_talk_stops_and_the_citizen_stands_first_again(desk: Desk) -> None:
    show = desk.show
    talking, waiting = await show.wait(make_phone()), await show.wait(make_phone())
    await put_on_air(desk, talking)
    show.clock.pass_time(timedelta(minutes=2))

    await desk.pause()
    await show.send()
    on_way = await show.state(talking)
    prompt = await ask(show, calls.go_back, talking, turn=9)

    assert on_way is CallState.RETURNING
    assert isinstance(prompt, Wait)
    assert (await show.leg(talking)).talk_seconds == 120
    assert await desk.list_waiting() == [await show.name(each) for each in (talking, waiting)]


async def test_in_an_alert_the_official_is_let_go_and_rung_after_it(desk: Desk) -> None:
    await desk.pause(PauseReason.AIR_ALERT)
    await desk.show.send()
    out = desk.show.line.done[-1]
    await desk.pass_time(minutes=10)
    rings = sum(deed[0] == "ring" for deed in desk.show.line.done)
    await desk.resume()
    await desk.pass_time(seconds=1)

    assert await desk.show.state(OFFICIAL) is CallState.ENDED
    assert (out[0], out[-1]) == ("out", Parting.PAUSED)
    assert rings == 1, "nobody is rung in a shelter"
    assert desk.show.line.done[-1][0] == "ring"
    assert await list_audited("session_paused") == [{"reason": "air-alert"}]


async def test_for_another_reason_the_official_stays_and_the_session_goes_on_at_once(
    desk: Desk,
) -> None:
    await desk.pause(PauseReason.OUTAGE)
    state = await desk.show.state(OFFICIAL)

    await desk.resume()

    assert state is CallState.PRESENT
    assert (await desk.show.fresh_session()).state is SessionState.LIVE


async def test_slots_and_end_move_by_every_pause(desk: Desk) -> None:
    show = desk.show
    for length in (7, 13):
        await desk.pause()
        show.clock.pass_time(timedelta(minutes=length))
        await desk.resume()
        show.clock.pass_time(timedelta(minutes=1))

    session = await show.fresh_session()
    assert session.shift == timedelta(minutes=20)
    assert session.closes_at == show.session.ends_at + timedelta(minutes=20)


async def test_what_is_lost_before_the_start_is_not_made_good_after_the_end() -> None:
    show = await make_open_show()
    desk = Desk(show)
    await desk.pause()
    show.clock.set(show.session.starts_at + timedelta(minutes=3))

    await desk.resume()

    assert (await show.fresh_session()).shift == timedelta(minutes=3)


async def test_who_waits_hears_why_nobody_is_put_through(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await desk.pause()

    hold = await calls.read_hold(await desk.show.name(sid), clock=desk.show.clock)

    assert isinstance(hold, Hold)
    assert hold.silenced is Silenced.PAUSED


async def test_who_hangs_up_meanwhile_is_called_in_his_turn(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    hidden = await desk.show.wait()
    await desk.pause()

    await desk.show.hang_up(sid)
    await desk.show.hang_up(hidden)

    (promise,) = await list_call_backs(desk.show.session.id)
    assert promise.place_since == (await desk.show.leg(sid)).waiting_since


async def test_while_it_stands_still_nobody_is_put_through_by_himself(desk: Desk) -> None:
    await desk.make_automatic()
    await desk.pause()
    sid = await desk.show.wait(make_phone())

    await desk.pass_time(minutes=1)
    stood = await desk.show.state(sid)
    await desk.resume()

    assert stood is CallState.WAITING
    assert await desk.show.state(sid) is CallState.SUMMONED


async def test_nobody_comes_to_the_air_before_the_one_taken_back_has_left_it(desk: Desk) -> None:
    talking = await desk.show.wait(make_phone())
    await desk.show.wait(make_phone())
    await put_on_air(desk, talking)
    await desk.pause()
    await desk.resume()

    with pytest.raises(AirTaken):
        await desk.show.put_next()


async def test_who_was_just_summoned_comes_back_too(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await desk.show.put_next()
    await desk.pause()

    late = await desk.show.come(sid)

    assert isinstance(late, Wait)
    assert await desk.show.state(sid) is CallState.RETURNING


async def test_a_session_that_stands_still_for_too_long_is_closed(desk: Desk) -> None:
    sid = await desk.show.wait(make_phone())
    await desk.pause()

    await desk.pass_time(minutes=179)
    before = (await desk.show.fresh_session()).state
    await desk.pass_time(minutes=1)

    assert before is SessionState.PAUSED
    assert (await desk.show.fresh_session()).state is SessionState.CLOSING
    assert await desk.show.state(sid) is CallState.QUESTION


async def test_what_stands_still_cannot_be_stopped_and_what_runs_not_resumed(desk: Desk) -> None:
    with pytest.raises(ImpossibleStep):
        await desk.resume()
    await desk.pause()
    with pytest.raises(ImpossibleStep):
        await desk.pause()


async def test_a_session_of_another_institution_is_not_touched() -> None:
    show = await make_show()
    stranger = InstitutionId(show.session.institution + 1)

    with pytest.raises(NotFound):
        await pauses.pause_session(
            show.session.id, PauseReason.OUTAGE, institution=stranger, by=None, clock=show.clock
        )
    with pytest.raises(NotFound):
        await pauses.resume_session(
            show.session.id, institution=stranger, by=None, clock=show.clock
        )


async def find_choices() -> dict[str, str | None]:
    """Choices that the owners of bookings were offered, by their phones."""
    rows = await fetch_rows(
        """select b.phone, c.cause, b.state from booking b
             left join booking_choice c on c.booking = b.id order by b.id"""
    )
    return {row["phone"]: row["cause"] or row["state"] for row in rows}


async def test_whose_talk_a_pause_without_an_end_has_taken_is_told_and_chooses() -> None:
    show = await make_live_show()
    desk = Desk(show)
    early = await book(show, slot=0)
    late = await book(show, slot=3)
    show.clock.set(early.booking.ends_at + timedelta(minutes=1))

    await desk.pause(PauseReason.AIR_ALERT)
    show.clock.pass_time(timedelta(minutes=20))
    during = await find_choices()
    await desk.pass_time(hours=5)
    await desk.pass_time(minutes=30)

    after = await find_choices()
    told = await fetch_rows("select recipient from message where purpose = 'session-broken-off'")
    choice = await find_choice(await get_own_booking(late.booking.public_id), now=show.clock.now())
    assert during == {early.booking.phone: "booked", late.booking.phone: "booked"}
    assert (await show.fresh_session()).state is SessionState.CLOSED
    assert after == {early.booking.phone: "missed", late.booking.phone: "paused"}
    assert [row["recipient"] for row in told] == [late.booking.phone]
    assert choice is not None
    assert choice.offered == (Choice.OTHER, Choice.APPEAL, Choice.GIVE_UP)


async def test_who_waited_on_the_line_as_it_began_is_asked_however_early_the_time() -> None:
    show = await make_live_show()
    desk = Desk(show)
    phone = make_phone()
    early = await book(show, slot=0, phone=phone)
    show.clock.set(early.booking.starts_at)
    sid = await show.wait(make_phone())
    await run_sql("update call set booking = $1 where sid = $2", early.booking.id, sid)
    show.clock.set(early.booking.ends_at + timedelta(minutes=9))

    await desk.pause()
    await desk.pass_time(minutes=10)
    await show.hang_up(sid)
    await desk.pass_time(hours=5)
    await desk.pass_time(minutes=30)

    assert await find_choices() == {phone: "paused"}


async def test_a_pause_that_has_ended_takes_no_talk() -> None:
    show = await make_live_show()
    desk = Desk(show)
    taken = await book(show, slot=3)
    show.clock.set(taken.booking.starts_at - timedelta(minutes=5))

    await desk.pause()
    await desk.pass_time(minutes=20)
    await desk.resume()
    await desk.pass_time(hours=3)
    await desk.pass_time(minutes=30)

    assert (await show.fresh_session()).state is SessionState.CLOSED
    assert await find_choices() == {taken.booking.phone: "missed"}
