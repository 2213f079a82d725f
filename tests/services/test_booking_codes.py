"""A code of six digits is worth something only while it cannot be guessed. TEL-14."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories import (
    NOW,
    SECRET,
    make_booking,
    make_institution,
    make_phone,
    make_session,
    make_slots,
)

from hotline_sessions.domain.ids import InstitutionId, PublicId
from hotline_sessions.domain.phone_menu import BOOKING_TRIES
from hotline_sessions.services import booking_codes
from hotline_sessions.services.booking_codes import (
    BookingCodesLocked,
    WrongBookingCode,
    open_by_code,
)
from hotline_sessions.services.bookings import Taken
from hotline_sessions.store.dialogues import count_tries as count_stored
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

Opened = PublicId | WrongBookingCode | BookingCodesLocked


async def try_code(phone: str, digits: str, *, at: InstitutionId, hours: int = 0) -> Opened:
    async with transaction():
        return await open_by_code(
            phone, digits, institution=at, secret=SECRET, now=NOW + timedelta(hours=hours)
        )


def wrong(taken: Taken, by: int = 1) -> str:
    return f"{(int(taken.code) + by) % 1_000_000:06}"


async def guess(taken: Taken, times: int) -> list[Opened]:
    """Wrong codes for one booking, from so many calls at once."""
    return await asyncio.gather(
        *(
            try_code(taken.booking.phone, wrong(taken, number), at=taken.booking.institution)
            for number in range(1, times + 1)
        )
    )


async def count_all() -> int:
    return int(await fetch_value("select count(*) from code_try"))


async def test_a_booking_is_opened_by_its_number_and_its_code() -> None:
    taken = await make_booking(session=await make_session())
    booking = taken.booking

    assert await try_code(booking.phone, taken.code, at=booking.institution) == booking.public_id


async def test_nothing_else_opens_it() -> None:
    home = await make_institution()
    other = await make_institution()
    taken = await make_booking(session=await make_session(institution=home))
    phone = taken.booking.phone

    for number, digits, at in (
        (phone, wrong(taken), home.id),
        (make_phone(), taken.code, home.id),
        (phone, taken.code, other.id),
        (phone, taken.code[:5], home.id),
        (phone, "", home.id),
    ):
        assert isinstance(await try_code(number, digits, at=at), WrongBookingCode)
    past = await try_code(phone, taken.code, at=home.id, hours=24 * 30)
    assert isinstance(past, WrongBookingCode)


async def test_only_codes_that_could_have_opened_something_are_counted() -> None:
    """Else whoever calls often enough would shut the telephone for everybody."""
    home = await make_institution()
    await make_booking(session=await make_session(institution=home))
    for _ in range(3):
        await try_code(make_phone(), "123456", at=home.id)

    assert await count_all() == 0


async def test_a_wrong_code_counts_against_every_booking_of_the_number() -> None:
    home = await make_institution()
    first = await make_session(institution=home)
    second = await make_session(institution=home, held_on=first.held_on + timedelta(days=7))
    phone = make_phone()
    taken = [await make_booking(session=each, phone=phone) for each in (first, second)]

    await try_code(phone, wrong(taken[0]), at=home.id)

    assert await count_all() == 2
    assert await try_code(phone, taken[1].code, at=home.id) == taken[1].booking.public_id


async def test_calls_at_the_same_time_guess_no_oftener_than_one() -> None:
    taken = await make_booking(session=await make_session())

    results = await guess(taken, 3 * BOOKING_TRIES)

    assert sum(isinstance(each, WrongBookingCode) for each in results) == BOOKING_TRIES
    assert await count_all() == BOOKING_TRIES
    locked = await try_code(taken.booking.phone, taken.code, at=taken.booking.institution)
    assert isinstance(locked, BookingCodesLocked)


async def test_without_its_guard_they_would_guess_oftener(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_away(_: InstitutionId) -> None:
        await asyncio.sleep(0)

    async def look_slowly(*args: object, **named: object) -> tuple[int, int]:
        found = await count_stored(*args, **named)  # type: ignore[arg-type]
        await asyncio.sleep(0.2)
        return found

    taken = await make_booking(session=await make_session())
    monkeypatch.setattr(booking_codes, "lock_tries", look_away)
    monkeypatch.setattr(booking_codes, "count_tries", look_slowly)
    for _ in range(BOOKING_TRIES - 1):
        await guess(taken, 1)

    await guess(taken, 4)

    assert await count_all() > BOOKING_TRIES


async def test_other_bookings_are_not_locked_with_one() -> None:
    session = await make_session()
    slots = await make_slots(session)
    guessed = await make_booking(session=session, slot=slots[0])
    other = await make_booking(session=session, slot=slots[1])
    await guess(guessed, BOOKING_TRIES)

    opened = await try_code(other.booking.phone, other.code, at=session.institution)

    assert opened == other.booking.public_id
