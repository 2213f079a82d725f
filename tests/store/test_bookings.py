"""Bookings as the desk and the telephone find them."""

import pytest
from tests.factories import NOW, SECRET, make_booking, make_institution, make_session, make_slots

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.booking_orders import build_booking_mac
from hotline_sessions.store.bookings import (
    find_booking_by_code,
    get_booking,
    list_bookings,
    list_taken,
    mark_booking,
)


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_a_booking_of_another_institution_is_not_found() -> None:
    session = await make_session()
    taken = await make_booking(session=session)
    stranger = await make_institution()

    assert await get_booking(taken.booking.id, institution=session.institution) == taken.booking
    assert await list_bookings(session.id, institution=stranger.id) == []
    with pytest.raises(NotFound):
        await get_booking(taken.booking.id, institution=stranger.id)


async def test_bookings_are_listed_in_the_order_of_their_slots() -> None:
    session = await make_session()
    first, second, *_ = await make_slots(session)
    late = await make_booking(session=session, slot=second)
    early = await make_booking(session=session, slot=first)

    found = await list_bookings(session.id, institution=session.institution)

    assert found == [early.booking, late.booking]


@pytest.mark.parametrize(
    ("state", "held"),
    [
        (BookingState.BOOKED, True),
        (BookingState.HEARD, True),
        (BookingState.OFFERED, True),
        (BookingState.CANCELLED, False),
        (BookingState.MISSED, False),
    ],
)
async def test_a_slot_is_held_by_who_is_expected_or_was_heard_or_has_an_offer(
    state: BookingState, *, held: bool
) -> None:
    session = await make_session()
    taken = await make_booking(session=session)

    await mark_booking(taken.booking.id, state, NOW)

    assert await list_taken(session.id) == ({taken.booking.slot} if held else set())


async def test_a_code_finds_a_booking_of_its_session_while_it_is_booked() -> None:
    session, other = await make_session(), await make_session()
    taken = await make_booking(session=session)
    code_mac = build_booking_mac(SECRET, session.public_id, taken.code)

    assert await find_booking_by_code(session.id, code_mac) == taken.booking
    assert await find_booking_by_code(other.id, code_mac) is None
    await mark_booking(taken.booking.id, BookingState.HEARD, NOW)
    assert await find_booking_by_code(session.id, code_mac) is None
