"""The waiting list at the desk: masked numbers, answers on behalf of citizens, written down."""

import pytest
from tests.factories import make_session
from tests.services.waiting import Full, fill, look
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.store.engine import fetch_rows


pytestmark = pytest.mark.anyio


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
