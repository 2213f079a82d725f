"""Who answers for it chooses what stands at the head of letters."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.factories import make_institution
from tests.gateways.test_letters import make_png
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

HEAD = "/staff/letterhead"
FIELDS = {"name": "Рівненська ОДА", "edrpou": "13986712", "address": "майдан Просвіти, 1"}


async def save(browser: Browser, logo: bytes = b"", **fields: str) -> int:
    files = {"logo": ("logo.png", logo)} if logo else None
    data = {"csrf_token": browser.csrf, **FIELDS, **fields}
    return (await browser.client.post(HEAD, data=data, files=files)).status_code


async def test_the_head_of_letters_is_seen_in_a_sample(office: Office) -> None:
    admin = await office.enter(Role.ADMIN)

    first = (await admin.get(HEAD)).text
    saved = await save(admin, make_png(30, 30))
    sample = await admin.get(f"{HEAD}/sample.pdf")
    kept = await save(admin, address="вул. Нова, 2")
    logo = await fetch_value("select length(logo) from letterhead")
    dropped = await save(admin, drops_logo="yes")

    assert office.home.name_uk in first
    assert (saved, kept, dropped) == (303, 303, 303)
    assert logo > 0
    assert await fetch_value("select length(logo) from letterhead") == 0
    pages = PdfReader(BytesIO(sample.content)).pages
    assert "13986712" in pages[0].extract_text()
    assert len(pages[0].images) == 1


async def test_a_head_that_cannot_be_printed_is_refused(office: Office) -> None:
    head = await office.enter(Role.MANAGER)

    refused = [
        await save(head, edrpou="123"),
        await save(head, name=""),
        await save(head, b"GIF89a"),
        await save(head, make_png(30, 30)[:60]),
    ]

    assert refused == [422] * 4
    assert await fetch_value("select count(*) from letterhead") == 0


async def test_people_are_named_by_who_may_and_only_at_home(office: Office) -> None:
    head, clerk = await office.enter(Role.MANAGER), await office.enter(Role.CLERK)
    stranger = await office.enter(Role.MANAGER, home=await make_institution())
    at = f"{HEAD}/people/{clerk.staff.account}"

    named = await head.post(at, post="Головний спеціаліст", phone="69 51 70")
    long = await head.post(at, post="я" * 201)

    assert (named.status_code, long.status_code) == (303, 422)
    assert "Головний спеціаліст" in (await head.get(HEAD)).text
    assert "69 51 70" in (await head.get(at)).text
    assert (await clerk.get(HEAD)).status_code == 403
    assert (await stranger.get(at)).status_code == 404
    assert (await stranger.post(at, post="x")).status_code == 404
    assert (await head.get(f"{HEAD}/people/{'9' * 40}")).status_code == 404
