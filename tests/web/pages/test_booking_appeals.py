"""Filing a booked question as a written appeal, request by request."""

import re

import httpx
import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    list_all_bookings,
    make_booking,
    make_session,
)

from hotline_sessions.services.bookings import Taken
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.web.links import booking_path


pytestmark = pytest.mark.anyio

FORM = {
    "surname": "Коваленко",
    "given_name": "Марія",
    "patronymic": "Іванівна",
    "residence": "вул. Соборна, 1\r\nм. Рівне",
    "email": "",
    "question": "Прошу перерахувати субсидію за жовтень.",
}


async def book() -> Taken:
    session = await make_session()
    return await make_booking(session=session, phone=PHONE, name="Марія Іванівна Коваленко")


def path_of(taken: Taken) -> str:
    return booking_path(taken.booking, secret=SECRET) + "/appeal"


async def count() -> int:
    return int(await fetch_value("select count(*) from appeal"))


async def test_the_form_knows_what_the_booking_tells(client: httpx.AsyncClient) -> None:
    taken = await book()
    own = (await client.get(booking_path(taken.booking, secret=SECRET))).text

    shown = (await client.get(path_of(taken))).text

    assert path_of(taken) in own
    for known in ("Коваленко", "Марія", "Іванівна", taken.booking.question):
        assert known in shown
    assert PHONE not in shown
    assert await count() == 0, "looking at the form files nothing"


async def test_what_the_law_asks_for_must_be_there(client: httpx.AsyncClient) -> None:
    taken = await book()

    answer = await client.post(
        path_of(taken), data=FORM | {"residence": "", "email": "нікуди", "deed": "file"}
    )

    assert answer.status_code == 422
    assert "Введіть поштову адресу" in answer.text
    assert "Введіть адресу електронної пошти" in answer.text
    assert await count() == 0


async def test_it_is_looked_through_first_changed_and_only_then_filed(
    client: httpx.AsyncClient,
) -> None:
    taken = await book()

    checked = await client.post(path_of(taken), data=FORM)
    sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', checked.text))
    before = await count()
    changed = await client.post(path_of(taken), data=sent | {"deed": "change"})

    assert "Перевірте звернення" in checked.text
    assert "поштою на цю адресу" in checked.text
    assert {"email": ""} | sent == {**FORM, "residence": "вул. Соборна, 1\nм. Рівне"}
    assert before == 0
    assert sent["question"] in changed.text
    assert 'name="surname"' in changed.text
    assert await count() == 0


async def test_number_and_code_are_shown_once_on_the_device_that_filed(
    client: httpx.AsyncClient,
) -> None:
    taken = await book()

    answer = await client.post(path_of(taken), data=FORM | {"deed": "file"})
    shown = (await client.get(answer.headers["location"])).text
    (row,) = await fetch_rows("select register_index, legal_on from appeal")
    told = str(await fetch_value("select body from message where purpose = 'appeal-registered'"))
    code = re.search(r"Код (\d{6})", told)
    client.cookies.clear()
    elsewhere = (await client.get(answer.headers["location"])).text

    assert answer.status_code == 303
    assert code
    assert code[1] in shown
    assert row["register_index"] in shown
    assert "23 грудня 2026" in shown
    assert code[1] not in elsewhere
    assert row["register_index"] in elsewhere


async def test_a_form_sent_twice_leads_to_the_same_appeal_and_the_booking_stays(
    client: httpx.AsyncClient,
) -> None:
    taken = await book()

    answers = [await client.post(path_of(taken), data=FORM | {"deed": "file"}) for _ in "ab"]
    own = (await client.get(booking_path(taken.booking, secret=SECRET))).text

    assert {each.headers["location"] for each in answers} == {path_of(taken)}
    assert await count() == 1
    assert "Ваше запитання зареєстровано як звернення К-1-2026" in own
    assert taken.booking.starts_at > NOW
    assert "Скасувати запис" in own


async def test_the_citizen_reads_that_it_came_in_writing(client: httpx.AsyncClient) -> None:
    taken = await book()
    await client.post(path_of(taken), data=FORM | {"deed": "file"})
    told = str(await fetch_value("select body from message where purpose = 'appeal-registered'"))
    number, code = re.findall(r"Звернення (\S+)\. Код (\d{6})", told)[0]

    found = await client.post("/appeals", data={"number": number, "code": code})
    shown = (await client.get(found.headers["location"])).text

    assert "Отримано письмово" in shown
    assert "Отримано телефоном" not in shown


async def test_an_address_that_nobody_has_signed_files_nothing(client: httpx.AsyncClient) -> None:
    session = await make_session()
    taken = await make_booking(session=session)
    forged = path_of(taken).replace(taken.booking.public_id, "0000000000")

    answer = await client.post(forged, data=FORM | {"deed": "file"})

    assert answer.status_code == 404
    assert await count() == 0
    assert len(await list_all_bookings(session)) == 1
