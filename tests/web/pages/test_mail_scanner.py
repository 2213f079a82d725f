"""Who opens every link of a booking, as mail scanners and previews do, changes nothing."""

import re
from collections.abc import Awaitable, Callable
from datetime import date, time
from html import unescape
from urllib.parse import urljoin

import httpx
import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    make_booking,
    make_proof,
    make_session,
    make_staff,
)
from tests.web.site import ADDRESS

from hotline_sessions.domain.booking_choices import Choice
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.bookings import Taken
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.store.engine import fetch_rows
from hotline_sessions.store.tables import TABLES
from hotline_sessions.web.cookies import FRESH, PROOF
from hotline_sessions.web.links import booking_path


pytestmark = pytest.mark.anyio

ENOUGH = 80
"""More pages than a booking can lead to: a crawl that goes on has lost its way."""

FORWARD = re.compile(r'(?:href|src|action)="([^"#]+)"')


async def change_nothing(session: Session) -> None:
    """The session is held as it was announced."""


async def call_off(session: Session) -> None:
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Посадова особа захворіла", staff=staff, now=NOW)


async def shift(session: Session) -> None:
    staff = await make_staff(institution=session.institution)
    plan = Plan(
        post=session.post,
        line=session.line,
        held_on=date(2026, 12, 2),
        opens_clock=time(10),
        closes_clock=time(11),
        talk_minutes=10,
    )
    await reschedule(session.public_id, plan, staff=staff, now=NOW)


async def take_picture() -> dict[str, list[str]]:
    """Every row of every table."""
    return {table.__name__: sorted([str(row) for row in await table.select()]) for table in TABLES}


async def list_links_told() -> list[str]:
    """Addresses in what was sent to citizens."""
    rows = await fetch_rows("select body from message")
    return [link for row in rows for link in re.findall(r"https?://\S+", row["body"])]


def list_links(answer: httpx.Response) -> set[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return set()
    found = {urljoin(str(answer.url), unescape(each)) for each in FORWARD.findall(answer.text)}
    return {each for each in found if each.startswith(ADDRESS) and "/assets/" not in each}


async def crawl(client: httpx.AsyncClient, start: list[str]) -> dict[str, int]:
    """Open with GET and HEAD whatever is found from ``start`` on; forms are opened, not sent."""
    seen: dict[str, int] = {}
    waiting = list(start)
    while waiting and len(seen) < ENOUGH:
        link = waiting.pop(0)
        if link in seen:
            continue
        await client.head(link)
        answer = await client.get(link)
        seen[link] = answer.status_code
        if "location" in answer.headers:
            waiting.append(urljoin(link, answer.headers["location"]))
        # Of other sessions only what the booking itself leads to.
        waiting.extend(sorted(list_links(answer)) if "/bookings/" in link else [])
    return seen


def remember(client: httpx.AsyncClient, taken: Taken, proof: str) -> None:
    """The scanner of a program that reads the cookies of the browser, too."""
    client.cookies.set(FRESH, f"{taken.booking.public_id}.{taken.code}")
    client.cookies.set(PROOF, proof)


@pytest.mark.parametrize("happens", [change_nothing, shift, call_off])
async def test_opening_every_link_of_a_booking_changes_nothing(
    client: httpx.AsyncClient, happens: Callable[[Session], Awaitable[None]]
) -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE)
    await happens(session)
    remember(client, taken, await make_proof())
    own = ADDRESS + booking_path(taken.booking, secret=SECRET)
    forms = [f"{own}/{each}" for each in ("cancel", "move", "question", "appeal", "choice")]
    chosen = [f"{own}/choice?choice={each}" for each in Choice]
    before = await take_picture()

    seen = await crawl(client, [own, *await list_links_told(), *forms, *chosen])

    assert await take_picture() == before
    assert 10 < len(seen) < ENOUGH, seen
    assert seen[own] == 200
    assert not [link for link, status in seen.items() if status >= 500], seen


async def test_the_same_addresses_do_change_something_when_a_form_is_sent(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session, phone=PHONE)
    own = booking_path(taken.booking, secret=SECRET)
    before = await take_picture()

    await client.post(f"{own}/cancel")

    assert await take_picture() != before
