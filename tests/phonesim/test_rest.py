import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from litestar import Litestar
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port, serve
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, TARAS, configure
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from hotline_sessions.phonesim.config import ACCOUNT_SID, AUTH_TOKEN
from hotline_sessions.phonesim.faults import FaultKind, FaultRule
from hotline_sessions.phonesim.play import open_control, take_phone
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator


pytestmark = pytest.mark.anyio

QUEUE = '<Enqueue waitUrl="/wait" action="/left">s-1-wait</Enqueue>'
ROOM = (
    '<Dial action="/after"><Conference participantLabel="{}" statusCallback="/conf"'
    ' statusCallbackEvent="join leave">s-1-air</Conference></Dial>'
)


class LocalHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]
    """The official client, pointed at the simulator."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    async def request(
        self,
        method: str,
        url: str,
        params: object = None,
        data: object = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - the library's signature
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - the library's signature
    ) -> object:
        asked, base = urlsplit(url), urlsplit(self.base)
        local = urlunsplit((base.scheme, base.netloc, asked.path, asked.query, ""))
        user, token = auth or ("", "")
        basic = base64.b64encode(f"{user}:{token}".encode()).decode()
        headers = {**(headers or {}), "Authorization": f"Basic {basic}"}
        async with asyncio.timeout(8):
            return await super().request(
                method, local, params, data, headers, None, None, allow_redirects
            )


class Bench:
    """The official client, the simulator it talks to, and a product behind it."""

    def __init__(self, app: Litestar, client: Client, product: FakeProduct, base: str) -> None:
        self.simulator: Simulator = app.state.simulator
        self.client = client
        self.product = product
        self.base = base


@asynccontextmanager
async def open_bench() -> AsyncIterator[Bench]:
    product = FakeProduct()
    product.answer("/in", QUEUE)
    product.answer("/wait", "<Say>Зачекайте</Say><Pause length='2'/>")
    product.answer("/citizen", ROOM.format("citizen"))
    product.answer("/official", ROOM.format("official"))
    product.answer("/hold", "<Say>Хвилинку</Say><Pause length='5'/>")
    config = configure(product, speed=40.0)
    app = create_phonesim(config, transport=httpx.ASGITransport(product))
    async with serve(app, free_port()) as base:
        http = LocalHttpClient(base)
        try:
            client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http)
            yield Bench(app, client, product, base)
        finally:
            await http.close()
    assert product.bad_signatures == 0


async def test_a_call_is_created_rung_fetched_listed_and_ended() -> None:
    async with open_bench() as bench, open_control(bench.base) as control:
        call = await bench.client.calls.create_async(
            to=OLENA,
            from_=HOTLINE,
            url=bench.product.url("/in"),
            timeout=25,
            status_callback=bench.product.url("/progress"),
            status_callback_event=["initiated", "ringing", "answered", "completed"],
        )
        assert (call.status, call._from, call.direction) == ("queued", HOTLINE, "outbound-api")  # noqa: SLF001 - the library's name
        olena = await take_phone(control, OLENA)
        await olena.wait_ring()
        await olena.answer()
        await olena.wait_state("waiting")
        fetched = await bench.client.calls(call.sid).fetch_async()
        assert fetched.status == "in-progress"
        listed = await bench.client.calls.list_async(to=OLENA, status="in-progress")
        assert [one.sid for one in listed] == [call.sid]
        ended = await bench.client.calls(call.sid).update_async(status="completed")
        assert ended.status == "completed"
        await asyncio.sleep(0.1)
        progress = bench.product.events("/progress", "CallStatus")
        assert progress == ["initiated", "ringing", "in-progress", "completed"]


async def test_a_caller_is_moved_on_air_held_unheld_and_taken_out() -> None:
    async with open_bench() as bench, open_control(bench.base) as control:
        client, product = bench.client, bench.product
        phones = [await take_phone(control, number) for number in (OFFICIAL, OLENA)]
        for phone, path in zip(phones, ("/official", "/citizen"), strict=True):
            await phone.dial(HOTLINE)
            view = await phone.wait_state("waiting")
            await client.calls(view.call_sid).update_async(url=product.url(path))
            await phone.wait_state("on-air", "lobby")
        await phones[1].wait_state("on-air")
        found = await client.conferences.list_async(friendly_name="s-1-air", status="in-progress")
        assert len(found) == 1
        people = await client.conferences(found[0].sid).participants.list_async()
        assert [one.label for one in people] == ["official", "citizen"]
        official = client.conferences(found[0].sid).participants("official")
        held = await official.update_async(hold=True, hold_url=product.url("/hold"))
        assert held.hold is True
        await phones[0].wait_heard("Хвилинку")
        assert (await official.update_async(hold=False)).hold is False
        assert (await official.update_async(muted=True)).muted is True
        await official.update_async(announce_url=product.url("/hold"))
        await phones[0].wait_heard("Хвилинку")
        citizen = client.conferences(found[0].sid).participants("citizen")
        assert await citizen.delete_async() is True
        await phones[1].wait_state("idle")
        done = await client.conferences(found[0].sid).update_async(status="completed")
        assert done.sid == found[0].sid
        await phones[0].wait_state("idle")
        assert (await client.conferences(found[0].sid).fetch_async()).status == "completed"
        assert await client.conferences(found[0].sid).participants.list_async() == []


async def test_queues_and_their_members() -> None:
    async with open_bench() as bench, open_control(bench.base) as control:
        queue = await bench.client.queues.create_async(friendly_name="s-1-wait", max_size=5)
        olena = await take_phone(control, OLENA)
        await olena.dial(HOTLINE)
        await olena.wait_state("waiting")
        members = await bench.client.queues(queue.sid).members.list_async()
        assert [member.position for member in members] == [1]
        assert (await bench.client.queues(queue.sid).fetch_async()).current_size == 1
        with pytest.raises(TwilioRestException) as refused:
            await bench.client.queues(queue.sid).delete_async()
        assert refused.value.code == 22004
        front = bench.client.queues(queue.sid).members("Front")
        await front.update_async(url=bench.product.url("/citizen"))
        await olena.wait_state("lobby")
        assert await bench.client.queues(queue.sid).delete_async() is True
        assert await bench.client.queues.list_async() == []


async def test_a_text_message_reaches_the_inbox_and_reports_its_way() -> None:
    async with open_bench() as bench, open_control(bench.base) as control:
        sent = await bench.client.messages.create_async(
            to=TARAS,
            from_="Hotline",
            body="Код 418205",
            status_callback=bench.product.url("/sms"),
        )
        assert (sent.status, sent.num_segments) == ("queued", "1")
        taras = await take_phone(control, TARAS)
        assert (await taras.wait_sms("418205")).sender == "Hotline"
        await asyncio.sleep(0.1)
        assert bench.product.events("/sms", "MessageStatus") == ["queued", "sent", "delivered"]
        assert (await bench.client.messages(sent.sid).fetch_async()).status == "delivered"


async def test_the_voice_url_of_a_number_can_be_set_later() -> None:
    async with open_bench() as bench, open_control(bench.base) as control:
        numbers = await bench.client.incoming_phone_numbers.list_async(phone_number=HOTLINE)
        bench.product.answer("/new", "<Say>Нова адреса</Say>")
        await bench.client.incoming_phone_numbers(numbers[0].sid).update_async(
            voice_url=bench.product.url("/new"), voice_method="GET"
        )
        olena = await take_phone(control, OLENA)
        await olena.dial(HOTLINE)
        await olena.wait_heard("Нова адреса")


async def test_lists_come_in_pages() -> None:
    async with open_bench() as bench:
        for _ in range(5):
            await bench.client.messages.create_async(to=TARAS, from_=HOTLINE, body="раз")
        listed = await bench.client.messages.list_async(page_size=2)
        assert len(listed) == 5


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"to": "", "from_": HOTLINE, "url": "http://product.test/in"}, 21201),
        ({"to": "abc", "from_": HOTLINE, "url": "http://product.test/in"}, 21211),
        ({"to": OLENA, "from_": TARAS, "url": "http://product.test/in"}, 21210),
        ({"to": OLENA, "from_": HOTLINE, "url": "/in"}, 21205),
    ],
)
async def test_calls_that_cannot_be_made_are_refused(values: dict[str, str], code: int) -> None:
    async with open_bench() as bench:
        with pytest.raises(TwilioRestException) as refused:
            await bench.client.calls.create_async(**values)
        assert (refused.value.status, refused.value.code) == (400, code)


async def test_unknown_things_ended_calls_and_strangers_are_refused() -> None:
    async with open_bench() as bench, open_control(bench.base) as control:
        with pytest.raises(TwilioRestException) as missing:
            await bench.client.calls("CA" + "0" * 32).fetch_async()
        assert (missing.value.status, missing.value.code) == (404, 20404)
        olena = await take_phone(control, OLENA)
        await olena.dial(HOTLINE)
        sid = (await olena.wait_state("waiting")).call_sid
        await olena.hang_up()
        with pytest.raises(TwilioRestException) as ended:
            await bench.client.calls(sid).update_async(url=bench.product.url("/citizen"))
        assert ended.value.code == 21220
        path = f"{bench.base}/2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json"
        async with httpx.AsyncClient() as stranger:
            answer = await stranger.get(path, auth=(ACCOUNT_SID, "wrong"))
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)


async def test_an_error_on_purpose_and_an_answer_that_gets_lost() -> None:
    async with open_bench() as bench:
        faults = bench.simulator.faults
        faults.add(
            FaultRule(
                kind=FaultKind.ERROR, on="rest", match="POST", times=1, status=429, code=20429
            )
        )
        faults.add(
            FaultRule(kind=FaultKind.LOST_ANSWER, on="rest", match="Messages", times=1, status=500)
        )
        codes = []
        for _ in range(2):
            with pytest.raises(TwilioRestException) as refused:
                await bench.client.messages.create_async(to=TARAS, from_=HOTLINE, body="раз")
            codes.append(refused.value.status)
        assert codes == [429, 500]
        assert len(await bench.client.messages.list_async()) == 1
