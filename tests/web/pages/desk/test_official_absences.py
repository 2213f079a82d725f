"""An absence of an official is noted, and every session it concerns is decided about."""

import pytest
from tests.factories import (
    HELD_ON,
    make_booking,
    make_institution,
    make_session,
)
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.officials import add_official


pytestmark = pytest.mark.anyio

PATH = "/staff/officials/absences"


@pytest.fixture
async def session(office: Office) -> Session:
    session = await make_session(institution=office.home)
    await make_booking(session=session, name="Марія Іванівна")
    return session


async def note(browser: Browser, session: Session) -> str:
    answer = await browser.post(
        PATH, official=session.official, kind="sick", from_on="2026-11-24", until_on="2026-11-27"
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def read_state(session: Session) -> str:
    return str(await fetch_value("select state from session where id = $1", session.id))


async def test_the_absence_leads_to_its_decisions_and_today_reminds_until_they_are_made(
    office: Office, session: Session
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await note(browser, session)

    decisions = await browser.get(home)
    reminded = await browser.get("/staff")
    done = await browser.post(
        f"{home}/sessions/{session.public_id}", decision="cancel", reason="Посадовець хворіє"
    )

    assert "Марія Іванівна" in decisions.text
    assert "Причина" in decisions.text
    assert "1 пряма лінія чекає на рішення" in reminded.text
    assert done.status_code == 303
    assert await read_state(session) == "cancelled"
    assert "чекає на рішення" not in (await browser.get("/staff")).text
    assert "вирішувати нічого" in (await browser.get(home)).text


async def test_a_substitute_who_is_free_is_offered_and_the_reason_stays_inside(
    office: Office, session: Session
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await note(browser, session)
    other = await add_official(
        "Марко Гук", institution=office.home.id, ring_number=None, valid_from=HELD_ON
    )

    form = await browser.get(home)
    done = await browser.post(
        f"{home}/sessions/{session.public_id}", decision="substitute", substitute=other
    )

    assert "Марко Гук" in form.text
    assert done.status_code == 303
    bodies = await fetch_value("select string_agg(body, ' ') from message")
    audit = await fetch_value("select string_agg(detail::text, ' ') from audit")
    assert "хвор" not in bodies.lower()
    assert "sick" not in audit


async def test_a_session_is_moved_and_a_day_within_the_absence_is_refused(
    office: Office, session: Session
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await note(browser, session)
    path = f"{home}/sessions/{session.public_id}"
    clocks = {"opens_clock": "10:00", "closes_clock": "11:00"}

    away = await browser.post(path, decision="move", held_on="2026-11-26", **clocks)
    done = await browser.post(path, decision="move", held_on="2026-12-02", **clocks)
    again = await browser.post(path, decision="move", held_on="2026-12-03", **clocks)

    assert away.status_code == 409
    assert "Посадової особи немає на місці з 24.11.2026 до 27.11.2026" in away.text
    assert done.status_code == 303
    assert await read_state(session) == "rescheduled"
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Оберіть, що буде"),
        ({"decision": "substitute"}, "Виберіть, хто відповідає замість"),
        ({"decision": "move"}, "Уведіть новий день"),
        ({"decision": "cancel", "reason": "ні"}, "Напишіть, чому"),
        (
            {"decision": "move", "held_on": "2026-11-01", "opens_clock": "10:00",
             "closes_clock": "11:00"},
            "Цей день минув",
        ),
        (
            {"decision": "move", "held_on": "9999-12-31", "opens_clock": "23:00",
             "closes_clock": "01:00"},
            "наприклад 2026-11-24",
        ),
    ],
)  # fmt: skip
async def test_a_decision_that_lacks_something_changes_nothing(
    office: Office, session: Session, fields: dict[str, str], sentence: str
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await note(browser, session)

    answer = await browser.post(f"{home}/sessions/{session.public_id}", **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert await read_state(session) == "published"


async def test_absences_are_for_planners_of_their_institution(
    office: Office, session: Session
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await note(browser, session)
    operator = await office.enter(Role.OPERATOR)
    stranger = await Office(await make_institution(), office.clock).enter(Role.COMMUNICATIONS)

    twice = await browser.post(
        PATH, official=session.official, kind="leave", from_on="2026-11-26", until_on="2026-11-30"
    )
    foreign = await stranger.post(
        PATH, official=session.official, kind="leave", from_on="2026-12-26", until_on="2026-12-30"
    )

    assert twice.status_code == 409
    assert foreign.status_code == 404
    assert (await operator.get(PATH)).status_code == 403
    for answer in (
        await stranger.get(home),
        await stranger.post(f"{home}/end"),
        await stranger.post(f"{home}/sessions/{session.public_id}", decision="cancel"),
        await browser.get(f"{PATH}/nothing"),
    ):
        assert answer.status_code == 404
    assert (await browser.post(f"{home}/end")).status_code == 303
