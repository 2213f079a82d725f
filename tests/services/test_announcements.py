"""The public reads what is announced and coming, and the times that are free."""

from datetime import time, timedelta

import pytest
from tests.factories import (
    NOW,
    make_booking,
    make_institution,
    make_session,
    make_slots,
)

from hotline_sessions.domain.announcements import Filter
from hotline_sessions.services.announcements import get_announcement, get_free_slots, list_coming


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

ANYTHING = Filter()


async def test_what_is_over_is_no_longer_coming() -> None:
    session = await make_session()

    before = await list_coming(ANYTHING, now=session.ends_at - timedelta(seconds=1))

    assert [each.public_id for each in before] == [session.public_id]
    assert await list_coming(ANYTHING, now=session.ends_at) == []


async def test_coming_sessions_are_narrowed_by_institution_official_and_topic() -> None:
    one, other = await make_institution(), await make_institution()
    mine = await make_session(institution=one, topic="Субсидії")
    foreign = await make_session(institution=other, topic="Дороги", opens_clock=time(9))
    announced = await get_announcement(mine.public_id)

    async def names(**wanted: str) -> list[str]:
        return [each.public_id for each in await list_coming(Filter(**wanted), now=NOW)]

    assert await names() == [foreign.public_id, mine.public_id]
    assert await names(institution=one.slug) == [mine.public_id]
    assert await names(official=announced.post_public_id) == [mine.public_id]
    assert await names(topic="Дороги") == [foreign.public_id]
    assert await names(institution=one.slug, topic="Дороги") == []


async def test_free_slots_are_those_that_may_be_booked_now() -> None:
    session = await make_session()
    first, second, third, fourth = await make_slots(session)
    await make_booking(session=session, slot=second)

    found = await get_free_slots(session.public_id, now=NOW)
    later = await get_free_slots(session.public_id, now=third.starts_at - timedelta(minutes=30))

    assert found.free == [first, third, fourth]
    assert found.announcement.booked == 1
    assert later.free == [third, fourth]
