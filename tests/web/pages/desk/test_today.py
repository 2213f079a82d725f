"""What staff see first: also that citizens get no codes."""

import pytest
from tests.factories import NOW
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.code_caps import Cap
from hotline_sessions.store.code_stops import note_stop


pytestmark = pytest.mark.anyio


async def test_a_range_to_which_no_codes_are_sent_is_told_with_its_beginning_alone(
    office: Office,
) -> None:
    browser = await office.enter()
    quiet = await browser.get("/en/staff")
    for _ in range(3):
        await note_stop(Cap.RANGE, "+38067123", now=NOW)
    await note_stop(Cap.DAY, "+38067124", now=NOW)

    shown = await browser.get("/en/staff")

    ukrainian = await browser.get("/staff")

    assert "відхилено 3 запити" in ukrainian.text
    assert "One-time codes are stopped" not in quiet.text
    assert "for numbers beginning +38067123… since" in shown.text
    assert "10:00: 3 requests refused" in shown.text
    assert "for all numbers since" in shown.text
    assert "+38067124" not in shown.text
