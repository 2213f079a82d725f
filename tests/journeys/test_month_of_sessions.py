"""A month is planned with one exception, approved and told everywhere, in less than 90 seconds."""

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from time import perf_counter
from zipfile import ZipFile

import pytest
from litestar import Litestar
from playwright.sync_api import Browser, Page, expect
from tests.factories import (
    NOW,
    PASSWORD,
    SECRET,
    make_institution,
    make_line,
    make_post,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.journeys.browser import check_page, open_browser, open_page, screenshot, serve
from tests.journeys.test_citizen import fresh_database, run
from tests.web.site import create_site

from hotline_sessions.services.accounts import sign_in
from hotline_sessions.store.engine import open_database
from hotline_sessions.web.guards import SIGN_IN_COOKIE


pytestmark = pytest.mark.browser

LIMIT_SECONDS = 90
"""What a month may cost the one who plans it, as was agreed; the waits of axe do not count."""
TOPIC = "Комунальні послуги та опалення"
COPIED = "() => navigator.clipboard.readText()"


class Stopwatch:
    """Seconds of the work itself, without those in which the test looks at pages."""

    def __init__(self) -> None:
        self.began = perf_counter()
        self.looked = 0.0

    def look(self, page: Page, name: str) -> None:
        """Axe and pictures of the page, off the clock."""
        since = perf_counter()
        check_page(page)
        screenshot(page, f"month-{name}")
        self.looked += perf_counter() - since

    def worked(self) -> float:
        return perf_counter() - self.began - self.looked


async def people(dsn: str) -> str:
    async with open_database(dsn, pool_size=2):
        home = await make_institution(
            slug="rivne", name_uk="Рівненська обласна державна адміністрація"
        )
        await make_post(institution=home.id)
        await make_line(institution=home.id)
        staff = await make_staff(institution=home.id)
        return await sign_in(staff.login, PASSWORD, secret=SECRET, now=NOW)


@pytest.fixture(scope="module")
def town(template: str) -> Iterator[tuple[str, str]]:
    with fresh_database(template) as dsn:
        token = run(lambda: people(dsn))

        @asynccontextmanager
        async def with_database(_: Litestar) -> AsyncIterator[None]:
            async with open_database(dsn):
                yield

        with serve(create_site(FrozenClock(NOW), lifespan=[with_database])) as address:
            yield address, token


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def test_a_month_is_planned_and_told_everywhere_in_ninety_seconds(
    browser: Browser, town: tuple[str, str]
) -> None:
    address, token = town
    with open_page(browser) as page:
        page.context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": address}])
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        watch = Stopwatch()
        make_the_series(page, address, watch)
        move_by_keys(page, address, watch)
        are_refused_in_words(page, address, watch)
        approve_all(page, address, watch)
        told = find_told(page, address, watch)
        publish_papers(page, f"{address}/staff/sessions/{told}/publications", watch)
        publish_month(page, address, watch)
        worked = watch.worked()
    print(f"a month planned and published in {worked:.1f} s of work")  # noqa: T201 - a figure
    assert worked < LIMIT_SECONDS


def make_the_series(page: Page, address: str, watch: Stopwatch) -> None:
    """Every Tuesday of December but the 8th."""
    page.goto(f"{address}/staff/series/new")
    page.locator("#topic").fill(TOPIC)
    page.locator("#place").fill("Кабінет 12")
    page.locator("#from_on").fill("2026-12-01")
    page.locator("#until_on").fill("2026-12-31")
    page.get_by_label("вівторок", exact=True).first.check()
    page.locator("#left_out").fill("08.12.2026")
    page.locator("#opens_clock").fill("10:00")
    page.locator("#closes_clock").fill("11:00")
    page.get_by_role("button", name="Показати дні").click()
    expect(page.get_by_text("день пропущено")).to_be_visible()
    watch.look(page, "series-preview")
    page.get_by_role("button", name="Виконати").click()
    expect(page.get_by_role("heading", name="Прямі лінії серії")).to_be_visible()
    held = page.locator("table").first
    for day in ("1 грудня", "15 грудня", "22 грудня", "29 грудня"):
        expect(held.get_by_role("link", name=day).first).to_be_visible()
    expect(held.locator("tbody tr")).to_have_count(4)
    watch.look(page, "series")


def move_by_keys(page: Page, address: str, watch: Stopwatch) -> None:
    """The draft of the 29th becomes one of the 30th without a mouse."""
    page.goto(f"{address}/staff/planner?month=2026-12")
    drafts = page.locator("#planner-calendar [data-session]")
    expect(drafts).to_have_count(4)
    drafts.last.evaluate("each => each.focus()")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#planner-told")).to_contain_text("30 грудня 2026 р., 10:00")
    watch.look(page, "planner")
    page.goto(f"{address}/staff/planner?view=quarter&month=2026-12")
    expect(page.locator("main")).to_contain_text("30.12")
    watch.look(page, "quarter")


def are_refused_in_words(page: Page, address: str, watch: Stopwatch) -> None:
    """A time that the clocks skip, one that they show twice, and one that is taken."""
    for held_on, opens, closes, words in (
        ("2027-03-28", "03:30", "05:00", "Тієї ночі годинники переводять уперед"),
        ("2027-10-31", "03:30", "05:00", "Тієї ночі годинники переводять назад"),
        ("2026-12-15", "10:30", "11:30", "в цей час"),
    ):
        page.goto(f"{address}/staff/sessions/new")
        page.locator("#held_on").fill(held_on)
        page.locator("#opens_clock").fill(opens)
        page.locator("#closes_clock").fill(closes)
        page.get_by_role("button", name="Зберегти").click()
        expect(page.locator(".govuk-error-summary")).to_contain_text(words)
    watch.look(page, "refused")


def approve_all(page: Page, address: str, watch: Stopwatch) -> None:
    """All four by one order, announced at once."""
    page.goto(f"{address}/staff/approvals")
    expect(page.locator("[name=sessions]:checked")).to_have_count(4)
    page.locator("#number").fill("214-р")
    page.locator("#order_on").fill("2026-11-23")
    page.get_by_label("Одразу").check()
    watch.look(page, "approval")
    page.get_by_role("button", name="Затвердити позначені прямі лінії").click()
    expect(page.locator("h1")).to_contain_text("214-р")
    watch.look(page, "approved")


def find_told(page: Page, address: str, watch: Stopwatch) -> str:
    """Name of the first session, which now stands on every page and in every feed."""
    page.goto(f"{address}/?every=1")
    href = page.locator("main a[href^='/sessions/']").first.get_attribute("href") or ""
    watch.look(page, "public")
    page.goto(address + href)
    expect(page.locator("main")).to_contain_text(TOPIC)
    watch.look(page, "public-session")
    page.goto(f"{address}/subscribe?institution=rivne")
    watch.look(page, "subscribe")
    for path, count in (("calendar.ics", "BEGIN:VEVENT"), ("sessions.rss", "<item>"),
                        ("sessions.atom", "<entry>"), ("sessions.json", '"content_')):  # fmt: skip
        answer = page.request.get(f"{address}/{path}?institution=rivne")
        assert answer.ok
        assert answer.text().count(count) == 4, path
    for path in ("widget", "widget/fragment"):
        page.goto(f"{address}/{path}?institution=rivne")
        expect(page.locator("body")).to_contain_text(TOPIC)
        if path == "widget":
            watch.look(page, "widget")
    return href.rstrip("/").rpartition("/")[2]


def publish_papers(page: Page, at: str, watch: Stopwatch) -> None:
    """Poster, leaflet, and a text that the button copies."""
    page.goto(at)
    for paper in ("a4", "a5"):
        page.locator("#paper").select_option(paper)
        assert download(page, "Завантажити").startswith(b"%PDF")
    page.reload()
    page.locator("[data-copies=text-post-uk]").click()
    expect(page.locator("[data-copy-status=text-post-uk]")).to_contain_text("Скопійовано")
    assert TOPIC in page.evaluate(COPIED)
    assert "Комунальні" in page.locator("#text-newspaper-uk").input_value()
    watch.look(page, "session-publications")


def publish_month(page: Page, address: str, watch: Stopwatch) -> None:
    """The schedule of the month as two files; everything is in the list of publications."""
    page.goto(f"{address}/staff/publications")
    page.locator("#month").fill("2026-12")
    for form, part in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")):
        page.locator("#form").select_option(form)
        with ZipFile(io.BytesIO(download(page, "Завантажити"))) as package:
            assert part in package.namelist()
    page.reload()
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(3)  # poster, leaflet, and the month in whichever form
    watch.look(page, "publications")


def download(page: Page, button: str) -> bytes:
    with page.expect_download() as waited:
        page.get_by_role("button", name=button).first.click()
    return waited.value.path().read_bytes()
