"""Sounds are fetched from one place, within limits, and no redirect is followed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from tests.phonesim.served import free_port

from hotline_sessions.domain.network import (
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.domain.recordings import NotSound, RecordingGone, RecordingSid
from hotline_sessions.gateways.twilio.media import MediaFetcher
from hotline_sessions.gateways.twilio.recordings import TwilioRecordings


pytestmark = pytest.mark.anyio

ACCOUNT = "AC" + "1" * 32
RECORDING = RecordingSid("RE" + "2" * 32)
PLACE = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.mp3"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Host:
    """A server that answers as it is told and counts who has asked for what."""

    def __init__(self, base: str, answer: Answer) -> None:
        self.base = base
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path_qs, request.headers.get("Authorization", "")))
        return await self.answer(request)


@asynccontextmanager
async def serve(answer: Answer) -> AsyncIterator[Host]:
    port = free_port()
    host = Host(f"http://127.0.0.1:{port}", answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", host.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield host
    finally:
        await runner.cleanup()


def give(status: int, body: bytes = b"", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers=headers)

    return answer


async def fetch(host: Host, limit: int = 1000) -> bytes:
    fetcher = MediaFetcher(ACCOUNT, "token", limit=limit)
    return await TwilioRecordings(
        None, fetcher, account_sid=ACCOUNT, base_url=host.base
    ).fetch_sound(RECORDING)


async def test_the_sound_is_asked_for_at_the_configured_address_with_our_credentials() -> None:
    async with serve(give(200, b"ID3 sound")) as host:
        assert await fetch(host) == b"ID3 sound"

    path, credentials = host.asked[0]
    assert path == f"{PLACE}?RequestedChannels=2"
    assert credentials.startswith("Basic ")


async def test_a_redirect_is_not_followed() -> None:
    """TEL-10."""
    async with serve(give(200, b"secrets")) as inside:
        async with serve(give(302, Location=inside.base)) as host:
            with pytest.raises(NotSound):
                await fetch(host)

        assert inside.asked == []


async def test_no_more_is_read_than_a_recording_may_be_long() -> None:
    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x" * 1000)
        return response

    async with serve(flood) as host:
        with pytest.raises(NotSound):
            await fetch(host)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (404, RecordingGone),
        (429, RetryLater),
        (401, RetryLater),
        (503, RetryLater),
        (403, NetworkRefusal),
    ],
)
async def test_what_is_not_given_out_has_a_meaning(
    status: int, meaning: type[NetworkError]
) -> None:
    async with serve(give(status)) as host:
        with pytest.raises(meaning):
            await fetch(host)


async def test_a_server_that_is_not_there_may_be_asked_again() -> None:
    async with serve(give(200)) as host:
        pass
    with pytest.raises(RetryLater):
        await fetch(host)


async def test_a_connection_that_breaks_leaves_nothing_half_read() -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "900"})
        await response.prepare(request)
        await response.write(b"ID3")
        await asyncio.sleep(0)
        assert request.transport is not None
        request.transport.abort()
        return response

    async with serve(break_off) as host:
        with pytest.raises(OutcomeUnknown):
            await fetch(host)
