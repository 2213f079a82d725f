"""The last walls of a live session: what the database refuses, and the harm without it.

Each guard is tried by tasks that run at the same time and have not seen each other; then it
is taken away, and what it stands against happens.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import date, timedelta

import asyncpg
import pytest
from tests.factories import make_phone, make_session
from tests.services.desk import Desk, find_rung, make_desk
from tests.services.telephony import Show, book, make_live_show, make_show

from hotline_sessions.domain.call_backs import CallBackKind
from hotline_sessions.domain.calls import CallState, Leg
from hotline_sessions.domain.ids import AccountId, SessionId
from hotline_sessions.domain.questions import QuestionOrigin
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services import deeds, dispatch, operator_calls
from hotline_sessions.services.operator_calls import InAnotherSession
from hotline_sessions.store.call_backs import add_call_back
from hotline_sessions.store.calls import find_operator_leg, list_live_legs
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.questions import add_question
from hotline_sessions.store.sessions import get_session, mark_state
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TOGETHER = 2
PATIENCE = 30


async def at_once(*deeds: Awaitable[object]) -> list[object]:
    """What came of each of ``deeds``, done at the same time."""
    return await asyncio.gather(*deeds, return_exceptions=True)


async def drop(index: str) -> None:
    await run_sql(f"drop index {index}")


def forget_the_lock(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let deeds of the desk decide without the lock, all after all have read the legs."""
    barrier = asyncio.Barrier(TOGETHER)

    async def read(session: SessionId) -> Session:
        return await get_session(session, institution=show.session.institution)

    async def read_legs(session: SessionId) -> list[Leg]:
        legs = await list_live_legs(session)
        async with asyncio.timeout(PATIENCE):  # A lock that stands lets one of them in only.
            await barrier.wait()
        return legs

    monkeypatch.setattr(deeds, "lock_session", read)
    monkeypatch.setattr(dispatch, "list_live_legs", read_legs)


async def put_two_through(desk: Desk) -> Sequence[object]:
    """Two operators each put another citizen on the air at once."""
    show = desk.show
    waiting = [await show.wait(make_phone()) for _ in range(TOGETHER)]
    return await at_once(*(desk.put_through(sid) for sid in waiting))


async def count_on_air(state: CallState = CallState.SUMMONED) -> int:
    number: int = await fetch_value("select count(*) from call where state = $1", state.value)
    return number


async def test_of_two_citizens_put_through_at_once_one_comes_to_the_air() -> None:
    outcomes = await put_two_through(await make_desk())

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AirTaken", "NoneType"]
    assert await count_on_air() == 1


async def test_without_the_lock_of_the_session_only_the_last_wall_would_stop_the_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = await make_desk()
    forget_the_lock(desk.show, monkeypatch)

    outcomes = await put_two_through(desk)

    assert sum(isinstance(each, asyncpg.UniqueViolationError) for each in outcomes) == 1
    assert await count_on_air() == 1


async def test_without_the_lock_and_the_wall_two_citizens_would_be_on_the_air(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = await make_desk()
    forget_the_lock(desk.show, monkeypatch)
    await drop("one_citizen_on_air_per_session")

    outcomes = await put_two_through(desk)

    assert outcomes == [None] * TOGETHER
    assert await count_on_air() == TOGETHER


async def take_the_air(state: CallState) -> object:
    """A second citizen comes to the air while the first one is in ``state``."""
    show = await make_live_show()
    first, second = await show.wait(make_phone()), await show.wait(make_phone())
    await run_sql("update call set state = $2 where sid = $1", first, state.value)
    (outcome,) = await at_once(run_sql("update call set state = 'summoned' where sid = $1", second))
    return outcome


ON_WAY = [CallState.TALKING, CallState.HELD, CallState.RETURNING, CallState.WRAPPING]


@pytest.mark.parametrize("state", ON_WAY)
async def test_the_wall_stands_for_who_is_held_or_on_the_way_back_too(state: CallState) -> None:
    assert isinstance(await take_the_air(state), asyncpg.UniqueViolationError)


async def test_with_the_wall_of_before_a_held_talk_would_be_joined_by_another() -> None:
    await drop("one_citizen_on_air_per_session")
    await run_sql(
        """create unique index one_citizen_on_air_per_session on call (session)
            where role = 'citizen' and state in ('summoned', 'joining', 'talking', 'wrapping')"""
    )

    assert not isinstance(await take_the_air(CallState.HELD), Exception)


async def promise_twice() -> tuple[Show, str]:
    """The same citizen is promised a call by two processes at once; the calls are due."""
    show = await make_live_show()
    phone, now = make_phone(), show.clock.now()

    async def promise() -> None:
        async with transaction():
            await add_call_back(
                show.session, CallBackKind.DROPPED, phone, now, due_at=now, place_since=now
            )

    assert await at_once(promise(), promise()) == [None, None]
    await run_sql("update session set look_at = null")
    await show.step()
    await show.send()
    return show, phone


def count_rings(show: Show, phone: str) -> int:
    return sum(deed[:2] == ("ring", phone) for deed in show.line.done)


async def test_a_citizen_is_promised_one_call_and_rung_once() -> None:
    show, phone = await promise_twice()

    assert count_rings(show, phone) == 1


async def test_without_its_guard_a_citizen_would_be_rung_twice_at_once() -> None:
    await drop("one_standing_call_back_per_phone_and_session")

    show, phone = await promise_twice()

    assert count_rings(show, phone) == TOGETHER


async def call_at_slot_and_hang_up() -> tuple[Show, str]:
    """A booked citizen is called, answers, hangs up; then time passes, and promises are due.

    It is somebody else who has booked meanwhile: else nothing would be written at all.
    """
    show = await make_show()
    taken = await book(show, slot=1)
    await run_sql("update booking set wants_call_back = true")
    await show.open()
    await show.bring_official()
    show.clock.set(taken.booking.starts_at)
    desk = Desk(show)
    await desk.pass_time()
    await run_sql("update call_back set state = 'reached'")
    await show.hang_up(await find_rung(show))
    await book(show, slot=3)
    await run_sql("update booking set wants_call_back = true")
    for _ in range(3):
        await desk.pass_time(seconds=61)
    return show, taken.booking.phone


async def test_for_a_booking_one_promise_is_made_and_kept_once() -> None:
    show, phone = await call_at_slot_and_hang_up()

    assert count_rings(show, phone) == 1


async def test_without_its_guard_a_promise_that_was_kept_would_be_made_again() -> None:
    await drop("one_call_back_per_booking")
    await run_sql("alter table call_back drop constraint call_back_public_id_key")

    show, phone = await call_at_slot_and_hang_up()

    assert count_rings(show, phone) > 1


async def go_on_twice() -> tuple[list[object], int]:
    """Two calls go on with one dropped talk at once; what came of it, and how many do."""
    show = await make_live_show()
    dropped, first, second = [await show.wait(make_phone()) for _ in range(3)]
    await show.hang_up(dropped)
    sql = """update call set resumes = (select id from call where sid = $2) where sid = $1"""
    outcomes = await at_once(*(run_sql(sql, sid, dropped) for sid in (first, second)))
    return outcomes, await fetch_value("select count(*) from call where resumes is not null")


async def test_a_dropped_talk_is_gone_on_with_by_one_call() -> None:
    outcomes, going_on = await go_on_twice()

    assert sum(isinstance(each, asyncpg.UniqueViolationError) for each in outcomes) == 1
    assert going_on == 1


async def test_without_its_guard_two_would_go_on_with_one_talk() -> None:
    await drop("one_leg_goes_on_with_a_dropped_one")

    outcomes, going_on = await go_on_twice()

    assert not any(isinstance(each, Exception) for each in outcomes)
    assert going_on == TOGETHER


async def join_two_sessions(monkeypatch: pytest.MonkeyPatch) -> tuple[list[object], int]:
    """One operator comes into two sessions at once, from two windows."""
    desk = await make_desk()
    home = await get_institution(desk.home)
    other = await make_session(institution=home, held_on=date(2026, 11, 26))
    await mark_state(other.id, SessionState.OPEN, desk.show.clock.now())
    show = Show(other, desk.show.staff)
    show.clock = desk.show.clock
    barrier = asyncio.Barrier(TOGETHER)

    async def find_together(account: AccountId) -> Leg | None:
        found = await find_operator_leg(account)
        await barrier.wait()
        return found

    monkeypatch.setattr(operator_calls, "find_operator_leg", find_together)
    outcomes = await at_once(desk.join(), Desk(show).join())
    live = await fetch_value(
        "select count(*) from call where role = 'operator' and state <> 'ended'"
    )
    return outcomes, live


async def test_an_operator_comes_into_one_of_two_sessions_opened_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcomes, live = await join_two_sessions(monkeypatch)

    assert sum(isinstance(each, InAnotherSession) for each in outcomes) == 1
    assert live == 1


async def test_without_its_guard_an_operator_would_be_rung_into_two_sessions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await drop("one_live_leg_per_operator")

    outcomes, live = await join_two_sessions(monkeypatch)

    assert not any(isinstance(each, Exception) for each in outcomes)
    assert live == TOGETHER


async def note_talk_twice() -> int:
    """A talk begins in two processes at once; how many questions it makes."""
    show = await make_live_show()
    leg = await show.leg(await show.wait(make_phone()))

    async def begin() -> None:
        async with transaction():
            await add_question(leg, QuestionOrigin.TALK, show.clock.now() + timedelta(seconds=1))

    assert await at_once(begin(), begin()) == [None, None]
    number: int = await fetch_value("select count(*) from question")
    return number


async def test_a_talk_makes_one_question_even_when_it_begins_twice_at_once() -> None:
    assert await note_talk_twice() == 1


async def test_without_its_guard_a_talk_would_make_two_questions() -> None:
    await drop("one_question_per_talk")

    assert await note_talk_twice() == TOGETHER
