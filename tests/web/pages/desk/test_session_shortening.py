"""Shortening a session: who is concerned is seen first; then it is done, and they are told."""

import re

import pytest
from tests.factories import make_booking, make_session, make_slots
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.bookings import Taken
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.waiting_offers import read_session


pytestmark = pytest.mark.anyio

COUNT_TOLD = "select count(*) from message where purpose = 'session-shortened'"


async def make_two(office: Office) -> tuple[Session, list[Taken]]:
    session = await make_session(institution=office.home, walk_in_percent=0)
    slots = await make_slots(session)
    names = ("Марія Коваль", "Петро Гук")
    taken = [
        await make_booking(session=session, slot=slots[number], name=name)
        for number, name in zip((0, 4), names, strict=True)
    ]
    return session, taken


def at(session: Session) -> str:
    return f"/staff/sessions/{session.public_id}/shorten"


async def test_who_is_concerned_is_shown_before_anything_changes(office: Office) -> None:
    session, _ = await make_two(office)
    browser = await office.enter(Role.COMMUNICATIONS)

    sheet = (await browser.get(f"/staff/sessions/{session.public_id}")).text
    form = (await browser.get(at(session))).text
    shown = (
        await browser.post(at(session), opens_clock="10:00", closes_clock="10:30", deed="preview")
    ).text

    assert at(session) in sheet
    assert 'value="11:00"' in form
    assert re.search(r"<li>10:40: Петро Гук</li>", shown)
    assert "Марія Коваль" not in shown
    assert await fetch_value(COUNT_TOLD) == 0
    assert await read_session(session.id) == session


async def test_what_was_seen_is_carried_out(office: Office) -> None:
    session, taken = await make_two(office)
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.post(
        at(session),
        opens_clock="10:00",
        closes_clock="10:30",
        deed="save",
        seen=taken[1].booking.public_id,
    )
    sheet = (await browser.get(f"/staff/sessions/{session.public_id}")).text

    assert answer.headers["location"] == f"/staff/sessions/{session.public_id}"
    assert await fetch_value(COUNT_TOLD) == 1
    assert "із 1 запитаних не відповіли 1" in sheet
    assert "Петро Гук" not in sheet


async def test_what_nobody_has_seen_is_shown_instead(office: Office) -> None:
    session, _ = await make_two(office)
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.post(
        at(session), opens_clock="10:00", closes_clock="10:30", deed="save", seen=""
    )

    assert answer.status_code == 409
    assert "Тепер це стосується інших" in answer.text
    assert "10:40: Петро Гук" in answer.text
    assert await fetch_value(COUNT_TOLD) == 0


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        ("10:00", "12:00", "Почніть пізніше або завершіть раніше"),
        ("10:00", "10:05", "Не залишиться жодної розмови"),
        ("10:00", "", "Введіть час завершення"),
    ],
)
async def test_other_times_are_refused_in_words(
    office: Office, opens: str, closes: str, sentence: str
) -> None:
    session, _ = await make_two(office)
    browser = await office.enter(Role.COMMUNICATIONS)

    answer = await browser.post(at(session), opens_clock=opens, closes_clock=closes)

    assert answer.status_code in {409, 422}
    assert sentence in answer.text


async def test_a_session_that_is_over_cannot_be_shortened(office: Office) -> None:
    session = await make_session(institution=office.home, published=False)
    browser = await office.enter(Role.COMMUNICATIONS)

    assert (await browser.get(at(session))).status_code == 409
