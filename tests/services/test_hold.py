"""What is told to those who wait may be a second old, and not older."""

import asyncio
from datetime import timedelta

import pytest
from tests.services.telephony import Show, make_live_show

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.services.hold import MAX_AGE, QueueViews


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


@pytest.fixture
async def show() -> Show:
    return await make_live_show()


async def find_position(views: QueueViews, show: Show, name: PublicId) -> int | None:
    view = await views.find(name, show.clock.now())
    assert view is not None
    leg = view.find_waiting(name)
    return None if leg is None else view.places[leg.id].position


async def test_all_who_wait_are_told_from_one_view(show: Show) -> None:
    names = [await show.name(await show.wait()) for _ in range(2)]
    views = QueueViews()

    found = await asyncio.gather(*(views.find(name, show.clock.now()) for name in names))

    assert found[0] is found[1]
    assert [await find_position(views, show, name) for name in names] == [1, 2]


async def test_a_view_is_read_again_after_a_second(show: Show) -> None:
    first, second = await show.wait(), await show.wait()
    name = await show.name(second)
    views = QueueViews()
    assert await find_position(views, show, name) == 2
    await show.hang_up(first)

    assert await find_position(views, show, name) == 2
    show.clock.set(show.clock.now() + MAX_AGE)
    assert await find_position(views, show, name) == 1


async def test_whoever_is_not_shown_as_waiting_is_looked_up_at_once(show: Show) -> None:
    views = QueueViews()
    assert await find_position(views, show, await show.name(await show.wait())) == 1

    assert await find_position(views, show, await show.name(await show.wait())) == 2


async def test_whoever_was_put_through_is_told_nothing_stale_by_a_view_without_age(
    show: Show,
) -> None:
    sid = await show.wait()
    name = await show.name(sid)
    views = QueueViews(max_age=timedelta())
    assert await find_position(views, show, name) == 1
    await show.put_next()

    assert await find_position(views, show, name) is None


async def test_a_leg_that_has_ended_is_in_no_view(show: Show) -> None:
    sid = await show.wait()
    name = await show.name(sid)
    await show.hang_up(sid)

    view = await QueueViews().find(name, show.clock.now())

    assert view is not None
    assert name not in view.legs


async def test_there_is_no_view_of_a_leg_that_never_was(show: Show) -> None:
    assert await QueueViews().find(PublicId("0000000000"), show.clock.now()) is None
