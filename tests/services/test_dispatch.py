import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tests.factories import make_institution, make_phone
from tests.services.telephony import book, make_live_show, make_open_show, make_show
from tests.services.waiting import a_citizen

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.calls import (
    AirTaken,
    CallState,
    NobodyOnAir,
    NobodyWaits,
    OfficialAbsent,
    OfficialOnLine,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.network import CallOver, LineStatus, OutcomeUnknown, RetryLater
from hotline_sessions.domain.prompts import Goodbye, Hold, Join, Wait
from hotline_sessions.domain.queueing import Reason
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import dispatch
from hotline_sessions.services.calls import read_hold
from hotline_sessions.services.reconcile import reconcile
from hotline_sessions.store.bookings import get_booking
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.waiting_list import add_entry as add_waiting


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_a_whole_talk_from_the_ring_to_the_goodbye() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    await show.put_next()
    await show.send()
    joined = await show.come(citizen)
    await show.enter(citizen)
    on_air = (await show.desk()).on_air
    show.clock.pass_time(timedelta(minutes=8))
    await show.end_talk()
    await show.send()
    parted = await show.goodbye(citizen)
    await show.hang_up(citizen)

    assert isinstance(joined, Join)
    assert on_air is not None
    assert on_air.state is CallState.TALKING
    assert isinstance(parted, Goodbye)
    desk = await show.desk()
    assert desk.on_air is None
    assert desk.talked[0].ended_at == show.clock.now()
    assert [deed[0] for deed in show.line.done] == ["ring", "to-air", "out"]


async def test_who_is_on_the_waiting_list_is_put_through_before_others_without_a_booking() -> None:
    show = await make_live_show()
    phone, early = make_phone(), await show.wait(make_phone())
    assert await add_waiting(a_citizen(phone), session=show.session, now=show.clock.now())
    show.clock.pass_time(timedelta(minutes=1))
    standing_by = await show.wait(phone)

    await show.put_next()

    assert (await show.leg(standing_by)).is_on_air
    assert not (await show.leg(early)).is_on_air


async def test_the_operator_needs_the_official_and_somebody_who_waits() -> None:
    show = await make_open_show()
    with pytest.raises(OfficialAbsent):
        await show.put_next()

    await show.bring_official()
    with pytest.raises(NobodyWaits):
        await show.put_next()
    with pytest.raises(NobodyOnAir):
        await show.end_talk()


async def test_of_two_operators_who_press_at_once_one_puts_a_citizen_through() -> None:
    show = await make_live_show()
    await show.wait(make_phone())
    await show.wait(make_phone())

    outcomes = await asyncio.gather(show.put_next(), show.put_next(), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AirTaken", "NoneType"]
    assert len((await show.desk()).waiting) == 1


async def test_without_the_lock_the_database_itself_refuses_a_second_citizen_on_air() -> None:
    """The last wall: even code that forgets every check cannot put two citizens on the air."""
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await run_sql("update call set state = 'talking' where sid = $1", first)

    with pytest.raises(asyncpg.UniqueViolationError):
        await run_sql("update call set state = 'summoned' where sid = $1", second)


async def test_the_wall_is_the_index_and_nothing_else() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await run_sql("drop index one_citizen_on_air_per_session")

    await run_sql("update call set state = 'talking' where sid = any($1)", [first, second])


async def test_next_after_this_one_is_summoned_when_the_air_is_free() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    await show.talk(first)

    await show.end_talk(then_next=True)
    before = await show.state(second)
    await show.leave(first)

    assert before is CallState.WAITING
    assert await show.state(second) is CallState.SUMMONED
    assert not (await show.fresh_session()).next_wanted


async def test_asking_after_the_conference_does_not_free_the_air_before_he_has_left_it() -> None:
    show = await make_live_show()
    first = await show.wait(make_phone())
    await show.wait(make_phone())
    await show.put_next()
    await show.talk(first)
    await show.end_talk(then_next=True)

    await show.left_air(first)

    assert await show.state(first) is CallState.WRAPPING


async def test_a_citizen_who_hangs_up_frees_the_air() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    await show.talk(citizen)

    await show.hang_up(citizen)

    desk = await show.desk()
    assert desk.on_air is None
    assert len(desk.talked) == 1


async def test_an_older_summons_leads_back_to_the_queue() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()

    prompt = await show.come(citizen, turn=0)

    assert isinstance(prompt, Wait)
    assert await show.state(citizen) is CallState.SUMMONED


async def test_who_is_refused_by_the_conference_goes_back_to_the_head_of_the_queue() -> None:
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    await show.come(first)

    prompt = await show.left_air(first)

    assert isinstance(prompt, Wait)
    waiting = [place.caller.call for place in (await show.desk()).waiting]
    assert waiting == [await show.name(first), await show.name(second)]


async def test_a_booked_caller_is_heard_and_the_booking_says_so() -> None:
    show = await make_show()
    taken = await book(show)
    await show.open()
    await show.bring_official()
    await show.wait(make_phone())
    booked = show.new_sid()
    await show.greet(booked)
    await show.key_in(booked, taken.code)
    show.clock.set(taken.booking.starts_at)
    places = [(place.caller.name, place.reason) for place in (await show.desk()).waiting]

    await show.put_next()
    await show.talk(booked)

    assert places == [("Марія Іванівна", Reason.SLOT_NOW), ("", Reason.WALK_IN)]
    booking = await get_booking(taken.booking.id, institution=show.session.institution)
    assert booking.state is BookingState.HEARD


async def test_waiting_callers_hear_their_place_and_an_honest_wait() -> None:
    show = await make_live_show()
    first, second, third = [await show.wait(make_phone()) for _ in range(3)]
    await show.put_next()
    await show.talk(first)
    show.clock.pass_time(timedelta(minutes=4))

    holds = [await read_hold(await show.name(sid), clock=show.clock) for sid in (second, third)]

    assert [hold.position for hold in holds if isinstance(hold, Hold)] == [1, 2]
    assert [hold.minutes for hold in holds if isinstance(hold, Hold)] == [6, 16]


async def test_another_institution_sees_no_session_here() -> None:
    show = await make_live_show()
    other = await make_institution()

    with pytest.raises(NotFound):
        await dispatch.put_next_through(
            show.session.id, institution=other.id, by=show.staff.account, clock=show.clock
        )


async def test_the_official_is_rung_once_at_a_time() -> None:
    show = await make_open_show()

    with pytest.raises(OfficialOnLine):
        await dispatch.call_official(
            show.session.id,
            institution=show.session.institution,
            by=show.staff.account,
            clock=show.clock,
        )
    assert [deed[0] for deed in show.line.done] == ["ring"]


async def test_a_waiting_caller_can_be_seen_off() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())

    await dispatch.dismiss_caller(
        show.session.id,
        await show.name(citizen),
        institution=show.session.institution,
        by=show.staff.account,
        clock=show.clock,
    )
    await show.send()

    assert await show.state(citizen) is CallState.ENDED
    assert show.line.done[-1][:2] == ("out", citizen)


async def test_deeds_of_operators_are_written_down() -> None:
    show = await make_live_show()
    await show.wait(make_phone())

    await show.put_next()

    rows = await fetch_rows(
        "select action, account from audit where action like 'caller%' order by id"
    )
    assert [(row["action"], row["account"]) for row in rows] == [
        ("caller_put_through", show.staff.account)
    ]


async def test_at_the_end_waiting_callers_are_told_and_everyone_is_hung_up() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    show.clock.set(show.session.ends_at)

    await show.step()
    await show.send()

    assert (await show.fresh_session()).state is SessionState.CLOSING
    assert await show.state(citizen) is CallState.QUESTION
    await show.hang_up(citizen)
    await show.send()
    assert (await show.fresh_session()).state is SessionState.CLOSED
    kinds = [deed[0] for deed in show.line.done[1:]]
    assert kinds == ["to-question", "out", "end-air"], "the official too is told goodbye"


async def test_the_last_talk_is_not_cut_by_the_end() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    show.clock.set(show.session.ends_at - timedelta(minutes=2))
    await show.put_next()
    await show.talk(citizen)
    show.clock.set(show.session.ends_at)

    await show.step()

    assert (await show.fresh_session()).state is SessionState.CLOSING
    assert await show.state(citizen) is CallState.TALKING


async def test_several_clocks_ring_the_official_once() -> None:
    show = await make_show()
    show.clock.set(show.session.starts_at - timedelta(minutes=5))

    await asyncio.gather(*(show.step() for _ in range(4)))

    assert await fetch_value("select count(*) from phone_command where kind = 'ring'") == 1


async def test_a_lost_answer_to_ringing_is_not_followed_by_a_second_call() -> None:
    show = await make_show()
    show.line.fail_with = OutcomeUnknown()

    await show.open()
    show.clock.pass_time(timedelta(minutes=2))
    await show.send()

    assert [deed[0] for deed in show.line.done] == ["ring"]
    assert await fetch_value("select state from phone_command") == "unknown"


async def test_the_official_who_picks_up_resolves_a_lost_answer() -> None:
    show = await make_show()
    show.line.fail_with = OutcomeUnknown()
    await show.open()

    sid = await show.bring_official()

    assert await show.state(sid) is CallState.PRESENT


async def test_a_move_is_tried_again_and_a_call_that_is_over_frees_the_air() -> None:
    show = await make_live_show()
    citizen = await show.wait(make_phone())
    await show.put_next()
    show.line.fail_with = RetryLater()
    await show.send()
    show.clock.pass_time(timedelta(seconds=1))

    show.line.fail_with = CallOver()
    await show.send()

    assert [deed[0] for deed in show.line.done] == ["ring", "to-air", "to-air"]
    assert await show.state(citizen) is CallState.ENDED


async def test_what_was_not_reported_is_found_out() -> None:
    show = await make_open_show()
    official = await show.bring_official()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await show.put_next()
    await show.come(first)
    show.line.on_air = {first, official}
    show.line.statuses[second] = LineStatus.OVER
    show.clock.pass_time(timedelta(seconds=20))

    await reconcile(show.line, clock=show.clock)

    assert await show.state(first) is CallState.TALKING
    assert await show.state(official) is CallState.PRESENT

    show.clock.pass_time(timedelta(seconds=90))
    await reconcile(show.line, clock=show.clock)

    assert await show.state(second) is CallState.ENDED, "who waits is asked after less often"


async def test_nobody_is_put_through_while_another_citizen_is_seen_off() -> None:
    show = await make_live_show()
    first = await show.wait(make_phone())
    await show.wait(make_phone())
    await show.put_next()
    await show.talk(first)
    await show.end_talk()

    with pytest.raises(AirTaken):
        await show.put_next()
