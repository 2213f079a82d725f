"""An official runs a session from a telephone, and a manager looks at it afterwards."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from threading import Thread
from typing import Any, TypeVar

import pytest
import uvicorn
from litestar import Litestar
from litestar.datastructures import State
from playwright.sync_api import Browser, Page, expect
from tests.factories import NOW, PASSWORD, SECRET, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot
from tests.journeys.test_citizen import fresh_database
from tests.phonesim.served import free_port
from tests.played import bring_official, call_in, happen, leave_air, open_session, put_on_air, step

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.calls import CallEvent, Leg, find_official, find_on_air
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import Session, SessionEvent, SessionState
from hotline_sessions.services.official_links import build_official_token
from hotline_sessions.store.bus import open_bus
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.officials import add_official
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import NotSignedIn, lead_to_sign_in
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.shell import create_web


pytestmark = pytest.mark.browser

T = TypeVar("T")

TELEPHONE = 390


class House:
    """The running site, and a hand that moves calls as the telephone network would."""

    def __init__(self, dsn: str, clock: FrozenClock) -> None:
        self.dsn = dsn
        self.clock = clock
        self.address = ""
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
        async with open_database(self.dsn, pool_size=6), open_bus(self.dsn) as bus:
            app.state.facts = WebFacts(
                clock=self.clock,
                secret=SECRET,
                public_url="http://127.0.0.1",
                watch=bus.subscribe,
            )
            yield

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def start(self) -> None:
        """Serve; anew at the same address after ``stop``."""
        port = int(self.address.rpartition(":")[2]) if self.address else free_port()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        config = uvicorn.Config(
            self.app, log_config=None, lifespan="on", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = Thread(target=self.server.run, kwargs={"sockets": [self.listener]})
        self.thread.start()
        while not self.server.started and self.thread.is_alive():
            self.thread.join(0.02)

    def stop(self) -> None:
        """Serve no more; whoever is connected is cut off."""
        self.server.should_exit = True
        self.thread.join()
        self.listener.close()


@pytest.fixture(scope="module")
def running(template: str) -> Iterator[House]:
    with fresh_database(template) as dsn:
        house = House(dsn, FrozenClock(NOW))
        house.start()
        try:
            yield house
        finally:
            house.stop()


@pytest.fixture
def house(running: House) -> House:
    """The site shared by all tests of this file, in the morning whatever was played before."""
    running.clock.set(NOW)
    return running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def open_by_link(page: Page, house: House, token: str) -> str:
    page.clock.set_fixed_time(house.clock.now())
    address = f"{house.address}/official/{token}"
    page.goto(address)
    return address


def look_and_reload(page: Page, name: str) -> None:
    """Load the page anew afterwards: axe leaves marks in it that the policy reports."""
    check_page(page)
    screenshot(page, name)
    page.reload()


async def enter_air(house: House, session: Session) -> Leg:
    legs = await list_live_legs(session.id)
    on_air = find_on_air(legs)
    assert on_air is not None
    return await happen(on_air, CallEvent.CAME, CallEvent.ENTERED_AIR, now=house.clock.now())


async def answer(house: House, session: Session) -> None:
    official = find_official(await list_live_legs(session.id))
    assert official is not None
    await happen(
        official,
        CallEvent.ACCEPTED,
        CallEvent.ANSWERED,
        CallEvent.CONFIRMED,
        CallEvent.ENTERED_AIR,
        now=house.clock.now(),
    )


def test_an_official_runs_a_session_on_a_telephone(house: House, browser: Browser) -> None:
    home = house.do(make_institution(name_uk="Рівненська ОДА"))
    session = house.do(open_session(home))
    first = house.do(call_in(session, name="Гончар Марія Іванівна"))
    house.do(call_in(session, name="Їжак Петро", question="Де буде зупинка?", slot=1))
    house.do(call_in(session, number="+380671234577"))
    token = build_official_token(session, secret=SECRET)
    with open_page(browser, width=TELEPHONE) as page:
        open_by_link(page, house, token)
        panels = page.locator("#panels")
        expect(panels).to_contain_text("вас немає на лінії")
        look_and_reload(page, "official-before")

        # The official is called, and comes.
        page.click("text=Зателефонуйте мені")
        expect(panels).to_contain_text("вам телефонують")
        house.do(answer(house, session))
        expect(panels).to_contain_text("ви в ефірі", timeout=3000)

        # The first citizen is put through: name, question, time; the note opens by itself.
        page.click("text=Наступний громадянин")
        expect(panels).to_contain_text("з’єднуємо", ignore_case=True)
        house.do(enter_air(house, session))
        house.clock.pass_time(timedelta(seconds=95))
        page.clock.set_fixed_time(house.clock.now())
        expect(panels.locator("[role=status]")).to_contain_text("розмовляє з вами", timeout=3000)
        expect(panels.locator(".hs-official__clock")).to_contain_text("1:35")
        expect(page.locator("#note h2").first).to_contain_text("Гончар Марія Іванівна")

        # What is typed stays while the queue moves.
        page.click("#words")
        page.keyboard.type("Перевірити договір")
        house.do(call_in(session, now=house.clock.now()))
        expect(panels.locator(".hs-desk__count")).to_have_text("3", timeout=3000)
        expect(page.locator("#words")).to_have_value("Перевірити договір")
        expect(page.locator("#words")).to_be_focused()
        look_and_reload(page, "official-talk")
        page.fill("#words", "Перевірити договір")
        page.check("text=Взято на мій контроль")
        page.click("text=Зберегти нотатку")
        expect(page.locator("#note")).to_contain_text("Нотатку збережено.")

        # A promise is being written while the talk goes on.
        promises = page.locator("#promises")
        promises.locator("summary").click()
        page.click("#promised")
        page.keyboard.type("Полагодити дорогу на Соборній")
        field = page.locator("#promised").element_handle()

        # Five minutes more, the operator, the next one.
        page.click("text=Ще 5 хвилин")
        expect(panels.locator("[data-clock-until]")).to_have_text(re.compile("13:2"))
        page.click("text=Покликати оператора")
        expect(panels).to_contain_text("Оператора сповіщено.")
        page.click("text=Наступний громадянин")
        expect(panels).to_contain_text("прощаємося", ignore_case=True)
        house.do(leave_air(first, house.clock.now()))
        expect(panels).to_contain_text("В ефірі нікого немає", timeout=3000)
        page.click("text=Наступний громадянин")
        expect(panels).to_contain_text("з’єднуємо", ignore_case=True)
        house.do(enter_air(house, session))
        expect(panels.locator(".hs-official__who")).to_contain_text("Абонент", timeout=3000)

        # What is written in is not replaced: it is still about whom it was begun.
        assert page.evaluate("field => field.isConnected", field)
        expect(page.locator("#promised")).to_have_value("Полагодити дорогу на Соборній")
        expect(promises).to_contain_text("Гончар Марія Іванівна")
        promises.locator("button").click()
        expect(page.locator("#due_on-error")).to_contain_text("Уведіть день")
        look_and_reload(page, "official-promise")
        page.fill("#promised", "Полагодити дорогу на Соборній")
        page.fill("#due_on", "2026-12-01")
        promises.get_by_label("Усім, хто слухає").check()
        promises.locator("button").click()
        expect(promises.locator("[role=status]")).to_have_text("Обіцянку записано.")
        expect(promises.locator("li")).to_contain_text("до 1 грудня 2026")
        promises.locator("a", has_text="Виправити").click()
        page.fill("#due_on", "2026-12-10")
        house.do(call_in(session, number="+380671234588", now=house.clock.now()))
        expect(panels.locator(".hs-desk__count")).to_have_text("3", timeout=3000)
        promises.locator("button").click()
        expect(promises.locator("li")).to_contain_text("до 10 грудня 2026")
        look_and_reload(page, "official-promised")

        # The end is asked for twice.
        page.click("text=Завершити пряму лінію")
        expect(page.locator("h1")).to_have_text("Завершити пряму лінію зараз?")
        check_page(page)
        screenshot(page, "official-end")
        page.click("text=Так, завершити пряму лінію")
        expect(page.locator("#panels")).to_contain_text("Завершується")


async def talk_meanwhile(dsn: str, leg: Leg) -> None:
    """What happens while no web server is there: another process goes on with the calls."""
    async with open_database(dsn, pool_size=2):
        await put_on_air(leg)


def test_the_page_shows_the_truth_after_the_server_was_started_anew(
    house: House, browser: Browser
) -> None:
    session = house.do(open_session())
    house.do(bring_official(session))
    leg = house.do(call_in(session, name="Гончар Марія"))
    token = build_official_token(session, secret=SECRET)
    with open_quietly(browser) as page:
        page.goto(f"{house.address}/official/{token}")
        expect(page.locator("#panels")).to_contain_text("В ефірі нікого немає")
        house.stop()
        expect(page.locator("#connection")).to_be_visible()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, talk_meanwhile(house.dsn, leg)).result()
        house.start()
        expect(page.locator("#panels")).to_contain_text("розмовляє з вами")
        expect(page.locator("#connection")).to_be_hidden()


@contextmanager
def open_quietly(browser: Browser) -> Iterator[Page]:
    """Page whose complaints about a missing server are what was asked for."""
    context = browser.new_context(locale="uk-UA", viewport={"width": TELEPHONE, "height": 800})
    try:
        page = context.new_page()
        page.clock.set_fixed_time(NOW)
        page.clock.resume()
        yield page
    finally:
        context.close()


def test_an_official_runs_a_session_without_scripts(house: House, browser: Browser) -> None:
    session = house.do(open_session())
    house.do(bring_official(session))
    leg = house.do(call_in(session, name="Гончар Марія"))
    token = build_official_token(session, secret=SECRET)
    with open_page(browser, scripts=False, width=TELEPHONE) as page:
        page.goto(f"{house.address}/official/{token}")
        page.click("text=Наступний громадянин")
        expect(page.locator("#panels")).to_contain_text("з’єднуємо", ignore_case=True)
        house.do(happen(leg, CallEvent.CAME, CallEvent.ENTERED_AIR))
        page.click("text=Показати, як є зараз")
        expect(page.locator("#panels")).to_contain_text("розмовляє з вами")
        page.fill("#words", "Подзвонити в ЖЕК")
        page.click("text=Зберегти нотатку")
        expect(page.locator("#note")).to_contain_text("Нотатку збережено.")
        expect(page.locator("#words")).to_have_value("Подзвонити в ЖЕК")


def enter(page: Page, house: House, login: str) -> None:
    page.goto(f"{house.address}/staff")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button")
    expect(page.locator("h1")).to_contain_text("Сьогодні")


def test_staff_hand_out_the_link_brief_and_substitute(house: House, browser: Browser) -> None:
    home = house.do(make_institution())
    house.do(make_staff(institution=home.id, login="helper", roles=frozenset({Role.OPERATOR})))
    clerk = house.do(make_staff(institution=home.id, login="helpers-clerk"))
    house.do(make_appeal(staff=clerk, phone="+380501234599"))
    session = house.do(open_session(home))
    house.do(call_in(session, name="Гончар Марія Іванівна"))
    house.do(
        add_official(
            "Тарас Ґудзь",
            institution=home.id,
            ring_number="+380362220099",
            valid_from=(NOW - timedelta(days=9)).date(),
        )
    )
    with open_page(browser) as page:
        enter(page, house, "helper")
        page.goto(f"{house.address}/staff/sessions/{session.public_id}")
        page.click("text=Доступ посадової особи")
        link = page.locator(".hs-official__link a")
        expect(link).to_contain_text("/official/")
        old = link.inner_text()
        check_page(page)
        screenshot(page, "official-access")
        page.locator("main a", has_text="Довідка").click()
        expect(page.locator("main")).to_contain_text("Гончар Марія Іванівна")
        check_page(page)
        screenshot(page, "official-briefing")
        page.go_back()
        page.click("text=Призначити заміну")
        page.click("main form button")
        expect(page.locator("#official-error")).to_contain_text("Виберіть, хто відповідає замість")
        page.select_option("#official", label="Тарас Ґудзь")
        check_page(page)
        screenshot(page, "official-substitute")
        page.click("main form button")
        expect(page.locator("main")).to_contain_text("Тарас Ґудзь")
        assert page.locator(".hs-official__link a").inner_text() != old


async def play_a_morning(house: House, home: Institution) -> Session:
    """Lines open at 9:55; three talks, a hold, a pause, one who gives up, one question."""

    def at(minutes: float) -> datetime:
        return NOW + timedelta(minutes=minutes)

    session = await open_session(home, now=at(-5))
    official = await bring_official(session, at(-3))
    first = await call_in(session, name="Гончар Марія", now=at(-4))
    second = await call_in(session, number="+380671234577", now=at(1))
    third = await call_in(session, name="Їжак Петро", now=at(2), slot=1)
    await put_on_air(first, at(1))
    fourth = await call_in(session, now=at(5))
    await leave_air(first, at(9))
    await put_on_air(third, at(10))
    await happen(fourth, CallEvent.HUNG_UP, now=at(12))
    await happen(official, CallEvent.HUNG_UP, now=at(14))
    await happen(third, CallEvent.HELD, now=at(14))
    await step(session, SessionEvent.LOSE_OFFICIAL, SessionState.NO_OFFICIAL, at(14))
    await bring_official(session, at(17))
    await step(session, SessionEvent.REGAIN_OFFICIAL, SessionState.LIVE, at(17))
    await happen(third, CallEvent.RESUMED, now=at(17))
    await leave_air(third, at(22))
    await step(session, SessionEvent.PAUSE, SessionState.PAUSED, at(24))
    await step(session, SessionEvent.RESUME, SessionState.LIVE, at(34))
    await put_on_air(second, at(36))
    fifth = await call_in(session, number="+380671234511", now=at(38))
    await leave_air(second, at(50))
    await happen(fifth, CallEvent.RECORDS, now=at(52))
    await step(session, SessionEvent.END, SessionState.CLOSING, at(60))
    await happen(fifth, CallEvent.HUNG_UP, now=at(54))
    await step(session, SessionEvent.CLOSE, SessionState.CLOSED, at(62))
    for leg in await list_live_legs(session.id):
        await happen(leg, CallEvent.HUNG_UP, now=at(62))
    return session


def test_a_manager_sees_afterwards_what_happened(house: House, browser: Browser) -> None:
    home = house.do(make_institution())
    house.do(make_staff(institution=home.id, login="manager", roles=frozenset({Role.MANAGER})))
    session = house.do(play_a_morning(house, home))
    house.clock.set(NOW + timedelta(hours=2))
    with open_page(browser) as page:
        enter(page, house, "manager")
        page.goto(f"{house.address}/staff/sessions/{session.public_id}")
        page.click("text=Картина прямої лінії")
        drawing = page.locator(".hs-picture__drawing")
        expect(drawing.locator("#picture-title")).to_contain_text("Картина прямої лінії")
        assert "Гончар" not in drawing.inner_html()
        assert "Абонент 5" in drawing.inner_html()
        expect(page.locator("#calls ~ .hs-scroll").first).to_contain_text("Гончар Марія")
        expect(page.locator(".hs-summary")).to_contain_text("5")
        expect(page.locator("main")).to_contain_text("залишив записане запитання")
        check_page(page)
        screenshot(page, "picture")
