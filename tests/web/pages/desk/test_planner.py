"""The calendar of staff, request by request."""

import pytest
from tests.factories import make_session
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

JSON = {"accept": "application/json"}


async def test_a_month_and_a_quarter_show_what_is_planned(office: Office) -> None:
    planner = await office.enter(Role.COMMUNICATIONS)
    draft = await make_session(institution=office.home, published=False)

    month = (await planner.get("/staff/planner?month=2026-11")).text
    quarter = (await planner.get("/staff/planner?view=quarter&month=2026-11")).text
    other = (await planner.get("/staff/planner?month=2027-01")).text

    link = f"/staff/sessions/{draft.public_id}"
    assert link in month
    assert f"/staff/planner/{draft.public_id}/move" in month
    assert link in quarter
    assert link not in other
    for odd in ("хтозна", "0001-01", "2026-13", "9999-12"):
        assert (await planner.get(f"/staff/planner?month={odd}")).status_code == 200


async def test_the_calendar_gets_what_it_draws_and_nothing_without_bounds(office: Office) -> None:
    planner, operator = await office.enter(Role.COMMUNICATIONS), await office.enter(Role.OPERATOR)
    draft = await make_session(institution=office.home, published=False)
    place = "/staff/planner/sessions.json"

    entries = (await planner.get(f"{place}?start=2026-11-01&end=2026-12-01T00:00:00Z")).json()
    seen = (await operator.get(f"{place}?start=2026-11-01&end=2026-12-01")).json()

    assert [(each["id"], each["state"], each["editable"]) for each in entries] == [
        (draft.public_id, "draft", True)
    ]
    assert [each["editable"] for each in seen] == [False]
    assert (await planner.get(place)).status_code == 404
    assert (await planner.get(f"{place}?start=2026-01-01&end=2029-01-01")).status_code == 422


async def test_a_draft_is_moved_by_the_form_and_by_dragging(office: Office) -> None:
    planner = await office.enter(Role.COMMUNICATIONS)
    draft = await make_session(institution=office.home, published=False)
    at = f"/staff/planner/{draft.public_id}/move"
    seen = draft.starts_at.isoformat()
    wanted = {"held_on": "2026-11-27", "opens_clock": "14:30"}

    shown = await planner.get(at)
    done = await planner.post(at, **wanted, seen=seen)
    late = await planner.post(at, headers=JSON, **wanted, seen=seen)
    starts = await fetch_value("select starts_at from session")
    night = {"held_on": "2027-03-28", "opens_clock": "03:30", "seen": starts.isoformat()}
    refused = await planner.post(at, headers=JSON, **night)
    dragged = await planner.post(
        at, headers=JSON, **{**wanted, "opens_clock": "15:00"}, seen=starts.isoformat()
    )

    assert seen in shown.text
    assert (done.status_code, done.headers["location"]) == (303, "/staff/planner?month=2026-11")
    assert (late.status_code, "хтось інший" in late.json()["sentence"]) == (409, True)
    assert (refused.status_code, "Тієї ночі" in refused.json()["sentence"]) == (422, True)
    assert (dragged.status_code, "15:00" in dragged.json()["sentence"]) == (200, True)


async def test_what_cannot_be_moved_says_so_at_its_field(office: Office) -> None:
    planner, operator = await office.enter(Role.COMMUNICATIONS), await office.enter(Role.OPERATOR)
    draft = await make_session(institution=office.home, published=False)
    announced = await make_session(institution=office.home, held_on=draft.held_on.replace(day=27))
    at = f"/staff/planner/{draft.public_id}/move"
    seen = draft.starts_at.isoformat()

    wrong = [
        await planner.post(at, **fields)
        for fields in (
            {"held_on": "хтозна", "opens_clock": "10:00", "seen": seen},
            {"held_on": "9999-12-31", "opens_clock": "10:00", "seen": seen},
            {"held_on": "2026-11-27", "opens_clock": "25:00", "seen": seen},
            {"held_on": "2026-11-20", "opens_clock": "10:00", "seen": seen},
            {"held_on": "2026-11-27", "opens_clock": "10:00", "seen": "x"},
        )
    ]

    assert [each.status_code for each in wrong] == [422] * 5
    over = f"/staff/planner/{announced.public_id}/move"
    assert (await planner.get(over)).status_code == 409
    assert (await operator.post(at, held_on="2026-11-27")).status_code == 403
    asked = (
        await planner.get(
            f"/staff/sessions/{announced.public_id}/move?held_on=2026-12-01&opens_clock=16:00"
        )
    ).text
    assert 'value="2026-12-01"' in asked
    assert 'value="17:00"' in asked
