"""A booked question as a written appeal: once, with the term of the day of the form."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories import (
    NOW,
    PHONE,
    SECRET,
    make_booking,
    make_session,
    make_staff,
)

from hotline_sessions.domain.appeals import BY_POST_OR_EMAIL
from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.deadlines import due
from hotline_sessions.domain.ids import BookingId
from hotline_sessions.domain.times import local_date
from hotline_sessions.domain.workdays import build_calendar
from hotline_sessions.services import booking_appeals
from hotline_sessions.services.appeals import Registered, find_by_code, list_for_staff
from hotline_sessions.services.booking_appeals import WrittenAppeal, file_appeal, find_filed
from hotline_sessions.services.bookings import get_booking
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store import bookings as stored
from hotline_sessions.store.booking_appeals import find_appeal_of_booking
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

WRITTEN = WrittenAppeal(
    surname="Коваленко",
    given_name="Марія",
    patronymic="Іванівна",
    residence="вул. Соборна, 1, кв. 2, м. Рівне, 33000",
    email="maria@example.com",
    question="Прошу перерахувати субсидію за жовтень.",
)


async def book() -> Booking:
    return (await make_booking(session=await make_session(), phone=PHONE)).booking


async def file(booking: Booking, *, after: timedelta = timedelta()) -> Registered:
    return await file_appeal(booking.public_id, WRITTEN, secret=SECRET, now=NOW + after)


async def list_told() -> list[str]:
    rows = await fetch_rows("select body from message where purpose = 'appeal-registered'")
    return [row["body"] for row in rows]


async def test_it_stands_in_the_register_with_its_origin_and_all_the_law_asks_for() -> None:
    booking = await book()
    clerk = await make_staff(institution=booking.institution)

    done = await file(booking)
    (appeal,) = await list_for_staff(staff=clerk)

    assert appeal == done.appeal
    assert (appeal.booking, appeal.session) == (booking.id, booking.session)
    assert appeal.form_of_receipt == BY_POST_OR_EMAIL
    assert (appeal.surname, appeal.residence) == (WRITTEN.surname, WRITTEN.residence)
    assert (appeal.phone, appeal.email) == (PHONE, WRITTEN.email)
    assert appeal.question == WRITTEN.question
    assert appeal.wants_written_reply


async def test_its_term_runs_from_the_day_of_the_form_not_of_the_talk() -> None:
    booking = await book()

    done = await file(booking)

    day = local_date(NOW)
    assert done.appeal.received_on == day < local_date(booking.starts_at)
    assert done.appeal.deadline == due("ART20_MONTH", day, build_calendar(), registered_on=day)


async def test_its_author_is_told_by_sms_and_follows_it_with_number_and_code() -> None:
    done = await file(await book())

    (told,) = await list_told()
    found = await find_by_code(done.appeal.register_index, done.code, secret=SECRET, now=NOW)

    assert done.appeal.register_index in told
    assert done.code in told
    assert found == done.appeal.public_id


async def test_the_booking_stays() -> None:
    booking = await book()

    await file(booking)

    assert await get_booking(booking.public_id) == booking
    assert await find_filed(booking) is not None


async def test_it_is_possible_after_the_session_was_called_off() -> None:
    session = await make_session()
    booking = (await make_booking(session=session)).booking
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Посадова особа захворіла", staff=staff, now=NOW)

    done = await file(booking, after=timedelta(days=3))

    assert done.appeal.received_on == local_date(NOW + timedelta(days=3))


async def test_it_is_possible_for_a_booking_that_was_given_back() -> None:
    booking = await book()
    await stored.mark_booking(booking.id, BookingState.CANCELLED, NOW)

    assert (await file(booking)).code


async def test_a_second_form_leads_to_the_same_appeal_and_tells_no_code() -> None:
    booking = await book()

    first, again = await file(booking), await file(booking, after=timedelta(days=1))

    assert again == Registered(appeal=first.appeal, code="")
    assert len(await list_told()) == 1


async def test_a_booking_makes_one_appeal_even_when_the_form_comes_twice_at_once() -> None:
    booking = await book()

    done = await asyncio.gather(file(booking), file(booking), file(booking))

    assert len({each.appeal.id for each in done}) == 1
    assert sorted(bool(each.code) for each in done) == [False, False, True]
    assert await fetch_value("select last_number from register") == 1


async def test_without_its_guard_a_booking_would_make_two_appeals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    booking = await book()
    await run_sql("alter table appeal drop constraint appeal_booking_key")
    await run_sql("alter table appeal drop constraint appeal_form_key_key")
    meeting = asyncio.Barrier(2)
    looked: list[BookingId] = []

    async def look_together(of: BookingId) -> object:
        looked.append(of)
        found = await find_appeal_of_booking(of)
        if len(looked) <= 2:
            await meeting.wait()
        return found

    async def lock_nothing(name: str) -> Booking:
        return await get_booking(name)

    monkeypatch.setattr(booking_appeals, "find_appeal_of_booking", look_together)
    monkeypatch.setattr(booking_appeals, "lock_booking", lock_nothing)

    await asyncio.gather(file(booking), file(booking))

    assert await fetch_value("select count(*) from appeal") == 2
