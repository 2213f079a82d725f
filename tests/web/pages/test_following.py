"""What an author does on the pages of an appeal, request by request."""

from datetime import date

import httpx
import msgspec
import pytest
from tests.factories import NOW, PASSWORD, SECRET, make_appeal, make_institution, make_staff

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.services.appeal_extensions import extend
from hotline_sessions.services.appeals import Registered, answer
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.units import add_unit
from hotline_sessions.web.links import appeal_path


pytestmark = pytest.mark.anyio

FORM = {"given": "sms", "last_day": "sms", "left": "sms", "answered": "none"}


async def make_followed(*, answered: bool = False) -> tuple[Registered, Staff, str]:
    """An appeal, somebody who deals with it, and the address of its page."""
    home = await make_institution()
    staff = await make_staff(institution=home.id, full_name="Таємний Виконавець")
    made = await make_appeal(staff=staff)
    if answered:
        name = made.appeal.public_id
        await answer(name, "Субсидію нараховано.", result="9.1", staff=staff, now=NOW)
    return made, staff, appeal_path(made.appeal.public_id, secret=SECRET, now=NOW)


async def test_who_deals_with_it_is_named_by_unit_and_never_by_person(
    client: httpx.AsyncClient,
) -> None:
    made, staff, place = await make_followed()
    name = made.appeal.public_id
    unit = await add_unit(
        "Відділ субсидій", head=None, head_official=None, institution=staff.institution
    )
    for party in (
        Party(kind=PartyKind.UNIT, id=unit or 0),
        Party(kind=PartyKind.ACCOUNT, id=staff.account),
    ):
        await resolve(name, "Таємна резолюція", main=party, staff=staff, now=NOW)
    await extend(name, date(2027, 1, 5), "Потрібна перевірка", staff=staff, now=NOW)
    await run_sql("update appeal set asks_secrecy = true")

    shown = (await client.get(place)).text

    assert "Відділ субсидій" in shown
    assert "до 05.01.2027: Потрібна перевірка" in shown
    assert "Керівник продовжив строк; останній день — вівторок, 5 січня 2027" in shown
    assert "не більше сорока п’яти днів" in shown
    assert "Таємн" not in shown


async def test_what_is_told_is_chosen_on_a_page_of_its_own(client: httpx.AsyncClient) -> None:
    _, _, place = await make_followed()

    shown = await client.get(f"{place}/messages")
    saved = await client.post(f"{place}/messages", data=FORM)
    after = await client.get(saved.headers["location"])
    refused = await client.post(f"{place}/messages", data={**FORM, "left": "none"})
    nowhere = await client.post(f"{place}/messages", data={**FORM, "given": "email"})
    empty = await client.post(f"{place}/messages", data={})

    assert shown.status_code == 200
    assert "+380501234567" not in shown.text, "the phone is masked"
    assert saved.status_code == 303
    assert "Збережено." in after.text
    assert '<option value="none" selected>' in after.text
    assert (refused.status_code, nowhere.status_code, empty.status_code) == (422, 422, 422)
    assert "Закон зобов’язує повідомити вас" in refused.text
    actions = await fetch_rows("select action from appeal_step order by place")
    assert [each["action"] for each in actions] == ["appeal_registered", "appeal_wishes_changed"]


async def test_another_address_is_proven_by_the_code_that_came_there(
    client: httpx.AsyncClient,
) -> None:
    _, _, place = await make_followed()
    codes = "select left(body, 6) from message where purpose = 'address-code' order by id desc"

    for way, field, address in (
        ("sms", "phone", "067 765 43 21"),
        ("email", "email", "new@example.com"),
    ):
        bad = await client.post(f"{place}/address", data={"way": way, field: "хтозна"})
        asked = await client.post(f"{place}/address", data={"way": way, field: address})
        form = await client.get(asked.headers["location"])
        code = {"way": way, "code": await fetch_value(codes)}
        done = await client.post(f"{place}/address/code", data=code)
        again = await client.post(f"{place}/address/code", data=code)
        statuses = [each.status_code for each in (bad, asked, form, done, again)]
        assert statuses == [422, 303, 200, 303, 409]

    rows = await fetch_rows("select phone, email from appeal_following")
    assert [tuple(row) for row in rows] == [("+380677654321", "new@example.com")]
    shown = (await client.get(f"{place}/messages")).text
    assert "n•••@example.com" in shown
    assert "new@example.com" not in shown


async def test_staff_see_the_rating_and_what_a_repeated_appeal_goes_against(
    client: httpx.AsyncClient,
) -> None:
    made, staff, place = await make_followed(answered=True)
    await client.post(f"{place}/rating", data={"score": "2", "words": "Не дочекалася"})
    await client.post(f"{place}/dispute", data={"question": "Грошей немає й досі."})
    repeated = await fetch_value("select public_id from appeal order by id desc limit 1")

    await client.post("/staff/sign-in", data={"login": staff.login, "password": PASSWORD})
    card = (await client.get(f"/staff/appeals/{made.appeal.public_id}")).text
    other = (await client.get(f"/staff/appeals/{repeated}")).text
    figures = (await client.get("/staff/appeals/figures")).text

    assert "2/5" in card
    assert "Не дочекалася" in card
    assert "ПОВТОРНО" in other
    assert "ПОВТОРНО" not in card
    assert made.appeal.register_index in other
    assert "Оцінок менше ніж 5" in figures


async def test_own_data_are_handed_out_for_the_code_as_a_page_and_as_a_file(
    client: httpx.AsyncClient,
) -> None:
    made, _, place = await make_followed(answered=True)
    wrong = "000000" if made.code != "000000" else "000001"

    asked = await client.get(f"{place}/data")
    refused = await client.post(f"{place}/data", data={"code": wrong})
    shown = await client.post(f"{place}/data", data={"code": made.code, "form": "page"})
    english = await client.post(f"/en{place}/data", data={"code": made.code})
    file = await client.post(f"{place}/data", data={"code": made.code, "form": "json"})

    assert "Соборна" not in asked.text
    assert (asked.status_code, refused.status_code) == (200, 404)
    for each in (shown, file):
        assert each.status_code == 200
        assert "no-store" in each.headers["cache-control"]
        assert "Соборна" in each.text
        assert "Таємний" not in each.text
    assert "Місце проживання" in shown.text
    assert "Residence" in english.text
    assert "attachment" in file.headers["content-disposition"]
    assert msgspec.json.decode(file.content)["card"]["surname"] == "Коваленко"


async def test_a_link_that_is_not_ours_opens_none_of_it(client: httpx.AsyncClient) -> None:
    for page in ("messages", "address", "data"):
        assert (await client.get(f"/appeals/хтозна/{page}")).status_code == 404
    for page in ("messages", "address", "address/code", "data"):
        assert (await client.post(f"/appeals/хтозна/{page}", data={})).status_code == 404
