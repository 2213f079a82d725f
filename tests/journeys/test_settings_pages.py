"""An administrator sets the rules of an institution in a real browser."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from litestar import Litestar
from playwright.sync_api import Browser, expect
from tests.factories import NOW, PASSWORD, SECRET, make_institution, make_session, make_staff
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.services.accounts import sign_in
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.guards import SIGN_IN_COOKIE


pytestmark = pytest.mark.browser


async def people(dsn: str) -> str:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(name_uk="Рівненська обласна державна адміністрація")
        await make_session(institution=home)
        staff = await make_staff(institution=home.id)
        return await sign_in(staff.login, PASSWORD, secret=SECRET, now=NOW)


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[tuple[str, str]]:
    with fresh_database(template) as dsn:
        administrator = run(lambda: people(dsn))

        @asynccontextmanager
        async def with_database(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn):
                yield

        with serve(create_site(FrozenClock(NOW), lifespan=[with_database])) as address:
            yield address, administrator


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def test_rules_are_read_changed_and_restored(browser: Browser, town: tuple[str, str]) -> None:
    address, administrator = town
    with open_page(browser, complaints=False) as page:
        page.context.add_cookies([{"name": SIGN_IN_COOKIE, "value": administrator, "url": address}])
        page.goto(f"{address}/staff")
        page.get_by_role("link", name="Налаштування").click()
        check_page(page)
        screenshot(page, "settings")
        page.get_by_role("button", name="Змінити правила запису").click()
        check_page(page)
        screenshot(page, "settings-booking")

        cap = page.get_by_label("Скільки розмов на місяць")
        cap.fill("багато")
        page.get_by_role("button", name="Зберегти").click()
        expect(page.get_by_role("link", name="Введіть ціле число від 0 до 1000")).to_be_visible()
        check_page(page)
        screenshot(page, "settings-mistake")
        with open_page(browser, complaints=False) as other:
            other.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
            other.goto(f"{address}/staff/settings/booking")
            other.get_by_label("Скільки розмов на місяць").fill("6")
            other.get_by_role("button", name="Зберегти").click()
            expect(other.get_by_text("не більше ніж 6 розмов")).to_be_visible()
        cap.fill("2")
        page.get_by_role("button", name="Зберегти").click()
        expect(page.get_by_role("region", name="Відмінності")).to_contain_text("6")
        check_page(page)
        screenshot(page, "settings-conflict")

        page.get_by_role("button", name="Зберегти").click()
        expect(page.get_by_text("не більше ніж 2 розмови")).to_be_visible()
        expect(page.get_by_role("region", name="Зміни правил")).to_contain_text("6 → 2")
        check_page(page)
        screenshot(page, "settings-changes")
        page.goto(f"{address}/staff/settings/calls")
        check_page(page)
        screenshot(page, "settings-calls")
        page.goto(f"{address}/staff/settings/booking/restore")
        check_page(page)
        screenshot(page, "settings-restore")
        page.get_by_role("button", name="Так, повернути типові правила").click()
        expect(page.get_by_text("не більше ніж 4 розмови")).to_be_visible()
