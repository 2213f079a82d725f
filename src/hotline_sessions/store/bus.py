"""Wake-ups between processes: something about a topic has changed, look again.

A hint carries a topic and an identifier, never data. Hints may be lost, so whoever
listens also looks by himself now and then; after every (re)connection each listener gets
one hint to look at everything. How hints leave is told in ``store.hints``.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

import asyncpg
import structlog
from msgspec import Struct

from hotline_sessions.store.engine import CONNECT_TIMEOUT
from hotline_sessions.store.hints import CHANNEL, tell
from hotline_sessions.store.transaction import tell_after_commit


LONGEST_WAIT: Final = 5.0
"""Seconds between two attempts to connect, at most."""
FIRST_WAIT: Final = 0.1
"""Seconds before the first of them."""
HEARTBEAT: Final = 20.0
"""Seconds after which a silent connection is asked whether it is still there."""
QUEUE_LENGTH: Final = 100
"""Hints that a slow listener may leave unread; then one to look at everything replaces them."""


class Hint(Struct, frozen=True):
    """Something has changed."""

    topic: str
    key: str = ""
    """What has changed; empty: anything may have, look at everything."""

    @property
    def is_resync(self) -> bool:
        """Whether hints may have been lost before this one."""
        return not self.key


async def notify(topic: str, key: object) -> None:
    """Tell listeners of ``topic`` about ``key``, after the current transaction has committed.

    Args:
        topic: A word such as ``session``; no blanks.
        key: Identifier of what has changed. Never data: everybody can listen.

    Raises:
        ValueError: ``topic`` holds a blank or ``key`` is empty.
    """
    if " " in topic or not str(key):
        raise ValueError("a hint needs a topic of one word, and a key")
    payload = f"{topic} {key}"
    if not tell_after_commit(payload):
        await tell([payload])


class Subscription:
    """Hints for one listener, in order: ``async for hint in subscription``."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._queue: asyncio.Queue[Hint] = asyncio.Queue(QUEUE_LENGTH)

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Hint:
        return await self._queue.get()

    async def next_within(self, seconds: float) -> Hint | None:
        """The next hint, or None when none comes in time: then look by yourself."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._queue.get()
        return None

    def put(self, hint: Hint) -> None:
        """Hand over ``hint``; if too many wait unread, one for everything replaces them."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            hint = Hint(self.topic)
        self._queue.put_nowait(hint)


class Bus:
    """Listens on one connection and hands out what it hears. Made by ``open_bus``."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._listeners: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._log = structlog.get_logger()
        self.is_connected = asyncio.Event()

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Subscription]:
        """Hints of ``topic`` for as long as the block lasts.

        The first one says to look at everything, once the connection stands.
        """
        subscription = Subscription(topic)
        self._listeners[topic].add(subscription)
        if self.is_connected.is_set():
            subscription.put(Hint(topic))
        try:
            yield subscription
        finally:
            self._listeners[topic].discard(subscription)
            if not self._listeners[topic]:
                del self._listeners[topic]

    async def listen(self) -> None:
        """Listen for ever, connecting again whenever the connection is lost."""
        wait = FIRST_WAIT
        while True:
            try:
                await self._listen_once()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self._log.warning("bus.unreachable", error=type(error).__name__)
            if self.is_connected.is_set():
                self.is_connected.clear()
                wait = FIRST_WAIT
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - spreads the nodes
            wait = min(wait * 2, LONGEST_WAIT)

    async def _listen_once(self) -> None:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_TIMEOUT,
            server_settings={"application_name": "hotline bus"},
        )
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(CHANNEL, self._hear)
            self.is_connected.set()
            self._resync()
            while not lost.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), HEARTBEAT)
                    return
                await connection.execute("select 1", timeout=CONNECT_TIMEOUT)
        finally:
            connection.terminate()

    def _hear(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        topic, _, key = payload.partition(" ")
        for listener in self._listeners.get(topic, ()):
            listener.put(Hint(topic, key))

    def _resync(self) -> None:
        for topic, listeners in self._listeners.items():
            for listener in listeners:
                listener.put(Hint(topic))


@asynccontextmanager
async def open_bus(dsn: str) -> AsyncIterator[Bus]:
    """A bus that listens until the block ends. It does not need the database to be up."""
    bus = Bus(dsn)
    task = asyncio.create_task(bus.listen(), name="bus")
    try:
        yield bus
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
