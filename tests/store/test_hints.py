"""Hints leave after the commit, many in one statement, and are never worth a failure."""

import asyncio

import asyncpg
import pytest

from hotline_sessions.store.bus import notify, open_bus
from hotline_sessions.store.engine import get_pool, open_database, run_sql
from hotline_sessions.store.hints import HintPost, tell
from hotline_sessions.store.piccolo_conf import DB
from hotline_sessions.store.transaction import transaction


pytestmark = pytest.mark.anyio


class CountingPool:
    """A pool that notes what it was asked to send; ``fails`` makes it refuse."""

    def __init__(self, *, fails: bool = False) -> None:
        self.sent: list[list[str]] = []
        self.fails = fails

    async def execute(self, _sql: str, _channel: str, payloads: list[str], **_: object) -> None:
        await asyncio.sleep(0)
        if self.fails:
            raise asyncpg.ConnectionDoesNotExistError
        self.sent.append(payloads)


async def test_hints_that_come_while_one_statement_is_under_way_leave_together() -> None:
    pool = CountingPool()
    post = HintPost(pool)
    sending = asyncio.create_task(post.run())
    post.post(["session 1"])
    await asyncio.sleep(0)
    post.post(["session 2", "session 3"])
    post.post(["session 2"])
    while len(pool.sent) < 2:  # noqa: ASYNC110 - a few turns of the loop
        await asyncio.sleep(0)
    sending.cancel()

    assert pool.sent == [["session 1"], ["session 2", "session 3"]]


async def test_a_hint_that_cannot_be_sent_is_dropped_and_the_next_one_is_not() -> None:
    pool = CountingPool(fails=True)
    post = HintPost(pool)
    post.post(["session 1"])
    await post.flush()
    pool.fails = False
    post.post(["session 2"])
    await post.flush()

    assert pool.sent == [["session 2"]]


async def test_the_same_hint_twice_in_a_transaction_is_told_once(empty_dsn: str) -> None:
    async with open_database(empty_dsn), open_bus(empty_dsn) as bus:
        await asyncio.wait_for(bus.is_connected.wait(), timeout=10)
        with bus.subscribe("session") as hints:
            async with transaction():
                await notify("session", 1)
                await notify("session", 1)
                await notify("session", 2)
            heard = [await hints.next_within(10) for _ in range(3)]

    assert [hint.key for hint in heard if hint] == ["", "1", "2"]


async def test_without_a_post_hints_are_sent_at_once(empty_dsn: str) -> None:
    async with open_database(empty_dsn), open_bus(empty_dsn) as bus:
        await asyncio.wait_for(bus.is_connected.wait(), timeout=10)
        DB.hints = None
        with bus.subscribe("session") as hints:
            await notify("session", 1)
            heard = [await hints.next_within(10) for _ in range(2)]

    assert [hint.key for hint in heard if hint] == ["", "1"]


async def test_without_a_database_a_hint_is_nothing() -> None:
    await tell(["session 1"])


async def test_pages_cannot_take_the_connections_that_telephones_wait_for(empty_dsn: str) -> None:
    async with (
        open_database(empty_dsn, pool_size=1),
        get_pool().acquire(),
        asyncio.timeout(5),
        transaction(urgent=True),
    ):
        await run_sql("select 1")


async def test_in_one_pool_for_all_a_page_would_keep_a_telephone_waiting(empty_dsn: str) -> None:
    """The negative control of the test above."""
    async with open_database(empty_dsn, pool_size=1), get_pool().acquire():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), transaction():
                await run_sql("select 1")


async def test_a_transaction_that_was_left_open_does_not_reach_the_next_user(
    empty_dsn: str,
) -> None:
    async with open_database(empty_dsn, pool_size=1):
        async with get_pool().acquire() as connection:
            await connection.execute("begin; create table left_open (n int)")
        async with get_pool().acquire() as connection:
            assert not connection.is_in_transaction()
            assert await connection.fetchval("select to_regclass('left_open')") is None
