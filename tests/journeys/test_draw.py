"""Registration and draw in a real browser without scripts: nothing bars anyone from the lots."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from litestar import Litestar
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect
from tests.factories import (
    SECRET,
    make_institution,
    make_phone,
    make_proof,
    make_session,
    plan_registration_days,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.domain.bookings import Caller
from hotline_sessions.domain.registration import RegistrationPlan, WallMoment
from hotline_sessions.domain.sessions import BookingMode, Session
from hotline_sessions.services.draw_entries import DrawWish, register_for_draw
from hotline_sessions.services.draws import run_due_draws
from hotline_sessions.store.engine import fetch_value, open_database
from hotline_sessions.web.cookies import PROOF


pytestmark = pytest.mark.browser

OPENS = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
AFTER = CLOSES + timedelta(minutes=1)


class Town(Struct, frozen=True, kw_only=True):
    """Three sessions by lot, and the proofs of two citizens."""

    address: str
    later: str
    open: str
    drawn: str
    loser: str
    newcomer: str


async def enter(session: Session, phone: str) -> None:
    wish = DrawWish(any_time=True, community="Рівне", question="Коли буде тепло?")
    caller = Caller(phone=phone, name="Петро")
    await register_for_draw(session.public_id, wish, caller, language="uk", now=OPENS)


def plan_days(opens_on: int, closes_on: int) -> RegistrationPlan:
    return RegistrationPlan(
        opens=WallMoment(on=date(2026, 11, opens_on), clock=OPENS.time()),
        closes=WallMoment(on=date(2026, 11, closes_on), clock=CLOSES.time()),
        mode=BookingMode.DRAW,
    )


async def people_the_town(dsn: str) -> dict[str, str]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution()
        later = await make_session(
            institution=home, held_on=date(2026, 11, 30), registration=plan_days(26, 28)
        )
        opened = await make_session(
            institution=home, held_on=date(2026, 11, 27), registration=plan_days(23, 26)
        )
        drawn = await make_session(institution=home, registration=plan_registration_days())
        for _ in range(9):
            await enter(drawn, make_phone())
        await run_due_draws(secret=SECRET, clock=FrozenClock(CLOSES))
        loser = await fetch_value("select phone from waiting_entry where place = 3")
        return {
            "later": later.public_id,
            "open": opened.public_id,
            "drawn": drawn.public_id,
            "loser": await make_proof(phone=loser, now=AFTER),
            "newcomer": await make_proof(phone=make_phone(), now=AFTER),
        }


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[Town]:
    with fresh_database(template) as dsn:
        facts = run(lambda: people_the_town(dsn))

        @asynccontextmanager
        async def live(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn, pool_size=4):
                yield

        with serve(create_site(FrozenClock(AFTER), lifespan=[live])) as address:
            yield Town(address=address, **facts)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def look(page: Page, name: str) -> None:
    check_page(page)
    screenshot(page, name)


def be(page: Page, town: Town, proof: str) -> None:
    page.context.add_cookies([{"name": PROOF, "value": proof, "url": town.address}])


def test_a_citizen_without_scripts_takes_part_in_a_draw_and_leaves_it(
    browser: Browser, town: Town
) -> None:
    with open_page(browser, scripts=False, width=390) as page:
        page.goto(f"{town.address}/sessions/{town.later}")
        expect(page.locator("main")).to_contain_text("Реєстрація відкриється")
        page.click("text=Оновити цю сторінку")

        be(page, town, town.newcomer)
        page.goto(f"{town.address}/sessions/{town.open}")
        page.click("main a.govuk-button")
        page.select_option("#first", index=2)
        page.fill("#community", "Рівне")
        page.fill("#question", "Коли буде перерахунок субсидії?")
        page.click("button.govuk-button")

        expect(page.locator("h1")).to_have_text("Ви берете участь у жеребкуванні")
        assert len(page.inner_text("main code")) == 16
        page.click("button.govuk-button--secondary")
        expect(page).to_have_url(f"{town.address}/sessions/{town.open}")


@pytest.mark.parametrize("prefix", [pytest.param("", id="uk"), pytest.param("/en", id="en")])
def test_pages_of_registration_and_draw_have_no_barriers(
    browser: Browser, town: Town, prefix: str
) -> None:
    at = f"{town.address}{prefix}/sessions"
    mark = prefix.removeprefix("/") or "uk"
    with open_page(browser) as page:
        for name, path in {
            "later": f"/{town.later}",
            "open": f"/{town.open}",
            "drawn": f"/{town.drawn}",
            "draw-before": f"/{town.open}/draw",
            "draw-after": f"/{town.drawn}/draw",
        }.items():
            page.goto(at + path)
            look(page, f"{name}-{mark}")
        be(page, town, town.newcomer)
        page.goto(f"{at}/{town.open}/draw/register")
        look(page, f"draw-register-{mark}")
        page.click("button.govuk-button")
        look(page, f"draw-register-mistakes-{mark}")
        be(page, town, town.loser)
        page.goto(f"{at}/{town.drawn}/draw/mine")
        look(page, f"draw-lost-{mark}")
