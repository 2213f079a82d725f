"""Plans have changed: who calls the line hears that first, and chooses by keys."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    list_all_bookings,
    make_booking,
    make_institution,
    make_phone,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.web.webhooks.keypad import Keypad, open_site

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.bookings import Taken, get_booking
from hotline_sessions.services.sessions import cancel
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.officials import add_official


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

WAITS = "чекаємо на вашу відповідь"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
async def site(clock: FrozenClock) -> AsyncIterator[httpx.AsyncClient]:
    async with open_site(clock) as client:
        yield client


@pytest.fixture
async def home() -> Institution:
    return await make_institution()


@pytest.fixture
async def session(home: Institution) -> Session:
    return await make_session(institution=home)


async def take(session: Session, name: str = "Коваль Марія") -> Taken:
    slot = (await make_slots(session))[1]
    return await make_booking(session=session, slot=slot, phone=make_phone(), name=name)


async def substitute(home: Institution, session: Session) -> None:
    deputy = await add_official(
        "Петро Мельник", institution=home.id, ring_number=None, valid_from=HELD_ON
    )
    staff = await make_staff(institution=home.id)
    await substitute_official(session.public_id, deputy, staff=staff, clock=FrozenClock(NOW))


async def call_off(home: Institution, session: Session) -> None:
    staff = await make_staff(institution=home.id)
    await cancel(session.public_id, "Посадова особа захворіла", staff=staff, now=NOW)


async def call_and_open(site: httpx.AsyncClient, taken: Taken) -> Keypad:
    """A call from the number of the booking, and its code."""
    phone = Keypad(site, taken.booking.phone)
    assert WAITS in await phone.dial()
    await phone.press(taken.code)
    return phone


async def list_choices() -> list[str | None]:
    rows = await fetch_rows("select choice from booking_choice order by id")
    return [row["choice"] for row in rows]


async def test_who_calls_is_told_first_that_an_answer_is_waited_for_and_nothing_more(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session)
    await substitute(home, session)
    phone = Keypad(site, taken.booking.phone)

    heard = await phone.dial()

    assert WAITS in heard
    assert "шість цифр" in heard
    assert "Мельник" not in heard
    assert WAITS not in await Keypad(site, make_phone()).dial()
    assert "натисніть один" in await phone.press("*")


async def test_who_has_answered_hears_the_services_as_ever(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session)
    await substitute(home, session)
    phone = await call_and_open(site, taken)

    assert "Петро Мельник" in phone.heard
    heard = await phone.press("1")

    assert "залишається без змін" in heard
    assert await list_choices() == ["keep"]
    assert (await get_booking(taken.booking.public_id)).state is BookingState.BOOKED
    assert WAITS not in await Keypad(site, taken.booking.phone).dial()


async def test_with_one_key_the_nearest_free_time_is_taken(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session)
    far = await make_session(institution=home, held_on=date(2026, 12, 3), topic="Школи")
    near = await make_session(institution=home, held_on=date(2026, 12, 1), topic="Дороги")
    await call_off(home, session)
    phone = await call_and_open(site, taken)

    heard = await phone.press("2")

    assert "Код:" in heard
    (moved,) = await list_all_bookings(near)
    assert moved.phone == taken.booking.phone
    assert await list_all_bookings(far) == []
    assert await list_choices() == ["other"]


async def test_a_claim_is_answered_after_its_hour_too(
    site: httpx.AsyncClient, home: Institution, session: Session, clock: FrozenClock
) -> None:
    taken = await take(session)
    other = await make_session(institution=home, held_on=date(2026, 12, 3), topic="Школи")
    await call_off(home, session)
    clock.set(taken.booking.ends_at + timedelta(hours=3))

    phone = await call_and_open(site, taken)
    await phone.press("2")

    assert len(await list_all_bookings(other)) == 1


async def test_a_question_becomes_an_appeal_by_one_key(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session)
    await call_off(home, session)
    phone = await call_and_open(site, taken)

    heard = await phone.press("3")
    rows = await fetch_rows("select surname, question, form_of_receipt, received_at from appeal")

    assert "письмове звернення" in heard
    assert [tuple(row) for row in rows] == [("Коваль", taken.booking.question, "1.1.1", NOW)]
    assert await list_choices() == ["appeal"]
    assert (await get_booking(taken.booking.public_id)).state is BookingState.CANCELLED


async def test_without_a_full_name_no_appeal_is_offered_or_filed(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session, name="Марія")
    await call_off(home, session)
    phone = await call_and_open(site, taken)

    offered = phone.heard
    await phone.press("3")

    assert "подайте його на сайті" in offered
    assert await fetch_value("select count(*) from appeal") == 0
    assert await list_choices() == [None]


async def test_a_time_that_cannot_be_kept_is_not_kept_by_a_key(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session)
    await call_off(home, session)
    phone = await call_and_open(site, taken)

    await phone.press("1")

    assert await list_choices() == [None]


async def test_other_times_are_looked_through_and_one_is_taken(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session)
    other = await make_session(institution=home, held_on=date(2026, 12, 3), topic="Школи")
    await call_off(home, session)
    phone = await call_and_open(site, taken)

    await phone.press("1")
    await phone.press("1")
    await phone.press("2")

    (moved,) = await list_all_bookings(other)
    assert moved.starts_at == (await make_slots(other))[1].starts_at
    assert await list_choices() == ["other"]


async def test_a_claim_is_given_up_by_two_keys(
    site: httpx.AsyncClient, home: Institution, session: Session
) -> None:
    taken = await take(session)
    await call_off(home, session)
    phone = await call_and_open(site, taken)

    await phone.press("0")
    await phone.press("2")
    still = await list_choices()
    await phone.press("0")
    await phone.press("1")

    assert still == [None]
    assert await list_choices() == ["give-up"]
    assert (await get_booking(taken.booking.public_id)).state is BookingState.CANCELLED
