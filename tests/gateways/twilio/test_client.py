"""The client against servers that hang, lie, and break off."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline_sessions.domain.network import (
    CallOver,
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.gateways.twilio import client as module
from hotline_sessions.gateways.twilio import turns as turns_module
from hotline_sessions.gateways.twilio.account import TwilioConsole
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.answers import BadAnswerError, read_answer
from hotline_sessions.gateways.twilio.client import CONCURRENT, open_client
from hotline_sessions.gateways.twilio.errors import ask, choose_error, read_name
from hotline_sessions.gateways.twilio.texts import TwilioTexts
from hotline_sessions.gateways.twilio.turns import NoTurnError, Turns


pytestmark = pytest.mark.anyio

ACCOUNT = "AC" + "5" * 32
MESSAGE = json.dumps({"sid": "SM" + "1" * 32}).encode()
NUMBER = "+380501234567"

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(
    body: bytes, *, status: str = "200 OK", length: int | None = None, head: str = ""
) -> Answer:
    """An answer; with ``length`` it promises more than it gives, and breaks off."""

    async def write(writer: asyncio.StreamWriter) -> None:
        promised = len(body) if length is None else length
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{head}"
            f"Content-Length: {promised}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(body)
        await writer.drain()

    return write


async def hang(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def cut(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def drip(writer: asyncio.StreamWriter) -> None:
    """An answer that never ends, one byte at a time: each wait is short, the whole is not."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def flood(writer: asyncio.StreamWriter) -> None:
    """An answer without an end, as fast as it goes."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    while True:
        writer.write(piece)
        await writer.drain()


class Server:
    """Answers with what it was given, the last again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.base = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.partition("\r\n")[0])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            await answer(writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def hostile(*answers: Answer) -> AsyncIterator[Server]:
    server = Server(*answers)
    tasks: set[asyncio.Task[None]] = set()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(server.serve(reader, writer)))

    listening = await asyncio.start_server(take, "127.0.0.1", 0)
    server.base = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def send_text(server: Server) -> str:
    async with open_client(ACCOUNT, "0" * 32, base_url=server.base) as client:
        return await TwilioTexts(client, Addresses("https://x.gov.ua"), "GOV").send(NUMBER, "Код")


async def ask_account(server: Server) -> object:
    async with open_client(ACCOUNT, "0" * 32, base_url=server.base) as client:
        return await TwilioConsole(client).fetch_account()


HTML = b"<html><body>502 Bad Gateway</body></html>"


BAD = "400 Bad Request"
FAILURES: dict[str, tuple[Answer, type[NetworkError]]] = {
    "page": (reply(HTML), OutcomeUnknown),
    "nothing": (reply(b""), OutcomeUnknown),
    "truncated": (reply(b'{"sid": "SM'), OutcomeUnknown),
    "list": (reply(b"[1, 2]"), OutcomeUnknown),
    "text": (reply(b'"sid"'), OutcomeUnknown),
    "no-text": (reply(b"\xff\xfe\x00garbage"), OutcomeUnknown),
    "deep": (reply(b"[" * 100_000), OutcomeUnknown),
    "empty": (reply(b"{}"), OutcomeUnknown),
    "number": (reply(b'{"sid": 7}'), OutcomeUnknown),
    "bad-date": (reply(b'{"sid": "SM1", "date_created": 5}'), OutcomeUnknown),
    "broken-off": (reply(MESSAGE, length=5000), OutcomeUnknown),
    "cut": (cut, OutcomeUnknown),
    "flood": (flood, OutcomeUnknown),
    "elsewhere": (
        reply(HTML, status="302 Found", head="Location: /elsewhere\r\n"),
        OutcomeUnknown,
    ),
    "elsewhere-with-name": (reply(MESSAGE, status="302 Found"), OutcomeUnknown),
    "page-not-found": (reply(HTML, status="404 Not Found"), OutcomeUnknown),
    "server": (reply(HTML, status="500 Oops"), OutcomeUnknown),
    "odd-code": (reply(b'{"code": {"a": 1}}', status=BAD), NetworkRefusal),
    "bad-number": (
        reply(b'{"code": 21211, "message": "+380501234567"}', status=BAD),
        NetworkRefusal,
    ),
    "opted-out": (reply(b'{"code": 21610}', status=BAD), NetworkRefusal),
    "gone": (reply(b'{"code": 20404}', status="404 Not Found"), CallOver),
    "secret": (reply(b'{"code": 20003}', status="401 Unauthorized"), RetryLater),
    "proxy-sign-in": (reply(HTML, status="401 Unauthorized"), RetryLater),
    "too-many": (reply(b'{"code": 20429}', status="429 Too Many"), RetryLater),
    "problem-details": (
        reply(
            b'{"type": "x", "title": "t", "status": 400, "code": 21211, "detail": "+380"}',
            status=BAD,
        ),
        NetworkRefusal,
    ),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_whatever_stands_for_twilio_each_failure_has_a_meaning(
    name: str,
) -> None:
    """F-26 … F-31."""
    answer, meaning = FAILURES[name]
    async with hostile(answer) as server:
        with pytest.raises(NetworkError) as caught:
            await send_text(server)

        assert type(caught.value) is meaning
        assert len(server.asked) == 1
        assert "380" not in repr(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "name", ["page", "gone", "secret", "too-many", "opted-out", "server", "cut", "list", "empty"]
)
async def test_a_list_that_fails_means_the_same_as_anything_else(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library keeps the error of a list to itself."""
    monkeypatch.setattr(module, "PAUSES", ())
    answer, meaning = FAILURES[name]
    async with hostile(answer) as server:
        async with open_client(ACCOUNT, "0" * 32, base_url=server.base) as client:
            with pytest.raises(NetworkError) as caught:
                await TwilioConsole(client).list_numbers()

        assert type(caught.value) is meaning


@pytest.mark.parametrize("answer", [hang, drip], ids=["hangs", "drips"])
async def test_no_request_lasts_longer_than_its_time(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REQUEST_SECONDS", 0.2)
    async with hostile(answer) as server:
        async with asyncio.timeout(3):
            with pytest.raises(OutcomeUnknown):
                await send_text(server)

        assert len(server.asked) == 1


async def test_without_that_limit_a_request_would_last_as_long_as_the_other_side_likes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "REQUEST_SECONDS", None)
    async with hostile(hang) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await send_text(server)


async def test_a_question_is_asked_again_after_a_429_and_a_deed_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F-28: nothing is done twice."""
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.02, 0.04))
    busy = reply(b'{"code": 20429}', status="429 Too Many Requests")
    account = reply(b'{"status": "active", "type": "Full"}')
    async with hostile(busy, busy, account) as server:
        await ask_account(server)
        assert len(server.asked) == 3
    async with hostile(busy) as server:
        with pytest.raises(RetryLater):
            await ask_account(server)
        assert len(server.asked) == 4
    async with hostile(busy, reply(MESSAGE)) as server:
        with pytest.raises(RetryLater):
            await send_text(server)
        assert len(server.asked) == 1


async def test_an_answer_as_it_should_be_gives_the_name() -> None:
    async with hostile(reply(MESSAGE, status="201 Created")) as server:
        assert await send_text(server) == "SM" + "1" * 32
        assert server.asked == [f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1"]


async def test_no_more_than_so_many_requests_are_under_way_at_once() -> None:
    most = now = 0

    async def count(writer: asyncio.StreamWriter) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        await reply(MESSAGE)(writer)

    async with (
        hostile(count) as server,
        open_client(ACCOUNT, "0" * 32, base_url=server.base) as client,
    ):
        texts = TwilioTexts(client, Addresses("https://x.gov.ua"), "GOV")
        await asyncio.gather(*(texts.send(NUMBER, "Код") for _ in range(3 * CONCURRENT)))

    assert most == CONCURRENT


async def test_complaints_make_the_crowd_smaller_and_success_makes_it_grow() -> None:
    turns = Turns(8)

    turns.complain()
    turns.complain()
    assert turns.allowed == 2
    for _ in range(10):
        turns.complain()
    assert turns.allowed == 1
    for _ in range(turns_module.GROW_AFTER * 20):
        turns.praise()
    assert turns.allowed == 8


async def test_who_gets_no_turn_in_time_has_not_been_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "WAIT_SECONDS", 0.05)
    turns = Turns(1)

    async def take() -> None:
        async with turns.take():
            pass

    async with turns.take():
        with pytest.raises(NoTurnError):
            async with turns.take():
                pass
        with pytest.raises(RetryLater):
            await ask(take())
    await take()


@pytest.mark.parametrize("header", ["Twilio-Concurrent-Requests", "X-Twilio-Concurrent-Requests"])
async def test_when_the_account_is_busy_it_is_said_in_the_log(header: str) -> None:
    with structlog.testing.capture_logs() as logs:
        async with hostile(reply(MESSAGE, head=f"{header}: 77\r\n")) as server:
            await send_text(server)

    assert [each["under_way"] for each in logs if each["event"] == "twilio_is_busy"] == ["77"]


async def test_the_environment_of_the_process_does_not_choose_the_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The library obeys these variables without being told to."""
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    address = "https://api.twilio.com/x"

    async with open_client(ACCOUNT, "0", base_url="") as client:
        assert client.get_hostname(address) == address
    async with open_client(ACCOUNT, "0", base_url="", region="ie1") as client:
        assert client.get_hostname(address) == "https://api.dublin.ie1.twilio.com/x"
    async with open_client(ACCOUNT, "0", base_url="", region="ie1", edge="frankfurt") as client:
        assert client.get_hostname(address) == "https://api.frankfurt.ie1.twilio.com/x"


@settings(max_examples=200, deadline=None)
@given(status=st.integers(200, 599), body=st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_no_answer_and_never_anything_else(
    status: int, body: bytes
) -> None:
    try:
        answer = read_answer(status, body)
    except BadAnswerError:
        assert status < 400
    else:
        assert answer.text == "" or isinstance(json.loads(answer.text), dict)


@given(status=st.integers(300, 599), code=st.none() | st.integers(0, 99_999))
def test_every_status_and_number_has_one_meaning(status: int, code: int | None) -> None:
    assert isinstance(choose_error(status, code), NetworkError)


def test_what_is_no_name_of_twilios_is_not_taken_for_one() -> None:
    for name in (None, "", 7, "SM1", "sm" + "1" * 32, "SM" + "g" * 32, "SM" + "1" * 33):
        with pytest.raises(OutcomeUnknown):
            read_name(name)
