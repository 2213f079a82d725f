import json
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pytest
from icalendar import Calendar
from msgspec.structs import replace
from tests.factories import (
    LINE,
    NOW,
    make_institution,
    make_line,
    make_post,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.services.sessions import cancel
from hotline_sessions.web.feeds import READY_FOR


pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def client(database: str, clock: FrozenClock) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(create_site(clock)) as client:
        yield client


def count_events(answer: httpx.Response) -> int:
    return answer.text.count("BEGIN:VEVENT")


async def test_the_calendar_is_public_cacheable_and_sets_no_cookie(
    client: httpx.AsyncClient,
) -> None:
    await make_session()

    answer = await client.get("/calendar.ics")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["last-modified"] == "Mon, 23 Nov 2026 08:00:00 GMT"
    assert answer.headers["etag"].startswith('"')
    assert "set-cookie" not in answer.headers
    assert "METHOD" not in answer.text
    assert "ORGANIZER" not in answer.text


@pytest.mark.parametrize("prefix", ["", "/en"])
async def test_equal_sessions_give_equal_bytes_in_either_language(
    client: httpx.AsyncClient, clock: FrozenClock, prefix: str
) -> None:
    await make_session()
    first = await client.get(f"{prefix}/calendar.ics")
    clock.pass_time(timedelta(hours=3))

    second = await client.get(f"{prefix}/calendar.ics")

    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("spelling", ["{}", "W/{}", '"x", {}', "*"])
async def test_who_holds_the_present_calendar_is_told_so_without_its_bytes(
    client: httpx.AsyncClient, spelling: str
) -> None:
    await make_session()
    etag = (await client.get("/calendar.ics")).headers["etag"]

    answer = await client.get("/calendar.ics", headers={"If-None-Match": spelling.format(etag)})

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == etag


async def test_who_knows_only_the_date_is_answered_by_it(client: httpx.AsyncClient) -> None:
    await make_session()
    held = (await client.get("/calendar.ics")).headers["last-modified"]

    same = await client.get("/calendar.ics", headers={"If-Modified-Since": held})
    older = await client.get(
        "/calendar.ics", headers={"If-Modified-Since": "Mon, 23 Nov 2020 08:00:00 GMT"}
    )
    nonsense = await client.get("/calendar.ics", headers={"If-Modified-Since": "yesterday"})

    assert [same.status_code, older.status_code, nonsense.status_code] == [304, 200, 200]


async def test_asking_for_the_head_gives_the_same_headers_and_no_body(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    for path in ("/calendar.ics", f"/sessions/{session.public_id}/calendar.ics"):
        full = await client.get(path)

        head = await client.head(path)

        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["etag"] == full.headers["etag"]


async def test_a_change_of_a_session_changes_the_tag_and_a_cancelled_one_stays(
    client: httpx.AsyncClient,
) -> None:
    home = await make_institution()
    session = await make_session(institution=home)
    before = await client.get("/calendar.ics")

    staff = await make_staff(institution=home.id)
    await cancel(session.public_id, "Відрядження", staff=staff, now=NOW + timedelta(hours=1))
    after = await client.get("/calendar.ics", headers={"If-None-Match": before.headers["etag"]})

    assert after.status_code == 200
    assert "STATUS:CANCELLED" in after.text
    assert count_events(after) == count_events(before) == 1


async def test_a_filter_narrows_the_calendar_to_institution_official_or_topic(
    client: httpx.AsyncClient,
) -> None:
    rivne = await make_institution(slug="rivne", name_uk="Рівненська ОДА")
    lutsk = await make_institution(slug="lutsk", name_uk="Волинська ОДА")
    doctor = await make_post(institution=rivne.id, title_uk="Заступник з медицини")
    await make_session(institution=rivne)
    await make_session(institution=rivne, post=doctor, topic="Ліки", held_on=date(2026, 11, 26))
    await make_session(institution=lutsk)

    found = {
        query: count_events(await client.get(f"/calendar.ics?{query}"))
        for query in (
            "",
            "institution=rivne",
            f"official={doctor.public_id}",
            f"topic={quote('Ліки')}",
            "institution=lutsk&topic=nothing",
            "unknown=1",
        )
    }

    assert list(found.values()) == [3, 2, 1, 1, 0, 3]


async def test_drafts_and_unknown_sessions_have_no_calendar(client: httpx.AsyncClient) -> None:
    draft = await make_session(published=False)

    hidden = await client.get(f"/sessions/{draft.public_id}/calendar.ics")
    unknown = await client.get("/sessions/0000000000/calendar.ics")

    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert count_events(await client.get("/calendar.ics")) == 0


async def test_a_feed_of_a_line_or_a_region_holds_only_its_sessions(
    client: httpx.AsyncClient,
) -> None:
    home = await make_institution()
    await make_session(institution=home)
    other = await make_line(institution=home.id, number="+380362220022")
    await make_session(institution=home, line=other, held_on=date(2026, 11, 26))

    found = [
        count_events(await client.get("/calendar.ics", params=query))
        for query in (
            {"line": "380362220022"},
            {"line": "+380362220022"},
            {"region": home.region},
            {"region": "Волинська область"},
        )
    ]

    assert found == [1, 1, 2, 0]


@pytest.mark.parametrize(
    "name", ["Здолбунівська громада", 'смт "Оржів"; Клевань, Рівне', "<b>&Квасилів", "Ї" * 120]
)
async def test_a_community_has_lists_and_a_line_on_the_page(
    client: httpx.AsyncClient, name: str
) -> None:
    home = await make_institution()
    mine = await make_session(institution=home, community=name)
    await make_session(institution=home, held_on=date(2026, 11, 26))

    of_it = await client.get("/calendar.ics", params={"community": name})
    of_all = await client.get("/calendar.ics")
    news = await client.get("/sessions.json", params={"community": name})
    page = await client.get(f"/sessions/{mine.public_id}", headers={"Accept": "text/html"})
    coming = await client.get("/", params={"community": name}, headers={"Accept": "text/html"})
    none = await client.get("/calendar.ics", params={"community": "Сарни"})

    assert [count_events(each) for each in (of_it, of_all, none)] == [1, 2, 0]
    [event] = Calendar.from_ical(of_it.content).events
    assert str(event.categories[-1]) == name
    assert len(news.json()["items"]) == 1
    assert f"Для мешканців: {name}" in unescape(page.text)
    assert "<b>" not in page.text
    assert coming.text.count(f"/sessions/{mine.public_id}") >= 1
    assert "Показати" in coming.text


async def test_who_takes_gzip_gets_it_with_a_tag_of_its_own(client: httpx.AsyncClient) -> None:
    await make_session()

    packed = await client.get("/calendar.ics", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/calendar.ics", headers={"Accept-Encoding": "gzip;q=0"})
    again = await client.get("/calendar.ics", headers={"If-None-Match": packed.headers["etag"]})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert again.status_code == 304


async def test_old_programs_may_ask_for_times_in_utc(client: httpx.AsyncClient) -> None:
    await make_session()

    answer = await client.get("/calendar.ics?tz=utc")

    assert "VTIMEZONE" not in answer.text
    assert "tz=utc" in answer.text.replace("\r\n ", "")


async def test_the_same_list_is_told_as_rss_atom_and_json(client: httpx.AsyncClient) -> None:
    home = await make_institution()
    session = await make_session(institution=home, topic="Дороги & <мости>")
    gone = await make_session(institution=home, held_on=date(2026, 11, 26))
    staff = await make_staff(institution=home.id)
    await cancel(gone.public_id, "Відрядження", staff=staff, now=NOW + timedelta(hours=1))

    rss, atom, feed = [await client.get(f"/sessions.{each}") for each in ("rss", "atom", "json")]

    items = ET.fromstring(rss.content).findall("channel/item")  # noqa: S314 - our own
    entries = ET.fromstring(atom.content).findall("{*}entry")  # noqa: S314 - our own
    told = feed.json()
    assert rss.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [each.findtext("link", "")[-10:] for each in items] == [
        gone.public_id,
        session.public_id,
    ]
    assert len(entries) == 2
    assert [each["_session"]["status"] for each in told["items"]] == ["confirmed", "cancelled"]
    assert items[1].findtext("category") == "Дороги & <мости>"
    for answer in (rss, atom, feed):
        known = {"If-None-Match": answer.headers["etag"]}
        assert (await client.get(answer.url, headers=known)).status_code == 304


async def test_a_page_of_a_session_tells_machines_what_it_is(client: httpx.AsyncClient) -> None:
    session = await make_session(topic="Дах </script><script>alert(1)</script>")

    page = (await client.get(f"/sessions/{session.public_id}")).text

    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    event = json.loads(data)
    assert event["@type"] == "Event"
    assert event["name"] == session.topic
    assert datetime.fromisoformat(event["startDate"]) == session.starts_at
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert f'<meta property="og:url" content="{event["url"]}">' in page
    assert "<script>alert" not in page


async def test_the_way_to_subscribe_is_shown_for_what_was_chosen(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    slug = (await client.get("/sessions.json")).json()["items"][0]

    home = (await client.get("/?topic=Дороги")).text
    page = (await client.get(f"/subscribe?line={LINE[1:]}")).text

    assert slug["id"].startswith(session.public_id)
    assert 'type="application/rss+xml"' in home
    assert "/subscribe?topic=" in home
    assert f"webcal://127.0.0.1/calendar.ics?line={LINE[1:]}" in page
    assert f"/sessions.rss?line={LINE[1:]}" in page
    assert "webcal%3A%2F%2F127.0.0.1" in page


async def test_a_list_that_was_asked_for_lies_ready_for_a_moment_only(
    database: str, clock: FrozenClock
) -> None:
    app = create_site(clock)
    app.state.facts = replace(app.state.facts, fresh_for=timedelta(seconds=1))
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    async with open_client(app) as client:
        first = await client.get("/calendar.ics?topic=")
        ready = app.state.ready.find(b"/calendar.ics?topic=")
        later = NOW + timedelta(seconds=2)
        await cancel(session.public_id, "Відрядження", staff=staff, now=later)
        same = await client.get("/calendar.ics")
        clock.pass_time(READY_FOR)
        fresh = await client.get("/calendar.ics")

    assert ready.plain.body == first.content == same.content
    assert dict(ready.plain.head)[b"x-content-type-options"] == b"nosniff"
    assert "STATUS:CANCELLED" in fresh.text
