"""The load of ``hotline bench feeds``: one request on each connection, answers counted by bytes.

The first answer is read and checked, and those after it are as long: so the generator looks at
nothing else, and bears more than either server.
"""

import asyncio
import time
from multiprocessing.connection import Connection
from typing import Final, cast

import uvloop
from msgspec import Struct


HOST: Final = "127.0.0.1"
PATIENCE: Final = 10.0
"""Seconds for the first answer."""
_BUFFER: Final = 1 << 20


class Target(Struct, frozen=True, kw_only=True):
    """What is asked for: ``request`` on ``port`` must be answered by ``status``."""

    port: int
    request: bytes
    status: int


class Rate(Struct, frozen=True, kw_only=True):
    """What came of it; ``cpu`` is the generator's own share of one processor."""

    per_s: float
    cpu: float


class NotAnswered(Exception):
    """A server does not answer as it must; the text says how."""


class Asking(asyncio.BufferedProtocol):
    """A connection that asks again as soon as it is answered."""

    def __init__(self, request: bytes, length: int) -> None:
        self.count = 0
        self._request = request
        self._length = length
        self._got = 0
        self._buffer = bytearray(_BUFFER)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def get_buffer(self, sizehint: int) -> bytearray:
        """Where the answer is put, to be forgotten."""
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Count what came; ask again when it is all there."""
        self._got += nbytes
        if self._got >= self._length and self._transport is not None:
            self._got -= self._length
            self.count += 1
            self._transport.write(self._request)

    def close(self) -> None:
        """Stop asking."""
        if self._transport is not None:
            self._transport.abort()


async def read_first(target: Target) -> int:
    """Bytes of the answer to ``target``, head and body.

    Raises:
        NotAnswered: It is another answer than it must be.
    """
    reader, writer = await asyncio.open_connection(HOST, target.port, limit=_BUFFER)
    try:
        writer.write(target.request)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        status = int(head[9:12])
        if status != target.status:
            raise NotAnswered(f"port {target.port} answers {status} and not {target.status}")
        _, _, rest = head.lower().partition(b"\r\ncontent-length:")
        length = int(rest.partition(b"\r\n")[0]) if rest and status == 200 else 0  # noqa: PLR2004 - a body
        await asyncio.wait_for(reader.readexactly(length), PATIENCE)
        return len(head) + length
    finally:
        writer.close()


async def measure(target: Target, *, connections: int, seconds: float) -> Rate:
    """Answers a second on so many connections."""
    length = await read_first(target)
    loop = asyncio.get_running_loop()
    asking = [
        (await loop.create_connection(lambda: Asking(target.request, length), HOST, target.port))[1]
        for _ in range(connections)
    ]
    began, spent = time.perf_counter(), time.process_time()
    before = sum(each.count for each in asking)
    await asyncio.sleep(seconds)
    count = sum(each.count for each in asking) - before
    took = time.perf_counter() - began
    cpu = (time.process_time() - spent) / took
    for each in asking:
        each.close()
    return Rate(per_s=count / took, cpu=cpu)


def run_load(pipe: Connection, target: Target, connections: int, seconds: float) -> None:
    """Measure in a process of its own, and send what came of it, or what went wrong."""
    try:
        pipe.send(uvloop.run(measure(target, connections=connections, seconds=seconds)))
    except (NotAnswered, OSError, asyncio.IncompleteReadError, TimeoutError) as error:
        pipe.send(NotAnswered(str(error) or type(error).__name__))
