"""Who has not answered since plans have changed, and choosing for them after a call."""

import re
from datetime import date

import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    list_all_bookings,
    make_booking,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.services.desk import list_audited
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.booking_choices import Choice
from hotline_sessions.domain.phones import PhoneNumber, display, mask
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.booking_choices import choose
from hotline_sessions.services.bookings import Taken, cancel_booking
from hotline_sessions.services.sessions import cancel
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.engine import fetch_row
from hotline_sessions.store.officials import add_official


pytestmark = pytest.mark.anyio

NAMES = ("Марія Коваль", "Петро Гук", "Ганна Лис")


async def substitute(office: Office) -> tuple[Session, list[Taken]]:
    """A session with three bookings, at which another official answers."""
    session = await make_session(institution=office.home)
    slots = await make_slots(session)
    taken = [
        await make_booking(session=session, slot=slot, name=name)
        for slot, name in zip(slots, NAMES, strict=False)
    ]
    deputy = await add_official(
        "Петро Мельник", institution=office.home.id, ring_number=None, valid_from=HELD_ON
    )
    staff = await make_staff(institution=office.home.id)
    await substitute_official(session.public_id, deputy, staff=staff, clock=FrozenClock(NOW))
    return session, taken


def at(session: Session, taken: Taken | None = None) -> str:
    path = f"/staff/sessions/{session.public_id}/choices"
    return f"{path}/{taken.booking.public_id}" if taken else path


async def test_choices_are_counted_and_who_is_silent_is_listed_with_a_masked_number(
    office: Office,
) -> None:
    session, taken = await substitute(office)
    await choose(taken[0].booking.public_id, Choice.KEEP, now=NOW)
    await cancel_booking(taken[1].booking.public_id, now=NOW)
    browser = await office.enter(Role.OPERATOR)

    shown = (await browser.get(at(session))).text
    sheet = (await browser.get(f"/staff/sessions/{session.public_id}")).text

    assert re.search(r"Залишають свій час</dt>\s*<dd[^>]*>\s*1\s*<", shown)
    assert re.search(r"Вирішили інакше[^<]*</dt>\s*<dd[^>]*>\s*1\s*<", shown)
    assert [name for name in NAMES if name in shown] == [NAMES[2]]
    number = PhoneNumber(taken[2].booking.phone)
    assert mask(number) in shown
    assert display(number) not in shown
    assert number not in shown
    assert "із 3 запитаних не відповіли 1" in sheet
    assert at(session) in sheet


async def test_the_operator_calls_and_writes_down_what_was_said(office: Office) -> None:
    session, taken = await substitute(office)
    browser = await office.enter(Role.OPERATOR)

    shown = (await browser.get(at(session, taken[0]))).text
    answer = await browser.post(at(session, taken[0]), choice="keep")
    row = await fetch_row("select choice, chosen_by from booking_choice where choice is not null")

    assert display(PhoneNumber(taken[0].booking.phone)) in shown
    assert answer.headers["location"] == at(session)
    assert row is not None
    assert (row["choice"], row["chosen_by"]) == ("keep", browser.staff.account)
    assert await list_audited("booking_choice_made") == [{"cause": "substituted", "choice": "keep"}]


async def test_the_operator_moves_the_citizen_to_another_session(office: Office) -> None:
    session, taken = await substitute(office)
    other = await make_session(institution=office.home, held_on=date(2026, 12, 2), topic="Дороги")
    slot = (await make_slots(other))[0]
    browser = await office.enter(Role.COMMUNICATIONS)

    listed = (await browser.get(at(session, taken[0]))).text
    shown = (await browser.get(f"{at(session, taken[0])}?session={other.public_id}")).text
    await browser.post(
        at(session, taken[0]),
        choice="move",
        session=other.public_id,
        starts_at=slot.starts_at.isoformat(),
    )

    assert f"session={other.public_id}" in listed
    assert slot.starts_at.isoformat() in shown
    (booking,) = await list_all_bookings(other)
    assert booking.phone == taken[0].booking.phone
    assert await list_audited("booking_choice_made") == [
        {"cause": "substituted", "choice": "other"}
    ]


async def test_a_time_that_was_taken_meanwhile_is_refused_and_nothing_changes(
    office: Office,
) -> None:
    session, taken = await substitute(office)
    other = await make_session(institution=office.home, held_on=date(2026, 12, 2), topic="Дороги")
    slot = (await make_slots(other))[0]
    await make_booking(session=other, slot=slot)
    browser = await office.enter(Role.OPERATOR)

    answer = await browser.post(
        at(session, taken[0]),
        choice="move",
        session=other.public_id,
        starts_at=slot.starts_at.isoformat(),
    )
    blank = await browser.post(at(session, taken[0]))

    assert answer.status_code == 409
    assert "щойно зайняла" in answer.text
    assert blank.status_code == 422
    assert await list_audited("booking_choice_made") == []
    assert len(await list_all_bookings(session)) == 3


async def test_of_a_session_called_off_the_claim_can_be_given_up(office: Office) -> None:
    session = await make_session(institution=office.home)
    taken = await make_booking(session=session)
    browser = await office.enter(Role.OPERATOR)
    staff = await make_staff(institution=office.home.id)
    await cancel(session.public_id, "Посадова особа захворіла", staff=staff, now=NOW)

    await browser.post(at(session, taken), choice="give-up")
    again = await browser.get(at(session, taken))
    shown = (await browser.get(at(session))).text

    assert again.status_code == 409
    assert "Усі відповіли" in shown


async def test_where_nothing_has_changed_nothing_is_to_be_chosen(office: Office) -> None:
    session = await make_session(institution=office.home)
    taken = await make_booking(session=session)
    browser = await office.enter(Role.OPERATOR)

    shown = (await browser.get(at(session))).text
    sheet = (await browser.get(f"/staff/sessions/{session.public_id}")).text

    assert "плани не змінювалися" in shown
    assert at(session) not in sheet
    assert (await browser.post(at(session, taken), choice="keep")).status_code == 409


async def test_neither_clerks_nor_other_institutions_nor_other_sessions_see_anybody(
    office: Office,
) -> None:
    session, taken = await substitute(office)
    other = await make_session(institution=office.home, held_on=date(2026, 12, 2), topic="Дороги")
    stranger = await make_session()
    clerk = await office.enter(Role.CLERK)
    operator = await office.enter(Role.OPERATOR)
    foreign = await make_booking(session=stranger)

    assert (await clerk.get(at(session))).status_code == 403
    assert (await clerk.get(at(session, taken[0]))).status_code == 403
    assert (await clerk.post(at(session, taken[0]), choice="keep")).status_code == 403
    assert (await operator.get(at(stranger))).status_code == 404
    assert (await operator.get(at(stranger, foreign))).status_code == 404
    assert (await operator.get(at(session, foreign))).status_code == 404
    assert (await operator.get(at(other, taken[0]))).status_code == 404
