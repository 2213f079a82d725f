import csv
import io
import json
import re

import pytest
from tests.factories import NOW, make_appeal, make_institution
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.appeal_life import Party, PartyKind
from hotline_sessions.domain.cards import FIELDS, escape_formula
from hotline_sessions.gateways.sheets import read_sheet
from hotline_sessions.services import card_exports
from hotline_sessions.services.appeal_assignments import resolve
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = pytest.mark.anyio

PATH = "/staff/appeals/export"
FORMULA = '=HYPERLINK("http://x")'


async def test_the_same_cards_are_in_each_form_and_no_formula_among_them(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)
    for number in range(55):
        await make_appeal(staff=clerk.staff, question=f"{FORMULA} {number}")
    stranger = await office.enter(Role.CLERK, home=await make_institution())
    await make_appeal(staff=stranger.staff, surname="Чужий")

    as_json = await clerk.post(PATH, which="all", form="json")
    as_csv = await clerk.post(PATH, which="all", form="csv")
    as_xlsx = await clerk.post(PATH, which="all", form="xlsx")

    cards = json.loads(as_json.content)
    lines = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig")), delimiter=";"))
    rows = read_sheet(as_xlsx.content, "appeals.xlsx")
    numbers = {card["register_index"] for card in cards}
    assert list(cards[0]) == list(FIELDS)
    assert len(numbers) == 55
    assert {line["Реєстраційний індекс"] for line in lines} == numbers
    assert {row.cells["Реєстраційний індекс"] for row in rows} == numbers
    assert all(line["Зміст"].startswith(f"'{FORMULA}") for line in lines)
    assert all(row.cells["Зміст"].startswith(FORMULA) for row in rows)
    assert lines[0]["Телефон"] == "+380501234567"
    assert "Чужий" not in as_json.text
    assert await fetch_value("select count(*) from audit where action = 'appeals_exported'") == 3


async def test_who_asked_for_secrecy_is_not_named(office: Office) -> None:
    clerk = await office.enter(Role.CLERK)
    await make_appeal(staff=clerk.staff)
    await run_sql("update appeal set asks_secrecy = true")

    card = json.loads((await clerk.post(PATH, which="all", form="json")).content)[0]

    assert card["asks_secrecy"]
    assert {card[name] for name in ("surname", "residence", "phone", "email")} == {""}
    assert card["question"]


async def test_only_who_may_takes_cards_out_and_only_in_known_forms(office: Office) -> None:
    operator, clerk = await office.enter(Role.OPERATOR), await office.enter(Role.CLERK)

    assert (await operator.post(PATH, which="all", form="json")).status_code == 403
    assert (await clerk.post(PATH, which="all", form="exe")).status_code == 422
    assert (await clerk.post(PATH, which="all", form="json")).json() == []


async def test_the_file_holds_what_the_list_shows(office: Office) -> None:
    head = await office.enter()
    mine, theirs = [(await make_appeal(staff=head.staff)).appeal for _ in range(2)]
    await resolve(
        mine.public_id,
        "",
        main=Party(kind=PartyKind.ACCOUNT, id=head.staff.account),
        others=[],
        internal_on=None,
        staff=head.staff,
        now=NOW,
    )
    me = f"account:{head.staff.account}"

    for found, filters in (
        (mine, {"whose": "mine"}),
        (mine, {"executor": me}),
        (mine, {"state": "assigned"}),
        (theirs, {"state": "registered"}),
    ):
        listed = await head.post("/staff/appeals/search", which="all", **filters)
        sent = dict(re.findall(r'type="hidden" name="(.+?)" value="(.*?)"', listed.text))
        taken = await head.post(PATH, **{**sent, "csrf_token": head.csrf}, form="json")
        assert [card["register_index"] for card in taken.json()] == [found.register_index]
        assert found.register_index in listed.text

    assert (await head.post(PATH, which="all", executor="me", form="json")).status_code == 422


async def test_more_than_a_file_holds_is_refused_and_never_cut(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = await office.enter(Role.CLERK)
    monkeypatch.setattr(card_exports, "MOST", 2)
    for day in (1, 2):
        await make_appeal(staff=clerk.staff, question=f"Освітлення {day}")
    full = await clerk.post(PATH, which="all", form="json")
    await make_appeal(staff=clerk.staff, question="Дорога")

    refused = await clerk.post(PATH, which="all", form="json")
    part = await clerk.post(PATH, which="all", text="освітлення", form="json")

    assert len(full.json()) == len(part.json()) == 2
    assert refused.status_code == 422
    assert "Один файл вміщує щонайбільше 2 карток" in refused.text
    counts = await fetch_value(
        "select array_agg(detail->>'count' order by id) from audit"
        " where action = 'appeals_exported'"
    )
    assert counts == ["2", "2"]


@pytest.mark.parametrize("cell", ["=1", "+1+2", "-1", "@x", "\t=1", "＝1"])
def test_what_begins_as_a_formula_is_escaped(cell: str) -> None:
    assert escape_formula(cell) == f"'{cell}"
