"""Telephones in pages, with sound: an operator and an official talk through the simulator."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.factories import PASSWORD
from tests.journeys.browser import check_page, open_browser, open_page, screenshot
from tests.journeys.stack import CITIZENS, Stack, bring_official, open_stack, wait_until

from hotline_sessions.domain.calls import CallState, Mode


pytestmark = pytest.mark.browser

MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A microphone that beeps once a second, and a person who allows it."""
SILENT = ("--use-fake-device-for-media-stream", "--deny-permission-prompts")

_LISTEN = """
window.loudest = {input: 0, output: 0};
document.addEventListener('softphone:level', event => {
  for (const name of ['input', 'output']) {
    window.loudest[name] = Math.max(window.loudest[name], event.detail[name]);
  }
});
"""


@pytest.fixture
def stack(template: str, tmp_path: Path) -> Iterator[Stack]:
    with open_stack(template, tmp_path) as stack:
        yield stack


def open_desk(page: Page, stack: Stack) -> None:
    page.add_init_script(_LISTEN)
    page.goto(f"{stack.address}/staff/sign-in?next=/staff/desk/{stack.session.public_id}")
    page.fill("#login", "operator")
    page.fill("#password", PASSWORD)
    page.click("main button")
    expect(page.locator("h1")).to_contain_text("Пульт")


def turn_on(page: Page) -> None:
    page.click("text=Увімкнути телефон")
    expect(page.locator("[data-part=state]")).to_have_text("Телефон готовий.")


def loudness(page: Page, name: str) -> float:
    return float(page.evaluate("name => window.loudest[name]", name))


def test_an_operator_talks_along_from_the_page_and_is_heard_by_another_page(
    stack: Stack,
) -> None:
    with (
        open_browser(*MICROPHONE) as browser,
        open_page(browser) as page,
        open_page(browser) as other,
    ):
        open_desk(page, stack)
        open_desk_of_official(other, stack)
        turn_on(other)
        other.click("text=Приєднатися в браузері")
        expect(page.locator(".hs-desk-bar")).to_contain_text("на лінії")
        turn_on(page)
        screenshot(page, "softphone-ready")

        page.locator("#panels h2").first.click()
        page.keyboard.press("k")
        expect(page.locator("[data-part=state]")).to_have_text("Ви на лінії.")
        expect(page.locator(".hs-desk__ears")).to_contain_text("Вас чують усі")
        wait_until(lambda: loudness(page, "input") > 0.01)
        wait_until(lambda: loudness(other, "output") > 0.01)
        wait_until(lambda: loudness(page, "output") > 0.01)

        # Muted, the microphone is silent in the page itself.
        page.click("text=Вимкнути мікрофон")
        expect(page.locator("[data-part=muted]")).to_be_visible()
        page.evaluate("() => { window.loudest = {input: 0, output: 0} }")
        wait_until(lambda: loudness(page, "output") > 0.01)
        assert loudness(page, "input") == 0
        mine = stack.look().operators[0]
        assert mine.is_browser
        assert mine.mode is Mode.TALK
        assert mine.state is CallState.PRESENT
        screenshot(page, "softphone-talking")
        check_page(page)
        page.keyboard.press("x")
        expect(page.locator("[data-part=state]")).to_have_text("Телефон готовий.")


def open_desk_of_official(page: Page, stack: Stack) -> None:
    """The page of the official, by the signed link."""
    page.add_init_script(_LISTEN)
    page.goto(stack.official_page)
    expect(page.locator("h1")).to_be_visible()


def test_an_operator_prepares_a_citizen_with_the_telephone_in_the_page(stack: Stack) -> None:
    with open_browser(*MICROPHONE) as browser, open_page(browser) as page:
        open_desk(page, stack)
        bring_official(page, stack)
        turn_on(page)
        stack.call(CITIZENS[0])
        stack.press(CITIZENS[0], stack.codes[0][-2:])
        expect(page.locator(".hs-desk__next")).to_contain_text("Гончар Марія")

        page.locator("#panels h2").first.click()
        page.keyboard.press("s")
        expect(page.locator(".hs-desk__next h2")).to_have_text("Готується до ефіру")
        expect(page.locator("[data-part=state]")).to_have_text("Ви на лінії.")
        expect(page.locator(".hs-desk__ears")).to_contain_text("на лінії")
        wait_until(lambda: stack.is_in_company(CITIZENS[0]))
        stack.say(CITIZENS[0], "Добрий день, я про субсидію.")
        expect(page.locator("[data-part=says]")).to_contain_text("я про субсидію")
        screenshot(page, "desk-screening")
        page.keyboard.press("t")

        expect(page.locator(".hs-desk__air")).to_contain_text("розмовляє")
        expect(page.locator(".hs-desk__air")).to_contain_text("Гончар Марія")
        check_page(page)


def test_a_blocked_microphone_is_said_with_what_to_do(stack: Stack) -> None:
    with open_browser(*SILENT) as browser, open_page(browser, complaints=False) as page:
        open_desk(page, stack)
        page.click("text=Увімкнути телефон")

        problem = page.locator("[data-part=problem]")
        expect(problem).to_contain_text("Мікрофон заблоковано. Дозвольте його")
        expect(page.locator("[data-part=state]")).to_have_text("Телефон вимкнено.")
        expect(page.locator("text=Увімкнути телефон")).to_be_visible()
        check_page(page)


def test_only_pages_with_a_telephone_may_use_the_microphone(
    stack: Stack,
) -> None:
    with open_browser() as browser, open_page(browser) as page:
        open_desk(page, stack)
        desk = page.request.get(stack.desk).headers
        board = page.request.get(f"{stack.address}/staff/desk").headers

        assert "microphone=(self)" in desk["permissions-policy"]
        assert re.search(
            r"connect-src 'self' ws://127\.0\.0\.1:\d+;", desk["content-security-policy"]
        )
        assert "microphone=()" in board["permissions-policy"]
        assert "connect-src 'self';" in board["content-security-policy"]
