"""From when to when, and in which order, slots may be taken."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from hotline_sessions.domain.registration import (
    DrawSession,
    RegistrationClosed,
    RegistrationNotOpen,
    check_open,
    check_registration,
)
from hotline_sessions.domain.sessions import BookingMode


OPENS = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


class Given(Struct, frozen=True, kw_only=True):
    time_zone: str = "Europe/Kyiv"
    registration_opens_at: datetime | None = OPENS
    registration_closes_at: datetime | None = CLOSES
    booking_mode: BookingMode = BookingMode.FIRST_COME


def test_registration_opens_not_one_moment_early() -> None:
    check_registration(Given(), OPENS)

    with pytest.raises(RegistrationNotOpen) as refused:
        check_registration(Given(), OPENS - TICK)
    assert refused.value.facts == {"opens_at": "20.11.2026, 09:00"}


def test_registration_closes_at_the_moment_that_was_announced() -> None:
    check_registration(Given(), CLOSES - TICK)

    with pytest.raises(RegistrationClosed):
        check_registration(Given(), CLOSES)


def test_without_times_registration_is_open_from_publishing_on() -> None:
    check_registration(Given(registration_opens_at=None), OPENS - timedelta(days=30))
    check_registration(Given(registration_closes_at=None), CLOSES + timedelta(days=30))


def test_a_session_of_a_draw_gives_no_slot_to_who_comes_first() -> None:
    drawn = Given(booking_mode=BookingMode.DRAW)

    with pytest.raises(DrawSession):
        check_registration(drawn, OPENS)
    with pytest.raises(RegistrationNotOpen):
        check_registration(drawn, OPENS - TICK)
    check_open(drawn, OPENS)
