"""When a booking may still be given back."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hotline_sessions.domain.bookings import (
    LIVE,
    Booking,
    BookingOver,
    BookingState,
    Wish,
    check_may_cancel,
)
from hotline_sessions.domain.ids import BookingId, InstitutionId, PublicId, SessionId, SlotId


START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def make_booking(state: BookingState = BookingState.BOOKED) -> Booking:
    return Booking(
        id=BookingId(1),
        public_id=PublicId("0123456789"),
        institution=InstitutionId(1),
        session=SessionId(1),
        slot=SlotId(1),
        phone="+380501234567",
        caller_name="Марія",
        community="Рівне",
        question="Коли буде перерахунок?",
        code_hint="42",
        state=state,
        starts_at=START,
        ends_at=START + timedelta(minutes=10),
    )


def test_a_booking_may_be_cancelled_until_its_talk_begins() -> None:
    check_may_cancel(make_booking(), now=START - TICK)

    with pytest.raises(BookingOver):
        check_may_cancel(make_booking(), now=START)


@pytest.mark.parametrize("state", sorted(set(BookingState) - LIVE))
def test_a_booking_that_is_over_cannot_be_cancelled(state: BookingState) -> None:
    with pytest.raises(BookingOver):
        check_may_cancel(make_booking(state), now=START - timedelta(days=1))


@pytest.mark.parametrize(
    ("field", "value"),
    [("community", "Р"), ("community", "Р" * 121), ("question", "Ні?"), ("question", "я" * 2001)],
)
def test_a_wish_too_short_or_too_long_is_not_read(field: str, value: str) -> None:
    good = {"starts_at": START, "community": "Рівне", "question": "Коли буде тепло?"}

    assert msgspec.convert(good, Wish).community == "Рівне"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(good | {field: value}, Wish)
