"""Institutions are set up with lines, posts and persons."""

from datetime import date

import pytest

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.institutions import NewInstitution
from hotline_sessions.domain.officials import NewPost
from hotline_sessions.domain.phones import BadPhone
from hotline_sessions.services.institutions import (
    BadSlug,
    InstitutionExists,
    LineExists,
    appoint,
    get_by_slug,
    list_all,
    open_line,
    set_up,
)
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.officials import find_holder, list_posts


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

SINCE = date(2026, 1, 1)
RADA = NewInstitution(slug="rivne-rada", name_uk="Рівненська обласна рада")
HEAD = NewPost(title_uk="Голова", valid_from=SINCE)


async def test_an_institution_is_found_by_its_name_in_addresses() -> None:
    key = await set_up(RADA)

    home = await get_by_slug("rivne-rada")

    assert (home.id, home.name_uk) == (key, RADA.name_uk)
    assert await list_all() == [home]
    with pytest.raises(NotFound):
        await get_by_slug("lutsk")


@pytest.mark.parametrize("slug", ["", "Rivne", "рівне", "a b", "a--b", "-a", "a-", "a/b", "a\n"])
async def test_a_name_for_addresses_has_small_letters_digits_and_dashes(slug: str) -> None:
    with pytest.raises(BadSlug):
        await set_up(NewInstitution(slug=slug, name_uk="Рада"))


async def test_a_name_for_addresses_is_given_once() -> None:
    await set_up(RADA)

    with pytest.raises(InstitutionExists):
        await set_up(RADA)


async def test_a_line_is_opened_once_in_whatever_notation() -> None:
    key = await set_up(RADA)

    await open_line("rivne-rada", "0 800 502 708", is_free=True, valid_from=SINCE)

    with pytest.raises(LineExists):
        await open_line("rivne-rada", "+380800502708", is_free=True, valid_from=SINCE)
    lines = await list_lines(institution=key)
    assert [(line.number, line.is_free) for line in lines] == [("+380800502708", True)]


async def test_a_line_that_nobody_can_dial_is_refused() -> None:
    await set_up(RADA)

    with pytest.raises(BadPhone):
        await open_line("rivne-rada", "немає", is_free=False, valid_from=SINCE)
    with pytest.raises(NotFound):
        await open_line("lutsk", "101", is_free=False, valid_from=SINCE)


async def test_a_person_holds_a_post_from_its_first_day() -> None:
    key = await set_up(RADA)

    post, official = await appoint(
        "rivne-rada", HEAD, full_name="Андрій Гук", ring_number="(0362) 22-00-11"
    )

    holder = await find_holder(post, institution=key, on=SINCE)
    assert holder is not None
    assert (holder.id, holder.ring_number) == (official, "+380362220011")
    assert await find_holder(post, institution=key, on=date(2025, 12, 31)) is None


async def test_a_new_person_in_a_known_post_makes_no_second_post() -> None:
    key = await set_up(RADA)
    post, _ = await appoint("rivne-rada", HEAD, full_name="Андрій Гук", ring_number=None)
    later = NewPost(title_uk="Голова", valid_from=date(2026, 6, 1))

    again, second = await appoint("rivne-rada", later, full_name="Олег Лис", ring_number=None)

    assert again == post
    assert len(await list_posts(institution=key)) == 1
    for day, name in ((date(2026, 5, 31), "Андрій Гук"), (date(2026, 6, 1), "Олег Лис")):
        holder = await find_holder(post, institution=key, on=day)
        assert holder is not None
        assert holder.full_name == name
    assert second


async def test_nobody_is_appointed_with_a_number_that_cannot_ring() -> None:
    key = await set_up(RADA)

    with pytest.raises(BadPhone):
        await appoint("rivne-rada", HEAD, full_name="Андрій Гук", ring_number="дім")
    assert await list_posts(institution=key) == []
