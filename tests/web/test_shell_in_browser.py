from collections.abc import Iterator

import pytest
from litestar import Litestar
from playwright.sync_api import Browser, expect
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve


pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(web: Litestar) -> Iterator[str]:
    with serve(web) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/sample", "sample"),
        ("/en/sample", "sample-en"),
        ("/staff/sample", "staff-sample"),
        ("/accessibility", "accessibility"),
        ("/privacy", "privacy"),
        ("/nothing", "not-found"),
    ],
)
def test_every_kind_of_page_has_no_barriers_and_no_blocked_code(
    browser: Browser, site: str, path: str, name: str
) -> None:
    with open_page(browser) as page:
        page.goto(site + path)
        check_page(page)
        screenshot(page, name)


def test_a_mistake_is_brought_to_the_reader_and_says_where(browser: Browser, site: str) -> None:
    with open_page(browser, width=390) as page:
        page.goto(f"{site}/sample")
        page.get_by_label("Телефон", exact=True).fill("12")
        page.get_by_role("button", name="Далі").click()

        expect(page.locator(".govuk-error-summary")).to_be_focused()
        expect(page.get_by_label("Телефон", exact=True)).to_have_value("12")
        check_page(page)
        screenshot(page, "mistakes")


def test_the_form_says_the_same_without_scripts(browser: Browser, site: str) -> None:
    with open_page(browser, scripts=False, width=390) as page:
        page.goto(f"{site}/sample")
        page.get_by_role("button", name="Далі").click()

        expect(page).to_have_title("Помилка: Проба – Прямі телефонні лінії")
        expect(page.get_by_role("alert")).to_contain_text("Виправте помилки")


def test_staff_scripts_start_and_the_clock_runs(browser: Browser, site: str) -> None:
    with open_page(browser) as page:
        page.goto(f"{site}/staff/sample")

        expect(page.locator("[data-clock-since]")).not_to_have_text("10:00")
        assert page.evaluate("() => typeof window.htmx.version") == "string"
