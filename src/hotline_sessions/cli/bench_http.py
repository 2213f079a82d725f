"""A client that costs next to nothing: HTTP/1.1 over kept connections, one request on each.

The load generator shares the machine with what it measures: whatever it needs for itself
is taken from the product.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias, cast


FAILED: Final = 0
"""Status of a request whose connection was lost."""
CLOSING: Final = 0.1
"""Seconds within which connections that are given up have gone."""
NO_BODY: Final = frozenset({204, 304})

Answered: TypeAlias = Callable[[int, bytes], None]
"""What to do with the status and the body of an answer."""


class Connections:
    """A number of kept connections to one server; requests wait when all are busy."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._idle: deque[Connection] = deque()
        self._backlog: deque[tuple[bytes, Answered]] = deque()
        self._closing = False

    async def open(self, count: int) -> None:
        """Connect ``count`` times.

        Raises:
            OSError: The server does not listen.
        """
        for _ in range(count):
            await self._connect()

    async def renew(self) -> None:
        """Connect anew while nothing is under way.

        The first process of a server that listens gets all connections that are opened before
        the others do, and would keep them: on a slow machine it then bears the load alone.

        Raises:
            OSError: The server does not listen any more.
        """
        count = len(self._idle)
        self.close()
        await asyncio.sleep(CLOSING)
        self._closing = False
        await self.open(count)

    def send(self, request: bytes, answered: Answered) -> None:
        """Send ``request`` now, or as soon as a connection is free."""
        if self._idle:
            # The one that has rested longest: so all processes of the server get their part.
            self._idle.popleft().send(request, answered)
        else:
            self._backlog.append((request, answered))

    def release(self, connection: "Connection") -> None:
        """Take back a connection that is free again."""
        if self._backlog:
            connection.send(*self._backlog.popleft())
        else:
            self._idle.append(connection)

    def drop(self, connection: "Connection") -> None:
        """Replace a connection that was lost."""
        if connection in self._idle:
            self._idle.remove(connection)
        if not self._closing:
            self._mending = asyncio.ensure_future(self._mend())

    def close(self) -> None:
        """Close all that are free."""
        self._closing = True
        while self._idle:
            self._idle.popleft().close()

    async def _mend(self) -> None:
        with suppress(OSError):  # requests then wait for the connections that are left
            await self._connect()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: Connection(self), self._host, self._port
        )
        self.release(connection)


class Connection(asyncio.Protocol):
    """One connection, with at most one request under way."""

    def __init__(self, pool: Connections) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._answered: Answered | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def send(self, request: bytes, answered: Answered) -> None:
        """Send ``request``; ``answered`` hears of the answer."""
        self._answered = answered
        if self._transport is None or self._transport.is_closing():
            self.connection_lost(None)
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Collect an answer, and hand it over when it is complete."""
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        status = int(head[9:12])
        length = 0 if status in NO_BODY else read_length(head)
        if len(body) < length:
            return
        self._buffer = b""
        self._finish(status, body[:length])
        self._pool.release(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """A request that was under way has failed."""
        del exc
        self._finish(FAILED, b"")
        self._pool.drop(self)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def _finish(self, status: int, body: bytes) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            answered(status, body)


def read_length(head: bytes) -> int:
    """Length of the body that ``head`` announces; 0 when it does not."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0
