"""What people see when too many come: a short wait, a place in line, and staff who help."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from litestar import Litestar, get
from litestar.params import FromPath
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect
from tests.factories import (
    NOW,
    PASSWORD,
    PHONE,
    SECRET,
    make_institution,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.domain.code_caps import Cap
from hotline_sessions.services.accounts import sign_in
from hotline_sessions.store.code_stops import note_stop
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.code_pressure import Pressure
from hotline_sessions.web.guards import SIGN_IN_COOKIE
from hotline_sessions.web.shell import create_web
from hotline_sessions.web.waiting_room import WaitingRoom


pytestmark = pytest.mark.browser


class Town(Struct, frozen=True, kw_only=True):
    """A site on which every request for a code meets the gate."""

    address: str
    session: str
    operator: str


async def people(dsn: str) -> tuple[str, str]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(name_uk="Рівненська обласна державна адміністрація")
        session = await make_session(institution=home)
        staff = await make_staff(institution=home.id)
        await note_stop(Cap.RANGE, "+38067123", now=NOW)
        token = await sign_in(staff.login, PASSWORD, secret=SECRET, now=NOW)
        return session.public_id, token


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[Town]:
    with fresh_database(template) as dsn:
        session, operator = run(lambda: people(dsn))

        @asynccontextmanager
        async def with_database(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn):
                yield

        app = create_site(FrozenClock(NOW), lifespan=[with_database])
        app.state.code_pressure = Pressure(of_client=0)
        with serve(app) as address:
            yield Town(address=address, session=session, operator=operator)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def ask_for_code(page: Page, town: Town, phone: str) -> None:
    page.goto(f"{town.address}/sessions/{town.session}/book")
    page.get_by_label("Як вас звати?").fill("Марія Іванівна")
    page.get_by_label("Ваш мобільний телефон").fill(phone)
    page.get_by_role("button").last.click()


def test_without_scripts_one_is_told_how_long_to_wait(browser: Browser, town: Town) -> None:
    with open_page(browser, scripts=False, width=390) as page:
        ask_for_code(page, town, "050 123 45 67")
        expect(page.get_by_role("heading", level=1)).to_have_text("Зачекайте трохи")
        expect(page.get_by_text("Зачекайте 20 секунд")).to_be_visible()
        expect(page.get_by_text("Ваш пристрій працює")).to_be_hidden()
        screenshot(page, "code-gate")
        page.get_by_role("button").last.click()
        expect(page.get_by_text("Ще зарано")).to_be_visible()
        screenshot(page, "code-gate-early")


def test_with_scripts_the_device_works_and_goes_on_by_itself(browser: Browser, town: Town) -> None:
    with open_page(browser, width=390) as page:
        ask_for_code(page, town, "067 765 43 21")
        expect(page).to_have_url(re.compile(r"/code$"))
        check_page(page)


def test_the_place_in_line_is_a_page_like_every_other(browser: Browser) -> None:
    @get("/sessions/{public_id:str}/book", sync_to_thread=False)
    def book(public_id: FromPath[str]) -> str:
        return public_id

    room = WaitingRoom(bound=0, secret=SECRET, clock=FrozenClock(NOW), is_https=False)
    app = create_web([book], public_base_url="http://127.0.0.1", waiting_room=room)
    with serve(app) as address, open_page(browser, width=390, complaints=False) as page:
        page.goto(f"{address}/sessions/abc/book")
        expect(page.get_by_text("Ви в черзі. Ваше місце: 1")).to_be_visible()
        check_page(page)
        screenshot(page, "waiting-room")


def test_an_operator_sees_the_alarm_books_and_lifts_limits(browser: Browser, town: Town) -> None:
    with open_page(browser) as page:
        page.context.add_cookies(
            [{"name": SIGN_IN_COOKIE, "value": town.operator, "url": town.address}]
        )
        page.goto(f"{town.address}/staff")
        expect(page.get_by_text("+38067123…")).to_be_visible()
        check_page(page)
        screenshot(page, "today-alarm")
        page.goto(f"{town.address}/staff/sessions/{town.session}")
        page.get_by_role("button", name="Записати громадянина").click()
        check_page(page)
        screenshot(page, "desk-book")
        page.get_by_label("Понад обмеження").check()
        page.locator("form[novalidate] button[type=submit]").click()
        expect(page.get_by_role("link", name="Напишіть, чому для цього запису")).to_be_visible()
        screenshot(page, "desk-book-mistakes")
        check_page(page)
        page.get_by_label("Ім’я громадянина").fill("Марія Іванівна")
        page.get_by_label("Телефон громадянина").fill(PHONE)
        page.get_by_label("Місто, село або громада").fill("Рівне")
        page.get_by_label("Питання").fill("Коли буде перерахунок субсидії?")
        page.get_by_label("Чому обмеження").fill("Скарга до голови")
        page.locator("form[novalidate] button[type=submit]").click()
        expect(page.get_by_text("Код, який треба назвати")).to_be_visible()
        check_page(page)
        screenshot(page, "desk-booked")
        page.goto(f"{town.address}/staff/limits")
        page.get_by_label("Телефон громадянина").fill(PHONE)
        page.get_by_role("button", name="Показати обмеження").click()
        page.get_by_label("Чому обмеження знято").fill("Скарга до голови")
        screenshot(page, "desk-limits")
        page.get_by_role("button", name="Зняти обмеження").click()
        expect(page.get_by_text("Скарга до голови")).to_be_visible()
        assert PHONE.removeprefix("+") not in page.url
        check_page(page)
        screenshot(page, "desk-limits-lifted")
