"""Who publishes copies a text by a button, and the pages of publications in a real browser."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from litestar import Litestar
from msgspec.structs import replace
from playwright.sync_api import Browser, expect
from tests.factories import NOW, PASSWORD, SECRET, make_institution, make_session, make_staff
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.services.accounts import sign_in
from hotline_sessions.services.channels import save_own_channel
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.guards import SIGN_IN_COOKIE


pytestmark = pytest.mark.browser


async def people(dsn: str) -> tuple[str, str]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(name_uk="Рівненська обласна державна адміністрація")
        session = await make_session(institution=home)
        staff = await make_staff(institution=home.id)
        await save_own_channel("@rivne_lines", posts_by_itself=False, staff=staff, now=NOW)
        token = await sign_in(staff.login, PASSWORD, secret=SECRET, now=NOW)
        return session.public_id, token


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[tuple[str, str, str]]:
    with fresh_database(template) as dsn:
        session, token = run(lambda: people(dsn))

        @asynccontextmanager
        async def with_database(app: Litestar) -> AsyncIterator[None]:
            app.state.facts = replace(app.state.facts, has_bot=True)
            async with open_database(dsn):
                yield

        with serve(create_site(FrozenClock(NOW), lifespan=[with_database])) as address:
            yield address, session, token


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def test_a_text_is_copied_by_a_button_and_posted_by_another(
    browser: Browser, town: tuple[str, str, str]
) -> None:
    address, session, token = town
    with open_page(browser, complaints=False) as page:
        page.context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": address}])
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        page.goto(f"{address}/staff/sessions/{session}/publications")
        check_page(page)
        screenshot(page, "publications-session")

        text = page.get_by_label("Текст для газети").first.input_value()
        button = page.get_by_role("button", name=re.compile("Копіювати.*Текст для газети")).first
        button.click()
        expect(page.locator('[data-copy-status="text-newspaper-uk"]')).to_have_text("Скопійовано")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.replace("\r\n", "\n") == text
        assert "0 800 502 708" in copied

        page.get_by_role("button", name="Опублікувати в каналі").click()
        expect(page.get_by_text("Допис з’явиться або зміниться за хвилину.")).to_be_visible()
        page.goto(f"{address}/staff/publications")
        check_page(page)
        screenshot(page, "publications")


def test_the_page_to_subscribe_asks_for_an_address_in_words(
    browser: Browser, town: tuple[str, str, str]
) -> None:
    address, _, _ = town
    with open_page(browser) as page:
        page.goto(f"{address}/subscribe")
        check_page(page)
        screenshot(page, "subscribe-letters")
        page.get_by_label("Електронна адреса").fill("олена")
        page.get_by_role("button", name="Отримувати листи").click()
        expect(page.get_by_role("link", name="Введіть адресу електронної пошти")).to_be_visible()
        check_page(page)
        screenshot(page, "subscribe-letters-mistake")
        page.get_by_label("Електронна адреса").fill("olena@example.com")
        page.get_by_role("button", name="Отримувати листи").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Перевірте поштову скриньку")
        check_page(page)
        screenshot(page, "subscribe-letters-asked")
