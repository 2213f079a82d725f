"""Staff plan in the calendar with keys alone, and are told what cannot be."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, time

import pytest
from litestar import Litestar
from playwright.sync_api import Browser, Locator, expect
from tests.factories import NOW, PASSWORD, SECRET, make_institution, make_session, make_staff
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.services.accounts import sign_in
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.guards import SIGN_IN_COOKIE


pytestmark = pytest.mark.browser


async def people(dsn: str) -> str:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(name_uk="Рівненська обласна державна адміністрація")
        announced = await make_session(institution=home, topic="Оголошена")
        for day, topic in ((date(2026, 11, 26), "Чернетка"), (date(2027, 3, 27), "Нічна")):
            await plan_session(
                Plan(
                    post=announced.post,
                    line=announced.line,
                    topic=topic,
                    held_on=day,
                    opens_clock=time(10 if topic == "Чернетка" else 3, 30 * (topic == "Нічна")),
                    closes_clock=time(11 if topic == "Чернетка" else 5),
                    talk_minutes=10,
                ),
                institution=home.id,
                now=NOW,
            )
        staff = await make_staff(institution=home.id)
        return await sign_in(staff.login, PASSWORD, secret=SECRET, now=NOW)


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[tuple[str, str]]:
    with fresh_database(template) as dsn:
        token = run(lambda: people(dsn))

        @asynccontextmanager
        async def with_database(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn):
                yield

        with serve(create_site(FrozenClock(NOW), lifespan=[with_database])) as address:
            yield address, token


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def test_drafts_are_moved_by_keys_and_refusals_are_told(
    browser: Browser, town: tuple[str, str]
) -> None:
    address, token = town
    with open_page(browser, complaints=False) as page:
        page.context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": address}])
        page.goto(f"{address}/staff/planner?month=2026-11")
        calendar, told = page.locator("#planner-calendar"), page.locator("#planner-told")
        draft = calendar.locator("[data-session]", has_text="Чернетка")
        expect(draft).to_be_visible()
        screenshot(page, "planner-month")
        check_page(page)
        screenshot(page, "planner-month")

        focus(draft)
        page.keyboard.press("Shift+ArrowRight")
        expect(told).to_contain_text("27 листопада 2026 р., 10:00")
        expect(calendar.locator("[data-session]:focus")).to_contain_text("Чернетка")
        page.keyboard.press("Shift+ArrowLeft")
        expect(told).to_contain_text("26 листопада")
        expect(calendar.locator("[data-session]:focus")).to_contain_text("Чернетка")
        page.keyboard.press("Shift+ArrowLeft")
        expect(told).to_contain_text("в цей час")
        screenshot(page, "planner-refused")

        focus(calendar.locator("[data-session]", has_text="Оголошена"))
        page.keyboard.press("Shift+ArrowRight")
        expect(page.get_by_label("День", exact=False).first).to_have_value("2026-11-26")
        check_page(page)

        page.goto(f"{address}/staff/planner?month=2027-03")
        focus(calendar.locator("[data-session]", has_text="Нічна"))
        page.keyboard.press("Shift+ArrowRight")
        expect(told).to_contain_text("Тієї ночі годинники переводять уперед")

        page.goto(f"{address}/staff/planner?view=quarter&month=2026-11")
        check_page(page)
        screenshot(page, "planner-quarter")
    with open_page(browser, scripts=False) as page:
        page.context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": address}])
        page.goto(f"{address}/staff/planner?month=2026-11")
        page.get_by_role("link", name="Перенести").last.click()
        screenshot(page, "planner-move")


def focus(entry: Locator) -> None:
    # The calendar draws its entries anew a moment after the width of the window has changed.
    entry.page.wait_for_timeout(300)
    entry.evaluate("each => each.focus()")
    expect(entry).to_be_focused()
