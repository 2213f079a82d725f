"""A clerk takes an appeal from its assignment to a reply sent as PDF, which its author opens."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from litestar import Litestar
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from tests.factories import NOW, PASSWORD, SECRET, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.domain.access import Role, Staff
from hotline_sessions.domain.ready_texts import TextKind
from hotline_sessions.services import ready_texts
from hotline_sessions.services.accounts import sign_in
from hotline_sessions.services.appeals import Registered, answer
from hotline_sessions.services.letterheads import name_person
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.guards import SIGN_IN_COOKIE


pytestmark = pytest.mark.browser

BEGINNING = "{name}, Ваше звернення № {number} від {received} розглянуто."
LETTER = re.compile("PDF.*Відповідь на звернення")
PLAIN = "hotline.test"
OWN_LETTER = "PDF листа"
ANSWER = "Субсидію нараховано, кошти надійдуть до кінця тижня."


class Town(Struct, frozen=True):
    """Where the pages are, who works there, and the card."""

    address: str
    head: str
    clerk: str
    clerk_account: int
    made: Registered
    answered: Registered

    @property
    def card(self) -> str:
        return f"{self.address}/staff/appeals/{self.made.appeal.public_id}"


async def people(dsn: str) -> tuple[str, Staff, str, Registered, Registered]:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(name_uk="Рівненська обласна державна адміністрація")
        head = await make_staff(institution=home.id, roles=frozenset({Role.MANAGER}))
        clerk = await make_staff(institution=home.id, roles=frozenset({Role.CLERK}))
        await name_person(head.account, post="Заступниця голови", phone="", staff=head, now=NOW)
        await ready_texts.add(TextKind.REPLY, "Розглянуто", BEGINNING, staff=clerk, now=NOW)
        return (
            await sign_in(head.login, PASSWORD, secret=SECRET, now=NOW),
            clerk,
            await sign_in(clerk.login, PASSWORD, secret=SECRET, now=NOW),
            await make_appeal(staff=clerk),
            await make_answered(clerk),
        )


async def make_answered(clerk: Staff) -> Registered:
    made = await make_appeal(staff=clerk)
    await answer(made.appeal.public_id, ANSWER, result="9.1", staff=clerk, now=NOW)
    return made


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[Town]:
    with fresh_database(template) as dsn:
        head, clerk, clerks, *made = run(lambda: people(dsn))

        @asynccontextmanager
        async def with_database(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn):
                yield

        with serve(create_site(FrozenClock(NOW), lifespan=[with_database])) as address:
            yield Town(address, head, clerks, clerk.account, *made)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Under a name that is not this machine's own, pages without TLS are not trusted: then
    # browsers say where a form comes from by its origin alone.
    with open_browser(f"--host-resolver-rules=MAP {PLAIN} 127.0.0.1") as browser:
        yield browser


def enter(page: Page, town: Town, token: str) -> None:
    page.context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": town.address}])
    page.goto(town.card)


def open_step(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).click()


def test_a_clerk_takes_an_appeal_from_its_assignment_to_a_reply_whose_pdf_its_author_opens(
    browser: Browser, town: Town, tmp_path: Path
) -> None:
    paper = tmp_path / "Розрахунок.txt"
    paper.write_text("Разом: 1200 грн", encoding="utf-8")
    with open_page(browser) as head, open_page(browser) as clerk:
        enter(head, town, town.head)
        open_step(head, "Резолюція і виконавці")
        head.get_by_label("Резолюція", exact=True).fill("Розглянути й відповісти")
        head.get_by_label("Головний виконавець").select_option(f"account:{town.clerk_account}")
        head.get_by_role("button", name="Передати виконавцям").click()

        with open_page(browser, scripts=False) as author:
            open_appeal(author, town.address, town.made)
            expect(author.get_by_text("Передано виконавцю")).to_be_visible()
            expect(author.get_by_text("Відповідь надіслано")).to_be_hidden()
            expect(author.get_by_role("link", name=OWN_LETTER)).to_be_hidden()

        enter(clerk, town, town.clerk)
        clerk.get_by_role("button", name="Розпочати розгляд").click()
        clerk.get_by_role("link", name="Долучити файл").click()
        clerk.get_by_label("Файл", exact=True).set_input_files(paper)
        clerk.get_by_label("Надсилається громадянинові разом із відповіддю").check()
        clerk.get_by_role("button", name="Долучити").click()
        expect(clerk.get_by_role("link", name="Розрахунок.txt")).to_be_visible()
        check_page(clerk)
        screenshot(clerk, "documents")

        clerk.goto(town.card)
        open_step(clerk, "Підготувати відповідь")
        clerk.get_by_label("Готовий текст").last.select_option(label="Розглянуто")
        clerk.get_by_role("button", name="Вставити").last.click()
        text = clerk.get_by_label("Відповідь на питання")
        expect(text).to_have_value(
            "Коваленко Марія Іванівна, Ваше звернення № К-1-2026 від 23.11.2026 розглянуто."
        )
        text.fill(f"{text.input_value()}\n{ANSWER}")
        clerk.get_by_label("Результат").select_option("9.1")
        check_page(clerk)
        screenshot(clerk, "draft")
        clerk.get_by_role("button", name="Передати на перевірку").click()
        assert "ПРОЄКТ" in save_pdf(clerk, tmp_path)

        head.reload()
        head.get_by_role("button", name="Відповідь правильна").click()
        head.get_by_role("button", name="Підписати відповідь").click()
        expect(head.get_by_text("підписано", exact=True)).to_be_visible()

        clerk.reload()
        open_step(clerk, "Надіслати відповідь")
        clerk.get_by_label("Вихідний номер").fill("01-17/5")
        clerk.get_by_role("button", name="Надіслано").click()
        expect(clerk.get_by_text("№ 01-17/5")).to_be_visible()
        check_page(clerk)
        screenshot(clerk, "sent")
        letter = save_pdf(clerk, tmp_path)

    with open_page(browser, scripts=False) as author:
        open_appeal(author, town.address, town.made)
        for step in ("Зареєстровано", "Передано виконавцю", "Відповідь надіслано"):
            expect(author.locator(".hs-timeline").get_by_text(step, exact=True)).to_be_visible()
        own = save_pdf(author, tmp_path, OWN_LETTER)
        enclosed = save(author, "Розрахунок.txt", tmp_path)
    with open_page(browser) as author:
        open_appeal(author, town.address, town.made)
        check_page(author)
        screenshot(author, "own-letter")

    assert own == letter
    assert enclosed.read_bytes() == paper.read_bytes()
    assert "ПРОЄКТ" not in letter
    for said in (ANSWER, "№ 01-17/5", "Заступниця голови", "Розрахунок.txt"):
        assert "".join(said.split()) in letter


def open_appeal(page: Page, address: str, made: Registered) -> None:
    """As its author does, who has written down number and code."""
    page.goto(f"{address}/appeals")
    page.get_by_label("Номер звернення").fill(made.appeal.register_index)
    page.get_by_label("Код звернення").fill(made.code)
    page.get_by_role("button", name="Показати").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(made.appeal.register_index)


def save(page: Page, link: str | re.Pattern[str], folder: Path) -> Path:
    """What a link gives out, as a file."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def save_pdf(page: Page, folder: Path, link: str | re.Pattern[str] = LETTER) -> str:
    """All signs of the reply, as the card or the page of its author gives it out."""
    read = PdfReader(save(page, link, folder))
    return "".join("".join(each.extract_text() for each in read.pages).split())


def test_the_author_rates_the_answer_on_a_site_without_tls_too(
    browser: Browser, town: Town
) -> None:
    address = town.address.replace("127.0.0.1", PLAIN)
    # The console says that some of our headers do not count there.
    with open_page(browser, complaints=False) as page:
        open_appeal(page, address, town.answered)
        page.get_by_label("4").check()
        page.get_by_role("button", name="Надіслати оцінку").click()
        expect(page.get_by_text("Ви оцінили її")).to_be_visible()
        page.get_by_role("link", name="Я не згоден / не згодна з відповіддю").click()
        page.get_by_label("Що не розв’язано?").fill("Кошти досі не надійшли.")
        page.get_by_role("button", name="Зареєструвати").click()
        expect(page.get_by_text("Ваш код:")).to_be_visible()


def test_the_pages_of_letterhead_and_texts_are_open_to_everybody(
    browser: Browser, town: Town
) -> None:
    with open_page(browser) as page:
        enter(page, town, town.head)
        page.get_by_role("link", name="Бланк листа").click()
        check_page(page)
        screenshot(page, "letterhead")
        page.get_by_role("link", name="Змінити").first.click()
        check_page(page)
        screenshot(page, "letter-person")
        page.goto(f"{town.address}/staff/texts")
        check_page(page)
        screenshot(page, "texts")
        page.get_by_label("Текст").fill("Шановний {pan}!")
        page.get_by_label("Назва").fill("Помилка")
        page.get_by_label("Відповідь", exact=True).check()
        page.get_by_role("button", name="Додати текст").click()
        expect(page.get_by_role("link", name="{pan} нічим замінити")).to_be_visible()
        check_page(page)
