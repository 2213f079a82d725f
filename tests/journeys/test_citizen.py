"""A citizen from the list of sessions to a talk of their own, in a real browser without scripts."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from typing import TypeVar

import asyncpg
import pytest
from litestar import Litestar
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect
from tests.databases import TEMPLATE, new_database
from tests.factories import (
    NOW,
    make_appeal,
    make_institution,
    make_post,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.web.site import create_site

from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.store.engine import open_database


pytestmark = pytest.mark.browser

T = TypeVar("T")


class Town(Struct, frozen=True, kw_only=True):
    """What there is in the town whose citizens use the site."""

    address: str
    dsn: str
    session: str
    raced: str
    cancelled: str
    moved: str
    number: str
    code: str


def run(work: Callable[[], Awaitable[T]]) -> T:
    """``work`` in a loop of its own, beside the one of the browser."""

    async def wait() -> T:
        return await work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, wait()).result()


@contextmanager
def fresh_database(template: str) -> Iterator[str]:
    """A database for the whole module, made and dropped outside of the browser's loop."""
    with ThreadPoolExecutor(1) as pool:
        loop = asyncio.new_event_loop()
        holder = new_database(template, TEMPLATE)
        dsn = pool.submit(loop.run_until_complete, holder.__aenter__()).result()
        try:
            yield dsn
        finally:
            leave = holder.__aexit__(None, None, None)
            pool.submit(loop.run_until_complete, leave).result()
            loop.close()


async def people_the_town(dsn: str) -> dict[str, str]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(
            slug="rivne", name_uk="Рівненська обласна державна адміністрація"
        )
        staff = await make_staff(institution=home.id)
        deputy = await make_post(
            institution=home.id,
            title_uk="Заступниця голови адміністрації з питань медицини",
            title_en="Deputy Head for Health",
            portfolio="Лікарні, ліки, медико-соціальна експертиза",
            holder="Ганна Василівна Гнатюк",
        )
        session = await make_session(institution=home, staff=staff)
        await make_session(
            institution=home, staff=staff, post=deputy, topic="", held_on=date(2026, 11, 26)
        )
        raced = await make_session(
            institution=home, staff=staff, topic="Ліфти", held_on=date(2026, 11, 30)
        )
        off = await make_session(
            institution=home,
            staff=staff,
            post=deputy,
            topic="Ліки за програмою",
            held_on=date(2026, 11, 27),
        )
        await cancel(off.public_id, "Посадова особа у відрядженні.", staff=staff, now=NOW)
        old = await make_session(
            institution=home,
            staff=staff,
            post=deputy,
            topic="Реабілітація",
            held_on=date(2026, 11, 28),
        )
        plan = Plan(
            post=deputy.id,
            line=old.line,
            topic=old.topic,
            held_on=date(2026, 12, 2),
            opens_clock=old.opens_clock,
            closes_clock=old.closes_clock,
        )
        await reschedule(old.public_id, plan, staff=staff, now=NOW)
        made = await make_appeal(staff=staff)
        return {
            "session": session.public_id,
            "raced": raced.public_id,
            "cancelled": off.public_id,
            "moved": old.public_id,
            "number": made.appeal.register_index,
            "code": made.code,
        }


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[Town]:
    with fresh_database(template) as dsn:
        facts = run(lambda: people_the_town(dsn))

        @asynccontextmanager
        async def live(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn, pool_size=4):
                yield

        app = create_site(FrozenClock(NOW), lifespan=[live])
        with serve(app) as address:
            yield Town(address=address, dsn=dsn, **facts)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


async def read_last_text(dsn: str, purpose: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return str(
            await connection.fetchval(
                """select coalesce(nullif(body, ''), facts::text) from message
                    where purpose = $1 order by id desc limit 1""",
                purpose,
            )
        )
    finally:
        await connection.close()


def read_code(town: Town) -> str:
    """The code, as the citizen reads it on the phone."""
    return run(lambda: read_last_text(town.dsn, "one-time-code"))[:6]


def look(page: Page, name: str) -> None:
    check_page(page)
    screenshot(page, name)


def book(page: Page, town: Town, *, phone: str) -> None:
    page.goto(town.address)
    page.click("text=Субсидії та пільги >> nth=-1")
    page.click("a.govuk-button")
    page.fill("#name", "Марія Іванівна")
    page.fill("#phone", phone)
    page.click("button.govuk-button")
    page.fill("#code", read_code(town))
    page.click("button.govuk-button")
    page.fill("#community", "Рівне")
    page.fill("#question", "Коли буде перерахунок субсидії?")
    page.click("button.govuk-button")


def test_a_citizen_without_scripts_books_a_talk_changes_it_and_gives_it_back(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, scripts=False, width=390) as page:
        book(page, town, phone="050 111 22 33")

        expect(page).to_have_title(re.compile("^Вас записано"))
        assert "/bookings/" in page.url
        code = page.inner_text("main strong")
        assert re.fullmatch(r"\d{6}", code)
        assert code in run(lambda: read_last_text(town.dsn, "booking-confirmed"))
        assert code not in page.url

        mine = page.url
        page.reload()
        expect(page).to_have_title(re.compile("^Вас записано"))
        page.go_back()
        page.goto(f"{town.address}/sessions/{town.session}/book")
        assert page.url == mine, "who has booked is led to the booking"

        page.click("text=Змінити запитання")
        expect(page.locator("#question-info")).to_have_text("До 2000 символів")
        screenshot(page, "question-without-scripts")
        page.fill("#question", "Коли відремонтують міст?")
        page.click("button.govuk-button")
        expect(page.locator("[role=status]")).to_have_text("Нове запитання збережено.")
        expect(page.locator("main")).to_contain_text("Коли відремонтують міст?")
        page.click("text=Обрати інший час")
        screenshot(page, "move-without-scripts")
        page.locator("input[name=starts_at]").last.check()
        page.click("button.govuk-button")
        expect(page.locator("[role=status]")).to_contain_text("Ваш запис перенесено.")
        screenshot(page, "moved-without-scripts")

        page.click("text=Скасувати запис")
        expect(page).to_have_title(re.compile("^Скасувати запис[?]"))
        page.click("button.govuk-button--warning")
        expect(page).to_have_title(re.compile("^Мій запис"))
        assert "Запис скасовано" in page.inner_text("h1")


def test_a_citizen_without_scripts_follows_an_appeal_by_number_and_code(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, scripts=False, width=390) as page:
        page.goto(f"{town.address}/appeals")
        page.fill("#number", town.number)
        page.fill("#code", town.code)
        page.click("button.govuk-button")

        assert town.number in page.inner_text("h1")
        assert "Не надійшла субсидія" in page.inner_text("main")
        assert town.code not in page.url


@pytest.mark.parametrize("prefix", [pytest.param("", id="uk"), pytest.param("/en", id="en")])
def test_public_pages_have_no_barriers(browser: Browser, town: Town, prefix: str) -> None:
    at = town.address + prefix
    mark = prefix.removeprefix("/") or "uk"
    with open_page(browser) as page:
        for name, path in {
            "home": "/",
            "home-nothing": "/?topic=x",
            "session": f"/sessions/{town.session}",
            "session-cancelled": f"/sessions/{town.cancelled}",
            "session-moved": f"/sessions/{town.moved}",
            "book": f"/sessions/{town.session}/book",
            "bookings": "/bookings",
            "appeals": "/appeals",
            "deadlines": "/deadlines",
            "deadlines-mistake": "/deadlines?received=2010-01-01&rule=INFO_5WD",
            "deadlines-reckoned": "/deadlines?received=2026-12-10&rule=ART20_15D&holidays=kept",
        }.items():
            page.goto(at + path)
            look(page, f"{name}-{mark}")


@pytest.mark.parametrize(
    ("prefix", "phone"),
    [
        pytest.param("", "+380502223344", id="uk"),
        pytest.param("/en", "+380633334455", id="en"),
    ],
)
def test_pages_of_a_booking_and_of_an_appeal_have_no_barriers(
    browser: Browser, town: Town, prefix: str, phone: str
) -> None:
    at = f"{town.address}{prefix}/sessions/{town.session}"
    mark = prefix.removeprefix("/") or "uk"
    with open_page(browser) as page:
        page.goto(f"{at}/book")
        page.fill("#phone", "12")
        page.click("button.govuk-button")
        look(page, f"book-mistakes-{mark}")
        page.fill("#name", "Марія Іванівна")
        page.fill("#phone", phone)
        page.click("button.govuk-button")
        page.wait_for_url("**/code")
        look(page, f"code-{mark}")
        page.fill("#code", read_code(town))
        page.click("main form:first-of-type button")
        page.wait_for_url("**/slot")
        look(page, f"slot-{mark}")
        page.fill("#community", "Рівне")
        page.click("button.govuk-button")
        look(page, f"slot-mistakes-{mark}")
        page.fill("#question", "Коли буде перерахунок субсидії?")
        page.click("button.govuk-button")
        page.wait_for_url("**/bookings/*")
        look(page, f"booked-{mark}")
        mine = page.url
        for change in ("question", "move", "cancel"):
            page.goto(mine)
            page.click(f"a[href$='/{change}']")
            look(page, f"{change}-{mark}")
        page.goto(f"{town.address}{prefix}/appeals")
        page.fill("#number", town.number)
        page.fill("#code", town.code)
        page.click("button.govuk-button")
        page.wait_for_url("**/appeals/*")
        look(page, f"appeal-{mark}")


async def take_first_slot(town: Town) -> None:
    """Somebody else gets the first slot that is free."""
    connection = await asyncpg.connect(town.dsn)
    try:
        await connection.execute(
            """insert into booking (public_id, institution, session, slot, phone, caller_name,
                                    code_mac, code_hint, booked_at)
               select '0123456789', s.institution, s.id, t.id, '+380631234567', 'Петро', 'none',
                      '00', $2
                 from session s join slot t on t.session = s.id
                where s.public_id = $1 and t.is_bookable
                  and not exists (select from booking b
                                   where b.slot = t.id and b.state in ('booked', 'heard'))
                order by t.starts_at limit 1""",
            town.raced,
            NOW,
        )
    finally:
        await connection.close()


def test_after_the_first_visit_two_taps_and_two_fields_book_and_one_more_when_too_late(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, width=390) as page:
        page.goto(f"{town.address}/sessions/{town.raced}/book")
        page.fill("#name", "Ольга Петрівна")
        page.fill("#phone", "050 777 66 55")
        page.click("button.govuk-button")
        page.fill("#code", read_code(town))
        page.click("button.govuk-button")

        page.goto(f"{town.address}/s/{town.raced}")  # what the code on a poster holds
        page.locator("main a.govuk-button").first.click()
        fields = page.locator("main input[type=text]:visible, main textarea:visible")
        expect(fields).to_have_count(2)
        page.fill("#community", "Рівне")
        page.fill("#question", "Коли відремонтують ліфт?")
        run(lambda: take_first_slot(town))
        page.click("button.govuk-button")

        expect(page.locator("main")).to_contain_text("щойно зайняла інша людина")
        assert page.locator("main textarea").count() == 0
        expect(page.locator("main form .govuk-inset-text")).to_have_text("Коли відремонтують ліфт?")
        look(page, "too-late-uk")
        page.click("button.govuk-button")

        expect(page).to_have_title(re.compile("^Вас записано"))
        assert "Коли відремонтують ліфт?" in page.inner_text("main")
