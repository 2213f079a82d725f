"""Who has booked is reminded in time, once, and of nothing that is true no more."""

from datetime import datetime, time, timedelta

import pytest
from tests.factories import NOW, choose_policy, make_booking, make_session, make_slots, make_staff
from tests.fakes import FakeTexts, FrozenClock

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.network import OutcomeUnknown
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.booking_choices import move_on
from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.services.messages import send_messages
from hotline_sessions.services.reminders import pair_with_closer, plan_reminders
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store.engine import fetch_rows, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
SECRET = b"a secret of tests, long enough to sign"


async def book(session: Session, *, ago: timedelta = timedelta(days=30)) -> Booking:
    """A booking that was made long before, and whose confirmation has gone."""
    booking = (await make_booking(session=session)).booking
    await run_sql("update booking set booked_at = booked_at - $1::interval", ago)
    await run_sql("delete from message")
    return booking


async def remind(at: datetime, texts: FakeTexts | None = None) -> list[str]:
    """What is sent when the moment ``at`` has come."""
    texts = texts or FakeTexts()
    clock = FrozenClock(at)
    await plan_reminders(clock=clock)
    while await send_messages(texts, clock=clock):
        pass
    return [body for _, body in texts.sent]


async def list_states() -> list[str]:
    return [row["state"] for row in await fetch_rows("select state from message order by id")]


@pytest.mark.parametrize("before", [DAY, HOUR])
async def test_a_reminder_goes_out_when_its_moment_comes_and_once(before: timedelta) -> None:
    booking = await book(await make_session(opens_clock=time(12), closes_clock=time(13)))
    due = booking.starts_at - before
    await remind(due - timedelta(minutes=1))

    assert await remind(due - timedelta(seconds=1)) == []
    assert await remind(due) == ["Нагадуємо: розмова 25.11 о 12:00. Тел. 0 800 502 708"]
    assert await remind(due + timedelta(minutes=1)) == []


async def test_a_moment_that_had_passed_at_the_booking_brings_no_reminder() -> None:
    booking = await book(await make_session(), ago=timedelta())
    assert booking.starts_at - NOW > DAY

    assert await remind(NOW) == []


async def test_of_several_missed_moments_only_the_last_brings_a_reminder() -> None:
    booking = await book(await make_session(opens_clock=time(12), closes_clock=time(13)))

    assert len(await remind(booking.starts_at - HOUR)) == 1


async def test_a_booking_that_was_moved_is_reminded_of_its_new_time_only() -> None:
    session = await make_session(opens_clock=time(12), closes_clock=time(13))
    booking = await book(session)
    await plan_reminders(clock=FrozenClock(booking.starts_at - DAY))
    slot = (await make_slots(session))[2]
    moved_at = booking.starts_at - DAY - timedelta(minutes=1)
    await move_on(booking.public_id, session.public_id, slot.starts_at, secret=SECRET, now=moved_at)
    await run_sql("update booking set version = version + 1")

    sent = await remind(slot.starts_at - DAY)

    assert [text for text in sent if "Нагадуємо" in text] == [
        "Нагадуємо: розмова 25.11 о 12:30. Тел. 0 800 502 708"
    ]
    assert (await list_states())[0] == "cancelled"


async def test_a_moment_that_had_passed_at_the_move_brings_no_reminder() -> None:
    session = await make_session(opens_clock=time(12), closes_clock=time(13))
    booking = await book(session)
    slot = (await make_slots(session))[2]
    moved_at = booking.starts_at - HOUR * 20
    await move_on(booking.public_id, session.public_id, slot.starts_at, secret=SECRET, now=moved_at)

    sent = await remind(moved_at + timedelta(minutes=1))

    assert not [text for text in sent if "Нагадуємо" in text]


async def test_a_booking_that_was_given_back_is_not_reminded_of() -> None:
    booking = await book(await make_session(opens_clock=time(12), closes_clock=time(13)))
    at = booking.starts_at - HOUR
    await plan_reminders(clock=FrozenClock(at))
    await cancel_booking(booking.public_id, now=at)

    assert await remind(at) == []
    assert await list_states() == ["cancelled"]


async def test_a_session_that_was_called_off_is_not_reminded_of() -> None:
    session = await make_session(opens_clock=time(12), closes_clock=time(13))
    booking = await book(session)
    at = booking.starts_at - HOUR
    await plan_reminders(clock=FrozenClock(at))
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Захворів", staff=staff, now=at)

    assert not [text for text in await remind(at) if "Нагадуємо" in text]


async def test_a_reminder_of_the_night_waits_for_the_morning() -> None:
    booking = await book(await make_session(opens_clock=time(8, 30), closes_clock=time(9)))
    due = booking.starts_at - HOUR

    assert await remind(due) == []
    assert len(await remind(due + timedelta(minutes=30))) == 1


async def test_a_reminder_that_the_night_would_make_too_late_is_dropped() -> None:
    session = await make_session(opens_clock=time(8), closes_clock=time(9))
    booking = await book(session)

    assert await remind(booking.starts_at - HOUR) == []
    assert await remind(booking.starts_at) == []
    assert await list_states() == ["cancelled"]


async def test_an_institution_chooses_when_it_reminds() -> None:
    session = await make_session(opens_clock=time(12), closes_clock=time(13))
    booking = await book(session)
    policy = BookingPolicy(reminder_minutes=(15,))
    await choose_policy(session.institution, policy)

    assert await remind(booking.starts_at - HOUR) == []
    assert len(await remind(booking.starts_at - timedelta(minutes=15))) == 1


async def test_a_reminder_whose_answer_was_lost_is_not_sent_again() -> None:
    booking = await book(await make_session(opens_clock=time(12), closes_clock=time(13)))
    at, texts = booking.starts_at - HOUR, FakeTexts()
    texts.fail_with = OutcomeUnknown()

    assert await remind(at, texts) == []
    assert await remind(at + timedelta(minutes=30), texts) == []
    assert await list_states() == ["unknown"]


async def test_a_reminder_is_in_the_language_of_the_booking() -> None:
    booking = await book(await make_session(opens_clock=time(12), closes_clock=time(13)))
    await run_sql("update booking set language = 'en'")

    sent = await remind(booking.starts_at - HOUR)

    assert sent == ["Your talk is on 25.11 at 12:00. Call 0 800 502 708"]


async def test_each_reminder_knows_the_next_nearer_one() -> None:
    assert pair_with_closer((60, 1440, 60)) == [(DAY, HOUR), (HOUR, timedelta())]
    assert pair_with_closer(()) == []
