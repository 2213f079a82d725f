import re

import httpx
import pytest
from tests.factories import make_appeal, make_staff
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role


pytestmark = pytest.mark.anyio

SENT = {
    "number": "1",
    "first_0": "2022-02-24",
    "start": "receipt",
    "month": "same_date",
    "carry_over": "on",
    "hotline_standard": "on",
    "hotline_simple_days": "5",
    "hotline_study_days": "15",
    "reason": "Розпорядження № 17-р",
}
DAY_OFF = {"day_0": "2026-12-23", "works_0": "no", "why_0": "Розпорядження № 17-р"}


def carried(answer: httpx.Response) -> dict[str, str]:
    """Hidden fields of the preview, as the browser would send them."""
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
    return {name: value for name, value in fields if name != "csrf_token"}


async def test_a_change_is_looked_at_first_and_then_put_into_force(office: Office) -> None:
    made = await make_appeal(staff=await make_staff(institution=office.home.id))
    chief = await office.enter(Role.MANAGER)
    card = f"/staff/appeals/{made.appeal.public_id}"

    preview = await chief.post("/staff/calendar", **SENT, **DAY_OFF)
    before = await chief.get(card)
    done = await chief.post("/staff/calendar/apply", **carried(preview))
    after = await chief.get(card)
    form = await chief.get("/staff/calendar")

    assert "Інші дні матиме 1 відкрите звернення" in preview.text
    assert made.appeal.register_index in preview.text
    assert "четвер, 24 грудня" not in before.text
    assert done.status_code == 303
    assert "четвер, 24 грудня" in after.text
    assert "останнім днем було 23 грудня 2026" in after.text
    assert 'value="2026-12-23"' in form.text
    assert "Розпорядження № 17-р" in form.text


async def test_what_changed_meanwhile_is_shown_again_and_not_applied(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    chief = await office.enter(Role.ADMIN)
    preview = await chief.post("/staff/calendar", **SENT, **DAY_OFF)
    await make_appeal(staff=staff)

    again = await chief.post("/staff/calendar/apply", **carried(preview))
    done = await chief.post("/staff/calendar/apply", **carried(again))

    assert again.status_code == 409
    assert "Ще нічого не змінено" in again.text
    assert done.status_code == 303


async def test_an_outdated_form_and_one_that_changes_nothing_are_refused(office: Office) -> None:
    chief = await office.enter(Role.ADMIN)

    same = await chief.post("/staff/calendar", **SENT)
    old = await chief.post("/staff/calendar", **(SENT | DAY_OFF | {"number": "7"}))

    assert same.status_code == old.status_code == 409
    assert "Нічого не зміниться" in same.text
    assert "Відкрийте її знову" in old.text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"first_1": "2026-12-01"}, "перетинається з іншим"),
        ({"last_0": "2021-01-01"}, "закінчується раніше"),
        ({"first_0": "колись"}, "Вкажіть день, наприклад"),
        ({"day_0": "2026-12-23"}, "Вкажіть рішення"),
        (DAY_OFF | {"day_1": "2026-12-23", "why_1": "Інше"}, "вказано двічі"),
        ({"reason": ""}, "Напишіть, чому змінюється календар"),
        ({"hotline_simple_days": "0"}, "Вкажіть кількість днів"),
    ],
)
async def test_what_cannot_be_meant_is_said_at_its_field(
    office: Office, sent: dict[str, str], sentence: str
) -> None:
    chief = await office.enter(Role.ADMIN)

    for path in ("/staff/calendar", "/staff/calendar/apply"):
        shown = await chief.post(path, **(SENT | sent))

        assert shown.status_code == 422
        assert sentence in shown.text
