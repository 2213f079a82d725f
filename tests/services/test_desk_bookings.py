"""An operator books for a citizen who has called, also beyond the limits, and is on record."""

from datetime import timedelta

import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    choose_policy,
    make_booking,
    make_institution,
    make_post,
    make_session,
    make_slots,
    make_staff,
)
from tests.services.desk import list_audited

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import AlreadyBooked, Caller, TooManyBookings, Wish
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import SlotTaken
from hotline_sessions.services.booking_limits import lift_limits, restore_limits, view_limits
from hotline_sessions.services.bookings import Taken
from hotline_sessions.services.desk_bookings import book_for
from hotline_sessions.store.engine import fetch_row, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

CALLER = Caller(phone=PHONE, name="Марія Іванівна")
REASON = "Не дочекалася відповіді тричі"


async def make_line_of_two(*, cap: int = 1) -> tuple[Staff, list[Session]]:
    """An operator, and two sessions of his institution in one month."""
    home = await make_institution()
    await choose_policy(home.id, BookingPolicy(monthly_cap=cap, missed_cap=1))
    post = await make_post(institution=home.id)
    first = await make_session(institution=home, post=post)
    second = await make_session(
        institution=home, post=post, held_on=first.held_on + timedelta(days=1)
    )
    return await make_staff(institution=home.id), [first, second]


async def write_down(session: Session, staff: Staff, *, beyond: str = "", slot: int = 0) -> Taken:
    wish = Wish(
        starts_at=(await make_slots(session))[slot].starts_at,
        community="Рівне",
        question="Коли буде перерахунок субсидії?",
    )
    return await book_for(
        session.public_id, wish, CALLER, beyond=beyond, staff=staff, secret=SECRET, now=NOW
    )


async def test_what_an_operator_books_says_who_has_and_is_confirmed_to_the_citizen() -> None:
    staff, (session, _) = await make_line_of_two()

    taken = await write_down(session, staff)

    row = await fetch_row("select origin, author, phone, code_mac from booking")
    assert row is not None
    assert (row["origin"], row["author"], row["phone"]) == ("desk", staff.account, PHONE)
    assert taken.code not in row["code_mac"]
    assert await fetch_value("select recipient from message") == PHONE
    assert await list_audited("booking_made_for_citizen") == [{}]


async def test_an_operator_books_in_the_own_institution_only() -> None:
    _, (session, _) = await make_line_of_two()
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(NotFound):
        await write_down(session, stranger)


async def test_an_operator_cannot_give_a_slot_or_a_session_twice() -> None:
    staff, (session, _) = await make_line_of_two(cap=0)
    await make_booking(session=session)
    with pytest.raises(SlotTaken):
        await write_down(session, staff)
    await write_down(session, staff, slot=1)

    with pytest.raises(AlreadyBooked):
        await write_down(session, staff, slot=2)


async def test_missed_talks_do_not_stop_an_operator() -> None:
    staff, (missed, session) = await make_line_of_two(cap=0)
    taken = await make_booking(session=missed, phone=PHONE)
    await run_sql("update booking set state = 'missed' where id = $1", taken.booking.id)

    await write_down(session, staff)


async def test_the_limit_of_a_month_is_passed_for_a_reason_and_for_one_booking_alone() -> None:
    staff, (first, second) = await make_line_of_two(cap=1)
    await write_down(first, staff)
    with pytest.raises(TooManyBookings):
        await write_down(second, staff)

    await write_down(second, staff, beyond=REASON)

    row = await fetch_row("select reason, account, expires_at from booking_waiver")
    assert row is not None
    assert (row["reason"], row["account"], row["expires_at"]) == (REASON, staff.account, NOW)
    assert await fetch_value("select count(*) from audit where action = 'limits_lifted'") == 1
    limits = await view_limits(PhoneNumber(PHONE), staff=staff, now=NOW)
    assert (limits.is_full, limits.waivers) == (True, [])


async def test_a_booking_that_fails_leaves_no_waiver_behind() -> None:
    staff, (session, _) = await make_line_of_two()
    await make_booking(session=session)

    with pytest.raises(SlotTaken):
        await write_down(session, staff, beyond=REASON)
    assert await fetch_value("select count(*) from booking_waiver") == 0
    assert await fetch_value("select count(*) from audit where action = 'limits_lifted'") == 0


async def test_staff_see_what_a_phone_has_used_up_in_their_institution_alone() -> None:
    staff, (first, second) = await make_line_of_two(cap=2)
    taken = await write_down(first, staff)
    await run_sql("update booking set state = 'missed' where id = $1", taken.booking.id)
    await write_down(second, staff)
    stranger = await make_staff(institution=(await make_institution()).id)

    limits = await view_limits(PhoneNumber(PHONE), staff=staff, now=NOW)
    elsewhere = await view_limits(PhoneNumber(PHONE), staff=stranger, now=NOW)

    (month,) = limits.months
    assert (month.begins_on.isoformat(), month.booked) == ("2026-11-01", 2)
    assert (limits.missed, limits.is_full, limits.is_barred) == (1, True, True)
    later = await view_limits(PhoneNumber(PHONE), staff=staff, now=NOW + timedelta(days=93))
    assert (later.missed, later.is_full, later.is_barred) == (0, False, False)
    assert (elsewhere.months, elsewhere.missed) == ([], 0)


async def test_lifted_limits_let_the_citizen_book_until_they_are_put_back() -> None:
    staff, (first, second) = await make_line_of_two(cap=1)
    await make_booking(session=first, phone=PHONE)
    phone = PhoneNumber(PHONE)
    await lift_limits(phone, REASON, staff=staff, now=NOW)
    (waiver,) = (await view_limits(phone, staff=staff, now=NOW)).waivers
    assert (waiver.reason, waiver.given_by) == (REASON, staff.full_name)
    assert waiver.expires_at == NOW + BookingPolicy().waiver
    stranger = await make_staff(institution=(await make_institution()).id)
    with pytest.raises(NotFound):
        await restore_limits(waiver.id, staff=stranger, now=NOW)

    await restore_limits(waiver.id, staff=staff, now=NOW)

    with pytest.raises(TooManyBookings):
        await make_booking(session=second, phone=PHONE)
    with pytest.raises(NotFound):
        await restore_limits(waiver.id, staff=staff, now=NOW)
    await lift_limits(phone, REASON, staff=staff, now=NOW)
    await make_booking(session=second, phone=PHONE)
    assert await fetch_value("select count(*) from audit where action = 'limits_restored'") == 1
