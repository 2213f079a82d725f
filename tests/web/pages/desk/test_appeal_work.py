"""Work is seen, shared out and talked about on the pages of staff."""

import re

import pytest
from tests.factories import make_appeal
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio


async def register(browser: Browser, surname: str = "Коваленко") -> str:
    return (await make_appeal(staff=browser.staff, surname=surname)).appeal.public_id


def read_mark(page: str) -> str:
    found = re.search(r'name="form_mark" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_the_head_ticks_appeals_and_gives_them_out_and_hears_of_each(office: Office) -> None:
    head, clerk = await office.enter(Role.MANAGER), await office.enter(Role.CLERK)
    first, second = [await register(clerk, surname) for surname in ("Перша", "Друга")]
    party = f"account:{clerk.staff.account}"
    await head.post(f"/staff/appeals/{second}/steps/complained-of", complained=party)

    listed = (await head.get("/staff/appeals")).text
    nothing = await head.post("/staff/appeals/choose")
    chosen = await head.post("/staff/appeals/choose", all="yes", listed=[first, second])
    order = {"chosen": [first, second], "main": party, "form_mark": read_mark(chosen.text)}
    wordless = await head.post("/staff/appeals/share", **order)
    given = await head.post("/staff/appeals/share", resolution="До дії", **order)
    again = await head.post("/staff/appeals/share", resolution="До дії", **order)

    assert f'value="{first}"' in listed
    assert (nothing.status_code, wordless.status_code) == (422, 422)
    assert chosen.text.count("checked") == 2
    assert given.text == again.text
    assert "Передано 1 звернення з 2" in given.text
    assert "стаття 7" in given.text
    assert await fetch_value("select count(*) from resolution") == 1
    mine = (await clerk.get("/staff/appeals?whose=mine")).text
    assert ("К-1-2026" in mine or "П-1-2026" in mine, "Друга" in mine) == (True, False)
    assert "передано виконавцю" in mine
    assert 'name="chosen"' not in mine


@pytest.mark.parametrize(
    ("at", "form"),
    [
        ("/staff/appeals/share", {"chosen": "я" * 500, "resolution": "До дії", "main": "unit:1"}),
        ("/staff/appeals/share", {"chosen": "x", "resolution": "До дії", "main": "unit:x"}),
        ("/staff/appeals/share", {"chosen": "x", "resolution": "До дії", "main": "unit:9999999"}),
        ("/staff/appeals/choose", {"chosen": ["x"] * 51}),
        ("/staff/appeals/search", {"executor": "unit:" + "9" * 30, "state": "drafted"}),
        ("/staff/appeals/search", {"state": "unheard-of"}),
        ("/staff/absences", {"deputy": "9" * 30, "from_on": "x", "until_on": "2026-11-31"}),
        ("/staff/absences/email", {"email": "not an address"}),
        ("/staff/absences/99999999999999999999/end", {}),
        ("/staff/units/99999999999999999999", {"unit_name": "Відділ"}),
        ("/staff/units/1/explode", {}),
        ("/staff/units/bodies/99999999999999999999", {"body_name": "Фонд"}),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused_and_nothing_breaks(
    office: Office, at: str, form: dict[str, object]
) -> None:
    head = await office.enter(Role.MANAGER)

    assert 400 <= (await head.post(at, **form)).status_code < 500


async def test_a_comment_is_made_once_and_the_author_of_the_appeal_never_sees_it(
    office: Office,
) -> None:
    operator = await office.enter(Role.OPERATOR)
    at = f"/staff/appeals/{await register(operator)}"
    mark = read_mark((await operator.get(at)).text)

    empty = await operator.post(f"{at}/comments")
    added, _ = [
        await operator.post(f"{at}/comments", comment="<b>Дзвонила</b>", form_mark=mark)
        for _ in range(2)
    ]
    card = (await operator.get(at)).text

    assert (empty.status_code, added.status_code) == (422, 303)
    assert card.count("&lt;b&gt;Дзвонила") == 1


async def test_an_absence_is_noted_and_the_deputy_is_told_on_the_first_page(
    office: Office,
) -> None:
    clerk, deputy = await office.enter(Role.CLERK), await office.enter(Role.CLERK)
    await register(clerk)
    days = {"from_on": "2026-11-23", "until_on": "2026-11-24"}
    named = {"deputy": deputy.staff.account, **days}

    own = await clerk.post("/staff/absences", deputy=clerk.staff.account, **days)
    noted = await clerk.post("/staff/absences", **named)
    twice = await clerk.post("/staff/absences", **named)
    for_other = await deputy.post("/staff/absences", account=clerk.staff.account, **named)
    number = await fetch_value("select id from absence")
    today = (await deputy.get("/staff")).text
    foreign = await deputy.post(f"/staff/absences/{number}/end")
    ended = await clerk.post(f"/staff/absences/{number}/end")
    address = await clerk.post("/staff/absences/email", email="clerk@example.com")

    assert (own.status_code, noted.status_code, twice.status_code) == (422, 303, 409)
    assert (for_other.status_code, foreign.status_code) == (403, 403)
    assert (ended.status_code, address.status_code) == (303, 303)
    assert "Сьогодні ви заміщуєте працівника: Ірина Бондар" in today
    assert "clerk@example.com" in (await clerk.get("/staff/absences")).text
    assert "заміщуєте" not in (await deputy.get("/staff")).text


async def test_a_unit_and_a_body_are_renamed_closed_and_opened_again(office: Office) -> None:
    head, clerk = await office.enter(Role.MANAGER), await office.enter(Role.CLERK)
    for name in ("Відділ", "Управління"):
        await head.post("/staff/units", unit_name=name)
    await head.post("/staff/units/bodies", body_name="Фонд")
    first = await fetch_value("select min(id) from unit")
    fund = await fetch_value("select id from outside_body")
    unit, body = f"/staff/units/{first}", f"/staff/units/bodies/{fund}"

    taken = await head.post(unit, unit_name="Управління")
    await head.post(unit, unit_name="Відділ субсидій", members=[clerk.staff.account])
    await head.post(body, body_name="Пенсійний фонд", address="м. Рівне")
    for each in (unit, body):
        await head.post(f"{each}/close")
    at = f"/staff/appeals/{await register(clerk)}"
    card, closed = (await head.get(at)).text, (await head.get("/staff/units")).text
    await head.post(f"{unit}/reopen")

    assert taken.status_code == 409
    assert ("Відділ субсидій" in card, "Пенсійний фонд" in card) == (False, False)
    assert "Відділ субсидій" in closed
    assert "Відділ субсидій" in (await head.get(at)).text
    assert "checked" in (await head.get(unit)).text
    assert (await clerk.get(unit)).status_code == 403
    assert await fetch_value(
        "select detail ->> 'to' from audit where action = 'outside_body_changed'"
    ) == ("Пенсійний фонд")
