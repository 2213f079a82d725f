"""The waiting list in a real browser: join, see one's place, answer an offer; no barriers."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import asyncpg
import msgspec
import pytest
from litestar import Litestar
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect
from tests.factories import (
    NOW,
    PASSWORD,
    SECRET,
    make_institution,
    make_phone,
    make_post,
    make_proof,
    make_session,
    make_staff,
    plan_registration_days,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.services.waiting import fill
from tests.web.site import create_site

from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.services.offer_answers import accept_offer, decline_offer
from hotline_sessions.services.waiting_list import leave
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.cookies import PROOF
from hotline_sessions.web.links import booking_path, waiting_path


pytestmark = pytest.mark.browser

AFTER = NOW + timedelta(minutes=10)


class Town(Struct, frozen=True, kw_only=True):
    """Full sessions, addresses of what citizens hold, and proofs of two phones."""

    address: str
    dsn: str
    full: str
    busy: str
    drawn: str
    login: str
    proofs: tuple[str, ...]
    place: str
    offered: str
    gone: str
    booked: str
    earlier: str
    open: str
    second: str
    declined: str
    taken: str


async def people_the_town(dsn: str) -> dict[str, object]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution()
        post = await make_post(institution=home.id)
        full = await fill(await make_session(institution=home, post=post))
        full.clock.set(AFTER - timedelta(minutes=5))
        entry = await full.join()
        left = await full.join()
        await leave(left.public_id, now=full.now)

        busy = await fill(
            await make_session(institution=home, post=post, held_on=date(2026, 11, 26))
        )
        busy.clock.set(AFTER - timedelta(minutes=5))
        entries = [await busy.join() for _ in range(4)]
        for number in range(4):
            await cancel_booking(busy.booked[number].public_id, now=busy.now)
        offers = [await busy.offer_of(each.phone) for each in entries]
        await decline_offer(offers[2], now=busy.now)
        await accept_offer(offers[3], secret=SECRET, now=busy.now)
        ends = busy.session.ends_at
        links = {
            "place": waiting_path(entry.public_id, full.session.ends_at, secret=SECRET),
            "gone": waiting_path(left.public_id, full.session.ends_at, secret=SECRET),
            "offered": waiting_path(entries[0].public_id, ends, secret=SECRET),
            "booked": waiting_path(entries[3].public_id, ends, secret=SECRET),
            "earlier": f"{booking_path(full.booked[3], secret=SECRET)}/earlier",
            "open": f"/o/{offers[0]}",
            "second": f"/o/{offers[1]}",
            "declined": f"/o/{offers[2]}",
            "taken": f"/o/{offers[3]}",
        }
        drawn = await make_session(
            institution=home,
            post=post,
            held_on=date(2026, 11, 27),
            registration=msgspec.structs.replace(plan_registration_days(), opens=None),
        )
        staff = await make_staff(institution=home.id)
        proofs = tuple([await make_proof(phone=make_phone(), now=AFTER) for _ in range(2)])
        return {
            "full": full.session.public_id,
            "busy": busy.session.public_id,
            "drawn": drawn.public_id,
            "login": staff.login,
            "proofs": proofs,
            **links,
        }


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[Town]:
    with fresh_database(template) as dsn:
        facts = run(lambda: people_the_town(dsn))

        @asynccontextmanager
        async def live(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn, pool_size=4):
                yield

        with serve(create_site(FrozenClock(AFTER), lifespan=[live])) as address:
            yield Town(address=address, dsn=dsn, **facts)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


async def count_waiting(town: Town) -> int:
    """How many are on the list of the full session: whoever joins now comes behind them."""
    connection = await asyncpg.connect(town.dsn)
    try:
        return int(
            await connection.fetchval(
                """select count(*) from waiting_entry w join session s on s.id = w.session
                    where s.public_id = $1 and w.state = 'waiting'""",
                town.full,
            )
        )
    finally:
        await connection.close()


def look(page: Page, name: str) -> None:
    check_page(page)
    screenshot(page, f"waiting-{name}")


def be(page: Page, town: Town, proof: str) -> None:
    page.context.add_cookies([{"name": PROOF, "value": proof, "url": town.address}])


@pytest.mark.parametrize(
    ("prefix", "number"), [pytest.param("", 0, id="uk"), pytest.param("/en", 1, id="en")]
)
def test_pages_of_the_waiting_list_have_no_barriers(
    browser: Browser, town: Town, prefix: str, number: int
) -> None:
    at = f"{town.address}{prefix}"
    mark = prefix.removeprefix("/") or "uk"
    with open_page(browser, width=390) as page:
        for name in ("place", "offered", "gone", "booked", "earlier", "open", "declined", "taken"):
            page.goto(at + getattr(town, name))
            look(page, f"{name}-{mark}")
        page.goto(f"{at}{town.declined}?done=declined")
        look(page, f"refused-{mark}")
        be(page, town, town.proofs[number])
        page.goto(f"{at}/sessions/{town.full}/wait")
        look(page, f"join-{mark}")
        page.click("button.govuk-button")
        look(page, f"join-mistakes-{mark}")
        page.fill("#community", "Рівне")
        page.fill("#question", "Коли буде перерахунок субсидії?")
        place = 1 + run(lambda: count_waiting(town))
        page.click("button.govuk-button")
        expect(page.locator(".hs-panel")).to_contain_text(f": {place}\n")
        look(page, f"joined-{mark}")


@pytest.mark.parametrize("prefix", [pytest.param("", id="uk"), pytest.param("/en", id="en")])
def test_pages_of_the_waiting_list_at_the_desk_have_no_barriers(
    browser: Browser, town: Town, prefix: str
) -> None:
    at = f"{town.address}{prefix}/staff"
    mark = prefix.removeprefix("/") or "uk"
    with open_page(browser, width=390) as page:
        page.goto(f"{at}/sign-in")
        page.fill("#login", town.login)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        expect(page).not_to_have_url(re.compile("sign-in"))
        for name, path in {
            "list": f"/sessions/{town.busy}/waiting",
            "add": f"/sessions/{town.full}/waiting/add",
            "add-draw": f"/sessions/{town.drawn}/waiting/add",
            "book-full": f"/desk/{town.full}/book",
            "book-draw": f"/desk/{town.drawn}/book",
        }.items():
            page.goto(at + path)
            look(page, f"desk-{name}-{mark}")


def test_an_offer_is_declined_and_accepted_without_scripts(browser: Browser, town: Town) -> None:
    with open_page(browser, scripts=False, width=390) as page:
        page.goto(town.address + town.second)
        page.click("button.govuk-button--secondary")
        expect(page.locator("h1")).to_have_text("Цей час передано наступному")
        page.goto(town.address + town.open)
        page.click("button.govuk-button:not(.govuk-button--secondary)")
        expect(page).to_have_url(re.compile("/bookings/"))
        expect(page.locator("main")).to_contain_text("останні дві цифри вашого коду")
