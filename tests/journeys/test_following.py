"""A citizen sees each step of an appeal, from its number to what to do against the answer."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import date

import pytest
from litestar import Litestar
from msgspec import Struct
from playwright.sync_api import Page, expect
from tests.factories import NOW, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeals import Registered, answer
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


async def people_the_town(dsn: str) -> tuple[Staff, int, Registered]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(slug="rivne")
        staff = await make_staff(institution=home.id, full_name="Таємний Виконавець")
        unit = await add_unit(
            "Відділ житлових субсидій", head=None, head_official=None, institution=home.id
        )
        return staff, unit or 0, await make_appeal(staff=staff)


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[Town]:
    with fresh_database(template) as dsn:
        staff, unit, made = run(lambda: people_the_town(dsn))

        loops: list[asyncio.AbstractEventLoop] = []

        @asynccontextmanager
        async def live(_: Litestar) -> AsyncIterator[None]:
            loops.append(asyncio.get_running_loop())
            async with open_database(dsn, pool_size=4):
                yield

        with serve(create_site(FrozenClock(NOW), lifespan=[live])) as address:
            yield Town(address=address, loop=loops[0], staff=staff, unit=unit, made=made)


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
        page.check("#stars-2")
        page.fill("#words", "Грошей немає й досі")
        page.click("button:has-text('Зберегти оцінку')")
        expect(main).to_contain_text("Ваша оцінка: 2 із 5.")
        look(page, "appeal-answered")

        page.click("text=Не погоджуюся, не вирішено")
        page.fill("#question", "Гроші так і не надійшли.")
        look(page, "appeal-repeat")
        page.click("button:has-text('Подати повторне звернення')")
        expect(page.locator("h1")).to_have_text("Ваше повторне звернення зареєстровано")
        expect(main).to_contain_text("К-2-2026")
        look(page, "appeal-repeated")

        page.goto(mine)
        expect(main).to_contain_text("зареєстровано звернення К-2-2026")
        page.click("text=Усі дані, які про вас зберігаються")
        look(page, "appeal-data")
        page.fill("#code", town.made.code)
        page.click("button:has-text('Показати мої дані')")
        expect(main).to_contain_text("м. Рівне, вул. Соборна, 1, кв. 2")
        assert "Таємний" not in page.content()
        look(page, "appeal-own-data")
