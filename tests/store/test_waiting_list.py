"""The waiting list as it is stored."""

from datetime import timedelta

import pytest
from tests.factories import NOW, make_phone, make_session

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import NewEntry, WaitingEntry, WaitingState
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import (
    add_entry,
    find_entry,
    find_standing_entry,
    list_waiting,
    lock_entry,
    mark_entry,
    mark_places,
)


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


def a_citizen(phone: str | None = None) -> NewEntry:
    return NewEntry(
        phone=phone or make_phone(),
        caller_name="Марія Іванівна",
        community="Рівне",
        question="Коли буде перерахунок субсидії?",
    )


async def join(session: Session, *, after: int = 0, phone: str | None = None) -> WaitingEntry:
    """Join the list ``after`` seconds."""
    now = NOW + timedelta(seconds=after)
    name = await add_entry(a_citizen(phone), session=session, now=now)
    assert name is not None
    async with transaction():
        return await lock_entry(name)


async def test_who_joined_first_comes_first_unless_a_draw_gave_places() -> None:
    session = await make_session()
    second = await join(session, after=2)
    first = await join(session, after=1)
    assert [each.id for each in await list_waiting(session.id)] == [first.id, second.id]

    await mark_places(session.id, {second.id: 7})

    in_order = await list_waiting(session.id)
    assert [(each.id, each.place) for each in in_order] == [(second.id, 7), (first.id, None)]


async def test_places_are_written_in_the_session_they_belong_to_only() -> None:
    session, other = await make_session(), await make_session()
    entry = await join(session)

    await mark_places(other.id, {entry.id: 1})

    assert (await list_waiting(session.id))[0].place is None


async def test_a_phone_is_on_the_list_of_a_session_once_and_may_come_again() -> None:
    session, other, phone = await make_session(), await make_session(), make_phone()
    first = await join(session, phone=phone)

    assert await add_entry(a_citizen(phone), session=session, now=NOW) is None
    await join(other, phone=phone)
    await mark_entry(first.id, WaitingState.LEFT, now=NOW)
    assert await find_standing_entry(session.id, phone) is None
    again = await join(session, phone=phone)

    assert await list_waiting(session.id) == [again]
    assert await find_standing_entry(session.id, phone) == again


async def test_an_entry_that_has_ended_says_when_and_one_that_stands_does_not() -> None:
    session = await make_session()
    entry = await join(session)

    await mark_entry(entry.id, WaitingState.OFFERED, now=NOW)
    standing = await find_entry(entry.public_id)
    await mark_entry(entry.id, WaitingState.EXPIRED, now=NOW)
    ended = await find_entry(entry.public_id)

    assert standing is not None
    assert standing.ended_at is None
    assert ended is not None
    assert (ended.state, ended.ended_at) == (WaitingState.EXPIRED, NOW)


async def test_an_unknown_entry_is_not_found() -> None:
    assert await find_entry("0000000000") is None
    async with transaction():
        with pytest.raises(NotFound):
            await lock_entry("0000000000")
