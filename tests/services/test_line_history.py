"""A number changes: sessions follow, the old number tells the new one and goes on to serve."""

from datetime import date, timedelta

import httpx
import pytest
from tests.factories import LINE, NOW, make_institution, make_session
from tests.fakes import FrozenClock
from tests.services.telephony import make_open_show
from tests.web.site import create_site, open_client

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.prompts import AskCode, Wait
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.services.institutions import get_by_slug
from hotline_sessions.services.line_history import SameNumber, change_number, look_up
from hotline_sessions.store.announcements import find_announcement
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.web.webhooks.voice_words import _greet


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

NEW = "+380362270000"
NEWER = "+380362280000"
SINCE = date(2026, 11, 25)


async def test_sessions_from_that_day_on_take_the_new_number_and_calendars_notice() -> None:
    home = await make_institution()
    before = await make_session(institution=home, held_on=SINCE - timedelta(days=1))
    after = await make_session(institution=home, held_on=SINCE)

    await change_number(home.slug, LINE, NEW, is_free=True, since=SINCE, now=NOW)

    kept, moved = [await find_announcement(each.public_id) for each in (before, after)]
    assert kept is not None
    assert moved is not None
    assert (kept.line_number, moved.line_number) == (LINE, NEW)
    assert moved.sequence == kept.sequence + 1


async def test_an_old_number_is_followed_through_all_that_replaced_it() -> None:
    home = await make_institution()
    await make_session(institution=home)
    await change_number(home.slug, LINE, NEW, is_free=True, since=SINCE, now=NOW)
    later = SINCE + timedelta(days=30)
    await change_number(home.slug, NEW, NEWER, is_free=False, since=later, now=NOW)

    assert await look_up(LINE, on=SINCE - timedelta(days=1)) == (True, None)
    for day, expected in ((SINCE, NEW), (later, NEWER)):
        serves, successor = await look_up(LINE, on=day)
        assert (serves, successor and successor.number) == (False, expected)
    with pytest.raises(NotFound):
        await look_up("+380440000000", on=SINCE)


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [(LINE, LINE, SameNumber), (NEW, NEWER, NotFound)],
)
async def test_what_makes_no_sense_is_refused(old: str, new: str, refusal: type[Exception]) -> None:
    home = await make_institution()
    await make_session(institution=home)

    with pytest.raises(refusal):
        await change_number(home.slug, old, new, is_free=True, since=SINCE, now=NOW)


async def test_who_calls_the_old_number_hears_the_new_one_and_is_served() -> None:
    show = await make_open_show()
    slug = await fetch_value("select slug from institution order by id limit 1")
    home = await get_by_slug(slug)
    today = show.session.held_on
    await change_number(home.slug, LINE, NEW, is_free=True, since=today, now=NOW)
    await fetch_value(
        "update session set line = (select id from line where number = $1) returning id", NEW
    )

    prompt = await show.greet(show.new_sid(), "+380501112233")

    assert isinstance(prompt, AskCode | Wait)
    assert prompt.host is not None
    assert prompt.host.new_number == NEW
    words = load_catalogues().words("uk")
    said = " ".join(each.text for each in _greet(prompt.host, words))
    assert "Номер цієї лінії змінено" in said


async def test_the_page_of_the_old_number_tells_the_new_one() -> None:
    home = await make_institution()
    await make_session(institution=home)
    await change_number(home.slug, LINE, NEW, is_free=True, since=SINCE, now=NOW)
    clock = FrozenClock(NOW)
    async with open_client(create_site(clock)) as client:
        before = await client.get(f"/lines/{LINE}")
        clock.pass_time(timedelta(days=3))
        after = await client.get(f"/lines/{LINE[1:]}")
        unknown: list[httpx.Response] = [
            await client.get(f"/lines/{each}") for each in ("+380440000000", "abc", "9" * 99)
        ]

    assert f'href="tel:{LINE}"' in before.text
    assert "Цей номер змінено" in after.text
    assert f'href="tel:{NEW}"' in after.text
    assert [each.status_code for each in unknown] == [404, 404, 404]
