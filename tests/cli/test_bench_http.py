"""The connections of the generator reach every process of a server."""

import asyncio

import pytest

from hotline_sessions.cli.bench_http import Connections
from hotline_sessions.cli.servers import bind_together


pytestmark = pytest.mark.anyio

MANY = 64


class Doors:
    """Servers at one address that count who comes to each, and who is there."""

    def __init__(self) -> None:
        self.came = [0, 0]
        self.present = 0
        self.port = 0
        self._servers: list[asyncio.Server] = []

    async def listen(self, number: int) -> None:
        """Begin to listen as process ``number``."""
        door = bind_together("127.0.0.1", self.port)
        self.port = door.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._servers.append(await loop.create_server(lambda: Guest(self, number), sock=door))

    async def have_seen(self, count: int) -> None:
        """Wait until so many have come in all."""
        async with asyncio.timeout(10):
            while sum(self.came) < count:  # noqa: ASYNC110 - the count is written by two servers
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        """Close when all have left: what still stands when the loop ends is a leak."""
        for server in self._servers:
            server.close()
        async with asyncio.timeout(10):
            while self.present:  # noqa: ASYNC110 - the count is written by two servers
                await asyncio.sleep(0.01)


class Guest(asyncio.Protocol):
    """One who came to a door."""

    def __init__(self, doors: Doors, number: int) -> None:
        self._doors = doors
        self._number = number

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        del transport
        self._doors.came[self._number] += 1
        self._doors.present += 1

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._doors.present -= 1


async def test_connections_made_anew_reach_a_process_that_began_to_listen_later() -> None:
    doors = Doors()
    await doors.listen(0)
    connections = Connections("127.0.0.1", doors.port)
    await connections.open(MANY)
    await doors.have_seen(MANY)
    await doors.listen(1)
    before = list(doors.came)

    await connections.renew()
    await doors.have_seen(2 * MANY)
    connections.close()
    await doors.close()

    assert before == [MANY, 0]
    assert sum(doors.came) == 2 * MANY
    assert doors.came[1] > 0
