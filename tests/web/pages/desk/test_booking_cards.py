"""A booking at the desk: found by number or phone, changed as the citizen says, all audited."""

import re

import pytest
from tests.factories import (
    NOW,
    make_booking,
    make_institution,
    make_phone,
    make_session,
    make_slots,
    make_staff,
)
from tests.services.desk import list_audited
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.domain.references import build_reference
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.bookings import Taken, get_booking
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store.engine import fetch_row, fetch_value


pytestmark = pytest.mark.anyio

SEARCH = "/staff/bookings"


async def make_taken(office: Office, *, phone: str | None = None) -> tuple[Session, Taken]:
    session = await make_session(institution=office.home)
    slot = (await make_slots(session))[1]
    return session, await make_booking(session=session, slot=slot, phone=phone, name="Марія Коваль")


def at(taken: Taken, deed: str = "") -> str:
    return f"/staff/bookings/{taken.booking.public_id}{deed}"


async def call_off(office: Office, session: Session) -> None:
    staff = await make_staff(institution=office.home.id)
    await cancel(session.public_id, "Посадова особа захворіла", staff=staff, now=NOW)


async def test_a_booking_is_found_by_its_number_however_it_is_written(office: Office) -> None:
    _, taken = await make_taken(office)
    browser = await office.enter(Role.OPERATOR)
    reference = build_reference(taken.booking.public_id)

    for wanted in (reference, reference.lower().replace("-", " "), reference.replace("0", "O")):
        found = (await browser.post(SEARCH, wanted=wanted)).text
        assert at(taken) in found
    assert (await list_audited("bookings_searched"))[0] == {"bookings": [taken.booking.id]}


async def test_all_bookings_of_a_phone_are_found_in_the_own_institution_only(
    office: Office,
) -> None:
    phone = make_phone()
    _, taken = await make_taken(office, phone=phone)
    strange = await make_session(institution=await make_institution())
    other = await make_booking(session=strange, phone=phone)
    browser = await office.enter(Role.OPERATOR)

    found = (await browser.post(SEARCH, wanted=display(PhoneNumber(phone)))).text

    assert at(taken) in found
    assert at(other) not in found
    assert (await browser.get(at(other))).status_code == 404


@pytest.mark.parametrize("wanted", ["", "хто тут", "7K3-M9Q"])
async def test_what_is_neither_number_nor_phone_is_refused(office: Office, wanted: str) -> None:
    browser = await office.enter(Role.OPERATOR)

    answer = await browser.post(SEARCH, wanted=wanted)

    assert answer.status_code == 422
    assert await list_audited("bookings_searched") == []


async def test_the_card_shows_what_an_operator_needs_and_the_look_is_written_down(
    office: Office,
) -> None:
    _, taken = await make_taken(office)
    browser = await office.enter(Role.OPERATOR)

    shown = (await browser.get(at(taken))).text
    row = await fetch_row("select account, subject_id from audit where action = 'booking_viewed'")

    assert display(PhoneNumber(taken.booking.phone)) in shown
    assert taken.booking.question in shown
    for deed in ("/move", "/question", "/cancel", "/appeal"):
        assert at(taken, deed) in shown
    assert row is not None
    assert (row["account"], row["subject_id"]) == (browser.staff.account, taken.booking.id)


async def test_only_operators_find_bookings(office: Office) -> None:
    _, taken = await make_taken(office)
    browser = await office.enter(Role.CLERK)

    assert (await browser.get(SEARCH)).status_code == 403
    assert (await browser.get(at(taken))).status_code == 403


async def test_a_booking_is_moved_as_the_citizen_says(office: Office) -> None:
    session, taken = await make_taken(office)
    slot = (await make_slots(session))[2]
    browser = await office.enter(Role.OPERATOR)

    answer = await browser.post(
        at(taken, "/move"), session=session.public_id, starts_at=slot.starts_at.isoformat()
    )

    assert answer.headers["location"] == at(taken) + "?done=moved"
    assert (await get_booking(taken.booking.public_id)).slot == slot.id
    assert len(await list_audited("booking_moved_for_citizen")) == 1


async def test_a_time_that_is_gone_is_refused_and_nothing_changes(office: Office) -> None:
    session, taken = await make_taken(office)
    slot = (await make_slots(session))[2]
    await make_booking(session=session, slot=slot)
    browser = await office.enter(Role.OPERATOR)

    answer = await browser.post(
        at(taken, "/move"), session=session.public_id, starts_at=slot.starts_at.isoformat()
    )

    assert answer.status_code == 409
    assert (await get_booking(taken.booking.public_id)).slot == taken.booking.slot
    assert await list_audited("booking_moved_for_citizen") == []


async def test_a_booking_is_cancelled_once_that_is_ticked(office: Office) -> None:
    _, taken = await make_taken(office)
    browser = await office.enter(Role.OPERATOR)

    unticked = await browser.post(at(taken, "/cancel"))
    stands = (await get_booking(taken.booking.public_id)).state
    ticked = await browser.post(at(taken, "/cancel"), agreed="yes")

    assert unticked.status_code == 422
    assert stands is BookingState.BOOKED
    assert ticked.status_code == 303
    assert (await get_booking(taken.booking.public_id)).state is BookingState.CANCELLED
    assert len(await list_audited("booking_cancelled_for_citizen")) == 1


async def test_a_claim_is_given_up_as_the_answer_to_what_was_asked(office: Office) -> None:
    session, taken = await make_taken(office)
    await call_off(office, session)
    browser = await office.enter(Role.OPERATOR)

    shown = (await browser.get(at(taken))).text
    await browser.post(at(taken, "/cancel"), agreed="yes")
    row = await fetch_row("select choice, chosen_by from booking_choice")

    assert f"/staff/sessions/{session.public_id}/choices/{taken.booking.public_id}" in shown
    assert row is not None
    assert (row["choice"], row["chosen_by"]) == ("give-up", browser.staff.account)


async def test_another_question_is_written_down(office: Office) -> None:
    _, taken = await make_taken(office)
    browser = await office.enter(Role.OPERATOR)

    short = await browser.post(at(taken, "/question"), question="Та")
    await browser.post(at(taken, "/question"), question="Коли відремонтують міст?")

    assert short.status_code == 422
    assert (await get_booking(taken.booking.public_id)).question == "Коли відремонтують міст?"
    assert len(await list_audited("booking_reworded_for_citizen")) == 1


WRITTEN = {
    "surname": "Коваль",
    "given_name": "Марія",
    "residence": "м. Рівне, вул. Соборна, 1",
    "question": "Коли буде перерахунок субсидії?",
}


async def test_an_appeal_is_filed_for_the_citizen_in_place_of_the_talk(office: Office) -> None:
    session, taken = await make_taken(office)
    await call_off(office, session)
    browser = await office.enter(Role.OPERATOR)

    form = (await browser.get(at(taken, "/appeal"))).text
    done = (await browser.post(at(taken, "/appeal"), **WRITTEN)).text
    again = (await browser.post(at(taken, "/appeal"), **WRITTEN)).text
    row = await fetch_row(
        """select a.question, a.form_of_receipt, a.registered_by, a.received_at, c.choice,
                  c.chosen_by, b.state, a.register_index
             from appeal a join booking b on b.id = a.booking
             join booking_choice c on c.booking = b.id"""
    )

    assert taken.booking.question in form
    assert row is not None
    assert row["register_index"] in done
    assert re.search(r"\d{6}", done)
    assert row["register_index"] in again
    assert (row["question"], row["form_of_receipt"]) == (WRITTEN["question"], "1.1.1")
    assert row["received_at"] == NOW
    assert (row["choice"], row["state"]) == ("appeal", "cancelled")
    assert row["registered_by"] == row["chosen_by"] == browser.staff.account
    assert await fetch_value("select count(*) from appeal") == 1
    assert (
        await fetch_value("select account from appeal_step where action = 'appeal_filed'")
        == browser.staff.account
    )


async def test_an_appeal_without_an_address_is_not_filed(office: Office) -> None:
    _, taken = await make_taken(office)
    browser = await office.enter(Role.OPERATOR)

    answer = await browser.post(at(taken, "/appeal"), **(WRITTEN | {"residence": ""}))

    assert answer.status_code == 422
    assert await fetch_value("select count(*) from appeal") == 0
