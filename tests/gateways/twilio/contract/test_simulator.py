"""What the simulator answers is what Twilio describes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.gateways.twilio.contract.gate import (
    HOST,
    ContractError,
    Sent,
    check_request,
    check_response,
)
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port, serve
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, configure
from twilio.http.response import Response
from twilio.rest import Client

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.commands import Announce, Destination, Move, SetHold
from hotline_sessions.domain.console import Webhooks
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import Notice
from hotline_sessions.gateways.twilio.account import TwilioConsole
from hotline_sessions.gateways.twilio.addresses import Addresses, room_of
from hotline_sessions.gateways.twilio.client import BoundedHttpClient, build_client
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine
from hotline_sessions.gateways.twilio.texts import TwilioTexts
from hotline_sessions.phonesim.config import ACCOUNT_SID, AUTH_TOKEN
from hotline_sessions.phonesim.play import open_control, take_phone
from hotline_sessions.phonesim.server import create_phonesim


pytestmark = pytest.mark.anyio

LEG = PublicId("leg0000001")
SESSION = PublicId("sess000001")
WEBHOOKS = Webhooks(voice_url="https://x.gov.ua/in", status_url="https://x.gov.ua/status")
ROOM = (
    '<Start><Recording channels="dual" recordingStatusCallback="/rec"/></Start>'
    "<Dial><Conference participantLabel='{}'>{}</Conference></Dial>"
)


class WatchedHttp(BoundedHttpClient):
    """The product's own client, which looks at what it sends and gets."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.seen: list[tuple[str, str, int]] = []

    async def _send(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None,
        data: Mapping[str, object] | None,
        headers: Mapping[str, str],
    ) -> Response:
        answer = await super()._send(method, url, params, data, headers)
        path = httpx.URL(url).path
        if path.startswith("/2010"):
            query: dict[str, Any] = {**dict(httpx.URL(url).params), **(params or {})}
            sent = Sent(method, HOST + path, query, data or {})
            check_request(sent)
            check_response(sent, answer.status_code, answer.text.encode())
            self.seen.append((sent.method, path, answer.status_code))
        return answer


class Bench:
    """The gateways, and the simulator that they ask."""

    def __init__(self, client: Client, http: WatchedHttp, base: str, public: str) -> None:
        addresses = Addresses(public)
        self.client = client
        self.http = http
        self.base = base
        self.line = TwilioPhoneLine(client, addresses, HOTLINE)
        self.texts = TwilioTexts(client, addresses, HOTLINE)
        self.console = TwilioConsole(client)


@asynccontextmanager
async def open_bench() -> AsyncIterator[Bench]:
    product = FakeProduct()
    product.answer("/in", '<Enqueue waitUrl="/wait">s-1-wait</Enqueue>')
    product.answer("/wait", "<Pause length='60'/>")
    for path, label in (("official/answer", "official"), ("air/join", "citizen")):
        product.answer(f"/tw/v1/{path}", ROOM.format(label, room_of(SESSION)))
    for path in ("air/held", "air/tell"):
        product.answer(f"/tw/v1/{path}", "<Pause length='5'/>")
    app = create_phonesim(configure(product, speed=40.0), transport=httpx.ASGITransport(product))
    async with serve(app, free_port()) as base:
        http = WatchedHttp(base)
        try:
            client = build_client(ACCOUNT_SID, AUTH_TOKEN, http=http)
            yield Bench(client, http, base, product.base)
        finally:
            await http.close()


async def test_calls_and_conferences_are_answered_as_described() -> None:
    async with open_bench() as bench, open_control(bench.base) as control:
        citizen = await take_phone(control, OLENA)
        await citizen.dial(HOTLINE)
        caller = CallSid((await citizen.wait_state("waiting")).call_sid)
        await list_queues(bench.client)
        official = await bench.line.ring(OFFICIAL, leg=LEG, role=Role.OFFICIAL)
        phone = await take_phone(control, OFFICIAL)
        await phone.wait_ring()
        await phone.answer()
        await phone.wait_state("lobby", "on-air")
        await bench.line.move(caller, Move(leg=LEG, to=Destination.AIR, turn=1))
        await citizen.wait_state("on-air")

        assert set(await bench.line.list_on_air(SESSION)) == {caller, official}
        for is_held in (True, False):
            order = SetHold(leg=LEG, session=SESSION, is_held=is_held, turn=1)
            await bench.line.set_hold(caller, order)
        whisper = Announce(leg=LEG, session=SESSION, notice=Notice.BRIEFING, turn=1)
        await bench.line.announce(official, whisper)
        for recording in await bench.client.calls(caller).recordings.list_async(limit=5):
            await bench.line.stop_recording(caller, recording.sid)
        await bench.line.fetch_status(caller)
        await bench.line.end_air(SESSION)
        await citizen.wait_state("idle")
        for recording in await bench.client.recordings.list_async(limit=5):
            await bench.client.recordings(recording.sid).fetch_async()
            await bench.client.recordings(recording.sid).delete_async()
        await bench.client.calls.list_async(limit=5)

        assert {status for _, _, status in bench.http.seen} >= {200, 201, 204}


async def list_queues(client: Client) -> None:
    for queue in await client.queues.list_async(limit=5):
        await client.queues(queue.sid).members.list_async(limit=5)


async def test_the_account_and_messages_are_answered_as_described() -> None:
    async with open_bench() as bench:
        console = bench.console
        await bench.texts.send(OLENA, "Ваш код 418205")
        await bench.client.messages.list_async(limit=5)
        await console.fetch_account()
        await console.fetch_balance()
        (number,) = await console.list_numbers()
        await console.change_number(number.sid, WEBHOOKS)
        application = await console.add_application(WEBHOOKS)
        await console.change_application(application, WEBHOOKS)

        assert [each.sid for each in await console.list_applications()] == [application]
        assert (await console.list_numbers())[0].webhooks.voice_url == WEBHOOKS.voice_url
        assert any(country.code == "UA" for country in await console.list_countries())
        assert len(bench.http.seen) >= 10


ANSWERS: dict[str, tuple[int, bytes]] = {
    "a-wrong-name": (200, b'{"sid": "CA1"}'),
    "a-wrong-word": (200, b'{"status": "talking"}'),
    "a-field-nobody-knows": (200, b'{"colour": "green"}'),
    "a-wrong-status": (202, b"{}"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_twilio_does_not_describe_is_found(name: str) -> None:
    status, body = ANSWERS[name]
    address = f"{HOST}/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/CA{'1' * 32}.json"

    with pytest.raises(ContractError):
        check_response(Sent("GET", address, {}, {}), status, body)
