"""Hints on their way to the other processes: sent after the commit, many in one statement.

``NOTIFY`` takes a lock of the whole database when its transaction commits. So a decision
never waits for it: what it has to tell is told afterwards, by a transaction of its own that
carries whatever has come together meanwhile. A hint that gets lost is no harm: everybody
who waits for one also looks by himself.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncpg
import structlog

from hotline_sessions.store.piccolo_conf import DB


CHANNEL: Final = "hotline"
"""The one channel of PostgreSQL that all topics share."""
GATHER_SECONDS: Final = 0.05
"""After a statement the next hints come together for so long."""
SEND_SECONDS: Final = 5.0
"""A statement that takes longer is given up, and its hints with it."""

_FAILURES: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


class HintPost:
    """Collects hints and sends them together. Made by ``open_post``."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool
        self._pending: dict[str, None] = {}
        self._wake = asyncio.Event()

    def post(self, payloads: Iterable[str]) -> None:
        """Have these sent; the same one twice is sent once."""
        self._pending.update(dict.fromkeys(payloads))
        self._wake.set()

    async def run(self) -> None:
        """Send for ever. While one statement is under way the next hints come together."""
        while True:
            await self._wake.wait()
            await self.flush()
            await asyncio.sleep(GATHER_SECONDS)

    async def flush(self) -> None:
        """Send what there is."""
        self._wake.clear()
        payloads, self._pending = list(self._pending), {}
        if not payloads:
            return
        try:
            # Nobody waits until it is on disk.
            await self._pool.execute(
                """select set_config('synchronous_commit', 'off', true), pg_notify($1, payload)
                     from unnest($2::text[]) as payload""",
                CHANNEL,
                payloads,
                timeout=SEND_SECONDS,
            )
        except _FAILURES as error:
            log.warning("hints_lost", count=len(payloads), error=type(error).__name__)


@asynccontextmanager
async def open_post(pool: "asyncpg.Pool") -> AsyncIterator[HintPost]:
    """A post that sends until the block ends, and then what is left."""
    post = HintPost(pool)
    task = asyncio.create_task(post.run(), name="hints")
    try:
        yield post
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await post.flush()


async def tell(payloads: Iterable[str]) -> None:
    """Send hints, soon; never fails. Without a post they are sent at once, one by one."""
    if DB.hints is not None:
        DB.hints.post(payloads)
        return
    if DB.pool is None:
        return
    with suppress(*_FAILURES):
        async with DB.pool.acquire() as connection:
            for payload in payloads:
                await connection.execute("select pg_notify($1, $2)", CHANNEL, payload)
