"""The waiting list at the desk: masked numbers, answers on behalf of citizens, written down."""

from datetime import timedelta

import pytest
from tests.factories import NOW, make_session, plan_registration_days
from tests.services.waiting import Full, fill, look
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.store.engine import fetch_rows


pytestmark = pytest.mark.anyio

DURING_DRAW = NOW + timedelta(hours=4)
CITIZEN = {
    "name": "Степан Андрійович",
    "phone": "050 123 45 67",
    "community": "Дубно",
    "question": "Коли відремонтують дорогу?",
    "any_session": "yes",
}


async def make_full(office: Office) -> Full:
    return await fill(await make_session(institution=office.home))


async def list_deeds() -> list[tuple[str, int]]:
    rows = await fetch_rows(
        "select action, account from audit where subject = 'waiting_entry' order by id"
    )
    return [(row["action"], row["account"]) for row in rows]


async def test_an_operator_says_yes_for_who_has_only_a_telephone(office: Office) -> None:
    full = await make_full(office)
    entry = await full.join()
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{full.session.public_id}/waiting"
    await cancel_booking(full.booked[0].public_id, now=full.now)

    shown = await browser.get(at)
    sheet = await browser.get(f"/staff/sessions/{full.session.public_id}")
    accepted = await browser.post(f"{at}/{entry.public_id}/accept")

    assert entry.caller_name in shown.text
    assert entry.phone[-7:] not in shown.text.replace(" ", "")
    assert "запропоновано" in sheet.text
    assert f'href="{at}"' in sheet.text
    assert accepted.headers["location"] == at
    assert (await look(entry.public_id)).state is WaitingState.BOOKED
    assert await list_deeds() == [("offer_accepted_for_citizen", browser.staff.account)]
    assert "Ніхто не чекає" in (await browser.get(at)).text


async def test_an_operator_takes_a_citizen_off_the_list(office: Office) -> None:
    full = await make_full(office)
    entry = await full.join()
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{full.session.public_id}/waiting"

    early = await browser.post(f"{at}/{entry.public_id}/accept")
    left = await browser.post(f"{at}/{entry.public_id}/leave")
    again = await browser.post(f"{at}/{entry.public_id}/leave")

    assert [early.status_code, left.status_code, again.status_code] == [410, 303, 410]
    assert (await look(entry.public_id)).state is WaitingState.LEFT
    assert await list_deeds() == [("waiting_list_left_for_citizen", browser.staff.account)]


async def test_the_list_of_another_institution_is_not_found(office: Office) -> None:
    stranger = await fill(await make_session())
    entry = await stranger.join()
    full = await make_full(office)
    browser = await office.enter(Role.OPERATOR)

    for session in (stranger.session, full.session):
        at = f"/staff/sessions/{session.public_id}/waiting"
        assert (await browser.post(f"{at}/{entry.public_id}/leave")).status_code == 404
    at = f"/staff/sessions/{stranger.session.public_id}/waiting"
    assert (await browser.get(at)).status_code == 404
    assert (await look(entry.public_id)).state is WaitingState.WAITING


async def test_only_who_runs_the_desk_sees_who_waits(office: Office) -> None:
    full = await make_full(office)
    browser = await office.enter(Role.CLERK)

    answer = await browser.get(f"/staff/sessions/{full.session.public_id}/waiting")

    assert answer.status_code == 403


async def test_a_no_on_the_telephone_hands_the_time_on_and_keeps_the_place(office: Office) -> None:
    full = await make_full(office)
    entry = await full.join()
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{full.session.public_id}/waiting"
    await cancel_booking(full.booked[0].public_id, now=full.now)

    declined = await browser.post(f"{at}/{entry.public_id}/decline")
    again = await browser.post(f"{at}/{entry.public_id}/decline")

    assert [declined.status_code, again.status_code] == [303, 410]
    assert (await look(entry.public_id)).state is WaitingState.WAITING
    assert await list_deeds() == [("offer_declined_for_citizen", browser.staff.account)]


async def test_an_operator_puts_a_citizen_on_the_list_once_for_each_form(office: Office) -> None:
    full = await make_full(office)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{full.session.public_id}/waiting"
    book = await browser.get(f"/staff/desk/{full.session.public_id}/book")

    assert f'href="{at}/add"' in book.text
    assert f'href="{at}/add"' in (await browser.get(at)).text
    assert (await browser.get(f"{at}/add")).status_code == 200
    empty = await browser.post(f"{at}/add")
    new = {**CITIZEN, "form_mark": "m" * 20, "language": "en"}
    sent = [await browser.post(f"{at}/add", **new) for _ in range(2)]
    other = await browser.post(f"{at}/add", **{**CITIZEN, "name": "Ганна"}, form_mark="m" * 20)

    assert empty.status_code == 422
    assert [each.headers["location"] for each in sent] == [at, at]
    assert other.status_code == 422
    (row,) = await fetch_rows(
        "select origin, author, phone, any_session, language from waiting_entry"
    )
    assert dict(row) == {
        "origin": "desk",
        "author": browser.staff.account,
        "phone": "+380501234567",
        "any_session": True,
        "language": "en",
    }
    assert await list_deeds() == [("waiting_list_joined_for_citizen", browser.staff.account)]
    assert "телефоном" in (await browser.get(at)).text


async def test_a_free_time_is_booked_instead_of_waited_for(office: Office) -> None:
    session = await make_session(institution=office.home)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{session.public_id}/waiting/add"

    answers = [await browser.get(at), await browser.post(at, **CITIZEN)]

    assert {each.headers["location"] for each in answers} == {
        f"/staff/desk/{session.public_id}/book"
    }


async def test_who_has_a_talk_already_is_refused_at_the_phone(office: Office) -> None:
    full = await make_full(office)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{full.session.public_id}/waiting/add"

    refused = await browser.post(at, **{**CITIZEN, "phone": full.booked[0].phone})

    assert refused.status_code == 409
    assert "phone-error" in refused.text


async def test_an_operator_registers_a_citizen_for_the_draw(office: Office) -> None:
    session = await make_session(institution=office.home, registration=plan_registration_days())
    office.clock.set(DURING_DRAW)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{session.public_id}/waiting"

    sheet = await browser.get(f"/staff/sessions/{session.public_id}")
    book = await browser.get(f"/staff/desk/{session.public_id}/book")
    none = await browser.post(f"{at}/add", **CITIZEN)
    done = await browser.post(f"{at}/add", **CITIZEN, any_time="yes", language="en")
    twice = await browser.post(f"{at}/add", **CITIZEN, any_time="yes")

    assert f'href="/sessions/{session.public_id}/draw"' in sheet.text
    assert f'href="{at}/add"' in book.text
    assert none.status_code == 422
    assert "first-error" in none.text
    assert done.headers["location"] == at
    assert twice.status_code == 409
    (row,) = await fetch_rows("select origin, author, is_draw, language from waiting_entry")
    assert tuple(row.values()) == ("desk", browser.staff.account, True, "en")
    assert await list_deeds() == [("draw_entered_for_citizen", browser.staff.account)]
    assert "у жеребкуванні" in (await browser.get(at)).text


async def test_nobody_is_put_on_a_list_of_another_institution(office: Office) -> None:
    full = await fill(await make_session())
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{full.session.public_id}/waiting/add"

    assert (await browser.get(at)).status_code == 404
    assert (await browser.post(at, **CITIZEN)).status_code == 404
