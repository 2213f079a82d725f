"""Every SMS to a citizen is one segment, in Ukrainian, with all its facts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.ids import BookingId, InstitutionId, PublicId, SessionId, SlotId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.registers import LONGEST_INDEX, MOST_DUPLICATES, build_duplicate
from hotline_sessions.domain.times import KYIV
from hotline_sessions.services.tellings import (
    SEGMENT,
    build_answered_text,
    build_booking_text,
    build_cancelled_text,
    build_code_text,
    build_moved_text,
    build_registered_text,
    build_substituted_text,
)


START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
LISBON = ZoneInfo("Europe/Lisbon")
LONGEST_LINE = PhoneNumber("+380362220011")
DUPLICATE_INDEX = build_duplicate("БП-999999-2026".ljust(LONGEST_INDEX, "Х"), MOST_DUPLICATES)

BOOKING = Booking(
    id=BookingId(1),
    public_id=PublicId("0123456789"),
    institution=InstitutionId(1),
    session=SessionId(1),
    slot=SlotId(1),
    phone="+380501234567",
    caller_name="Марія",
    community="Рівне",
    question="Коли буде тепло?",
    code_hint="89",
    state=BookingState.BOOKED,
    starts_at=START,
    ends_at=START + timedelta(minutes=10),
)

TEXTS = {
    "code": build_code_text("123456"),
    "booking": build_booking_text(BOOKING, "456789", zone=KYIV, line=LONGEST_LINE),
    "cancelled": build_cancelled_text(START, zone=KYIV),
    "moved": build_moved_text(START, START + timedelta(days=31, hours=4), zone=KYIV),
    "substituted": build_substituted_text(START, zone=KYIV),
    "registered": build_registered_text(DUPLICATE_INDEX, "456789", "21.12.2026"),
    "answered": build_answered_text(DUPLICATE_INDEX),
}
FACTS = {
    "code": ["123456"],
    "booking": ["25.11", "10:00", "456789", "+380 36 222 00 11"],
    "cancelled": ["25.11", "10:00"],
    "moved": ["25.11", "26.12", "14:00"],
    "substituted": ["25.11", "10:00"],
    "registered": [DUPLICATE_INDEX, "456789", "21.12.2026"],
    "answered": [DUPLICATE_INDEX],
}
ENGLISH = set("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("name", TEXTS)
def test_an_sms_with_the_longest_facts_of_life_is_one_segment(name: str) -> None:
    assert SEGMENT == 70
    assert len(TEXTS[name]) <= SEGMENT, TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_an_sms_says_all_its_facts(name: str) -> None:
    assert all(fact in TEXTS[name] for fact in FACTS[name]), TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_an_sms_is_in_ukrainian(name: str) -> None:
    assert not ENGLISH & set(TEXTS[name].lower()), TEXTS[name]
    assert not set("ыэъё") & set(TEXTS[name].lower())


@pytest.mark.parametrize("number", ["+380800502708", "+3808005027080", "1545", "+380501234567"])
def test_a_booking_on_a_line_of_any_length_is_one_segment(number: str) -> None:
    text = build_booking_text(BOOKING, "456789", zone=KYIV, line=PhoneNumber(number))

    assert len(text) <= SEGMENT, text


def test_the_code_stands_first_so_that_a_lock_screen_shows_it() -> None:
    assert build_code_text("000042").startswith("000042")


def test_an_sms_tells_the_wall_time_of_the_institution() -> None:
    assert "08:00" in build_cancelled_text(START, zone=LISBON)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)), st.integers(0, 999_999))  # noqa: DTZ001 - hypothesis wants bounds without a zone
def test_an_sms_is_one_segment_on_every_day_and_with_every_code(
    moment: datetime, number: int
) -> None:
    start = moment.replace(tzinfo=UTC)
    later = start + timedelta(days=40)

    assert len(build_code_text(f"{number:06}")) <= SEGMENT
    assert len(build_cancelled_text(start, zone=KYIV)) <= SEGMENT
    assert len(build_moved_text(start, later, zone=KYIV)) <= SEGMENT
