import asyncio

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.network import (
    CallOver,
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.gateways.twilio import client
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.client import BoundedHttpClient
from hotline_sessions.gateways.twilio.errors import ask
from hotline_sessions.gateways.twilio.gateway import (
    ForeignBaseUrlError,
    TwilioAccount,
    check_base_url,
    open_twilio,
)
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine


pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (TwilioRestException(400, "/", code=21220), CallOver),
        (TwilioRestException(404, "/", code=20404), CallOver),
        (TwilioRestException(429, "/", code=20429), RetryLater),
        (TwilioRestException(503, "/"), OutcomeUnknown),
        (TwilioRestException(400, "/", code=21211), NetworkRefusal),
        (TimeoutError(), OutcomeUnknown),
        (aiohttp.ServerDisconnectedError(), OutcomeUnknown),
    ],
    ids=["not-in-progress", "gone", "too-many", "server", "bad-number", "timeout", "cut"],
)
async def test_every_failure_has_one_meaning(error: Exception, meaning: type[NetworkError]) -> None:
    async def fail() -> None:
        raise error

    with pytest.raises(NetworkError) as caught:
        await ask(fail())

    assert type(caught.value) is meaning


async def test_numbers_abroad_and_short_ones_are_never_called() -> None:
    """TEL-11."""
    line = TwilioPhoneLine(None, Addresses("https://hotline.example.gov.ua"), "+380440000000")

    for number in ("+79001234567", "+18005550199", "101", "0501234567"):
        with pytest.raises(NetworkRefusal):
            await line.ring(number, leg=PublicId("leg0000001"), role=Role.OFFICIAL)


@pytest.mark.parametrize(
    "url", ["http://example.org", "http://10.0.0.1:4020", "http://127.0.0.1.evil.org"]
)
def test_in_production_twilio_is_replaced_by_nobody_else(url: str) -> None:
    with pytest.raises(ForeignBaseUrlError):
        check_base_url(url, is_production=True)


@pytest.mark.parametrize(
    "url", ["", "http://127.0.0.1:4020", "http://localhost:4020", "http://[::1]:1"]
)
def test_a_simulator_on_this_machine_is_allowed(url: str) -> None:
    check_base_url(url, is_production=True)


async def test_a_network_that_does_not_answer_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The library ignores its own timeout."""
    monkeypatch.setattr(client, "REQUEST_SECONDS", 0.1)
    held = asyncio.Event()

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    account = TwilioAccount(
        account_sid="AC" + "5" * 32,
        token="0" * 32,
        caller_id="+380440000000",
        sms_sender="Hotline",
        public_base_url="https://hotline.example.gov.ua",
        base_url=f"http://127.0.0.1:{port}",
    )
    async with open_twilio(account) as twilio:
        with pytest.raises(OutcomeUnknown):
            await twilio.line.ring("+380501234567", leg=PublicId("leg0000001"), role=Role.OFFICIAL)
    held.set()
    server.close()
    await server.wait_closed()


async def test_a_network_that_cannot_be_reached_has_done_nothing() -> None:
    http = BoundedHttpClient("http://127.0.0.1:1")

    with pytest.raises(RetryLater):
        await ask(http.request("GET", "https://api.twilio.com/x"))
    await http.close()
