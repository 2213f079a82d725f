"""An operator runs a session at the live desk, and a clerk answers, in a real browser."""

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import date, time, timedelta
from typing import Any, TypeVar

import msgspec
import pytest
from litestar import Litestar
from litestar.datastructures import State
from playwright.sync_api import Browser, FilePayload, Page, expect
from tests.factories import (
    NOW,
    PASSWORD,
    SECRET,
    make_appeal,
    make_booking,
    make_institution,
    make_post,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.calls import (
    CallEvent,
    CallState,
    Identity,
    Leg,
    find_official,
    find_on_air,
)
from hotline_sessions.domain.calls import Role as Side
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services.legs import note, tell_desk
from hotline_sessions.store.bus import open_bus
from hotline_sessions.store.calls import add_leg, list_live_legs
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.sessions import lock_session, mark_state
from hotline_sessions.store.transaction import transaction
from hotline_sessions.web.dependencies import DEPENDENCIES, WebFacts
from hotline_sessions.web.guards import NotSignedIn, lead_to_sign_in
from hotline_sessions.web.routes import list_routes
from hotline_sessions.web.shell import create_web


pytestmark = pytest.mark.browser

T = TypeVar("T")

YESTERDAY = NOW - timedelta(days=1)
TODAY = date(2026, 11, 23)
WALK_IN = "+380679998877"


class Office:
    """The running site, and a hand that moves calls as the telephone network would."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.address = ""
        self.clock = FrozenClock(NOW)
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
            await self.people()
            yield

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    async def people(self) -> None:
        home = await make_institution(
            slug="rivne", name_uk="Рівненська обласна державна адміністрація"
        )
        self.operator = await make_staff(
            institution=home.id, login="operator", roles=frozenset({Role.OPERATOR})
        )
        self.clerk = await make_staff(
            institution=home.id,
            login="clerk",
            full_name="Оксана Гнатюк",
            roles=frozenset({Role.CLERK}),
        )
        await make_staff(
            institution=home.id,
            login="planner",
            full_name="Тарас Ґудзь",
            roles=frozenset({Role.COMMUNICATIONS}),
        )
        await make_staff(institution=home.id, login="manager", roles=frozenset({Role.MANAGER}))
        post = await make_post(institution=home.id)
        self.session = await make_session(
            institution=home,
            post=post,
            held_on=TODAY,
            opens_clock=time(10),
            closes_clock=time(11),
            now=YESTERDAY,
        )
        await make_session(institution=home, post=post, held_on=date(2026, 11, 25), now=YESTERDAY)
        await make_session(
            institution=home, post=post, held_on=date(2026, 12, 2), now=YESTERDAY, published=False
        )
        await make_appeal(staff=self.clerk, received_at=NOW - timedelta(days=45))
        await make_appeal(staff=self.clerk, surname="Ґалаґан", received_at=NOW - timedelta(days=29))
        slot = (await make_slots(self.session))[0]
        taken = await make_booking(
            session=self.session,
            slot=slot,
            name="Гончар Марія Іванівна",
            phone="+380501112233",
            now=YESTERDAY,
        )
        await mark_state(self.session.id, SessionState.OPEN, NOW)
        await self.admit("+380501112233", taken.booking)
        self.walk_in = await self.admit(None)

    async def admit(self, number: str | None, booking: Booking | None = None) -> str:
        async with transaction():
            session = await lock_session(self.session.id)
            leg = await add_leg(
                session,
                Side.CITIZEN,
                CallState.GREETING,
                self.clock.now() - timedelta(minutes=3),
                peer_number=number,
                booking=booking.id if booking else None,
            )
            known = msgspec.structs.replace(
                leg,
                identity=Identity.CODE if booking else Identity.NONE,
                sid=CallSid(f"CA{leg.id:032}"),
            )
            await note(known, CallEvent.ADMITTED, self.clock.now() - timedelta(minutes=2))
            await tell_desk(session.public_id)
            return leg.public_id

    async def happen(self, *events: CallEvent, official: bool = False) -> None:
        """Let the network report ``events`` of the official, or of who is on air."""
        async with transaction():
            session: Session = await lock_session(self.session.id)
            legs = await list_live_legs(session.id)
            leg: Leg | None = find_official(legs) if official else find_on_air(legs)
            assert leg is not None
            for event in events:
                leg = await note(leg, event, self.clock.now())
            await tell_desk(session.public_id)


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


def look(page: Page, name: str) -> None:
    check_page(page)
    screenshot(page, name)


def look_and_reload(page: Page, name: str) -> None:
    """Load the page anew afterwards: axe leaves marks in it that the policy reports."""
    look(page, name)
    page.reload()


def enter(page: Page, office: Office, login: str) -> None:
    page.clock.set_fixed_time(office.clock.now())
    page.goto(f"{office.address}/staff")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button")
    expect(page.locator("h1")).to_contain_text("Сьогодні")


def test_an_operator_runs_a_session_and_a_clerk_answers(office: Office, browser: Browser) -> None:
    with open_page(browser) as page:
        page.goto(f"{office.address}/staff/sign-in")
        look(page, "staff-sign-in")
        enter(page, office, "operator")
        look(page, "staff-today")
        page.click("text=Відкрити пульт >> nth=0")
        panels = page.locator("#panels")
        expect(panels).to_contain_text("Гончар Марія Іванівна")
        expect(panels).to_contain_text("номер приховано")
        look_and_reload(page, "desk-before")

        # The official is called, and comes.
        page.click("text=Зателефонувати посадовій особі")
        expect(panels).to_contain_text("телефонуємо")
        office.do(
            office.happen(
                CallEvent.ACCEPTED,
                CallEvent.ANSWERED,
                CallEvent.CONFIRMED,
                CallEvent.ENTERED_AIR,
                official=True,
            )
        )
        expect(panels.locator(".hs-desk-bar")).to_contain_text("на лінії", timeout=3000)

        # A citizen is put through: the form opens by itself, filled from the booking.
        page.click("text=З’єднати з наступним")
        expect(panels.locator(".hs-desk__air")).to_contain_text("з’єднуємо")
        office.do(office.happen(CallEvent.CAME, CallEvent.ENTERED_AIR))
        office.clock.pass_time(timedelta(seconds=95))
        page.clock.set_fixed_time(office.clock.now())
        expect(page.locator("#surname")).to_have_value("Гончар")
        expect(page.locator("#patronymic")).to_have_value("Іванівна")

        # What is typed stays while the queue moves; keys do not work inside fields.
        page.check("#keys")
        page.fill("#residence", "м. Рівне, вул. Соборна, 1")
        page.click("#question")
        page.keyboard.press("End")
        page.keyboard.type(" Прошу не більше NE місяця.")
        office.do(office.admit(WALK_IN))
        expect(panels).to_contain_text("+380 67 ••• •• 77", timeout=3000)
        expect(page.locator("[role=status]")).to_contain_text("розмовляє")
        expect(page.locator("#question")).to_be_focused()
        expect(page.locator("#question")).to_have_value(
            "Коли буде перерахунок субсидії? Прошу не більше NE місяця."
        )
        look_and_reload(page, "desk-talk")

        # One more question is asked for; what was typed stays, and the cursor goes on.
        page.click("text=Додати ще одне питання")
        expect(page.locator("#question_2")).to_be_focused()
        expect(page.locator("#residence")).to_have_value("м. Рівне, вул. Соборна, 1")

        # A mistake is said at its field; then the appeal gets number, day and code.
        page.fill("#surname", "")
        expect(page.locator("#residence")).to_have_value("м. Рівне, вул. Соборна, 1")
        page.click("text=Зареєструвати звернення")
        expect(page.locator("#appeal .govuk-error-summary")).to_be_focused()
        expect(page.locator("#surname-error")).to_contain_text("Введіть прізвище")
        page.fill("#surname", "Гончар")
        page.click("text=Зареєструвати звернення")
        expect(page.locator(".hs-done__code")).to_have_text(re.compile(r"^\d{3} \d{3}$"))
        number = page.locator(".hs-done h2").inner_text().split()[1]
        look_and_reload(page, "desk-registered")
        expect(page.locator("#appeal")).to_contain_text(f"вже зареєстровано: {number}")

        # The key E ends the talk, and the queue moves on.
        page.locator("#panels h2").first.click()
        page.keyboard.press("e")
        expect(panels).to_contain_text("прощаємося")
        office.do(office.happen(CallEvent.LEFT_AIR))
        expect(panels).to_contain_text("В ефірі нікого немає", timeout=3000)
        expect(panels.locator("#talked")).to_have_count(0)

    with open_page(browser) as page:
        enter(page, office, "clerk")
        page.click("nav >> text=Звернення")
        expect(page.locator("main")).to_contain_text("прострочено")
        look(page, "appeals")
        page.fill("#text", "субсидій")
        page.click("form[role=search] button")
        look(page, "appeals-found")
        page.click("text=Рік у цифрах")
        look(page, "appeals-figures")
        page.click("text=Звернення >> nth=0")
        page.click(f"text={number}")
        look(page, "appeal-card")
        page.fill("#text", "Перерахунок зроблено 20 листопада, кошти надійдуть до кінця місяця.")
        page.check("#result")
        page.click("text=Надати відповідь")
        expect(page.locator("h1")).to_contain_text("відповідь надано")
        look(page, "appeal-answered")


def test_the_desk_works_without_scripts(office: Office, browser: Browser) -> None:
    with open_page(browser, scripts=False) as page:
        page.goto(f"{office.address}/staff")
        page.fill("#login", "operator")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.goto(f"{office.address}/staff/desk/{office.session.public_id}")
        expect(page.locator("#panels")).to_contain_text("В ефірі")
        page.click("text=Показати, як є зараз")
        expect(page.locator("#panels")).to_contain_text("Чекають")


def test_a_calendar_is_looked_at_before_it_changes(office: Office, browser: Browser) -> None:
    with open_page(browser) as page:
        enter(page, office, "manager")
        page.click("nav >> text=Календар")
        look(page, "calendar")
        page.fill("#day_0", "2026-11-25")
        page.click("text=Показати, що зміниться")
        expect(page.locator("#why_0-error")).to_contain_text("Вкажіть рішення")
        look(page, "calendar-mistakes")
        page.fill("#why_0", "Розпорядження № 17-р")
        page.fill("#reason", "Розпорядження № 17-р від 20.11.2026")
        page.click("text=Показати, що зміниться")
        expect(page.locator("h1")).to_contain_text("Що змінить новий календар")
        look(page, "calendar-preview")
        page.click("text=Увести календар у дію")
        expect(page.locator("main")).to_contain_text("№ 1")


def test_a_planner_plans_and_announces(office: Office, browser: Browser) -> None:
    with open_page(browser) as page:
        enter(page, office, "planner")
        page.click("nav >> text=Прямі лінії")
        look(page, "sessions")
        page.click("text=Запланувати пряму лінію")
        page.select_option("#post", label="Директор департаменту соціальної політики")
        page.fill("#held_on", "2026-12-09")
        page.fill("#opens_clock", "10:00")
        page.fill("#closes_clock", "09:00")
        page.click("text=Показати розмови")
        expect(page.locator("#closes_clock-error")).to_contain_text("пізніше за початок")
        page.fill("#closes_clock", "11:00")
        page.fill("#topic", "Ремонт доріг")
        page.click("text=Показати розмови")
        expect(page.locator(".hs-talks li")).to_have_count(12)
        look(page, "session-form")
        page.click("text=Зберегти чернетку")
        expect(page.locator("h1")).to_contain_text("Чернетка")
        look(page, "session-draft")
        page.click("text=Оголосити >> nth=0")
        expect(page.locator("h1")).to_contain_text("Заплановано")
        page.click("text=Скасувати пряму лінію")
        look(page, "session-cancel")
        page.click("main form button")
        expect(page.locator(".govuk-error-summary")).to_contain_text("Напишіть причину")
        page.fill("#reason", "Посадова особа у відрядженні.")
        page.check("#agreed")
        page.click("main form button")
        expect(page.locator("h1")).to_contain_text("Скасовано")


def test_a_planner_imports_the_good_rows_of_a_schedule(office: Office, browser: Browser) -> None:
    content = (
        "дата;початок;тривалість;посада;тема;телефон\n"
        "2026-12-15;10:00;60;Директор департаменту соціальної політики;Субсидії;0 800 502 708\n"
        "32 грудня;10:00;60;Заступник голови;;\n"
        "2026-12-17;14:00;90 хв;Заступниця голови;Ліки;\n"
    ).encode()
    with open_page(browser) as page:
        enter(page, office, "planner")
        page.click("nav >> text=Імпорт")
        look(page, "import")
        page.set_input_files(
            "#file", FilePayload(name="графік.csv", mimeType="text/csv", buffer=content)
        )
        page.click("text=Переглянути рядки")
        expect(page.locator("tbody tr")).to_have_count(3)
        look(page, "import-rows")
        page.click("text=Зробити чернетки")
        expect(page.locator("main")).to_contain_text("Створено 2 чернетки")
        look(page, "import-result")
