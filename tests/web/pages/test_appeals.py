from datetime import date, timedelta

import httpx
import pytest
from tests.factories import NOW, make_appeal, make_institution, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.services.appeal_exits import forward
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeals import answer as give_answer
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.units import add_body


pytestmark = pytest.mark.anyio


async def test_number_and_code_open_the_appeal_for_half_an_hour(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    home = await make_institution()
    made = await make_appeal(staff=await make_staff(institution=home.id))

    found = await client.post("/appeals", data={"number": "к 1 26", "code": made.code})
    shown = await client.get(found.headers["location"])
    clock.pass_time(timedelta(minutes=30))
    closed = await client.get(found.headers["location"])

    assert found.status_code == 303
    assert made.code not in found.headers["location"]
    assert "Звернення К-1-2026" in shown.text
    assert "середа, 23 грудня 2026" in shown.text
    assert "стаття 20" in shown.text or "ст. 20" in shown.text or "Стаття" in shown.text
    assert "Внутрішній контрольний строк" not in shown.text
    assert "Коваленко" not in shown.text
    assert shown.headers["referrer-policy"] == "same-origin"
    assert closed.status_code == 410


async def test_the_page_tells_nothing_of_the_author_that_the_card_tells(
    client: httpx.AsyncClient,
) -> None:
    home = await make_institution()
    made = await make_appeal(staff=await make_staff(institution=home.id))
    await run_sql(
        """update appeal set asks_secrecy = true, sex = '4.2', social_status = '8.8',
                             categories = '{7.5,7.13}', sign = '2.2', medium = '6.3'"""
    )

    found = await client.post("/appeals", data={"number": "К-1-2026", "code": made.code})
    shown = await client.get(found.headers["location"])

    assert "Звернення К-1-2026" in shown.text
    for told in ("Коваленко", "Соборна", "Жіноча", "Пенсіонер", "бойових", "Багатодітна"):
        assert told not in shown.text


async def test_the_answer_is_shown_when_it_is_there(client: httpx.AsyncClient) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    made = await make_appeal(staff=staff)
    text = "Субсидію нараховано.\nЇї виплатять 30 листопада."
    await give_answer(made.appeal.public_id, text, result="9.1", staff=staff, now=NOW)

    found = await client.post(
        "/appeals", data={"number": made.appeal.register_index, "code": made.code}
    )
    shown = await client.get(found.headers["location"])

    assert "Субсидію нараховано." in shown.text
    assert "Відповідь надано" in shown.text


async def test_the_author_sees_each_step_with_its_day_and_reason(client: httpx.AsyncClient) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    made = await make_appeal(staff=staff)
    name = made.appeal.public_id
    body = await add_body("Пенсійний фонд", address="", institution=home.id)
    await extend(name, date(2027, 1, 5), "Потрібна перевірка", staff=staff, now=NOW)
    await forward(name, body or 0, "Пенсії призначає фонд", staff=staff, now=NOW)

    found = await client.post(
        "/appeals", data={"number": made.appeal.register_index, "code": made.code}
    )
    shown = (await client.get(found.headers["location"])).text

    assert "до 05.01.2027: Потрібна перевірка" in shown
    assert "Пенсійний фонд: Пенсії призначає фонд" in shown
    assert "Надіслано за належністю" in shown


async def test_after_its_last_day_an_appeal_without_answer_says_what_one_may_do(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    home = await make_institution()
    made = await make_appeal(staff=await make_staff(institution=home.id))
    clock.pass_time(timedelta(days=40))

    found = await client.post(
        "/appeals", data={"number": made.appeal.register_index, "code": made.code}
    )

    assert "Строк минув" in (await client.get(found.headers["location"])).text


async def test_an_unknown_number_and_a_wrong_code_look_alike(client: httpx.AsyncClient) -> None:
    home = await make_institution()
    made = await make_appeal(staff=await make_staff(institution=home.id))
    wrong = "000000" if made.code != "000000" else "000001"
    number = made.appeal.register_index

    answers = [
        await client.post("/appeals", data={"number": number, "code": wrong}),
        await client.post("/appeals", data={"number": "К-77-2026", "code": made.code}),
        await client.post("/appeals", data={"number": "хтозна", "code": "хтозна"}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert all("Звернення з таким номером і кодом немає" in each.text for each in answers)
    values = ("К-77-2026", "хтозна", number, wrong, made.code)

    def bare(text: str) -> str:
        for value in values:
            text = text.replace(f'value="{value}"', "")
        return text

    assert len({bare(answer.text) for answer in answers}) == 1


async def test_guessing_a_code_is_slowed_down_whatever_the_spelling_of_the_number(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    spellings = ["К-1-2026", "к 1 2026", "К-1-26", "№ К-1-2026", "k.1.2026"]
    answers = [
        await client.post("/appeals", data={"number": spellings[try_ % 5], "code": f"{try_:06}"})
        for try_ in range(16)
    ]

    assert [answer.status_code for answer in answers] == [404] * 15 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
