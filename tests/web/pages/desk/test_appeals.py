from datetime import timedelta

import pytest
from tests.factories import NOW, make_appeal, make_staff
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.web.pages.desk.appeals import tell_due


pytestmark = pytest.mark.anyio


async def test_how_near_the_last_day_is_stands_in_words(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    appeal = (await make_appeal(staff=staff)).appeal
    words = load_catalogues().words("uk")

    def said(days: int) -> tuple[str, str]:
        return tell_due(appeal, words, today=appeal.legal_on - timedelta(days=days))

    assert said(-1) == ("прострочено", "red")
    assert said(0) == ("сьогодні", "orange")
    assert said(1) == ("ще 1 день", "yellow")
    assert said(3) == ("ще 3 дні", "yellow")
    assert said(20) == ("ще 20 днів", "grey")


async def test_the_register_begins_with_what_is_overdue(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    await make_appeal(staff=staff, surname="Новак")
    await make_appeal(staff=staff, surname="Ґалаґан", received_at=NOW - timedelta(days=40))
    browser = await office.enter(Role.CLERK)

    text = (await browser.get("/staff/appeals")).text

    assert text.index("Ґалаґан") < text.index("Новак")
    assert "прострочено" in text


async def test_an_answer_is_given_once(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    made = await make_appeal(staff=staff)
    browser = await office.enter(Role.CLERK)
    at = f"/staff/appeals/{made.appeal.public_id}"

    card = await browser.get(at)
    empty = await browser.post(f"{at}/answer")
    unknown = await browser.post(f"{at}/answer", text="Субсидію нараховано.", result="99.9")
    done = await browser.post(f"{at}/answer", text="Субсидію нараховано.", result="9.1")
    again = await browser.post(f"{at}/answer", text="Ще одна відповідь.", result="9.1")
    after = (await browser.get(at)).text

    assert "Як пораховано" in card.text
    assert empty.status_code == unknown.status_code == 422
    assert "Напишіть відповідь" in empty.text
    assert "Оберіть результат" in unknown.text
    assert "Субсидію нараховано." in unknown.text
    assert done.status_code == 303
    assert again.status_code == 409
    assert "Субсидію нараховано." in after
    assert "Вирішено позитивно" in after
    assert "Ґ" not in (await browser.get("/staff/appeals")).text
    assert made.appeal.register_index in (await browser.get("/staff/appeals?state=ended")).text


async def test_the_longest_answer_fits_into_its_form(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    made = await make_appeal(staff=staff)
    browser = await office.enter(Role.CLERK)
    at = f"/staff/appeals/{made.appeal.public_id}"

    too_long = await browser.post(f"{at}/answer", text="ж" * 20_001, result="9.1")
    longest = await browser.post(f"{at}/answer", text="ж" * 20_000, result="9.1")

    assert too_long.status_code == 422
    assert longest.status_code == 303
