"""What other sites show of our sessions."""

import httpx
import pytest
from tests.factories import NOW, make_institution, make_session, make_staff

from hotline_sessions.services.publications import save_sites
from hotline_sessions.services.sessions import cancel


pytestmark = pytest.mark.anyio


async def test_the_widget_shows_the_next_sessions_of_one_institution_without_cookies_or_scripts(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session(topic="Ремонт <доріг>")
    await make_session(topic="Чуже")
    home = await make_institution(slug="rivne-own")
    own = await make_session(institution=home, topic="Ремонт <доріг>")

    shown = await client.get("/widget", params={"institution": "rivne-own"})
    english = await client.get("/en/widget", params={"institution": "rivne-own", "count": "x"})

    assert shown.status_code == english.status_code == 200
    assert "Ремонт &lt;доріг&gt;" in shown.text
    assert f"/sessions/{own.public_id}" in shown.text
    assert f"/sessions/{session.public_id}" not in shown.text
    assert "0 800 502 708" in shown.text
    assert "Чуже" not in shown.text
    assert "Wednesday, 25 November 2026" in english.text
    assert "<script" not in shown.text
    assert "set-cookie" not in shown.headers
    assert "script-src" not in shown.headers["content-security-policy"]


async def test_only_sites_that_the_institution_names_may_show_it(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    address = f"/widget?session={session.public_id}"
    anywhere = (await client.get(address)).headers["content-security-policy"]

    await save_sites("rada.example\nhttps://*.rivne.example", staff=staff, now=NOW)
    there = (await client.get(address)).headers["content-security-policy"]

    assert anywhere.endswith("frame-ancestors *")
    assert there.endswith("frame-ancestors https://rada.example https://*.rivne.example")


async def test_a_session_that_is_called_off_is_shown_so_with_no_number_to_call(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Хвороба", staff=staff, now=NOW)

    frame = (await client.get(f"/widget?session={session.public_id}")).text
    piece = (await client.get(f"/widget/fragment?session={session.public_id}")).text
    assert "" not in piece.splitlines(), "it is pasted by people who look at it"

    for shown in (frame, piece):
        assert "Скасовано" in shown
        assert "0 800 502 708" not in shown
    assert piece.startswith("<section")


async def test_whoever_asks_for_nothing_or_for_what_is_not_there_is_told_so(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/widget")).status_code == 404
    assert (await client.get("/widget?session=nosuchthing")).status_code == 404
    assert (await client.get("/widget?institution=nobody&count=99")).status_code == 200
