"""A card is corrected by entries that stay in sight, never silently."""

import html
import re
from typing import Any

import asyncpg
import httpx
import pytest
from tests.factories import NOW, make_appeal, make_staff
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


pytestmark = pytest.mark.anyio


async def make_card(office: Office) -> Appeal:
    staff = await make_staff(institution=office.home.id)
    return (await make_appeal(staff=staff, surname="Гончар", received_at=NOW)).appeal


def read_form(answer: httpx.Response) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    main = answer.text[answer.text.index("<form", answer.text.index("<h1")) :]
    fields = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input[^>]*name="(\w+)"[^>]*? value="([^"]*)"', main)
        if name not in {"kind", "csrf_token"}
    }
    for box in re.findall(r'<input[^>]*type="(?:checkbox|radio)"[^>]*>', main):
        name = re.search(r'name="(\w+)"', box)
        value = re.search(r'value="([^"]*)"', box)
        assert name
        assert value
        fields.pop(name[1], None)
    for box in re.findall(r'<input[^>]*type="(?:checkbox|radio)"[^>]*checked[^>]*>', main):
        found = dict(re.findall(r'(name|value)="([^"]*)"', box))
        fields[found["name"]] = found["value"]
    lists = re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', main, re.DOTALL)
    for name, options in lists:
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    areas = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', main, re.DOTALL)
    for name, text in areas:
        fields[name] = html.unescape(text)
    return fields


async def open_form(browser: Browser, card: Appeal) -> dict[str, Any]:
    return read_form(await browser.get(f"/staff/appeals/{card.public_id}/correct"))


async def test_a_correction_shows_what_was_what_is_who_and_why(office: Office) -> None:
    card = await make_card(office)
    browser = await office.enter(Role.CLERK)
    at = f"/staff/appeals/{card.public_id}"
    fields = await open_form(browser, card) | {
        "surname": "Гончаренко", "topic": "6; 9", "categories": "7.13", "sex": "4.2",
        "reason": "Записано зі слів, уточнено за паспортом",
    }  # fmt: skip

    sent = await browser.post(f"{at}/correct", **fields)
    shown = (await browser.get(at)).text
    found = await browser.post("/staff/appeals/search", which="all", text="Гончаренко")

    assert sent.status_code == 303
    rows = await fetch_rows("select field, before, after from correction order by id")
    assert [tuple(row) for row in rows] == [
        ("surname", "Гончар", "Гончаренко"), ("topic", "", "060"), ("more_topics", "", "090"),
        ("has_priority", "no", "yes"), ("categories", "", "7.13"), ("sex", "", "4.2"),
    ]  # fmt: skip
    for text in ("Гончар<", "Гончаренко", "Багатодітна", "уточнено за паспортом", "Стало"):
        assert text in shown
    assert "Картку виправлено" in shown
    assert 'role="region" aria-label="Виправлення 1"' in shown
    assert card.public_id in found.text
    row = await fetch_row("select register_index, surname from appeal")
    assert row is not None
    assert tuple(row) == (card.register_index, "Гончаренко")


async def test_the_form_as_it_stands_changes_nothing(office: Office) -> None:
    card = await make_card(office)
    browser = await office.enter(Role.OPERATOR)
    before = await fetch_row("select * from appeal")
    fields = await open_form(browser, card)

    sent = await browser.post(
        f"/staff/appeals/{card.public_id}/correct", **(fields | {"reason": "Нічого не змінюю"})
    )

    assert sent.status_code == 303
    assert await fetch_row("select * from appeal") == before
    assert await fetch_value("select count(*) from correction") == 0


async def test_another_procedure_gives_another_term_and_the_old_one_stays_in_sight(
    office: Office,
) -> None:
    card = await make_card(office)
    browser = await office.enter(Role.CLERK)
    at = f"/staff/appeals/{card.public_id}"
    fields = await open_form(browser, card)

    changed = fields | {"procedure": "info_request", "reason": "Це запит на інформацію"}
    await browser.post(f"{at}/correct", **changed)
    shown = (await browser.get(at)).text

    row = await fetch_row("select term, legal_on - received_on as days from appeal")
    assert row is not None
    assert tuple(row) == ("INFO_5WD", 7)
    past = await fetch_row("select cause, legal_on from past_deadline")
    assert past is not None
    assert tuple(past) == ("correction", card.legal_on)
    assert "діє інший строк" in shown
    assert "запит на інформацію" in shown


async def test_who_opened_the_card_before_another_corrected_it_looks_again(office: Office) -> None:
    card = await make_card(office)
    first, second = await office.enter(Role.CLERK), await office.enter(Role.CLERK)
    at = f"/staff/appeals/{card.public_id}/correct"
    fields = await open_form(first, card)
    why = {"reason": "Помилка в записі"}

    taken = await first.post(at, **(fields | why | {"residence": "м. Дубно"}))
    late = await second.post(at, **(fields | why | {"phone": "050 111 22 33"}))

    assert (taken.status_code, late.status_code) == (303, 409)
    assert "виправив хтось інший" in late.text
    assert 'value="050 111 22 33"' in late.text
    assert await fetch_value("select residence from appeal") == "м. Дубно"


WRONG = (
    ({"reason": ""}, "Напишіть, чому виправляєте"),
    ({"surname": ""}, "Введіть прізвище"),
    ({"topic": "нема такого"}, "Оберіть теми зі списку"),
    ({"procedure": "consultation"}, "Консультація не отримує номера"),
    ({"subject": "5.2", "people": "1"}, "щонайменше двоє"),
)


async def test_what_is_wrong_is_said_and_the_card_stays(office: Office) -> None:
    card = await make_card(office)
    browser = await office.enter(Role.CLERK)
    fields = await open_form(browser, card) | {"reason": "Помилка в записі"}

    for wrong, told in WRONG:
        answer = await browser.post(f"/staff/appeals/{card.public_id}/correct", **(fields | wrong))
        assert answer.status_code == 422, wrong
        assert told in answer.text, wrong

    assert await fetch_value("select count(*) from correction") == 0


async def test_nobody_corrects_a_card_of_another_institution_or_a_complaint_of_himself(
    office: Office,
) -> None:
    card = await make_card(office)
    browser = await office.enter(Role.CLERK)
    fields = await open_form(browser, card) | {"reason": "Помилка в записі", "surname": "Інша"}
    at = f"/staff/appeals/{card.public_id}/correct"
    await run_sql(
        "insert into complained_of (appeal, account) values ($1, $2)",
        card.id,
        browser.staff.account,
    )

    himself = await browser.post(at, **fields)
    elsewhere = await browser.post(at.replace(card.public_id, "abcdefghij"), **fields)

    assert (himself.status_code, elsewhere.status_code) == (409, 404)
    assert await fetch_value("select surname from appeal") == "Гончар"


async def test_what_was_corrected_cannot_be_rewritten(office: Office) -> None:
    card = await make_card(office)
    browser = await office.enter(Role.CLERK)
    fields = await open_form(browser, card) | {"reason": "Помилка в записі", "surname": "Інша"}
    await browser.post(f"/staff/appeals/{card.public_id}/correct", **fields)

    for forgery in ("update correction set before = 'Інша'", "delete from correction"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await run_sql(forgery)
