"""Wherever a page leads there is a page, for everyone whom it leads there."""

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from msgspec.structs import replace
from tests.factories import NOW, SECRET, make_appeal, make_booking
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.cli.demo_setup import (
    import_schedules,
    publish_drafts,
    put_on_air,
    set_up_institutions,
)
from hotline_sessions.cli.demo_world import COUNCIL, PASSWORD, STAFF
from hotline_sessions.services.accounts import sign_in
from hotline_sessions.store.accounts import find_member
from hotline_sessions.store.institutions import find_institution_by_slug
from hotline_sessions.store.sessions import list_sessions
from hotline_sessions.web.guards import SIGN_IN_COOKIE


pytestmark = pytest.mark.anyio

LINK = re.compile(r'<a [^>]*href="(/[^"#?]*)(\?[^"#]*)?')
ONE_OF_MANY = re.compile(r"/(\d[\d-]*|(?=\w*\d)\w{10}|\+\d+)(?=/|$)")
"""Parts of an address that name one of many: a session, an appeal, a day."""


@pytest.fixture
async def client(database: str) -> AsyncIterator[httpx.AsyncClient]:
    """The town of the demo, with somebody who has booked and an appeal."""
    await set_up_institutions(NOW)
    await import_schedules(NOW)
    await publish_drafts(NOW)
    await put_on_air(NOW)
    home = await find_institution_by_slug(COUNCIL.slug)
    clerk = await find_member("clerk")
    assert home
    assert clerk
    coming = await list_sessions(institution=home.id, since=NOW)
    await make_booking(session=coming[-1])
    await make_appeal(staff=replace(clerk, institution=home.id))
    async with open_client(create_site(FrozenClock(NOW))) as client:
        yield client


async def follow(client: httpx.AsyncClient, start: str) -> dict[str, int]:
    """Status of each kind of address that links lead to, from ``start`` on."""
    found: dict[str, int] = {}
    todo, known = [start], {start}
    while todo:
        path = todo.pop()
        answer = await client.get(path, follow_redirects=True)
        found[path] = answer.status_code
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for address, query in LINK.findall(answer.text):
            kind = ONE_OF_MANY.sub("/…", address)
            if kind not in known:
                known.add(kind)
                todo.append(unescape(address + query))
    return found


@pytest.mark.parametrize("login", [member.login for member in STAFF])
async def test_wherever_staff_are_led_they_may_go(client: httpx.AsyncClient, login: str) -> None:
    client.cookies.set(SIGN_IN_COOKIE, await sign_in(login, PASSWORD, secret=SECRET, now=NOW))

    found = await follow(client, "/staff")

    assert {path: code for path, code in found.items() if code != 200} == {}
    assert len(found) > 20


@pytest.mark.parametrize("start", ["/", "/en/"])
async def test_wherever_citizens_are_led_they_may_go(client: httpx.AsyncClient, start: str) -> None:
    found = await follow(client, start)

    assert {path: code for path, code in found.items() if code != 200} == {}
    assert len(found) > 20
