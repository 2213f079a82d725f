import html
import re

import httpx
import pytest
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role


pytestmark = pytest.mark.anyio

HEADER = "установа;дата;початок;тривалість;посада;тема;телефон\n"
GOOD = ";2026-12-15;10:00;60;Директор департаменту;Субсидії;0 800 502 708\n"
BAD = ";32 грудня;10:00;60;Заступник;;\n"
FOREIGN = "Інша установа;2026-12-16;10:00;60;Голова;;\n"


def read_hidden(answer: httpx.Response) -> dict[str, str]:
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    return {name: html.unescape(value) for name, value in pairs}


async def choose(browser: Browser, shown: httpx.Response, *lines: int) -> httpx.Response:
    fields = read_hidden(shown) | {"rows": [str(line) for line in lines]}
    return await browser.post("/staff/import/rows", **fields)


async def test_every_row_is_shown_with_its_result_and_nothing_is_written(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.upload((HEADER + GOOD + BAD + FOREIGN).encode(), "графік.csv")

    assert answer.status_code == 200
    assert 'id="row-2"' in answer.text
    assert 'id="row-3"' not in answer.text
    assert 'id="row-4"' not in answer.text
    assert "вівторок, 15 грудня 2026" in answer.text
    assert "дата: " in answer.text
    assert "іншої установи" in answer.text
    assert "Таких прямих ліній немає" in (await browser.get("/staff/sessions?part=drafts")).text


async def test_the_community_of_a_row_is_shown_before_it_is_taken(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    table = "дата;початок;кінець;посада;громада\n2026-12-15;10:00;11:00;Голова;<b>Клевань\n"

    answer = await browser.upload(table.encode(), "графік.csv")

    assert "Для мешканців: &lt;b&gt;Клевань" in answer.text


async def test_chosen_rows_become_drafts_and_a_second_import_adds_nothing(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    shown = await browser.upload((HEADER + GOOD + BAD).encode(), "графік.csv")

    first = await choose(browser, shown, 2)
    second = await choose(browser, shown, 2)

    assert "Створено 1 чернетку" in first.text
    assert "1 пряма лінія вже була" in second.text
    assert "Субсидії" in (await browser.get("/staff/sessions?part=drafts")).text


@pytest.mark.parametrize(
    ("lines", "status", "sentence"),
    [
        ((), 422, "Оберіть хоча б один рядок"),
        ((2, 3), 422, "не імпортовано жодного"),
        ((2, 4), 422, "належать іншій установі"),
    ],
)
async def test_nothing_is_imported_unless_all_chosen_rows_are_good(
    office: Office, lines: tuple[int, ...], status: int, sentence: str
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    shown = await browser.upload((HEADER + GOOD + BAD + FOREIGN).encode(), "графік.csv")

    answer = await choose(browser, shown, *lines)

    assert answer.status_code == status
    assert sentence in answer.text
    assert "Таких прямих ліній немає" in (await browser.get("/staff/sessions?part=drafts")).text


async def test_rows_that_stand_in_each_others_way_are_shown_again_with_the_day(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    other = ";2026-12-15;10:30;60;Заступник;Дороги;0 800 502 708\n"
    shown = await browser.upload((HEADER + GOOD + other).encode(), "графік.csv")

    refused = await choose(browser, shown, 2, 3)

    assert refused.status_code == 409
    assert "обслуговує іншу пряму лінію: 15.12.2026 10:00–11:00" in refused.text
    assert "Таких прямих ліній немає" in (await browser.get("/staff/sessions?part=drafts")).text
    assert "Створено 1 чернетку" in (await choose(browser, refused, 2)).text


async def test_a_file_that_was_changed_on_the_way_is_refused(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    shown = await browser.upload((HEADER + GOOD).encode(), "графік.csv")
    fields = read_hidden(shown)

    other_year = await browser.post("/staff/import/rows", **(fields | {"year": "2027", "rows": 2}))
    other_bytes = await browser.post(
        "/staff/import/rows", **(fields | {"content": "QUJD", "rows": 2})
    )
    colleague = await office.enter(Role.COMMUNICATIONS)
    fields["csrf_token"] = colleague.csrf
    stolen = await colleague.post("/staff/import/rows", **(fields | {"rows": 2}))

    assert other_year.status_code == other_bytes.status_code == stolen.status_code == 422
    assert "Файл змінився" in stolen.text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "Файл порожній"),
        (b"PK\x03\x04 broken", "a.xlsx", "Файл"),
        ("дата;посада\n2026-12-01;Голова\n".encode(), "a.csv", "стовпц"),
        (b"x" * (256 * 1024 + 1), "a.csv", "більший за 256"),
        ((HEADER + GOOD * 151).encode(), "a.csv", "понад 150 рядків"),
    ],
)
async def test_a_file_that_cannot_be_used_is_answered_with_what_to_do(
    office: Office, content: bytes, name: str, sentence: str
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.upload(content, name)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="2026"' in answer.text


async def test_a_form_without_a_file_asks_for_one(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.post("/staff/import", year="не рік")

    assert answer.status_code == 422
    assert "Оберіть файл із графіком" in answer.text
    assert "Введіть рік" in answer.text


async def test_a_body_of_more_than_five_megabytes_is_not_read(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.upload(b"x" * (6 * 1024 * 1024), "a.csv")

    assert answer.status_code == 413
