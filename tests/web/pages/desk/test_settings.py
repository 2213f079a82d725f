"""Administrators set the rules of their institution on pages; managers read them."""

import re

import pytest
from tests.factories import make_institution
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.rule_values import format_rules
from hotline_sessions.domain.rules import SHAPES, BookingRules, CallRules, RulesKind
from hotline_sessions.services.rules import set_rules
from hotline_sessions.store.institutions import get_rules


pytestmark = pytest.mark.anyio

SETTINGS = "/staff/settings"
BOOKING, CALLS = f"{SETTINGS}/booking", f"{SETTINGS}/calls"


async def fill(browser: Browser, kind: RulesKind = RulesKind.BOOKING) -> dict[str, str]:
    """The built-in rules as the form would send them, with the stamp that it shows."""
    page = (await browser.get(f"{SETTINGS}/{kind.value}")).text
    found = re.search(r'name="stamp" value="(\w+)"', page)
    assert found is not None
    return {**format_rules(SHAPES[kind]()), "stamp": found[1]}


async def test_an_administrator_is_led_there_and_sees_what_rules_mean(office: Office) -> None:
    browser = await office.enter(Role.ADMIN)

    assert SETTINGS in (await browser.get("/staff")).text
    page = (await browser.get(SETTINGS)).text
    assert "Записатися можна не пізніше ніж за 30 хвилин до розмови" in page
    assert "7 д, 1 д, 1 год" in page
    form = (await browser.get(BOOKING)).text
    assert "Від 0 до 1000. Типово: 4." in form


async def test_a_manager_reads_and_an_operator_does_not_enter(office: Office) -> None:
    manager, operator = await office.enter(Role.MANAGER), await office.enter(Role.OPERATOR)

    seen = await manager.get(SETTINGS)
    assert (seen.status_code, "змінює їх адміністратор" in seen.text) == (200, True)
    assert BOOKING not in seen.text
    assert (await manager.get(BOOKING)).status_code == 403
    assert (await manager.post(BOOKING, monthly_cap="1")).status_code == 403
    assert (await operator.get(SETTINGS)).status_code == 403
    assert SETTINGS not in (await operator.get("/staff")).text


async def test_every_change_of_rules_is_told_with_who_made_it_and_what_held_before(
    office: Office,
) -> None:
    browser = await office.enter(Role.ADMIN)
    assert "Їх ще ніхто не змінював." in (await browser.get(SETTINGS)).text
    await set_rules(office.home.slug, {"reminder_minutes": "1h"}, now=office.clock.now())
    sent = await fill(browser) | {"monthly_cap": "6", "quiet_from": "22:30"}
    await browser.post(BOOKING, **sent)
    stranger = await office.enter(Role.ADMIN, home=await make_institution())

    shown = " ".join((await browser.get(SETTINGS)).text.split())
    foreign = (await stranger.get(SETTINGS)).text

    by_page, by_command = shown.index("21:00 → <strong>22:30"), shown.index("→ <strong>1 год<")
    assert by_page < shown.index("командою на сервері") < by_command
    assert "4 → <strong>6</strong>" in shown
    assert browser.staff.full_name in shown
    assert "22:30" not in foreign


async def test_rules_are_saved_and_shown_beside_the_built_in_ones(office: Office) -> None:
    browser = await office.enter(Role.ADMIN)
    sent = await fill(browser) | {"monthly_cap": "6", "quiet_from": "22:30"}

    saved = await browser.post(BOOKING, **sent)

    assert (saved.status_code, saved.headers["location"]) == (303, SETTINGS)
    assert "типово: 4" in " ".join((await browser.get(SETTINGS)).text.split())
    held = await get_rules(RulesKind.BOOKING, office.home.id)
    assert isinstance(held, BookingRules)
    assert (held.monthly_cap, held.quiet_from.hour) == (6, 22)


async def test_a_box_that_is_not_ticked_is_a_no(office: Office) -> None:
    browser = await office.enter(Role.ADMIN)
    sent = await fill(browser, RulesKind.CALLS)
    del sent["asks_language"]

    await browser.post(CALLS, **sent)

    assert await get_rules(RulesKind.CALLS, office.home.id) == CallRules(asks_language=False)


async def test_every_mistake_is_told_at_its_field_and_nothing_is_saved(office: Office) -> None:
    browser = await office.enter(Role.ADMIN)
    wrong = {
        "monthly_cap": "багато",
        "missed_cap": "",
        "reminder_minutes": "60",
        "missed_days": "9",
    }

    refused = await browser.post(BOOKING, **(await fill(browser) | wrong))

    assert refused.status_code == 422
    assert refused.text.count("Введіть ціле число від 0 до 1000") == 4
    for name in ("monthly_cap", "missed_cap", "reminder_minutes"):
        assert f'href="#{name}"' in refused.text
    assert 'value="багато"' in refused.text
    assert await get_rules(RulesKind.BOOKING, office.home.id) == BookingRules()


async def test_who_comes_second_sees_both_values_and_then_decides(office: Office) -> None:
    first, second = await office.enter(Role.ADMIN), await office.enter(Role.ADMIN)
    mine, theirs = await fill(first), await fill(second)
    await first.post(BOOKING, **(mine | {"monthly_cap": "6"}))

    refused = await second.post(BOOKING, **(theirs | {"monthly_cap": "2"}))

    assert refused.status_code == 409
    table = refused.text.partition("<tbody")[2].partition("</tbody>")[0]
    assert re.findall(r"<td[^>]*>(\w+)</td>", table) == ["6", "2"]
    again = await fill(second) | {"monthly_cap": "2"}
    assert again["stamp"] in refused.text
    assert (await second.post(BOOKING, **again)).status_code == 303


async def test_a_mistake_does_not_hide_what_somebody_else_saved(office: Office) -> None:
    first, second = await office.enter(Role.ADMIN), await office.enter(Role.ADMIN)
    mine, theirs = await fill(first), await fill(second)
    await first.post(BOOKING, **(mine | {"monthly_cap": "6"}))

    refused = await second.post(BOOKING, **(theirs | {"missed_cap": ""}))

    assert refused.status_code == 422
    assert f'name="stamp" value="{theirs["stamp"]}"' in refused.text


async def test_built_in_rules_come_back_after_a_question(office: Office) -> None:
    browser = await office.enter(Role.ADMIN)
    old = await fill(browser)
    await browser.post(BOOKING, **(old | {"monthly_cap": "6"}))

    asked = await browser.get(f"{BOOKING}/restore")
    assert "Так, повернути типові правила" in asked.text
    stale = await browser.post(f"{BOOKING}/restore", stamp=old["stamp"])
    assert stale.status_code == 409
    fresh = await fill(browser)
    assert (await browser.post(f"{BOOKING}/restore", stamp=fresh["stamp"])).status_code == 303

    assert await get_rules(RulesKind.BOOKING, office.home.id) == BookingRules()
    assert "повертати нічого" in (await browser.get(f"{BOOKING}/restore")).text


async def test_there_are_two_kinds_of_rules(office: Office) -> None:
    browser = await office.enter(Role.ADMIN)

    assert (await browser.get(f"{SETTINGS}/prices")).status_code == 404
