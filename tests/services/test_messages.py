from datetime import timedelta

import pytest
from tests.factories import NOW, PHONE
from tests.fakes import FakeTexts, FrozenClock

from hotline_sessions.domain.network import NetworkRefusal, RetryLater
from hotline_sessions.services.messages import send_messages
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.messages import add_message, mark_delivery


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def note(key: str = "one", *, life: timedelta | None = None) -> None:
    await add_message(
        institution=None,
        purpose="one-time-code",
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
