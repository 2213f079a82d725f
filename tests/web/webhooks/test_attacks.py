"""A whole call as Twilio sends it, and what somebody who has listened may do with it."""

import asyncio
import base64
import hmac
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import pytest
from litestar import Litestar
from tests.factories import SECRET
from tests.services.telephony import Show, make_live_show

from hotline_sessions.cli.bench_callers import read_orders
from hotline_sessions.domain.calls import AirTaken, CallState
from hotline_sessions.gateways.twilio.addresses import room_of
from hotline_sessions.gateways.twilio.signature import Scheme, SharedKey
from hotline_sessions.services.inbox import forget_bodies
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.web.errors import exception_handlers
from hotline_sessions.web.webhooks import genuine
from hotline_sessions.web.webhooks.routes import twilio_router
from hotline_sessions.web.webhooks.setup import TwilioSetup


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

BASE = "https://hotline.example.gov.ua"
TOKEN = "0123456789abcdef0123456789abcdef"
KEY = SharedKey(sid="SKpresent", secret="c" * 40)
ACCOUNT = "AC" + "5" * 32
CALL = "CA" + "c" * 32
CONFERENCE = "CF" + "d" * 32
FORM = {
    "AccountSid": ACCOUNT,
    "CallSid": CALL,
    "CallStatus": "in-progress",
    "Direction": "inbound",
    "From": "+380501234567",
    "To": "+380800502708",
}
USED = {"AccountSid", "CallSid", "CallStatus", "From", "To", "ConferenceSid", "FriendlyName"}
"""Fields that decide; others may be missing or misspelt, and then say nothing."""
Request = tuple[str, dict[str, str]]
Answer = tuple[int, str]


def sign(url: str, form: dict[str, str], secret: str = TOKEN, algorithm: str = "sha1") -> str:
    """Written from Twilio's description and not with its library."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), algorithm)).decode()


class Network:
    """Twilio, and whoever repeats what Twilio has sent."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """Status and text of the answer; signed by the token unless ``headers`` say else."""
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(f"{BASE}/tw/v1{path}", form),
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.client.post(f"/tw/v1{path}", content=urlencode(form), headers=sent)
        return response.status_code, response.text

    async def send_all(self, requests: list[Request]) -> list[Answer]:
        """Answers to all of them, in order."""
        return [await self.post(path, form) for path, form in requests]


def make_setup(show: Show, **more: Any) -> TwilioSetup:  # noqa: ANN401 - fields of the setup
    return TwilioSetup(
        public_base_url=BASE,
        account_sid=ACCOUNT,
        secrets=(TOKEN,),
        booking_secret=SECRET,
        clock=show.clock,
        **more,
    )


def make_client(setup: TwilioSetup) -> httpx.AsyncClient:
    app = Litestar(
        [twilio_router(setup)],
        exception_handlers=exception_handlers(),
        openapi_config=None,
        logging_config=None,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", app)), base_url=BASE)


@pytest.fixture
async def show() -> Show:
    return await make_live_show()


@pytest.fixture
async def network(show: Show) -> AsyncIterator[Network]:
    async with make_client(make_setup(show)) as client:
        yield Network(client)


def room_event(show: Show, event: str, number: int, **more: str) -> Request:
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": CALL,
        "ConferenceSid": CONFERENCE,
        "FriendlyName": room_of(show.session.public_id),
        "SequenceNumber": str(number),
        "StatusCallbackEvent": event,
    }
    return f"/conf?s={show.session.public_id}", form | more


def path_of(url: str) -> str:
    """An address of ours as it is signed, without the base that all have in common."""
    return url.removeprefix(f"{BASE}/tw/v1").partition("#")[0]


async def summon(show: Show) -> tuple[str, int]:
    """The caller is put through, by the operator or by the session itself: leg and turn."""
    with suppress(AirTaken):
        await show.put_next()
    (row,) = await fetch_rows("select public_id, turn from call where sid = $1", CALL)
    return row["public_id"], row["turn"]


async def play_call(show: Show, network: Network) -> tuple[list[Request], list[Answer]]:
    """A citizen calls, waits, talks and hangs up: everything that was sent, and answered."""
    requests: list[Request] = []
    answers: list[Answer] = []

    async def send(path: str, form: dict[str, str]) -> None:
        requests.append((path, form))
        answers.append(await network.post(path, form))

    await send("/in", FORM | {"CallStatus": "ringing"})
    while (orders := read_orders(answers[-1][1])).verb == "Gather":
        await send(path_of(orders.action), FORM | {"Digits": "0"})
    leg, turn = await summon(show)
    await send(f"/q/left?leg={leg}&n=0", FORM | {"QueueResult": "redirected"})
    await send(f"/air/join?leg={leg}&t={turn}", FORM)
    await send(*room_event(show, "participant-join", 3))
    over = {"ParticipantCallStatus": "completed", "ReasonParticipantLeft": "participant_hung_up"}
    await send(*room_event(show, "participant-leave", 4, **over))
    await send(f"/air/after?leg={leg}&t={turn}", FORM | {"CallStatus": "completed"})
    await send("/status", FORM | {"CallStatus": "completed"})
    return requests, answers


async def dump() -> list[object]:
    """Everything that a webhook could have an effect on, but for how late it was answered."""
    tables = (
        "call", "call_event", "phone_command", "message", "session", "booking", "question",
        "webhook_delivery",
    )  # fmt: skip
    return [
        [tuple(row.values()) for row in await fetch_rows(f"select * from {table} order by id")]  # noqa: S608 - ours
        for table in tables
    ]


async def test_a_whole_call_is_answered_well_and_ends(show: Show, network: Network) -> None:
    _, answers = await play_call(show, network)

    assert {status for status, _ in answers} <= {200, 204}
    assert await show.state(cast("Any", CALL)) is CallState.ENDED


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "delay", [timedelta(), timedelta(minutes=1)], ids=["at-once", "a-minute-later"]
)
async def test_a_call_that_is_sent_again_in_any_order_changes_nothing(
    show: Show, network: Network, delay: timedelta, seed: int
) -> None:
    """TEL-05."""
    requests, answers = await play_call(show, network)
    before = await dump()
    show.clock.set(show.clock.now() + delay)
    order = random.Random(seed).sample(range(len(requests)), len(requests))  # noqa: S311 - an order

    again = await network.send_all([requests[number] for number in order])

    assert again == [answers[number] for number in order]
    assert await dump() == before


async def test_a_call_that_is_sent_again_after_a_year_changes_nothing(
    show: Show, network: Network
) -> None:
    """TEL-05: what the webhooks said is forgotten by then, and that they came is not."""
    requests, answers = await play_call(show, network)
    show.clock.set(show.clock.now() + timedelta(days=400))
    while await forget_bodies(clock=show.clock):
        pass
    before = await dump()

    again = await network.send_all(requests)

    assert [status for status, _ in again] == [status for status, _ in answers]
    assert await dump() == before


async def test_every_webhook_that_is_sent_three_times_at_once_counts_once(
    show: Show, network: Network
) -> None:
    first = [network.post("/in", FORM | {"CallStatus": "ringing"}) for _ in range(3)]
    assert len(set(await asyncio.gather(*first))) == 1

    over = [network.post("/status", FORM | {"CallStatus": "completed"}) for _ in range(3)]
    assert await asyncio.gather(*over) == [(204, "")] * 3

    assert await fetch_value("select count(*) from call where sid = $1", CALL) == 1
    assert await fetch_value("select count(*) from webhook_delivery where source <> 'test'") == 2


LAST = list(itertools.permutations(range(4)))


@pytest.mark.parametrize("order", random.Random(1).sample(LAST, 8))  # noqa: S311 - a choice
async def test_the_reports_of_an_end_may_come_in_any_order(
    show: Show, network: Network, order: tuple[int, ...]
) -> None:
    """TEL-06."""
    _, text = await network.post("/in", FORM | {"CallStatus": "ringing"})
    while (orders := read_orders(text)).verb == "Gather":
        _, text = await network.post(path_of(orders.action), FORM | {"Digits": "0"})
    leg, turn = await summon(show)
    await network.post(f"/air/join?leg={leg}&t={turn}", FORM)
    over = {"ParticipantCallStatus": "completed", "ReasonParticipantLeft": "participant_hung_up"}
    reports = [
        room_event(show, "participant-join", 3),
        room_event(show, "participant-leave", 4, **over),
        (f"/air/after?leg={leg}&t={turn}", FORM | {"CallStatus": "completed"}),
        ("/status", FORM | {"CallStatus": "completed"}),
    ]

    answers = await network.send_all([reports[number] for number in order])

    assert {status for status, _ in answers} <= {200, 204}
    assert await show.state(cast("Any", CALL)) is CallState.ENDED


async def test_a_call_of_another_account_has_no_effect_even_if_signed(
    show: Show, network: Network
) -> None:
    """TEL-08."""
    requests, _ = await play_call(show, network)
    before = await dump()
    foreign = [(path, form | {"AccountSid": "AC" + "6" * 32}) for path, form in requests]

    assert {status for status, _ in await network.send_all(foreign)} == {403}
    assert await dump() == before


async def test_borders_shifted_between_names_and_values_have_no_effect(
    show: Show, network: Network
) -> None:
    """TEL-02: the same signature fits; a form that says something else does not."""
    requests, _ = await play_call(show, network)
    before = await dump()
    for path, form in requests:
        signature = sign(f"{BASE}/tw/v1{path}", form)
        for name in form:
            shifted = dict(form)
            value = shifted.pop(name)
            shifted[name + value[:1]] = value[1:]
            status, _ = await network.post(path, shifted, X_Twilio_Signature=signature)
            assert status in {400, 403} or name not in USED, (path, name)

    assert await dump() == before


@pytest.mark.parametrize("body", ["CallSid={0}&CallSid={0}", "CallSid={0}&CallSid=CA1"])
async def test_a_name_given_twice_is_refused(network: Network, body: str) -> None:
    """TEL-03."""
    content = f"AccountSid={ACCOUNT}&{body.format(CALL)}&CallStatus=completed&From=&To="
    form = dict(pair.split("=") for pair in content.split("&"))
    response = await network.client.post(
        "/tw/v1/status",
        content=content,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(f"{BASE}/tw/v1/status", form),
        },
    )

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", "CA" + "g" * 32),
        ("CallSid", "'; drop table call; --"),
        ("CallStatus", "in progress"),
        ("From", "javascript:alert(1)"),
        ("To", "+380800502708\r\nX: y"),
    ],
)
async def test_malformed_values_are_refused_though_signed(
    network: Network, name: str, value: str
) -> None:
    """TEL-09."""
    status, _ = await network.post("/in", FORM | {name: value})

    assert status == 400
    assert await fetch_value("select count(*) from webhook_delivery where source <> 'test'") == 0


@pytest.mark.parametrize(
    "caller", ["", "anonymous", "+266696687", "0501234567", "sip:+380501234567@trunk.ua"]
)
async def test_a_caller_from_anywhere_is_let_in(network: Network, caller: str) -> None:
    status, text = await network.post("/in", FORM | {"From": caller})

    assert status == 200
    assert "<Response>" in text


async def test_a_token_does_not_prove_what_a_shared_key_must(show: Show) -> None:
    """TEL-07."""
    form = FORM | {"CallStatus": "ringing"}
    url = f"{BASE}/tw/v1/in"
    setup = make_setup(show, scheme=Scheme.SHARED_KEY, shared_keys=(KEY,))
    named = f"key={KEY.sid},algorithm="
    async with make_client(setup) as client:
        network = Network(client)
        by_key = sign(url, form, KEY.secret, "sha256")
        weaker = sign(url, form, KEY.secret)
        header = "X_Twilio_Webhooks_Signature_Settings"
        refused = [
            await network.post("/in", form),
            await network.post("/in", form, **{header: f"{named}HMAC_SHA256"}),
            await network.post(
                "/in", form, X_Twilio_Signature=weaker, **{header: f"{named}HMAC_SHA1"}
            ),
            await network.post("/in", form, X_Twilio_Signature=by_key),
        ]
        assert {status for status, _ in refused} == {403}
        assert (
            await fetch_value("select count(*) from webhook_delivery where source <> 'test'") == 0
        )

        status, _ = await network.post(
            "/in", form, X_Twilio_Signature=by_key, **{header: f"{named}HMAC_SHA256"}
        )

    assert status == 200


async def test_a_body_that_does_not_come_is_not_waited_for(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(genuine, "BODY_SECONDS", 0.01)

    async def drip() -> AsyncIterator[bytes]:
        yield b"AccountSid="
        await asyncio.Event().wait()

    async with make_client(make_setup(show)) as client:
        app = cast("Any", client)._transport.app  # noqa: SLF001 - the transport would wait for it
        sent: list[dict[str, Any]] = []
        chunks = drip()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": await anext(chunks), "more_body": True}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "https",
            "path": "/tw/v1/in",
            "raw_path": b"/tw/v1/in",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        async with asyncio.timeout(10):
            await app(scope, receive, send)

    assert sent[0]["status"] == 408
