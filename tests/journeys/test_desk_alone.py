"""The desk in a real browser on the real product, as a process that can be killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.factories import PASSWORD
from tests.journeys.browser import check_page, open_browser, open_page, screenshot
from tests.journeys.stack import CITIZENS, Stack, bring_official, open_stack, wait_until

from hotline_sessions.domain.calls import CallState


pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def stack(template: str, tmp_path: Path) -> Iterator[Stack]:
    with open_stack(template, tmp_path) as stack:
        yield stack


def sign_in(page: Page, stack: Stack) -> None:
    """Sign in by keyboard, and go to the board."""
    page.goto(f"{stack.address}/staff/sign-in?next=/staff/desk")
    page.locator("#login").focus()
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Прямі лінії, що тривають")
    # Only now does the page listen to single keys.
    expect(page.locator("body.hs-keys-on")).to_be_visible()


def come_in(stack: Stack, number: str, index: int, *, booked: int = 2) -> None:
    """A citizen calls, keys in a code or none, and waits."""
    stack.call(number)
    stack.press(number, stack.codes[index][-2:] if index < booked else "#")


def press_button(page: Page, name: str) -> None:
    """Go on by Tab to the button of this name, and press it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip().startswith(name):
            page.keyboard.press("Enter")
            return
    raise AssertionError(name)


def register_by_keyboard(page: Page) -> str:
    """Fill in the open form by keyboard; the number of the appeal."""
    expect(page.locator("#surname")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#surname").focus()
    for words in ("Гончар", "Марія", "Іванівна", "м. Рівне, вул. Соборна, 1"):
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # The phone is known from the call.
    page.keyboard.press("Control+a")
    page.keyboard.type("Коли буде перерахунок субсидії за листопад?")
    press_button(page, "Зареєструвати")
    number = page.locator(".hs-done__number")
    expect(number).to_be_visible()
    return number.inner_text().split()[-1]


def test_an_operator_runs_a_session_of_five_citizens_with_the_keyboard_only(
    stack: Stack, browser: Browser
) -> None:
    with open_page(browser) as page:
        page.add_init_script("window.addEventListener('mousedown', () => { window.moused = true })")
        sign_in(page, stack)
        page.keyboard.press("1")
        bring_official(page, stack)
        panels = page.locator("#panels")

        numbers = []
        for index, citizen in enumerate(CITIZENS[:5]):
            come_in(stack, citizen, index)
            expect(panels.locator(".hs-desk__waiting .hs-desk__count")).to_have_text("1")
            page.keyboard.press("n")
            expect(panels.locator(".hs-desk__air")).to_contain_text("розмовляє")
            if index == 0:
                page.keyboard.press("?")
                expect(page.locator("#keys-help")).to_be_visible()
                page.keyboard.press("Escape")
            else:  # number and code of the one before stay until the next form is asked for
                page.keyboard.press("f")
            numbers.append(register_by_keyboard(page))
            page.locator("#appeal h2").evaluate(
                "heading => { heading.tabIndex = -1; heading.focus() }"
            )
            page.keyboard.press("e")
            expect(panels.locator(".hs-desk__air")).to_contain_text("В ефірі нікого немає")
            wait_until(lambda number=citizen: not stack.handset(number).is_busy)  # type: ignore[misc]

        assert len(set(numbers)) == 5
        assert page.evaluate("() => window.moused") is None
        desk = stack.look()
        assert desk.questions == []
        assert list(stack.simulator.carrier.find_breaches()) == []
        screenshot(page, "desk-after-five")
        check_page(page)


def test_a_desk_comes_back_by_itself_after_the_server_was_killed_and_shows_the_truth(
    stack: Stack, browser: Browser
) -> None:
    with open_page(browser, complaints=False) as page:
        sign_in(page, stack)
        page.keyboard.press("1")
        bring_official(page, stack)
        come_in(stack, CITIZENS[0], 0)
        panels, lost = page.locator("#panels"), page.locator("#connection")
        expect(panels.locator(".hs-desk__waiting")).to_contain_text("Гончар Марія")
        page.keyboard.press("n")
        page.locator("#question").focus()
        page.keyboard.press("Control+a")
        page.keyboard.type("Питання, яке не має зникнути")
        expect(panels.locator(".hs-desk__air")).to_contain_text("розмовляє")

        stack.web.kill()
        expect(lost).to_be_visible()
        expect(lost).to_contain_text("Немає зв’язку із сервером")
        screenshot(page, "desk-lost")
        # While nobody can see it, the citizen hangs up.
        stack.do(stack.simulator.engine.hang_up(stack.handset(CITIZENS[0])))
        stack.restart_web()

        expect(lost).to_be_hidden()
        expect(panels.locator(".hs-desk__air")).to_contain_text("В ефірі нікого немає")
        expect(page.locator("#question")).to_have_value("Питання, яке не має зникнути")
        expect(page.locator("#question")).to_be_focused()
        desk = stack.look()
        assert desk.on_air is None
        assert desk.official is not None
        assert desk.official.state is CallState.PRESENT


def test_what_was_opened_or_chosen_stays_when_the_queue_moves(
    stack: Stack, browser: Browser
) -> None:
    with open_page(browser) as page:
        sign_in(page, stack)
        page.goto(stack.desk)
        page.locator("#pause summary").focus()
        page.keyboard.press("Enter")
        page.select_option("#pause-reason", "outage")
        page.locator("#pause-reason").focus()
        come_in(stack, CITIZENS[4], 4)
        expect(page.locator(".hs-desk__waiting .hs-desk__count")).to_have_text("1")

        expect(page.locator("#pause-reason")).to_be_visible()
        expect(page.locator("#pause-reason")).to_be_focused()
        expect(page.locator("#pause-reason")).to_have_value("outage")
        page.locator("#pause-reason").blur()
        screenshot(page, "desk-pause-open")
        check_page(page)


def test_the_board_shows_all_sessions_and_what_needs_somebody(
    stack: Stack, browser: Browser
) -> None:
    with open_page(browser) as page:
        sign_in(page, stack)
        row = page.locator(".hs-board")
        expect(row).to_have_count(1)
        come_in(stack, CITIZENS[4], 4)
        expect(row).to_contain_text("найдовше")
        screenshot(page, "board")
        check_page(page)
