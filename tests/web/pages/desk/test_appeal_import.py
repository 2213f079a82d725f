from datetime import timedelta

import httpx
import pytest
from tests.factories import make_institution
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.services.outer_appeals import erase_files_in_time
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

PATH = "/staff/appeals/import"
LIST = (
    "№;Прізвище;Ім’я;Адреса;Зміст\n"
    "УГЛ-1;Коваленко;Марія;м. Рівне, вул. Соборна, 1;Немає води з понеділка.\n"
    "УГЛ-2;Бойко;Петро;;Не світять ліхтарі.\n"
)


async def send(browser: Browser, content: str = LIST, **fields: str) -> httpx.Response:
    data = {"csrf_token": browser.csrf, "new_source": "Гаряча лінія", "received_on": "2026-11-23"}
    return await browser.client.post(
        PATH, data=data | fields, files={"file": ("список.csv", content.encode())}
    )


async def test_rows_are_looked_at_then_taken_and_shown_with_their_outcome(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)

    sent = await send(clerk)
    shown = await clerk.get(sent.headers["location"])
    before = await fetch_value("select count(*) from appeal")
    taken = await clerk.post(sent.headers["location"])
    result = await clerk.get(taken.headers["location"])
    again = await clerk.get((await send(clerk)).headers["location"])

    assert "місце проживання: нічого не написано" in shown.text
    assert "Зареєструвати 1 звернення" in shown.text
    assert before == 0
    assert "Звернення зареєстровано" in result.text
    assert "К-1-2026" in again.text
    assert "Реєструвати нічого" in again.text
    assert "Гаряча лінія" in (await clerk.get(PATH)).text
    name = await fetch_value("select public_id from appeal")
    assert "УГЛ-1, Гаряча лінія" in (await clerk.get(f"/staff/appeals/{name}")).text
    found = await clerk.post("/staff/appeals/search", which="all", text="угл-1")
    assert "К-1-2026" in found.text


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        ("", {}, "Файл порожній"),
        ("№;Зміст\n1;Вода\n", {}, "«прізвище»/«піб»"),
        (LIST, {"new_source": ""}, "Оберіть, хто надіслав список"),
        (LIST, {"received_on": "2026-11-24"}, "не прийдешній"),
        (LIST, {"received_on": "понеділок"}, "наприклад 2026-11-24"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(
    office: Office, content: str, fields: dict[str, str], sentence: str
) -> None:
    answer = await send(await office.enter(Role.CLERK), content, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert await fetch_value("select count(*) from outside_body") == 0


async def test_a_list_belongs_to_its_institution_and_to_who_registers(office: Office) -> None:
    address = (await send(await office.enter(Role.CLERK))).headers["location"]
    theirs = await office.enter(Role.CLERK, home=await make_institution())
    press = await office.enter(Role.COMMUNICATIONS)

    assert (await theirs.get(address)).status_code == 404
    assert (await theirs.post(address)).status_code == 404
    assert (await send(theirs, source="1", new_source="")).status_code == 404
    assert (await press.get(PATH)).status_code == 403
    assert (await press.post(address)).status_code == 403


async def test_after_a_day_the_file_is_gone(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)
    address = (await send(clerk)).headers["location"]
    office.clock.pass_time(timedelta(hours=25))

    erased = await erase_files_in_time(clock=office.clock)

    clerk = await office.enter(Role.CLERK)

    assert erased == 1
    assert await fetch_value("select content from appeal_import") is None
    assert "Файл стерто" in (await clerk.get(address)).text
    assert (await clerk.post(address)).status_code == 409
