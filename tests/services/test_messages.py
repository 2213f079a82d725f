from datetime import timedelta

import pytest
from tests.factories import (
    NOW,
    PHONE,
    make_booking,
    make_institution,
    make_session,
    make_slots,
)
from tests.fakes import FakeMails, FakeTexts, FrozenClock

from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.mails import Method
from hotline_sessions.domain.messages import Channel
from hotline_sessions.domain.network import NetworkRefusal, OutcomeUnknown, RetryLater
from hotline_sessions.services.booking_choices import move_on
from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.services.fallbacks import note_delivery
from hotline_sessions.services.messages import LEASE, send_mails, send_messages
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.messages import (
    add_message,
    mark_delivery,
    mark_sending,
    take_due_messages,
)


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def note(
    key: str = "one",
    *,
    life: timedelta | None = None,
    purpose: str = "one-time-code",
    institution: InstitutionId | None = None,
) -> None:
    await add_message(
        institution=institution,
        purpose=purpose,
        key=key,
        recipient=PHONE,
        body="418205 — ваш код",
        now=NOW,
        expires_at=NOW + life if life else None,
    )


async def state() -> str:
    value: str = await fetch_value("select state from message")
    return value


async def test_a_message_noted_twice_is_sent_once() -> None:
    texts = FakeTexts()
    await note()
    await note()

    counts = [await send_messages(texts, clock=FrozenClock(NOW)) for _ in range(2)]

    assert counts == [1, 0]
    assert texts.sent == [(PHONE, "418205 — ваш код")]


async def test_a_message_that_has_expired_is_not_sent() -> None:
    texts = FakeTexts()
    await note(life=timedelta(minutes=10))

    await send_messages(texts, clock=FrozenClock(NOW + timedelta(minutes=10)))

    assert texts.sent == []
    assert await state() == "expired"


async def test_a_message_is_tried_again_after_a_pause() -> None:
    texts, clock = FakeTexts(), FrozenClock(NOW)
    texts.fail_with = RetryLater()
    await note()
    await send_messages(texts, clock=clock)
    assert await send_messages(texts, clock=clock) == 0

    clock.pass_time(timedelta(seconds=5))
    await send_messages(texts, clock=clock)

    assert len(texts.sent) == 1
    assert await state() == "sent"


async def test_a_refused_message_is_given_up() -> None:
    texts = FakeTexts()
    texts.fail_with = NetworkRefusal()
    await note()

    await send_messages(texts, clock=FrozenClock(NOW))

    assert await state() == "failed"


async def test_a_late_report_does_not_take_a_delivery_back() -> None:
    await note()
    await send_messages(FakeTexts(), clock=FrozenClock(NOW))
    sid = await fetch_value("select sid from message")

    await mark_delivery(sid, "delivered")
    await mark_delivery(sid, "sent")

    assert await fetch_value("select delivery from message") == "delivered"


async def confirm(booking: Booking) -> None:
    """What the booking itself writes: purpose, key, reader and code, and nothing else."""
    await run_sql("delete from message")
    await run_sql(
        """insert into message (purpose, key, institution, booking, recipient, channel, body,
                                facts, due_at)
           values ('booking-confirmed', $1, $2, $3, $4, 'sms', '', '{"code": "123456"}', $5)""",
        f"booking:{booking.public_id}:confirmed",
        booking.institution,
        booking.id,
        booking.phone,
        NOW,
    )


async def test_a_confirmation_is_written_when_it_is_sent_from_the_booking_as_it_then_is() -> None:
    texts = FakeTexts()
    session = await make_session()
    booking = (await make_booking(session=session)).booking
    await confirm(booking)
    later = (await make_slots(session))[1]
    await run_sql("update booking set slot = $1", later.id)

    await send_messages(texts, clock=FrozenClock(NOW))

    assert texts.sent == [
        (booking.phone, "Запис на 25.11 о 10:10. Код 123456. Дзвоніть 0 800 502 708")
    ]
    [row] = await fetch_rows("select state, body, facts from message")
    assert tuple(row.values()) == ("sent", "", "{}")


async def test_a_confirmation_of_what_was_given_back_is_not_sent() -> None:
    texts = FakeTexts()
    booking = (await make_booking(session=await make_session())).booking
    await confirm(booking)
    await run_sql("update booking set state = 'cancelled'")

    await send_messages(texts, clock=FrozenClock(NOW))

    assert texts.sent == []
    assert await state() == "cancelled"


@pytest.mark.parametrize(("purpose", "end"), [("one-time-code", "sent"), ("news", "unknown")])
async def test_when_an_answer_is_lost_only_what_is_waited_for_is_sent_again(
    purpose: str, end: str
) -> None:
    texts, clock = FakeTexts(), FrozenClock(NOW)
    texts.fail_with = OutcomeUnknown()
    await note(purpose=purpose)
    await send_messages(texts, clock=clock)

    clock.pass_time(timedelta(hours=1))
    await send_messages(texts, clock=clock)

    assert await state() == end


@pytest.mark.parametrize(("purpose", "end"), [("one-time-code", "sent"), ("news", "unknown")])
async def test_when_its_sender_dies_only_what_is_waited_for_is_sent_again(
    purpose: str, end: str
) -> None:
    texts, clock = FakeTexts(), FrozenClock(NOW)
    await note(purpose=purpose)
    [message], _ = await take_due_messages(
        NOW, channel=Channel.SMS, lease_until=NOW + LEASE, limit=10
    )
    assert await mark_sending(message, standing=False)

    clock.pass_time(LEASE + timedelta(seconds=1))
    await send_messages(texts, clock=clock)

    assert await state() == end
    assert len(texts.sent) == (end == "sent")


async def test_who_was_overtaken_by_another_sender_sends_nothing() -> None:
    await note(purpose="news")
    slow, quick = [
        (await take_due_messages(at, channel=Channel.SMS, lease_until=at + LEASE, limit=1))[0][0]
        for at in (NOW, NOW + 2 * LEASE)
    ]

    assert await mark_sending(quick, standing=False)
    assert not await mark_sending(slow, standing=False)


async def test_an_outage_of_hours_is_outlived_and_one_beyond_the_end_is_not() -> None:
    texts, clock = FakeTexts(), FrozenClock(NOW)
    await note("long", purpose="news", life=timedelta(hours=6))
    await note("short", purpose="news", life=timedelta(hours=2))
    for _ in range(60):
        texts.fail_all = clock.now() < NOW + timedelta(hours=5)
        await send_messages(texts, clock=clock)
        clock.pass_time(timedelta(minutes=6))

    rows = await fetch_rows("select key, state from message order by key")

    assert [tuple(row.values()) for row in rows] == [("long", "sent"), ("short", "failed")]


async def test_within_quiet_hours_only_what_cannot_wait_is_sent() -> None:
    texts, night = FakeTexts(), NOW + timedelta(hours=12)
    home = await make_institution()
    for purpose in ("appeal-answered", "call-missed"):
        await note(purpose, purpose=purpose, institution=home.id)

    await send_messages(texts, clock=FrozenClock(night))
    assert len(texts.sent) == 1

    await send_messages(texts, clock=FrozenClock(NOW + timedelta(hours=22)))
    assert len(texts.sent) == 2


async def test_news_that_the_morning_would_make_too_late_is_sent_at_night() -> None:
    texts, night = FakeTexts(), NOW + timedelta(hours=12)
    home = await make_institution()
    await note(purpose="news", institution=home.id, life=timedelta(hours=20))

    await send_messages(texts, clock=FrozenClock(night))

    assert len(texts.sent) == 1


async def test_an_sms_that_is_lost_is_told_by_mail_once() -> None:
    booking = (await make_booking(session=await make_session())).booking
    await run_sql("update booking set email = 'maria@example.org', version = 2")
    await run_sql("update message set purpose = 'booking-reminder', facts = '{}', body = ''")
    await send_messages(FakeTexts(), clock=FrozenClock(NOW))
    sid = await fetch_value("select sid from message")

    await note_delivery(sid, "undelivered", now=NOW)
    await note_delivery(sid, "undelivered", now=NOW)

    mails = FakeMails()
    await send_mails(mails, public_url="https://hotline.example", clock=FrozenClock(NOW))
    [mail] = mails.sent
    assert mail.recipient == "maria@example.org"
    assert mail.subject == "Пряма лінія 25.11 о 10:00"
    assert mail.body.startswith("Нагадуємо: розмова 25.11 о 10:00. Тел. 0 800 502 708\n")
    assert "https://hotline.example/sessions/" in mail.body
    assert await fetch_value("select count(*) from message where booking = $1", booking.id) == 2


async def test_a_letter_that_is_refused_is_told_by_sms_once() -> None:
    booking = (await make_booking(session=await make_session())).booking
    await run_sql(
        "update message set channel = 'email', recipient = 'maria@example.org', "
        "purpose = 'session-cancelled', body = '', key = 'one'"
    )
    mails, texts = FakeMails(), FakeTexts()
    mails.fail_with = NetworkRefusal()
    await send_mails(mails, public_url="", clock=FrozenClock(NOW))

    await send_messages(texts, clock=FrozenClock(NOW))

    assert [to for to, _ in texts.sent] == [booking.phone]


async def test_a_confirmation_goes_by_mail_too_but_not_of_what_was_given_back_meanwhile() -> None:
    booking = (await make_booking(session=await make_session())).booking
    await run_sql("update booking set email = 'maria@example.org'")
    await confirm(booking)
    mails, clock = FakeMails(), FrozenClock(NOW)

    await send_messages(FakeTexts(), clock=clock)
    await cancel_booking(booking.public_id, now=NOW)
    await send_mails(mails, public_url="", clock=clock)

    assert [mail.body.split("\n")[0] for mail in mails.sent] == [
        "Ваш запис на 25.11 о 10:00 скасовано."
    ]


async def test_a_reminder_is_not_begun_once_its_booking_has_another_time() -> None:
    booking = (await make_booking(session=await make_session())).booking
    await run_sql("update message set purpose = 'booking-reminder', booking_version = 1")
    [message], _ = await take_due_messages(
        NOW, channel=Channel.SMS, lease_until=NOW + LEASE, limit=10
    )
    await run_sql("update booking set version = 2 where id = $1", booking.id)

    assert not await mark_sending(message, standing=True)
    assert await mark_sending(message, standing=False), "without the guard it would go out"


async def test_what_is_confirmed_moved_and_given_back_is_one_entry_of_the_calendar() -> None:
    session = await make_session()
    booking = (await make_booking(session=session)).booking
    await run_sql("update booking set email = 'maria@example.org'")
    mails, clock = FakeMails(), FrozenClock(NOW)

    await send_messages(FakeTexts(), clock=clock)
    await send_mails(mails, public_url="", clock=clock)
    slot = (await make_slots(session))[1]
    await move_on(booking.public_id, session.public_id, slot.starts_at, secret=b"s" * 32, now=NOW)
    await send_messages(FakeTexts(), clock=clock)
    await send_mails(mails, public_url="", clock=clock)
    await cancel_booking(booking.public_id, now=NOW)
    await send_mails(mails, public_url="", clock=clock)

    invitations = [mail.invitation for mail in mails.sent if mail.invitation]
    assert [(each.method, each.entry.sequence) for each in invitations] == [
        (Method.REQUEST, 1),
        (Method.REQUEST, 2),
        (Method.CANCEL, 3),
    ]
    assert len({each.entry.uid for each in invitations}) == 1
    assert invitations[1].entry.window.starts_at == slot.starts_at


async def test_without_a_mail_server_nothing_waits_for_one() -> None:
    await note(purpose="news")
    await run_sql("update message set channel = 'email'")

    await send_mails(None, public_url="", clock=FrozenClock(NOW))

    assert await state() == "failed"
