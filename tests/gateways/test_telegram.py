"""Posts reach Telegram as its Bot API wants them, and its answers are understood."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

import pytest

from hotline_sessions.domain.channel_posts import BotRefused, ChannelGone, FloodWait, PostGone
from hotline_sessions.domain.network import NetworkRefusal, OutcomeUnknown, RetryLater
from hotline_sessions.gateways.telegram import LONGEST, TelegramBot, build_html


pytestmark = pytest.mark.anyio

TOKEN = "123456:" + "a" * 35


@asynccontextmanager
async def serve(*answers: tuple[int, Any]) -> AsyncIterator[tuple[TelegramBot, list[Any]]]:
    """A Bot API that gives these answers, one after another, and what it was asked."""
    heard: list[Any] = []
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
        heard.append((head.split()[1], json.loads(await reader.readexactly(length))))
        status, said = left.pop(0)
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        if status:
            writer.write(
                b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body
            )
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield TelegramBot(TOKEN, base_url=f"http://127.0.0.1:{port}"), heard


def refuse(code: int, description: str, **more: object) -> tuple[int, Any]:
    return code, {"ok": False, "error_code": code, "description": description, **more}


async def test_a_post_is_made_and_changed_with_what_could_be_marks_written_out() -> None:
    made = (200, {"ok": True, "result": {"message_id": 17, "chat": {"id": -100}}})
    same = refuse(400, "Bad Request: message is not modified: specified new message …")
    async with serve(made, (200, {"ok": True, "result": True}), same) as (bot, heard):
        message = await bot.post("@rada", "Тема: <b>газ & вода</b>\nдругий рядок")
        await bot.edit("@rada", message, "інше")
        await bot.edit("@rada", message, "інше")

    assert message == 17
    path, order = heard[0]
    assert path == f"/bot{TOKEN}/sendMessage"
    assert order["chat_id"] == "@rada"
    assert order["parse_mode"] == "HTML"
    assert order["text"] == "<b>Тема: &lt;b&gt;газ &amp; вода&lt;/b&gt;</b>\nдругий рядок"
    assert heard[1][0].endswith("/editMessageText")
    assert heard[1][1]["message_id"] == 17


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuse(429, "Too Many Requests", parameters={"retry_after": 7}), FloodWait),
        (refuse(403, "Forbidden: bot is not a member of the channel chat"), ChannelGone),
        (refuse(400, "Bad Request: chat not found"), ChannelGone),
        (refuse(400, "Bad Request: need administrator rights in the channel chat"), ChannelGone),
        (refuse(401, "Unauthorized"), BotRefused),
        (refuse(404, "Not Found"), BotRefused),
        (refuse(400, "Bad Request: message to edit not found"), PostGone),
        (refuse(400, "Bad Request: can't parse entities"), NetworkRefusal),
        ((502, b"<html>Bad Gateway</html>"), RetryLater),
        ((504, b"<html>Gateway Timeout</html>"), OutcomeUnknown),
        ((200, b"not json"), OutcomeUnknown),
        ((200, {"ok": True, "result": {}}), OutcomeUnknown),
        ((302, b""), OutcomeUnknown),
        ((0, b""), OutcomeUnknown),
    ],
)
async def test_each_refusal_is_known_for_what_it_is(
    answer: tuple[int, Any], error: type[Exception]
) -> None:
    async with serve(answer) as (bot, _):
        with pytest.raises(error) as caught:
            await bot.post("@rada", "текст")

    assert type(caught.value) is error
    assert TOKEN not in repr(caught.value)
    if isinstance(caught.value, FloodWait):
        assert caught.value.seconds == 7


async def test_nobody_there_is_tried_later() -> None:
    with pytest.raises(RetryLater):
        await TelegramBot(TOKEN, base_url="http://127.0.0.1:1").post("@rada", "текст")


def test_a_text_too_long_loses_its_middle_and_keeps_its_address() -> None:
    text = "Заголовок\n" + "😀&" * 3000 + "\nhttps://lines.example/s/abc"

    shown = unescape(build_html(text)).replace("<b>", "").replace("</b>", "")

    assert len(shown.encode("utf-16-le")) // 2 <= LONGEST
    assert shown.startswith("Заголовок\n😀&")
    assert shown.endswith("…\nhttps://lines.example/s/abc")
