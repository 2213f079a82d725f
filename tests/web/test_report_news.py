"""What came of a session is in the lists of news once it is approved, with the next date."""

import json
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import httpx
import pytest
from tests.factories import NOW, make_appeal, make_institution, make_session, make_staff
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.services.appeals import Origin
from hotline_sessions.services.session_reports import (
    approve_report,
    get_report,
    propose_report,
    withdraw_report,
)
from hotline_sessions.store.engine import run_sql


pytestmark = pytest.mark.anyio

LATER = NOW + timedelta(days=10)
ATOM = "{http://www.w3.org/2005/Atom}"


async def read(client: httpx.AsyncClient, tail: str) -> tuple[list[str], list[str], list[dict]]:  # type: ignore[type-arg]
    rss = ET.fromstring((await client.get(f"/sessions.rss{tail}")).content)  # noqa: S314 - our own
    atom = ET.fromstring((await client.get(f"/sessions.atom{tail}")).content)  # noqa: S314
    found = json.loads((await client.get(f"/sessions.json{tail}")).content)
    return (
        [each.findtext("title") or "" for each in rss.iter("item")],
        [each.findtext(f"{ATOM}summary") or "" for each in atom.iter(f"{ATOM}entry")],
        found["items"],
    )


async def test_a_report_is_news_once_approved_and_none_when_it_is_withdrawn(database: str) -> None:
    home, other = await make_institution(), await make_institution()
    writer, reader = [await make_staff(institution=home.id) for _ in range(2)]
    held = await make_session(institution=home, staff=writer, topic="Субсидії")
    coming = await make_session(institution=home, held_on=date(2026, 12, 16))
    for _ in range(6):
        await make_appeal(staff=writer, origin=Origin(received_at=NOW, session=held.id))
    await run_sql("update session set state = 'closed' where id = $1", held.id)
    own, foreign = f"?institution={home.slug}", f"?institution={other.slug}"

    async with open_client(create_site(FrozenClock(LATER))) as client:
        await propose_report(held.public_id, "Запитували про <газ>.", staff=writer, now=LATER)
        titles, _, items = await read(client, own)
        assert len(titles) == len(items) == 2, "nobody has approved it"

        waiting = (await get_report(held.public_id, staff=writer)).proposed
        assert waiting is not None
        await approve_report(held.public_id, waiting.id, staff=reader, now=LATER)
        titles, texts, items = await read(client, own)
        calendar = (await client.get(f"/calendar.ics{own}")).text
        assert len((await read(client, foreign))[0]) == 0

        assert titles[0].startswith("Підсумки прямої лінії: ")
        assert "Запитували про <газ>." in texts[0]
        assert ": 6\n" in texts[0]
        assert f"/sessions/{coming.public_id}" in texts[0]
        assert items[-1]["url"].endswith(f"/sessions/{held.public_id}#report")
        assert items[-1]["_report"]["session"] == f"{held.public_id}@hotline-sessions"
        assert items[-1]["_report"]["next_starts_at"] == "2026-12-16T08:00:00Z"
        assert items[-1]["_report"]["next_url"].endswith(coming.public_id)
        assert calendar.count("BEGIN:VEVENT") == 2

        await withdraw_report(held.public_id, "Помилка в числах", staff=reader, now=LATER)
        assert len((await read(client, own))[0]) == 2
