"""Staff change a number in a form; the page of the old one tells the new one."""

import pytest
from tests.factories import LINE, make_institution, make_line, make_session
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.services.line_history import look_up
from hotline_sessions.store.announcements import find_announcement
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

NEW = "+380362270000"
PATH = "/staff/lines"
GOOD = {"old": LINE, "new": "0362 27 00 00", "since": "2026-11-24", "is_free": "yes"}


async def test_a_number_changes_from_a_day_on_and_the_old_one_tells_it(office: Office) -> None:
    planner = await office.enter(Role.COMMUNICATIONS)
    session = await make_session(institution=office.home)

    shown = await planner.get(PATH)
    done = await planner.post(PATH, **GOOD)
    again = await planner.post(PATH, **GOOD)

    assert "0 800 502 708" in shown.text
    assert (done.status_code, done.headers["location"]) == (303, f"/lines/{LINE}")
    assert again.status_code == 404
    assert "Цей номер того дня не діє" in again.text
    moved = await find_announcement(session.public_id)
    assert moved is not None
    assert moved.line_number == NEW
    serves, successor = await look_up(LINE, on=session.held_on)
    assert (serves, successor and successor.number) == (False, NEW)
    assert await fetch_value("select count(*) from audit where action = 'number_changed'") == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"new": LINE}, 422), ({"new": "12"}, 422), ({"old": ""}, 422), ({"since": ""}, 422),
        ({"since": "2020-01-01"}, 422), ({"since": "9999-12-31"}, 422),
        ({"old": "+380440000000"}, 404),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_in_words(
    office: Office, changes: dict[str, str], status: int
) -> None:
    planner = await office.enter(Role.COMMUNICATIONS)
    await make_session(institution=office.home)

    refused = await planner.post(PATH, **(GOOD | changes))

    assert refused.status_code == status
    assert "govuk-error-summary" in refused.text
    assert await fetch_value("select count(*) from line where replaced_by is not null") == 0


async def test_a_line_of_another_institution_and_an_operator_are_refused(office: Office) -> None:
    other = await make_institution(slug="lutsk", name_uk="Луцька міська рада")
    await make_line(institution=other.id, number="+380332777777")
    planner = await office.enter(Role.COMMUNICATIONS)

    foreign = await planner.post(PATH, **(GOOD | {"old": "+380332777777"}))
    operator = await (await office.enter(Role.OPERATOR)).get(PATH)

    assert foreign.status_code == 404
    assert operator.status_code == 403
