"""Messages reach an address, follow nothing, and never go to a place inside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hotline_sessions.domain.network import NetworkError, NetworkRefusal, RetryLater
from hotline_sessions.gateways.hooks import HttpHooks


pytestmark = pytest.mark.anyio


@asynccontextmanager
async def listen(answer: bytes, heard: list[bytes]) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n") + await reader.read(2))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_message_is_posted_and_a_redirect_is_not_followed() -> None:
    heard: list[bytes] = []
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    async with listen(moved, heard) as port:
        hooks = HttpHooks(may_be_private=True)
        status = await hooks.send(f"http://127.0.0.1:{port}/a", {"webhook-id": "msg_1"}, b"{}")

    assert status == 302
    assert heard[0].startswith(b"POST /a HTTP/1.1")
    assert b"webhook-id: msg_1" in heard[0]
    assert heard[0].endswith(b"{}")


async def test_nobody_there_is_tried_later_and_nonsense_breaks_nothing() -> None:
    with pytest.raises(RetryLater):
        await HttpHooks(may_be_private=True).send("http://127.0.0.1:1/", {}, b"{}")
    async with listen(b"nonsense\r\n\r\n", []) as port:
        with pytest.raises(NetworkError):
            await HttpHooks(may_be_private=True).send(f"http://127.0.0.1:{port}/", {}, b"{}")


async def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[bytes] = []
    async with listen(b"", heard) as port:

        async def look_up(*_: object, **__: object) -> list[object]:
            return [(2, 1, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
        with pytest.raises(NetworkRefusal):
            await HttpHooks().send(f"https://sed.example:{port}/", {}, b"{}")
        with pytest.raises(NetworkRefusal):
            await HttpHooks().send(f"https://127.0.0.1:{port}/", {}, b"{}")

    assert heard == []
