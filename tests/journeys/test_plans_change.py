"""Plans change: a planner shortens, a citizen and an operator choose, in a real browser."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from litestar import Litestar
from litestar.datastructures import State
from playwright.sync_api import Browser, Page, expect
from tests.factories import (
    NOW,
    PASSWORD,
    SECRET,
    make_booking,
    make_institution,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.references import build_reference
from hotline_sessions.store.bus import open_bus
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import NotSignedIn, lead_to_sign_in
from hotline_sessions.web.links import booking_path
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.shell import create_web


pytestmark = pytest.mark.browser


class Office:
    """The running site with one session, two bookings and those who work there."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.address = ""
        self.app = create_web(
            list_routes(),
            public_base_url="http://127.0.0.1",
            state=State(),
            lifespan=[self.live],
            dependencies=DEPENDENCIES,
            exception_handlers={NotSignedIn: lead_to_sign_in},
        )

    @asynccontextmanager
    async def live(self, app: Litestar) -> AsyncIterator[None]:
        async with open_database(self.dsn, pool_size=4), open_bus(self.dsn) as bus:
            app.state.facts = WebFacts(
                clock=FrozenClock(NOW),
                secret=SECRET,
                public_url="http://127.0.0.1",
                watch=bus.subscribe,
            )
            home = await make_institution(
                slug="rivne", name_uk="Рівненська обласна державна адміністрація"
            )
            for login, role in (("operator", Role.OPERATOR), ("planner", Role.COMMUNICATIONS)):
                await make_staff(institution=home.id, login=login, roles=frozenset({role}))
            self.session = await make_session(institution=home, walk_in_percent=0)
            slots = await make_slots(self.session)
            await make_booking(session=self.session, slot=slots[0], name="Петро Гук")
            taken = await make_booking(
                session=self.session, slot=slots[4], name="Коваль Марія Іванівна"
            )
            self.booking = taken.booking
            yield


@pytest.fixture(scope="module")
def office(template: str) -> Iterator[Office]:
    with fresh_database(template) as dsn:
        office = Office(dsn)
        with serve(office.app) as office.address:
            yield office


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def look(page: Page, name: str) -> None:
    """Check the page and take its picture; loaded anew, since axe leaves marks."""
    screenshot(page, name)
    check_page(page)


def sign_in(page: Page, office: Office, login: str, then: str) -> None:
    page.goto(f"{office.address}/staff/sign-in?next={then}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_count(0)


def test_plans_change_and_everyone_concerned_chooses(office: Office, browser: Browser) -> None:
    at = f"/staff/sessions/{office.session.public_id}"
    with open_page(browser) as page:
        sign_in(page, office, "planner", f"{at}/shorten")
        page.fill("#closes_clock", "10:30")
        page.get_by_role("button", name="Показати, кого це стосується").click()
        expect(page.locator("#concerned")).to_be_visible()
        expect(page.get_by_text("10:40: Коваль Марія")).to_be_visible()
        look(page, "shorten")
        page.get_by_role("button", name="Скоротити й повідомити їх").click()
        expect(page.get_by_text("із 1 запитаних не відповіли 1")).to_be_visible()

    with open_page(browser) as page:
        page.goto(office.address + booking_path(office.booking, secret=SECRET))
        expect(page.get_by_text("Пряму лінію скорочено")).to_be_visible()
        look(page, "shortened-booking")

    with open_page(browser) as page:
        sign_in(page, office, "operator", "/staff/bookings")
        look(page, "find-booking")
        page.goto(f"{office.address}/staff/bookings")
        page.fill("#wanted", build_reference(office.booking.public_id))
        page.get_by_role("button", name="Шукати").click()
        expect(page.get_by_role("heading", name="Знайдено")).to_be_visible()
        look(page, "found-bookings")
        page.goto(f"{office.address}/staff/bookings/{office.booking.public_id}")
        expect(page.locator("#starts_at")).to_be_visible()
        look(page, "booking-card")
        page.goto(f"{office.address}/staff/bookings/{office.booking.public_id}/appeal")
        look(page, "file-appeal")
        page.goto(f"{office.address}/staff/bookings/{office.booking.public_id}/appeal")
        page.fill("#residence", "м. Рівне, вул. Соборна, 1")
        page.get_by_role("button", name="Подати звернення").click()
        expect(page.locator("#residence")).to_have_count(0)
        expect(page.get_by_role("status")).to_be_visible()
        look(page, "filed-appeal")
