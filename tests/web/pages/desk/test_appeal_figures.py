"""The figures of a year as a page and as a table."""

import csv

import pytest
from tests.factories import NOW, make_appeal, make_staff
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role


pytestmark = pytest.mark.anyio

AT = "/staff/appeals/figures"


async def test_a_year_is_shown_and_taken_along(office: Office) -> None:
    await make_appeal(staff=await make_staff(institution=office.home.id))
    browser = await office.enter(Role.MANAGER)

    shown = await browser.get(AT)
    empty = await browser.get(f"{AT}?year={NOW.year - 1}")
    table = await browser.get(f"{AT}.csv?year={NOW.year}")

    assert "Заява (клопотання)" in shown.text
    assert "ще без відповіді" in shown.text
    assert "Цього року звернень не надходило." in empty.text
    rows = list(csv.reader(table.text.removeprefix("\ufeff").splitlines()))
    assert rows[0] == ["Розріз", "Назва", "Звернення", "Відповідь надано", "З порушенням строку"]
    assert ["Вид", "Заява (клопотання)", "1", "0", "0"] in rows


@pytest.mark.parametrize("year", ["1999", "x", "9999", "99999999999999999999"])
async def test_a_year_that_is_none_is_refused(office: Office, year: str) -> None:
    browser = await office.enter(Role.CLERK)

    assert (await browser.get(f"{AT}?year={year}")).status_code == 404
