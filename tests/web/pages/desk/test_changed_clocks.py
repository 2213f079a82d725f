"""Staff read which sessions are at other moments since clocks have changed."""

from datetime import date
from pathlib import Path

import pytest
from tests.factories import NOW, make_session
from tests.fakes import FrozenClock
from tests.web.pages.desk.conftest import Office
from tests.zones import give_zone_rules_of

from hotline_sessions.domain.access import Role
from hotline_sessions.services.zone_rules import follow_zone_rules


pytestmark = pytest.mark.anyio


async def test_planners_are_led_from_their_first_page_to_what_has_moved(
    office: Office, tmp_path: Path
) -> None:
    planner = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home, held_on=date(2027, 7, 1))
    clock = FrozenClock(NOW)
    await follow_zone_rules(clock=clock)
    quiet = await planner.get("/staff")
    empty = await planner.get("/staff/sessions/clocks")
    with give_zone_rules_of("Africa/Tripoli", "Europe/Kyiv", tmp_path):
        await follow_zone_rules(clock=clock)

    today = await planner.get("/staff")
    listed = await planner.get("/staff/sessions/clocks")
    refused = await (await office.enter(Role.OPERATOR)).get("/staff/sessions/clocks")

    assert "Змінено правила часу" not in quiet.text
    assert "це не стосується" in empty.text
    assert "1 пряма лінія припадає на інший момент" in today.text
    assert f"/staff/sessions/{session.public_id}" in listed.text
    assert "07:00 → 08:00 UTC" in listed.text
    assert "у свій час" in listed.text
    assert refused.status_code == 403
