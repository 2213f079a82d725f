import pytest
from tests.factories import make_institution
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role


pytestmark = pytest.mark.anyio

PATH = "/staff/numbers"
CARD = {
    "number": "1", "received_on": "2026-11-23", "surname": "Шевчук", "given_name": "Ольга",
    "residence": "м. Рівне", "kind": "3.2", "question": "Не працює ліфт у будинку.",
}  # fmt: skip


async def test_a_block_is_made_printed_filled_and_closed(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)
    made = await clerk.post(PATH, count="2", reason="Вимкнення світла")
    address = made.headers["location"]

    sheet = await clerk.get(f"{address}/sheet.pdf")
    early = await clerk.post(f"{address}/close")
    wrong = await clerk.post(f"{address}/card", **(CARD | {"received_on": "2026-11-24"}))
    await clerk.post(f"{address}/card", **CARD)
    again = await clerk.post(f"{address}/card", **CARD)
    await clerk.post(f"{address}/cancel", cancelled="2", why="Не знадобився")
    await clerk.post(f"{address}/close")
    shown = await clerk.get(address)

    assert sheet.content.startswith(b"%PDF")
    assert (early.status_code, wrong.status_code, again.status_code) == (409, 422, 404)
    assert "Деякі номери ще відкриті" in early.text
    assert "від створення блоку до сьогодні" in wrong.text
    assert "Ш-1-2026" in shown.text
    assert "Не знадобився" in shown.text
    assert "закрито" in (await clerk.get(PATH)).text


async def test_what_cannot_be_used_is_said_and_others_are_kept_out(office: Office) -> None:
    clerk, operator = await office.enter(Role.CLERK), await office.enter(Role.OPERATOR)
    theirs = await office.enter(Role.CLERK, home=await make_institution())
    address = (await clerk.post(PATH, count="1", reason="Вимкнення")).headers["location"]

    assert (await clerk.post(PATH, count="201", reason="Багато")).status_code == 422
    assert (await clerk.post(f"{address}/card", number="1")).status_code == 422
    assert (await clerk.post(f"{address}/cancel", cancelled="1", why="")).status_code == 422
    assert (await operator.post(PATH, count="1", reason="Вимкнення")).status_code == 403
    assert (await operator.get(address)).status_code == 200
    assert (await theirs.get(address)).status_code == 404
    assert (await theirs.post(f"{address}/card", **CARD)).status_code == 404


async def test_what_the_rules_have_against_a_card_is_said_at_its_field(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)
    address = (await clerk.post(PATH, count="1", reason="Вимкнення")).headers["location"]

    for wrong, field, sentence in (
        ({"received_on": "1995-01-01"}, "received_on", "від створення блоку до сьогодні"),
        ({"kind": "9.9"}, "kind", "Оберіть вид звернення"),
        ({"topic": "999"}, "topic", "Оберіть теми зі списку"),
        ({"number": "7"}, "number", "уже використано"),
    ):
        refused = await clerk.post(f"{address}/card", **(CARD | wrong))
        said = refused.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
        assert refused.status_code in {404, 422}
        assert sentence in said


async def test_a_form_of_numbers_is_shown_before_it_is_chosen(office: Office) -> None:
    head, clerk = await office.enter(Role.MANAGER), await office.enter(Role.CLERK)
    wanted = "{letter}-{number}-{yy}"

    shown = await head.post(f"{PATH}/template", template=wanted)
    refused = await head.post(f"{PATH}/template", template="{number}")
    chosen = await head.post(f"{PATH}/template", template=wanted, seen=wanted)

    assert "Д-401-26" in shown.text
    assert refused.status_code == 422
    assert chosen.status_code == 303
    assert "БП-17-26" in (await head.get(PATH)).text
    assert (await clerk.post(f"{PATH}/template", template=wanted, seen=wanted)).status_code == 403
