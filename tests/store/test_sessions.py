"""Sessions are read by those they belong to, and found by the clock when something is due."""

from datetime import time, timedelta

import pytest
from tests.factories import NOW, make_institution, make_line, make_post, make_session

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.sessions import ANSWERING, SessionState
from hotline_sessions.domain.times import local_date
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.sessions import (
    find_same_start,
    get_session,
    get_session_of,
    hasten_look,
    list_sessions,
    list_to_look_at,
    lock_answering,
    lock_session,
    mark_look_at,
    mark_state,
)
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_a_session_of_another_institution_is_not_found() -> None:
    session = await make_session()
    stranger = await make_institution()

    assert await list_sessions(institution=stranger.id) == []
    assert await find_same_start(session.post, session.starts_at, institution=stranger.id) is None
    with pytest.raises(NotFound):
        await get_session(session.id, institution=stranger.id)
    with pytest.raises(NotFound):
        await get_session_of(session.public_id, institution=stranger.id)


async def test_a_session_that_is_not_there_cannot_be_locked() -> None:
    with pytest.raises(NotFound):
        await lock_session(SessionId(1))


async def test_a_plan_is_listed_in_times_order_from_a_moment_on() -> None:
    home = await make_institution()
    post = await make_post(institution=home.id)
    late = await make_session(
        institution=home, post=post, opens_clock=time(14), closes_clock=time(15)
    )
    early = await make_session(institution=home, post=post)

    assert [each.id for each in await list_sessions(institution=home.id)] == [early.id, late.id]
    since = await list_sessions(institution=home.id, since=early.ends_at)
    assert [each.id for each in since] == [late.id]


async def test_a_line_answers_for_sessions_under_way_only() -> None:
    home = await make_institution()
    line = await make_line(institution=home.id)
    session = await make_session(institution=home, line=line)

    for state in SessionState:
        await mark_state(session.id, state, NOW)
        async with transaction():
            answering = await lock_answering(line.number, on=local_date(NOW))
        assert (answering is not None) is (state in ANSWERING)


async def test_the_clock_looks_at_what_runs_and_at_what_is_about_to_open() -> None:
    session = await make_session()
    home = await get_institution(session.institution)
    due = session.starts_at - timedelta(minutes=home.lobby_minutes)

    async def is_looked_at() -> bool:
        return session.id in await list_to_look_at(NOW)

    assert not await is_looked_at()
    assert await list_to_look_at(due - timedelta(seconds=1)) == []
    assert await list_to_look_at(due) == [session.id]
    for state in ANSWERING:
        await mark_state(session.id, state, NOW)
        assert await is_looked_at()
    await mark_look_at(session.id, NOW + timedelta(seconds=1))
    assert not await is_looked_at(), "nothing is due before"
    await hasten_look(session.id, NOW)
    assert await is_looked_at()
    for state in (SessionState.CLOSED, SessionState.CANCELLED, SessionState.RESCHEDULED):
        await mark_state(session.id, state, NOW)
        assert not await is_looked_at()


async def test_a_state_that_calendars_show_gives_them_a_higher_number() -> None:
    session = await make_session()

    await mark_state(session.id, SessionState.CANCELLED, NOW + timedelta(hours=1))

    changed = await get_session(session.id, institution=session.institution)
    assert changed.sequence == session.sequence + 1
    assert changed.updated_at == changed.state_since == NOW + timedelta(hours=1)


async def test_that_callers_are_let_in_is_nothing_to_a_calendar() -> None:
    session = await make_session()

    await mark_state(session.id, SessionState.OPEN, NOW + timedelta(hours=1))

    changed = await get_session(session.id, institution=session.institution)
    assert changed.state is SessionState.OPEN
    assert (changed.sequence, changed.updated_at) == (session.sequence, session.updated_at)
