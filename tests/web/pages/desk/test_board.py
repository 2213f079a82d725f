"""The board: every session of the institution, and none of another."""

from datetime import timedelta

import pytest
from tests.factories import make_institution
from tests.web.pages.desk.conftest import Office
from tests.web.pages.desk.test_live import PART, bring_official, call_in, open_session

from hotline_sessions.domain.access import Role
from hotline_sessions.services.board import Alarm, list_board


pytestmark = pytest.mark.anyio


async def test_the_board_shows_who_waits_and_for_how_long_in_every_session(
    office: Office,
) -> None:
    session = await open_session(office)
    await call_in(session, number="+380671234577")
    browser = await office.enter(Role.OPERATOR)

    page = await browser.get("/staff/desk")
    part = await browser.get("/staff/desk", **PART)

    assert f"/staff/desk/{session.public_id}" in page.text
    assert 'data-key="Digit1"' in page.text
    assert "найдовше" in part.text
    assert "<html" not in part.text


async def test_another_institution_sees_nothing_of_it(office: Office) -> None:
    session = await open_session(office)
    browser = await office.enter(Role.OPERATOR, home=await make_institution())

    assert session.public_id not in (await browser.get("/staff/desk")).text


async def test_a_free_official_a_long_wait_and_a_missing_official_ring_the_alarm(
    office: Office,
) -> None:
    session = await open_session(office)
    await call_in(session, number="+380671234577")
    home, start = office.home.id, session.starts_at

    async def alarms(minutes: int) -> list[Alarm]:
        now = start + timedelta(minutes=minutes)
        return (await list_board(institution=home, now=now))[0].alarms

    assert await alarms(-2) == []
    assert Alarm.OFFICIAL_MISSING in await alarms(1)
    await bring_official(session)
    assert await alarms(1) == []
    late = await alarms(30)
    assert Alarm.LONG_WAIT in late
