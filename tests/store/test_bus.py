import asyncio
from collections.abc import AsyncIterator

import pytest

from hotline_sessions.store.bus import QUEUE_LENGTH, Bus, Hint, Subscription, notify, open_bus
from hotline_sessions.store.engine import fetch_value, open_database
from hotline_sessions.store.transaction import transaction


pytestmark = pytest.mark.anyio


@pytest.fixture
async def bus(empty_dsn: str) -> AsyncIterator[Bus]:
    async with open_database(empty_dsn), open_bus(empty_dsn) as bus:
        await asyncio.wait_for(bus.is_connected.wait(), timeout=10)
        yield bus


async def hear(hints: Subscription) -> Hint:
    hint = await hints.next_within(10)
    assert hint is not None
    return hint


async def notify_and_fail() -> None:
    async with transaction():
        await notify("session", 6)
        raise LookupError


async def test_every_listener_of_a_topic_hears_a_hint_once_it_is_committed(bus: Bus) -> None:
    with bus.subscribe("session") as first, bus.subscribe("session") as second:
        assert (await hear(first)).is_resync
        assert (await hear(second)).is_resync
        async with transaction():
            await notify("session", 7)
            assert await first.next_within(0.05) is None
        assert await hear(first) == Hint("session", "7")
        assert await hear(second) == Hint("session", "7")


async def test_a_transaction_that_fails_says_nothing(bus: Bus) -> None:
    with bus.subscribe("session") as hints:
        await hear(hints)
        with pytest.raises(LookupError):
            await notify_and_fail()
        await notify("session", 7)
        assert (await hear(hints)).key == "7"


async def test_other_topics_are_not_heard(bus: Bus) -> None:
    with bus.subscribe("call") as hints:
        await hear(hints)
        await notify("session", 1)
        await notify("call", 2)
        async for hint in hints:
            assert hint == Hint("call", "2")
            break


async def test_after_a_lost_connection_listeners_are_told_to_look_at_everything(bus: Bus) -> None:
    with bus.subscribe("session") as hints:
        await hear(hints)
        assert await fetch_value(
            "select bool_or(pg_terminate_backend(pid)) from pg_stat_activity"
            " where application_name = 'hotline bus' and datname = current_database()"
        )
        assert (await hear(hints)).is_resync
        await notify("session", 3)
        assert (await hear(hints)).key == "3"


async def test_a_slow_listener_gets_one_hint_instead_of_too_many() -> None:
    hints = Subscription("session")
    for key in range(QUEUE_LENGTH + 1):
        hints.put(Hint("session", str(key)))
    assert (await hear(hints)).is_resync
    assert await hints.next_within(0.01) is None


async def test_the_bus_waits_for_a_database_that_is_down() -> None:
    async with open_bus("postgresql://nobody@/nothing?host=/nonexistent") as bus:
        await asyncio.sleep(0.05)
        assert not bus.is_connected.is_set()


@pytest.mark.parametrize(("topic", "key"), [("two words", 1), ("session", "")])
async def test_a_hint_that_could_not_be_read_back_is_refused(topic: str, key: object) -> None:
    with pytest.raises(ValueError, match="hint"):
        await notify(topic, key)
