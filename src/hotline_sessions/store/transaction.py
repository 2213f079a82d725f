"""The one way to open a transaction.

Piccolo's own loses its connection for ever when COMMIT fails, and treats a nested
transaction as nothing, so that half of it may survive. Piccolo's queries find this one
through ``DB.current_transaction`` and need nothing of it but ``connection``.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar, cast

import asyncpg

from hotline_sessions.store.engine import get_pool
from hotline_sessions.store.hints import tell
from hotline_sessions.store.piccolo_conf import DB


Value = TypeVar("Value")

Ending = Callable[[Sequence[Any]], Awaitable[None]]
"""Work at the end of a transaction, on all that was put down for it."""


class NestedTransactionError(RuntimeError):
    """A transaction inside a transaction: one of the two functions should not open one."""


class ForeignTransactionError(RuntimeError):
    """A query of another task than the one that opened the transaction.

    A connection does one thing at a time: no ``gather`` in a transaction.
    """


class OpenTransaction:
    """A transaction and the task it belongs to. False when it has ended."""

    def __init__(self, connection: "asyncpg.Connection") -> None:
        self._connection = connection
        self._task = asyncio.current_task()
        self._open = True
        self.hints: dict[str, None] = {}
        """What listeners are told after the commit, each once."""
        self.memo: dict[object, object] = {}
        """What was read and is not read again; see ``read_once``."""
        self.endings: dict[Ending, list[object]] | None = None
        """What is done last, and with what; None where there is no commit. See ``at_end``."""

    def __bool__(self) -> bool:
        return self._open

    @property
    def connection(self) -> "asyncpg.Connection":
        """The connection, for the task that opened the transaction.

        Raises:
            ForeignTransactionError: Another task asks.
        """
        if not self.is_mine():
            raise ForeignTransactionError("a transaction belongs to the task that opened it")
        return self._connection

    def is_mine(self) -> bool:
        """Whether the current task opened it, and it is still open."""
        return self._open and asyncio.current_task() is self._task

    async def work_at_end(self) -> None:
        """Do what was put off until all else is done."""
        for work, things in (self.endings or {}).items():
            if things:
                await work(things)

    def end(self) -> None:
        """Nothing more may run in it."""
        self._open = False


CURRENT: Final = cast("ContextVar[OpenTransaction | None]", DB.current_transaction)
"""Transaction of the current task; tasks started in it inherit the name, not the right."""


@asynccontextmanager
async def transaction(*, urgent: bool = False) -> AsyncIterator["asyncpg.Connection"]:
    """A transaction that commits when the block ends well, and else leaves no trace.

    Piccolo's queries and those of ``store.engine`` run in it by themselves; the
    connection is there for what they cannot say. ``urgent``: somebody waits on the
    telephone; it gets a connection that no page can keep it waiting for.

    Raises:
        NestedTransactionError: The task is in a transaction already.
    """
    async with _connected(urgent=urgent) as opened, opened.connection.transaction():
        opened.endings = {}
        yield opened.connection
        await opened.work_at_end()
    if opened.hints:
        await tell(opened.hints)


@asynccontextmanager
async def reading(*, urgent: bool = False) -> AsyncIterator[None]:
    """Queries one after the other on one connection, each of them a transaction of its own.

    For what only reads, or writes with one statement: it saves the two trips that open and end
    a transaction.

    Raises:
        NestedTransactionError: The task is in a transaction already.
    """
    async with _connected(urgent=urgent):
        yield


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Queries that all see the same moment and write nothing, however long they take.

    Raises:
        NestedTransactionError: The task is in a transaction already.
    """
    async with (
        _connected(urgent=False) as opened,
        opened.connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await opened.connection.execute("set local statement_timeout = 0")
        yield


@asynccontextmanager
async def _connected(*, urgent: bool) -> AsyncIterator[OpenTransaction]:
    current = CURRENT.get()
    if current and current.is_mine():
        raise NestedTransactionError("a transaction is open already")
    async with get_pool(urgent=urgent).acquire() as connection:
        opened = OpenTransaction(connection)
        token = CURRENT.set(opened)
        try:
            yield opened
        finally:
            CURRENT.reset(token)
            opened.end()


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """Part of the current transaction that may fail without the rest.

    Raises:
        RuntimeError: There is no transaction.
    """
    current = CURRENT.get()
    if not current:
        raise RuntimeError("a savepoint needs a transaction")
    before = {work: len(things) for work, things in (current.endings or {}).items()}
    try:
        async with current.connection.transaction():
            yield
    except BaseException:
        current.memo.clear()  # What was read or locked in it does not hold any more.
        for work, things in (current.endings or {}).items():
            del things[before.get(work, 0) :]
        raise


def at_end(work: Callable[[Sequence[Value]], Awaitable[None]], thing: Value) -> None:
    """Let ``work`` be done with ``thing``, and all others, when all else of a transaction is.

    For what locks a row that everybody needs: it is locked last, for a moment.

    Raises:
        RuntimeError: The task is in no transaction.
    """
    current = CURRENT.get()
    if current is None or not current.is_mine() or current.endings is None:
        raise RuntimeError("what is put off to the end of a transaction needs one")
    current.endings.setdefault(work, []).append(thing)


async def read_once(key: object, read: Callable[[], Awaitable[Value]]) -> Value:
    """What ``read`` finds, read once in a transaction; outside of one it is read each time.

    For what is asked often and written seldom, such as the settings of an institution: a
    decision looks at them several times and has to see the same.
    """
    current = CURRENT.get()
    if current is None or not current.is_mine():
        return await read()
    if key not in current.memo:
        current.memo[key] = await read()
    return cast("Value", current.memo[key])


def remember(key: object, value: object) -> None:
    """What ``read_once`` gives for ``key`` for the rest of this transaction."""
    current = CURRENT.get()
    if current is not None and current.is_mine():
        current.memo[key] = value


def recall(key: object) -> object:
    """What is kept under ``key`` in this transaction; None without it."""
    current = CURRENT.get()
    return None if current is None or not current.is_mine() else current.memo.get(key)


def take(key: object) -> object:
    """What was kept under ``key``, and is not kept any longer; None without it."""
    current = CURRENT.get()
    return None if current is None or not current.is_mine() else current.memo.pop(key, None)


def forget(key: object) -> None:
    """Read again what was read under ``key``: it has been written."""
    current = CURRENT.get()
    if current is not None:
        current.memo.pop(key, None)


def tell_after_commit(payload: str) -> bool:
    """Have listeners told when the current transaction has committed; False without one."""
    current = CURRENT.get()
    if current is None or not current.is_mine():
        return False
    current.hints[payload] = None
    return True


def in_transaction() -> bool:
    """Whether the current task is in a transaction."""
    current = CURRENT.get()
    return bool(current and current.is_mine())
