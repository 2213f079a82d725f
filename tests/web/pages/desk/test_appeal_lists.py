"""The register as lists: tabs by what is due, a search that leaves no trace in addresses."""

from datetime import timedelta

import pytest
from tests.factories import NOW, make_appeal, make_staff
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role


pytestmark = pytest.mark.anyio

SEARCH = "/staff/appeals/search"


async def test_tabs_show_what_is_overdue_and_what_is_due_this_week(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    for surname, days in (("Новак", 0), ("Давній", 40), ("Ближній", 28)):
        await make_appeal(staff=staff, surname=surname, received_at=NOW - timedelta(days=days))
    browser = await office.enter(Role.CLERK)

    overdue, week, odd = [
        (await browser.get(f"/staff/appeals?state={state}")).text
        for state in ("overdue", "week", "nothing")
    ]

    assert "Давній" in overdue
    assert "Новак" not in overdue
    assert "Ближній" in week
    assert "Давній" not in week
    assert odd.index("Давній") < odd.index("Ближній") < odd.index("Новак")


async def test_what_is_looked_for_stays_in_the_form_and_in_no_address(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    await make_appeal(staff=staff, surname="Шевчук", question="Немає доріг до школи.")
    await make_appeal(staff=staff, surname="Новак")
    browser = await office.enter(Role.CLERK)

    found = await browser.post(SEARCH, text="дорога Шевч")

    assert found.status_code == 200
    assert "Шевчук" in found.text
    assert "Новак" not in found.text
    assert 'value="дорога Шевч"' in found.text
    assert "Шевч" not in str(found.url)


async def test_pages_lead_on_by_a_form(office: Office) -> None:
    staff = await make_staff(institution=office.home.id)
    first = (await make_appeal(staff=staff, surname="Перший")).appeal
    second = (await make_appeal(staff=staff, surname="Другий")).appeal
    browser = await office.enter(Role.CLERK)

    behind = await browser.post(
        SEARCH, which="all", after_id=str(second.id), after_on=str(second.received_on)
    )

    assert first.register_index in behind.text
    assert second.register_index not in behind.text


@pytest.mark.parametrize(
    "field",
    [{"received_from": "учора"}, {"text": "я" * 201}, {"after_id": "0"}, {"which": "x"}],
)
async def test_what_cannot_be_read_is_said_and_nothing_breaks(
    office: Office, field: dict[str, str]
) -> None:
    browser = await office.enter(Role.CLERK)

    assert (await browser.post(SEARCH, **field)).status_code == 422


async def test_only_who_works_with_appeals_searches(office: Office) -> None:
    planner = await office.enter(Role.COMMUNICATIONS)

    assert (await planner.post(SEARCH, text="Шевчук")).status_code == 403
