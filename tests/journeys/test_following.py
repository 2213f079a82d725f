"""A citizen sees each step of an appeal, from its number to what to do against the answer."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
from litestar import Litestar
from msgspec import Struct
from playwright.sync_api import Page, expect
from tests.factories import (
    NOW,
    PASSWORD,
    SECRET,
    make_appeal,
    make_institution,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeals import Registered, answer
from hotline_sessions.services.promises import NewPromise, approve, move, note_promise, propose
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.units import add_unit


pytestmark = pytest.mark.browser


class Town(Struct, frozen=True, kw_only=True):
    """An appeal, and the staff of whom the citizen sees nothing."""

    address: str
    loop: asyncio.AbstractEventLoop
    staff: Staff
    unit: int
    made: Registered
    session: str
    promise: str


async def people_the_town(dsn: str) -> tuple[Staff, int, Registered, str, str]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(slug="rivne")
        staff = await make_staff(institution=home.id, full_name="Таємний Виконавець")
        unit = await add_unit(
            "Відділ житлових субсидій", head=None, head_official=None, institution=home.id
        )
        session = await make_session(institution=home, staff=staff)
        words = "Дорогу на вулиці Соборній полагодять"
        new = NewPromise(
            text="Марії Іванівні обіцяно полагодити дорогу на вул. Соборній, 1, до першого грудня",
            promised_by="Директор департаменту інфраструктури",
            due_on=date(2026, 11, 27),
        )
        other = await make_staff(institution=home.id, full_name="Оксана Мельник")
        name = await note_promise(session.public_id, new, staff=staff, secret=SECRET, now=NOW)
        await propose(name, words, staff=staff, now=NOW)
        await approve(name, words, staff=other, now=NOW)
        await move(name, date(2026, 11, 30), "Немає асфальту", staff=staff, now=NOW)
        return staff, unit or 0, await make_appeal(staff=staff), session.public_id, name


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[Town]:
    with fresh_database(template) as dsn:
        staff, unit, made, session, promise = run(lambda: people_the_town(dsn))

        loops: list[asyncio.AbstractEventLoop] = []

        @asynccontextmanager
        async def live(_: Litestar) -> AsyncIterator[None]:
            loops.append(asyncio.get_running_loop())
            async with open_database(dsn, pool_size=4):
                yield

        with serve(create_site(FrozenClock(NOW), lifespan=[live])) as address:
            yield Town(
                address=address,
                loop=loops[0],
                staff=staff,
                unit=unit,
                made=made,
                session=session,
                promise=promise,
            )


def do(town: Town, work: Coroutine[None, None, None]) -> None:
    """What the staff do meanwhile: beside the site, where the database is open."""
    asyncio.run_coroutine_threadsafe(work, town.loop).result()


def look(page: Page, name: str) -> None:
    check_page(page)
    screenshot(page, name)


def test_the_author_sees_each_step_and_says_what_they_think(town: Town) -> None:
    name, staff = town.made.appeal.public_id, town.staff
    unit = Party(kind=PartyKind.UNIT, id=town.unit)
    with open_browser() as browser, open_page(browser, width=390) as page:
        main = page.locator("main")
        page.goto(f"{town.address}/appeals")
        page.fill("#number", town.made.appeal.register_index)
        page.fill("#code", town.made.code)
        page.click("button.govuk-button")
        mine = page.url
        expect(main).to_contain_text("середа, 23 грудня 2026")

        do(town, resolve(name, "Розглянути", main=unit, staff=staff, now=NOW))
        page.reload()
        expect(main).to_contain_text("Відділ житлових субсидій")
        do(
            town,
            extend(name, date(2027, 1, 5), "Потрібна перевірка на місці", staff=staff, now=NOW),
        )
        page.reload()
        expect(main).to_contain_text("до 05.01.2027: Потрібна перевірка на місці")
        look(page, "appeal-on-its-way")
        page.emulate_media(media="print")
        screenshot(page, "appeal-printed")
        page.emulate_media(media="screen")

        page.click("text=Про що вам повідомляють")
        page.select_option("#given", "sms")
        look(page, "appeal-messages")
        page.click("button:has-text('Зберегти')")
        expect(page.locator("[role=status]")).to_have_text("Збережено.")
        page.fill("#email", "maria@example.com")
        page.click("button:has-text('на пошту')")
        look(page, "appeal-address")

        do(town, answer(name, "Субсидію нараховано.", result="9.1", staff=staff, now=NOW))
        page.goto(mine)
        expect(main).to_contain_text("Субсидію нараховано.")
        page.check("#score-4")
        page.fill("#words", "Грошей немає й досі")
        page.click("button:has-text('Надіслати оцінку')")
        expect(main).to_contain_text("Ви оцінили її")
        look(page, "appeal-answered")

        page.click("text=Я не згоден / не згодна з відповіддю")
        page.fill("#question", "Гроші так і не надійшли.")
        look(page, "appeal-repeat")
        page.click("button:has-text('Зареєструвати повторне звернення')")
        expect(main).to_contain_text("К-2-2026")
        look(page, "appeal-repeated")

        page.goto(mine)
        page.click("text=Усі дані, які про вас зберігаються")
        look(page, "appeal-data")
        page.fill("#code", town.made.code)
        page.click("button:has-text('Показати мої дані')")
        expect(main).to_contain_text("м. Рівне, вул. Соборна, 1, кв. 2")
        assert "Таємний" not in page.content()
        look(page, "appeal-own-data")


def test_a_promise_is_followed_by_staff_and_read_by_the_public(town: Town) -> None:
    with open_browser() as browser, open_page(browser) as page:
        page.goto(f"{town.address}/sessions/{town.session}")
        expect(page.locator("main")).to_contain_text("Дорогу на вулиці Соборній полагодять")
        assert "Марії" not in page.content()
        look(page, "session-with-a-promise")

        page.goto(f"{town.address}/staff/sign-in")
        page.fill("#login", town.staff.login)
        page.fill("#password", PASSWORD)
        page.click("main button.govuk-button")
        for name, path in {
            "promises-due": "/staff/promises",
            "promises-of-session": f"/staff/sessions/{town.session}/promises",
            "promise": f"/staff/promises/{town.promise}",
        }.items():
            page.goto(town.address + path)
            expect(page.locator("main")).to_contain_text("Марії Іванівні")
            look(page, name)
