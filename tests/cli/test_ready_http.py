"""Ready answers over a real connection: the same as the application's, without asking it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.datastructures import State

from hotline_sessions.cli.ready_http import choose_protocol
from hotline_sessions.cli.servers import QuietServer, bind_together, build_config
from hotline_sessions.web.ready import ReadyAnswers, build_ready


pytestmark = pytest.mark.anyio

BODY = b"BEGIN:VCALENDAR\r\n" + b"X" * 300_000 + b"\r\nEND:VCALENDAR\r\n"
ASK = b"GET /calendar.ics HTTP/1.1\r\nHost: a\r\n%b\r\n"


class Product:
    """Stands for the application: says that it was asked."""

    def __init__(self) -> None:
        self.state = State({"ready": ReadyAnswers([(b"x-content-type-options", b"nosniff")])})
        self.asked: list[str] = []
        ready = build_ready(
            BODY,
            media_type="text/calendar; charset=utf-8",
            cache_control="public, max-age=300",
            changed_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
            others=self.state.ready.others,
        )
        self.state.ready.keep(b"/calendar.ics", ready, fresh_for=60)
        self.etag = ready.plain.etag.encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        self.asked.append(f"{scope['method']} {scope['path']}")
        # Answered before the body is read, as a refusal is.
        await send({"type": "http.response.start", "status": 200, "headers": [
            (b"content-length", b"5")]})  # fmt: skip
        await send({"type": "http.response.body", "body": b"asked"})


@asynccontextmanager
async def serve(product: Product) -> AsyncIterator[int]:
    with bind_together("127.0.0.1", 0) as listening:
        server = QuietServer(build_config(product))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        await task


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(first.split()[1]), headers, body


async def ask(port: int, *requests: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    answers = []
    for request in requests:
        writer.write(request)
        answers.append(await asyncio.wait_for(read_answer(reader), 5))
    writer.close()
    return answers


async def test_what_is_ready_is_sent_without_asking_the_application() -> None:
    product = Product()
    async with serve(product) as port:
        whole, known, dated, packed = await ask(
            port,
            ASK % b"",
            ASK % b"If-None-Match: W/%b\r\n" % product.etag,
            ASK % b"if-modified-since: Mon, 23 Nov 2026 08:00:00 GMT\r\n",
            ASK % b"Accept-Encoding: br, gzip\r\n",
        )

    assert product.asked == []
    assert (whole[0], whole[2]) == (200, BODY)
    assert whole[1]["content-type"] == "text/calendar; charset=utf-8"
    assert whole[1]["x-content-type-options"] == "nosniff"
    assert "date" in whole[1]
    assert [known[0], dated[0]] == [304, 304]
    assert "content-length" not in known[1]
    assert packed[1]["content-encoding"] == "gzip"
    assert packed[1]["etag"] != whole[1]["etag"]


@pytest.mark.parametrize(
    "request_",
    [
        ASK.replace(b"GET", b"HEAD") % b"",
        ASK % b"Connection: close\r\n",
        ASK % b"Range: bytes=0-9\r\n",
        ASK.replace(b"/calendar", b"/other") % b"",
        ASK.replace(b"1.1", b"1.0") % b"",
    ],
)
async def test_what_is_unusual_goes_the_ordinary_way(request_: bytes) -> None:
    product = Product()
    async with serve(product) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_)
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        writer.close()

    assert len(product.asked) == 1


async def test_a_body_that_looks_like_a_request_is_not_taken_for_one() -> None:
    product = Product()
    fake = ASK % b""
    async with serve(product) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(fake))
        await asyncio.wait_for(reader.readuntil(b"asked"), 5)
        writer.write(fake)
        writer.write(b"")
        await asyncio.sleep(0.1)
        writer.write(b"GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
        left = await asyncio.wait_for(reader.read(2**20), 5)
        writer.close()

    assert b"VCALENDAR" not in left
    assert "GET /calendar.ics" not in product.asked


async def test_requests_after_each_other_without_waiting_are_all_answered_in_order() -> None:
    product = Product()
    async with serve(product) as port:
        [first, second, third] = await ask_together(
            port, ASK % b"" + ASK.replace(b"/calendar", b"/other") % b"" + ASK % b""
        )

    assert (first[2], second[2], third[2]) == (b"asked", b"asked", b"asked")


async def ask_together(port: int, request: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answers = [await asyncio.wait_for(read_answer(reader), 5) for _ in range(3)]
    writer.close()
    return answers


def test_an_application_without_ready_answers_is_served_as_ever() -> None:
    assert choose_protocol(object()) == "httptools"
