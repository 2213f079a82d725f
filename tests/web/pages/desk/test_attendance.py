"""The official answers by the link of the invitation; staff see it, and say where to invite."""

import httpx
import pytest
from tests.factories import HELD_ON, NOW, SECRET, make_session, make_staff
from tests.fakes import FrozenClock
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.official_absences import AbsenceKind
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.attendance import tell_officials
from hotline_sessions.services.official_absences import note_official_absence
from hotline_sessions.services.official_links import build_official_token
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store.attendance import list_invited
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.officials import add_official


pytestmark = pytest.mark.anyio

LIST = "/staff/officials/attendance"


async def invite(office: Office) -> Session:
    """The session of the office, its official invited by what staff enter."""
    session = await make_session(institution=office.home)
    browser = await office.enter(Role.COMMUNICATIONS)
    saved = await browser.post(LIST, official=session.official, email="boss@council.example")
    assert saved.status_code == 303, saved.text
    await tell_officials(secret=SECRET, public_url="https://x.example", clock=FrozenClock(NOW))
    return session


def address_of(session: Session) -> str:
    return f"/official/{build_official_token(session, secret=SECRET)}/attendance"


async def answer_of(session: Session) -> str:
    [invited] = await list_invited(session.id)
    return invited.answer.value


async def test_looking_changes_nothing_and_a_button_does(
    office: Office, client: httpx.AsyncClient
) -> None:
    session = await invite(office)
    shown = await client.get(address_of(session))
    assert shown.status_code == 200
    assert await answer_of(session) == "invited"

    answered = await client.post(address_of(session), data={"answer": "accepted"})
    assert answered.status_code == 303, answered.text
    browser = await office.enter(Role.COMMUNICATIONS)
    listed = await browser.get(LIST)
    sheet = await browser.get(f"/staff/sessions/{session.public_id}/official")

    assert await answer_of(session) == "accepted"
    assert "буде" in listed.text
    assert "<strong>буде</strong>" in sheet.text


async def test_another_time_is_proposed_with_a_day_and_a_clock_that_are_ahead(
    office: Office, client: httpx.AsyncClient
) -> None:
    session = await invite(office)
    for day, clock in (("", ""), ("2020-01-01", "10:00"), ("9999-12-31", "10:00"), ("x", "y")):
        refused = await client.post(
            address_of(session), data={"answer": "proposed", "day": day, "clock": clock}
        )
        assert refused.status_code == 422
    await client.post(
        address_of(session), data={"answer": "proposed", "day": "2027-01-12", "clock": "14:30"}
    )
    browser = await office.enter(Role.COMMUNICATIONS)
    listed, today = await browser.get(LIST), await browser.get("/staff")
    await client.post(address_of(session), data={"answer": "accepted"})
    later = await browser.get("/staff")

    assert 'id="not-coming"' in today.text
    assert 'id="not-coming"' not in later.text
    assert "пропонує інший час: 12 січня" in listed.text.replace("\xa0", " ")


async def test_a_substitute_is_chosen_where_the_trouble_stands_the_free_first(
    office: Office, client: httpx.AsyncClient
) -> None:
    session = await invite(office)
    home = office.home.id
    names = ("Ганна Вільна", "Андрій Відсутній")
    free, away = [
        await add_official(name, institution=home, ring_number=None, valid_from=HELD_ON)
        for name in names
    ]
    staff = await make_staff(institution=home)
    await note_official_absence(away, AbsenceKind.SICK, HELD_ON, HELD_ON, staff=staff, now=NOW)
    await client.post(address_of(session), data={"answer": "declined"})
    browser = await office.enter(Role.COMMUNICATIONS)
    shown = (await browser.get(LIST)).text
    target = f"{LIST}/substitute"
    refused = await browser.post(target, session=session.public_id, substitute=away)
    nobody = await browser.post(target, session=session.public_id, substitute="")
    strange = await browser.post(target, session="0123456789", substitute=free)
    chosen = await browser.post(target, session=session.public_id, substitute=free)
    again = await browser.post(target, session=session.public_id, substitute=free)

    assert f"{names[0]}</option>" in shown
    assert shown.index(names[0]) < shown.index(f"{names[1]} (зайнятість або відсутність")
    codes = [each.status_code for each in (refused, nobody, strange, chosen, again)]
    assert codes == [409, 422, 404, 303, 409]
    assert "Посадової особи немає на місці з 25.11.2026" in refused.text
    found = await fetch_value("select substitute from session where id = $1", session.id)
    assert found == free


async def test_a_proposed_time_is_taken_or_left_with_one_button_each(
    office: Office, client: httpx.AsyncClient
) -> None:
    session = await invite(office)
    data = {"answer": "proposed", "day": "2027-01-12", "clock": "14:30"}
    await client.post(address_of(session), data=data)
    browser = await office.enter(Role.COMMUNICATIONS)
    asked = {"session": session.public_id, "proposed_at": "2027-01-12T12:30:00+00:00"}
    target = f"{LIST}/proposal"
    left = await browser.post(target, **asked, deed="decline")
    late = await browser.post(target, **asked, deed="accept")
    await client.post(address_of(session), data=data)
    shown = (await browser.get(LIST)).text
    bad = [
        await browser.post(target, **{**asked, **wrong})
        for wrong in ({"deed": "x"}, {"deed": "accept", "proposed_at": "x"}, {"session": ""})
    ]
    taken = await browser.post(target, **asked, deed="accept")

    assert [each.status_code for each in (left, late, taken)] == [303, 409, 303]
    assert {each.status_code for each in bad} == {422}
    assert 'value="2027-01-12T12:30:00+00:00"' in shown
    assert await fetch_value("select state from session where id = $1", session.id) == "rescheduled"


async def test_a_reminded_official_confirms_with_one_button(
    office: Office, client: httpx.AsyncClient
) -> None:
    session = await invite(office)
    shown = await client.get(address_of(session))
    await client.post(address_of(session), data={"answer": "accepted"})
    after = await client.get(address_of(session))

    assert 'name="answer" value="accepted"' in shown.text
    assert "Підтверджую: буду" not in after.text


async def test_who_is_not_invited_any_more_answers_nothing(
    office: Office, client: httpx.AsyncClient
) -> None:
    session = await invite(office)
    await fetch_value("update invitation set is_cancelled = true returning 1")
    refused = await client.post(address_of(session), data={"answer": "accepted"})
    staff = await make_staff(institution=office.home.id)
    await cancel(session.public_id, "Хвороба", staff=staff, now=NOW)
    gone = await client.post(address_of(session), data={"answer": "accepted"})

    assert refused.status_code == 409
    assert gone.status_code == 404
    assert await answer_of(session) == "invited"


async def test_an_address_that_is_none_and_a_stranger_are_refused(office: Office) -> None:
    session = await make_session(institution=office.home)
    browser = await office.enter(Role.COMMUNICATIONS)
    bad = await browser.post(LIST, official=session.official, email="boss at council")
    strange = await browser.post(LIST, official=999999, email="boss@council.example")
    none = await browser.post(LIST, official="", email="boss@council.example")

    assert (bad.status_code, strange.status_code, none.status_code) == (422, 404, 422)
    assert await fetch_value("select count(*) from official_address") == 0


async def test_an_answer_that_was_not_taken_is_shown_until_somebody_asked(
    office: Office,
) -> None:
    session = await invite(office)
    sender = "stranger@council.example"
    letter = await fetch_value(
        """insert into reply_mail (key, invitation, outcome, sender, answer, received_at)
           select 'x', id, 'forged', $1, 'declined', $2 from invitation returning id""",
        sender,
        NOW,
    )
    browser = await office.enter(Role.COMMUNICATIONS)
    shown, today = (await browser.get(LIST)).text, (await browser.get("/staff")).text
    bad = [await browser.post(f"{LIST}/seen", reply=each) for each in ("", "x", "9" * 30, "77777")]
    seen = await browser.post(f"{LIST}/seen", reply=letter)
    after = (await browser.get(LIST)).text

    assert sender in shown
    assert 'id="not-coming"' in today
    assert {each.status_code for each in bad} == {404}
    assert (seen.status_code, sender in after) == (303, False)
    assert await answer_of(session) == "invited"
