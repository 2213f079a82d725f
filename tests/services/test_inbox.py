"""The inbox: a webhook counts once, and what it said is forgotten in time."""

import asyncio
from datetime import timedelta

import pytest
from tests.factories import NOW
from tests.fakes import FrozenClock

from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.prompts import Goodbye, Parting, Prompt, Silence
from hotline_sessions.services.inbox import KEPT, answer_once, forget_bodies, note_once
from hotline_sessions.store.engine import fetch_row


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

DELIVERY = Delivery(source="voice", key="in:1", path="/tw/v1/in", body={"From": "+380501234567"})


class Decider:
    """Decides, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self) -> Prompt:
        self.asked += 1
        await asyncio.sleep(0.01)
        return Goodbye(why=Parting.CLOSED)


def speak(prompt: Prompt) -> str:
    return type(prompt).__name__


async def forget_until_done(clock: FrozenClock) -> int:
    forgotten = 0
    while done := await forget_bodies(clock=clock):
        forgotten += done
    return forgotten


async def test_of_many_deliveries_at_once_one_decides_and_all_get_its_answer() -> None:
    decide = Decider()

    answers = await asyncio.gather(*(answer_once(DELIVERY, decide, speak, NOW) for _ in range(5)))

    assert answers == ["Goodbye"] * 5
    assert decide.asked == 1


async def test_what_a_webhook_said_is_forgotten_in_time_and_its_key_is_not() -> None:
    decide = Decider()
    await answer_once(DELIVERY, decide, speak, NOW)
    clock = FrozenClock(NOW + KEPT)
    assert await forget_until_done(clock) == 0

    clock.set(NOW + KEPT + timedelta(seconds=1))

    assert await forget_until_done(clock) == 1
    row = await fetch_row("select key, body, reply from webhook_delivery")
    assert row is not None
    assert tuple(row.values()) == (DELIVERY.key, "{}", None)


async def test_a_webhook_whose_answer_is_forgotten_is_answered_by_nothing_to_do() -> None:
    decide = Decider()
    await answer_once(DELIVERY, decide, speak, NOW)
    later = NOW + timedelta(days=400)
    await forget_until_done(FrozenClock(later))

    assert await answer_once(DELIVERY, decide, speak, later) == speak(Silence())
    assert not await note_once(DELIVERY, asyncio.Event().wait, later)  # type: ignore[arg-type]  # never asked
    assert decide.asked == 1
