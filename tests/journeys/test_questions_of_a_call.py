"""An operator writes down three questions of one call, with the citizen on the line, by keys."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from litestar import Litestar
from litestar.datastructures import State
from playwright.sync_api import Browser, Page, expect
from tests.factories import NOW, PASSWORD, SECRET, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.journeys.browser import (
    check_page,
    measure_overflow,
    open_browser,
    open_page,
    screenshot,
    serve,
)
from tests.journeys.test_citizen import fresh_database

from hotline_sessions.domain.access import Role
from hotline_sessions.store.bus import open_bus
from hotline_sessions.store.engine import fetch_rows, open_database
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import NotSignedIn, lead_to_sign_in
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.shell import create_web


pytestmark = pytest.mark.browser

MOST_SECONDS: Final = 90
STROKES_A_SECOND: Final = 5
"""An operator who types 60 words a minute."""

QUESTIONS: Final = (
    ("Коли надійде субсидія за жовтень?", "6"),
    ("Прошу відновити освітлення вулиці.", "090"),
    ("Чи працює автобус до села?", "30"),
)


class Site:
    """The staff pages of one institution, with one operator."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
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
        self.loop = asyncio.get_running_loop()
        async with open_database(self.dsn, pool_size=4), open_bus(self.dsn) as bus:
            app.state.facts = WebFacts(
                clock=FrozenClock(NOW),
                secret=SECRET,
                public_url="http://127.0.0.1",
                watch=bus.subscribe,
            )
            home = await make_institution()
            for login, role in (("operator", Role.OPERATOR), ("clerk", Role.CLERK)):
                await make_staff(institution=home.id, login=login, roles=frozenset({role}))
            yield

    def list_cards(self) -> list[tuple[str, str, str]]:
        """Number, surname and topic of each card."""
        query = "select register_index, surname, topic from appeal order by id"
        rows = asyncio.run_coroutine_threadsafe(fetch_rows(query), self.loop).result(20)
        return [(row["register_index"], row["surname"], row["topic"]) for row in rows]


@pytest.fixture(scope="module")
def site(template: str) -> Iterator[tuple[Site, str]]:
    with fresh_database(template) as dsn:
        site = Site(dsn)
        with serve(site.app) as address:
            yield site, address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def enter(page: Page, address: str, login: str) -> None:
    page.clock.set_fixed_time(NOW)
    page.goto(f"{address}/staff")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Сьогодні")


class Hands:
    """Keys, and nothing but keys; they count their strokes."""

    def __init__(self, page: Page) -> None:
        self.keyboard = page.keyboard
        self.strokes = 0

    def write(self, text: str) -> None:
        self.keyboard.type(text)
        self.strokes += len(text)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.keyboard.press(key)
        self.strokes += times

    def tab_to(self, page: Page, name: str) -> None:
        """Go on by Tab to a field, or to a button by its words."""
        for _ in range(40):
            is_there = page.evaluate(
                """name => {
                     const at = document.activeElement
                     return at.id === name || at.textContent.trim() === name
                   }""",
                name,
            )
            if is_there:
                return
            self.press("Tab")
        pytest.fail(f"Tab does not lead to {name}")


def ask(hands: Hands, page: Page, place: int) -> None:
    """Write a question down where the cursor stands, and its topic by its code."""
    question, topic = QUESTIONS[place - 1]
    suffix = "" if place == 1 else f"_{place}"
    expect(page.locator(f"#question{suffix}")).to_be_focused()
    hands.write(question)
    hands.tab_to(page, f"topic{suffix}")
    hands.write(topic)
    hands.tab_to(page, "Додати ще одне питання" if place < len(QUESTIONS) else "Зареєструвати")
    hands.press("Enter")


@pytest.mark.parametrize("scripts", [True, False])
def test_three_questions_of_a_call_are_registered_by_keys_within_ninety_seconds(
    site: tuple[Site, str], browser: Browser, *, scripts: bool
) -> None:
    office, address = site
    before = len(office.list_cards())
    with open_page(browser, scripts=scripts) as page:
        if scripts:
            enter(page, address, "operator")
        else:
            page.goto(f"{address}/staff")
            page.fill("#login", "operator")
            page.fill("#password", PASSWORD)
            page.keyboard.press("Enter")
            expect(page.locator("h1")).to_contain_text("Сьогодні")
        page.goto(f"{address}/staff/appeals/new")

        began_at = time.monotonic()
        hands = Hands(page)
        expect(page.locator("#surname")).to_be_focused()
        for text in ("Гончар", "Марія", "Іванівна", "м. Рівне, вул. Соборна, 1", "0671234577"):
            hands.write(text)
            hands.press("Tab")
        for place in range(1, len(QUESTIONS) + 1):
            ask(hands, page, place)
        expect(page.locator("dd .hs-done__code")).to_have_count(len(QUESTIONS))
        seconds = time.monotonic() - began_at

        cards = office.list_cards()[before:]
        assert [each[1:] for each in cards] == [
            ("Гончар", "060"),
            ("Гончар", "090"),
            ("Гончар", "030"),
        ]
        for number, *_ in cards:
            expect(page.locator(".hs-done")).to_contain_text(number)
        # What the machine took, and what a hand would take for as many keys.
        needed = seconds + hands.strokes / STROKES_A_SECOND
        assert needed < MOST_SECONDS, f"{seconds:.1f} s and {hands.strokes} keys"
        # The cursor stands where the next call begins.
        page.keyboard.press("Enter")
        expect(page.locator("#surname")).to_be_focused()


def test_the_form_the_mistakes_the_numbers_and_the_card_can_be_used_by_all(
    site: tuple[Site, str], browser: Browser
) -> None:
    _, address = site
    with open_page(browser) as page:
        enter(page, address, "clerk")
        page.goto(f"{address}/staff/appeals/new")
        page.fill("#surname", "Ґалаґан")
        page.fill("#topic", "нема такого")
        page.click("text=Додати ще одне питання")
        expect(page.locator("#question_2")).to_be_focused()
        look(page, "call-two-questions")
        page.click("main button >> text=Зареєструвати")
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        look(page, "call-mistakes")
        page.fill("#given_name", "Ірина")
        page.fill("#residence", "м. Дубно, вул. Замкова, 3")
        page.fill("#question", "Прошу надати матеріальну допомогу на лікування.")
        page.fill("#question_2", "Прошу копію рішення про допомогу.")
        page.fill("#topic", "6")
        page.select_option("#procedure_2", "info_request")
        page.fill("#categories", "7.5; 7.13")
        page.check("#asks_secrecy")
        page.click("text=Уся картка")
        page.select_option("#sex", "4.2")
        page.click("main button >> text=Зареєструвати")
        look(page, "call-registered")
        page.click("main >> text=Картка Ґ >> nth=0")
        look(page, "card-of-call")
        page.click("text=Виправити картку")
        look(page, "card-to-correct")
        page.fill("#residence", "м. Дубно, вул. Замкова, 33")
        page.fill("#reason", "Номер будинку уточнено")
        page.click("main button")
        expect(page.locator("main")).to_contain_text("Замкова, 33")
        look(page, "card-corrected")


def look(page: Page, name: str) -> None:
    check_page(page)
    assert measure_overflow(page, 390) <= 0
    screenshot(page, name)
