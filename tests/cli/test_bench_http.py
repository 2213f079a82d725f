"""The connections of the generator reach every process of a server."""

import asyncio

import pytest

from hotline_sessions.cli.bench_http import Connections
from hotline_sessions.cli.servers import bind_together


pytestmark = pytest.mark.anyio

MANY = 64


class Doors:
    """Servers at one address that count who comes to each."""

    def __init__(self) -> None:
        self.came = [0, 0]
        self.port = 0
        self._servers: list[asyncio.Server] = []

    async def listen(self, number: int) -> None:
        """Begin to listen as process ``number``."""

        async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.came[number] += 1
            await reader.read()
            writer.close()

        door = bind_together("127.0.0.1", self.port)
        self.port = door.getsockname()[1]
        self._servers.append(await asyncio.start_server(welcome, sock=door))

    async def have_seen(self, count: int) -> None:
        """Wait until so many have come in all."""
        async with asyncio.timeout(10):
            while sum(self.came) < count:  # noqa: ASYNC110 - the count is written by two servers
                await asyncio.sleep(0.01)

    def close(self) -> None:
        for server in self._servers:
            server.close()


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
    doors.close()

    assert before == [MANY, 0]
    assert sum(doors.came) == 2 * MANY
    assert doors.came[1] > 0
