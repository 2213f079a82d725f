"""Who holds a post on which day, and whose post it is."""

from datetime import date

import pytest
from tests.factories import LONG_AGO, make_institution, make_post

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.officials import (
    find_holder,
    find_post,
    get_official,
    get_post,
    list_officials,
    list_posts,
)


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

GONE = date(2026, 7, 1)
DAY_BEFORE = date(2026, 6, 30)


async def test_an_appointment_ends_on_the_first_day_without_it() -> None:
    home = await make_institution()
    post = await make_post(institution=home.id)
    await run_sql("update appointment set valid_to = $1", GONE)

    assert await find_holder(post.id, institution=home.id, on=DAY_BEFORE) is not None
    assert await find_holder(post.id, institution=home.id, on=GONE) is None


async def test_a_post_is_found_while_it_exists() -> None:
    home = await make_institution()
    post = await make_post(institution=home.id)
    await run_sql("update post set valid_to = $1", GONE)

    found = await find_post(post.title_uk, institution=home.id, on=DAY_BEFORE)

    assert found is not None
    assert found.id == post.id
    assert await find_post(post.title_uk, institution=home.id, on=GONE) is None
    assert await find_post(post.title_uk, institution=home.id, on=date(2025, 12, 31)) is None
    assert await find_post("Інша посада", institution=home.id, on=LONG_AGO) is None


async def test_posts_and_persons_of_another_institution_are_not_found() -> None:
    home, stranger = await make_institution(), await make_institution()
    post = await make_post(institution=home.id)
    [official] = await list_officials(institution=home.id)

    assert await list_posts(institution=stranger.id) == []
    assert await list_officials(institution=stranger.id) == []
    assert await find_holder(post.id, institution=stranger.id, on=LONG_AGO) is None
    assert await find_post(post.title_uk, institution=stranger.id, on=LONG_AGO) is None
    assert await get_official(official.id, institution=home.id) == official
    with pytest.raises(NotFound):
        await get_post(post.id, institution=stranger.id)
    with pytest.raises(NotFound):
        await get_official(official.id, institution=stranger.id)
