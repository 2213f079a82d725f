from collections.abc import AsyncIterator
from datetime import date, timedelta
from urllib.parse import quote

import httpx
import pytest
from tests.factories import NOW, make_institution, make_post, make_session, make_staff
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.services.sessions import cancel


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
