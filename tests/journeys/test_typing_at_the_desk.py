"""What an operator types into the form of a talk stays, whatever comes while he types."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.journeys.browser import open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database
from tests.journeys.test_operator import Office, enter

from hotline_sessions.domain.calls import CallEvent


pytestmark = pytest.mark.browser

WORDS = "Чому в будинках на вулиці Соборній третій день нема світла?"


@pytest.fixture(scope="module")
def office(template: str) -> Iterator[Office]:
    with fresh_database(template) as dsn:
        office = Office(dsn)
        with serve(office.app) as address:
            office.address = address
            yield office


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def look_late(page: Page) -> list[Route]:
    """Have the page ask for panels now; the question is on its way until it is let go on."""
    held: list[Route] = []
    page.route("**/panels?*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - asked for its signature
    page.evaluate("document.getElementById('stream').dispatchEvent(new Event('changed'))")
    while not held:
        page.wait_for_timeout(20)
    return held


def arrive(page: Page, held: list[Route]) -> None:
    """Let the answers come, and the page take them in."""
    with page.expect_response("**/panels?*"):
        for route in held:
            route.continue_()
    page.wait_for_function("() => !document.querySelector('#panels.htmx-request')")
    page.wait_for_timeout(50)


def test_letters_typed_right_after_next_stay_whatever_updates_come(
    office: Office, browser: Browser
) -> None:
    with open_page(browser) as page:
        enter(page, office, "operator")
        page.click("text=Відкрити пульт >> nth=0")
        page.click("text=Зателефонувати посадовій особі")
        expect(page.locator("#panels")).to_contain_text("телефонуємо")
        events = (CallEvent.ACCEPTED, CallEvent.ANSWERED, CallEvent.CONFIRMED)
        office.do(office.happen(*events, CallEvent.ENTERED_AIR, official=True))
        expect(page.locator(".hs-desk-bar")).to_contain_text("на лінії")

        # Panels are asked for while no form is open; then it opens, and is written in.
        held = look_late(page)
        page.click("text=З’єднати з наступним")
        question = page.locator("#question")
        question.focus()
        field = question.element_handle()
        page.keyboard.press("Control+a")
        page.keyboard.type(WORDS[:10])
        office.do(office.happen(CallEvent.CAME))
        page.keyboard.type(WORDS[11:])
        for _ in WORDS[11:]:
            page.keyboard.press("ArrowLeft")
        arrive(page, held)

        # The very letter that was left out comes to the place where he stands.
        page.keyboard.type(WORDS[10])
        office.do(office.happen(CallEvent.ENTERED_AIR))
        expect(page.locator("[role=status]")).to_contain_text("розмовляє")
        office.do(office.admit("+380679998877"))
        expect(page.locator("#panels")).to_contain_text("+380 67 ••• •• 77")
        expect(question).to_have_value(WORDS)
        expect(question).to_be_focused()
        assert page.evaluate("field => field.isConnected", field)


def test_a_form_that_could_not_be_taken_stays_with_what_is_typed(
    office: Office, browser: Browser
) -> None:
    notice = '<div class="hs-notice hs-notice--alert" role="alert"><p>Забагато спроб</p></div>'
    with open_page(browser) as page:
        enter(page, office, "operator")
        page.goto(f"{office.address}/staff/desk/{office.session.public_id}?call={office.walk_in}")
        page.fill("#question", WORDS)
        page.route(
            "**/appeal",
            lambda route: route.fulfill(status=429, content_type="text/html", body=notice),
        )
        for _ in range(2):
            page.click("text=Зареєструвати звернення")
            expect(page.locator("#appeal form > [role=alert]")).to_have_count(1)
            expect(page.locator("#question")).to_have_value(WORDS)
        screenshot(page, "desk-not-taken")
        page.reload()
        expect(page.locator("#question")).to_have_value(WORDS)

        # What was typed belongs to this call alone, and is gone once it is taken.
        page.unroute("**/appeal")
        author = {"surname": "Ґалаґан", "given_name": "Олег", "residence": "м. Рівне"}
        for field, words in author.items():
            page.fill(f"#{field}", words)
        page.click("text=Зареєструвати звернення")
        expect(page.locator(".hs-done__code")).to_be_visible()
        page.reload()
        expect(page.locator("#question")).not_to_have_value(WORDS)
