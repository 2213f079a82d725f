"""The database of a rehearsal: real, thrown away afterwards, and spoken to in turns."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, Final, TypeVar

import asyncpg

from hotline_sessions.rehearsal.hints import HintBoard
from hotline_sessions.rehearsal.timeline import Timeline
from hotline_sessions.rehearsal.turnstile import NOBODY, Turnstile
from hotline_sessions.store.engine import (
    CONNECT_TIMEOUT,
    LOCK_TIMEOUT_MS,
    STATEMENT_TIMEOUT_MS,
    DatabaseAlreadyOpenError,
)
from hotline_sessions.store.piccolo_conf import DB


T = TypeVar("T")

POOL_SIZE: Final = 10
BEGIN: Final = "BEGIN;"
COMMIT: Final = "COMMIT;"
ROLLBACK: Final = "ROLLBACK;"
LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.QueryCanceledError,
)
"""What follows from a connection that was cut, and not from what was said."""
BLOCKERS: Final = "select unnest(pg_blocking_pids($1))"


class Gate:
    """What connections have in common: turns, hints, and whether the power is cut."""

    def __init__(self, turnstile: Turnstile, hints: HintBoard) -> None:
        self.turnstile = turnstile
        self.hints = hints
        self.before: Callable[[str], str] = lambda _statement: ""
        """Asked before each statement what befalls its connection: ``before``, ``after``."""
        self.told: Callable[[str], None] = lambda _error: None
        """Told of every statement that the server refuses."""


def connection_class(gate: Gate) -> "type[asyncpg.Connection]":
    """Connections that speak in turns; notifications stay in the process."""

    class TurnConnection(asyncpg.Connection):  # type: ignore[misc]  # it has no types
        __slots__ = ("_begins",)

        async def fetch(self, query: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return await self._turn(
                query, lambda: super(TurnConnection, self).fetch(query, *args, **kwargs)
            )

        async def fetchrow(self, query: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return await self._turn(
                query, lambda: super(TurnConnection, self).fetchrow(query, *args, **kwargs)
            )

        async def fetchval(self, query: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return await self._turn(
                query, lambda: super(TurnConnection, self).fetchval(query, *args, **kwargs)
            )

        async def execute(self, query: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if query == BEGIN:
                self._begins = True
                return "BEGIN"
            if query in {COMMIT, ROLLBACK} and self._take_begins():
                return query.rstrip(";")  # Nothing was said between them.
            return await self._turn(
                query, lambda: super(TurnConnection, self).execute(query, *args, **kwargs)
            )

        async def reset(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the original has it
            """Roll back what was left open; nothing else is ever changed on these connections."""
            self._take_begins()
            if self.is_in_transaction():
                await self.execute(ROLLBACK, timeout=timeout)

        async def _turn(self, query: str, statement: Callable[[], Awaitable[T]]) -> T:
            begins, fate = self._take_begins(), gate.before(query)
            pid = self.get_server_pid() if not self.is_closed() else NOBODY
            if fate == "before":
                self.terminate()
            try:
                done = await gate.turnstile.run(
                    pid,
                    partial(self._begin_with, statement) if begins else statement,
                    frees=lambda: self.is_closed() or not self.is_in_transaction(),
                )
            except asyncpg.PostgresError as error:
                if not isinstance(error, LOST):
                    gate.told(f"{type(error).__name__}: {' '.join(query.split())[:60]}")
                raise
            if fate == "after":
                self.terminate()
                gate.turnstile.forget_holder(pid)
                raise asyncpg.ConnectionDoesNotExistError("connection was cut")
            return done

        async def _begin_with(self, statement: Callable[[], Awaitable[T]]) -> T:
            await super().execute(BEGIN)
            return await statement()

        def _take_begins(self) -> bool:
            """Whether a transaction has been asked for that has not begun; now it does.

            To begin one takes no turn of its own: until its first statement nobody can tell
            whether it has begun.
            """
            begins: bool = getattr(self, "_begins", False)
            self._begins = False
            return begins

    return TurnConnection


def open_in_turns(gate: Gate) -> Callable[[str], AbstractAsyncContextManager[Any]]:
    """What opens the database for the application, in place of ``store.engine``."""

    @asynccontextmanager
    async def open_database(dsn: str) -> AsyncIterator[Any]:
        if DB.pool is not None:
            raise DatabaseAlreadyOpenError("this process already has a database open")
        gate.turnstile.forget_holders()

        async def connect(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passed on
            return await gate.turnstile.run(NOBODY, lambda: asyncpg.connect(*args, **kwargs))

        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=POOL_SIZE,
            max_inactive_connection_lifetime=0,
            timeout=CONNECT_TIMEOUT,
            connect=connect,
            connection_class=connection_class(gate),
            server_settings={
                "application_name": "hotline rehearse",
                "timezone": "UTC",
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "lock_timeout": str(LOCK_TIMEOUT_MS),
                "synchronous_commit": "off",
                "jit": "off",
                # Connections are cut all the time here: each new one would plan every statement
                # five times before it settled on one plan.
                "plan_cache_mode": "force_generic_plan",
            },
        )
        DB.pool = DB.urgent_pool = pool
        DB.hints = gate.hints
        try:
            yield pool
        finally:
            DB.pool = DB.urgent_pool = DB.hints = None
            pool.terminate()

    return open_database


class Monitor:
    """A connection of its own, past the turnstile: looks, and changes nothing."""

    def __init__(self, dsn: str, loop: Timeline) -> None:
        self._dsn = dsn
        self._loop = loop
        self._connection: Any = None
        self._lock = asyncio.Lock()

    async def fetch(self, sql: str, *values: object) -> list[Any]:
        """Rows that ``sql`` returns."""
        with self._loop.hold():
            async with self._lock:
                if self._connection is None:
                    self._connection = await asyncpg.connect(self._dsn)
                return list(await self._connection.fetch(sql, *values))

    async def find_blockers(self, backend: int) -> frozenset[int]:
        """The server processes that hold what the one with this number waits for."""
        return frozenset(row[0] for row in await self.fetch(BLOCKERS, backend))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.terminate()
