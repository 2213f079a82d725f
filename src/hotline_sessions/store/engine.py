"""The connection pool, open while the application runs, and queries written by hand.

One process has one database open at a time, because Piccolo's tables know one engine.
The pool belongs to the event loop that opened it. JSON columns travel as text, so that
msgspec reads and writes them in one step.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import asyncpg

from hotline_sessions.store.hints import open_post
from hotline_sessions.store.piccolo_conf import DB, DatabaseNotOpenError


POOL_SIZE: Final = 10
URGENT_SIZE: Final = 6
"""Connections for what telephones wait for: pages cannot take them away."""
STATEMENTS: Final = 300
"""Prepared statements that a connection keeps."""
STATEMENT_TIMEOUT_MS: Final = 10_000
"""A statement that takes longer is ended by the server."""
LOCK_TIMEOUT_MS: Final = 5_000
"""A statement that waits longer for a lock is ended: Twilio waits no more than 15 s."""
IDLE_IN_TRANSACTION_MS: Final = 30_000
"""A transaction that does nothing for so long has been forgotten."""
STREAMED: Final = 2000
"""Rows of a long answer that are fetched at once."""
CONNECT_TIMEOUT: Final = 10.0
"""Seconds within which the server must accept a connection."""


class DatabaseAlreadyOpenError(RuntimeError):
    """A second ``open_database`` in one process."""


@asynccontextmanager
async def open_database(
    dsn: str,
    *,
    application_name: str = "hotline",
    pool_size: int = POOL_SIZE,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    lock_timeout_ms: int = LOCK_TIMEOUT_MS,
) -> AsyncIterator["asyncpg.Pool"]:
    """The database at ``dsn``, open until the block ends; queries in it just work.

    Args:
        dsn: Address as PostgreSQL writes it: ``postgresql://user:secret@host/name``.
        application_name: Shown by ``pg_stat_activity``.
        pool_size: Connections at most.
        statement_timeout_ms: Longest statement, in milliseconds; 0 for no limit.
        lock_timeout_ms: Longest wait for a lock, in milliseconds; 0 for no limit.

    Raises:
        DatabaseAlreadyOpenError: This process has a database open.
        OSError, asyncpg.PostgresError: The database cannot be reached.
    """
    if DB.pool is not None:
        raise DatabaseAlreadyOpenError("this process already has a database open")
    server_settings = {
        "application_name": application_name,
        "timezone": "UTC",
        "statement_timeout": str(statement_timeout_ms),
        "lock_timeout": str(lock_timeout_ms),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
    }
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            _create_pool(dsn, server_settings, least=1, most=pool_size)
        )
        # Without a first connection: commands that need none of these open none.
        urgent = await stack.enter_async_context(
            _create_pool(dsn, server_settings, least=0, most=URGENT_SIZE)
        )
        DB.hints = await stack.enter_async_context(open_post(urgent))
        DB.pool, DB.urgent_pool = pool, urgent
        try:
            yield pool
        finally:
            DB.pool = DB.urgent_pool = DB.hints = None


def _create_pool(
    dsn: str, server_settings: Mapping[str, str], *, least: int, most: int
) -> "asyncpg.Pool":
    return asyncpg.create_pool(
        dsn,
        min_size=least,
        max_size=most,
        timeout=CONNECT_TIMEOUT,
        statement_cache_size=STATEMENTS,
        server_settings=dict(server_settings),
        reset=_keep_as_it_is,
    )


async def _keep_as_it_is(connection: "asyncpg.Connection") -> None:
    """Nothing, where the library would ask the server to forget everything.

    That costs a trip for each use of a connection. A transaction that was left open is
    rolled back before; settings, locks and listeners of the session are never made here.
    """


def get_pool(*, urgent: bool = False) -> "asyncpg.Pool":
    """The open pool; ``urgent``: that of what telephones wait for, where there is one.

    Raises:
        DatabaseNotOpenError: No database is open.
    """
    if DB.pool is None:
        raise DatabaseNotOpenError("the database is not open: use open_database()")
    return DB.urgent_pool if urgent and DB.urgent_pool is not None else DB.pool


@asynccontextmanager
async def use_connection() -> AsyncIterator["asyncpg.Connection"]:
    """Connection of the current transaction, or one of the pool for this block."""
    current = DB.current_transaction.get()
    if current:
        yield current.connection
        return
    async with get_pool().acquire() as connection:
        yield connection


async def fetch_rows(sql: str, *values: Any) -> Sequence["asyncpg.Record"]:  # noqa: ANN401 - whatever a column holds
    """Rows that ``sql`` returns; ``$1``, ``$2`` … stand for ``values``."""
    async with use_connection() as connection:
        rows: Sequence[asyncpg.Record] = await connection.fetch(sql, *values)
        return rows


async def fetch_row(sql: str, *values: Any) -> "asyncpg.Record | None":  # noqa: ANN401 - whatever a column holds
    """First row that ``sql`` returns, or None."""
    async with use_connection() as connection:
        return await connection.fetchrow(sql, *values)


async def fetch_value(sql: str, *values: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """First column of the first row that ``sql`` returns, or None."""
    async with use_connection() as connection:
        return await connection.fetchval(sql, *values)


async def run_sql(sql: str, *values: Any) -> str:  # noqa: ANN401 - whatever a column holds
    """Run ``sql`` for its effect; the answer is the server's tag, such as ``UPDATE 3``.

    Without ``values`` it may hold several statements.
    """
    async with use_connection() as connection:
        tag: str = await connection.execute(sql, *values)
        return tag


async def stream_rows(sql: str, *values: Any) -> AsyncIterator["asyncpg.Record"]:  # noqa: ANN401 - whatever a column holds
    """Rows that ``sql`` returns, fetched by parts; in a transaction, however many they are."""
    async with use_connection() as connection:
        async for row in connection.cursor(sql, *values, prefetch=STREAMED):
            yield row
