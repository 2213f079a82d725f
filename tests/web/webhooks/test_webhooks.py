"""Attacks and repetitions against every webhook, on the real database."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import pytest
from litestar import Litestar
from tests.factories import SECRET
from tests.services.telephony import Show, book, make_live_show, make_show

from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.web.errors import exception_handlers
from hotline_sessions.web.webhooks.routes import REPORTED, SPOKEN, twilio_router
from hotline_sessions.web.webhooks.setup import TwilioSetup


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

BASE = "https://hotline.example.gov.ua"
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "5" * 32
CALL = "CA" + "c" * 32
PATHS = sorted(path for handler in (*SPOKEN, *REPORTED) for path in handler.paths)
FORM = {
    "AccountSid": ACCOUNT,
    "CallSid": CALL,
    "CallStatus": "ringing",
    "From": "+380501234567",
    "To": "+380800502708",
    "Direction": "inbound",
    "FutureField": "kept and ignored",
}


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Caller:
    """Twilio, or somebody who pretends to be it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(
        self, path: str, form: dict[str, str], signature: str | None = None
    ) -> tuple[int, str]:
        """Status and text of the answer; genuine unless ``signature`` is given."""
        response = await self.client.post(
            f"/tw/v1{path}",
            content=urlencode(form),
            headers={
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "X-Twilio-Signature": sign(f"{BASE}/tw/v1{path}", form)
                if signature is None
                else signature,
            },
        )
        return response.status_code, response.text


@pytest.fixture
async def show() -> Show:
    return await make_live_show()


@pytest.fixture
async def caller(show: Show) -> AsyncIterator[Caller]:
    setup = TwilioSetup(
        public_base_url=BASE,
        account_sid=ACCOUNT,
        secrets=(TOKEN,),
        booking_secret=SECRET,
        clock=show.clock,
    )
    app = Litestar(
        [twilio_router(setup)],
        exception_handlers=exception_handlers(),
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(cast("Any", app))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Caller(client)


async def count_deliveries() -> int:
    count: int = await fetch_value("select count(*) from webhook_delivery where source <> 'test'")
    return count


async def test_a_genuine_call_is_answered_by_twiml_and_written_down(caller: Caller) -> None:
    response = await caller.client.post(
        "/tw/v1/in",
        content=urlencode(FORM),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(f"{BASE}/tw/v1/in", FORM),
        },
    )

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/xml")
    assert "<Gather" in response.text
    body = await fetch_value("select body from webhook_delivery where source = 'voice'")
    assert json.loads(body)["FutureField"] == "kept and ignored"


def list_forgeries(url: str) -> list[str]:
    """Signatures that are none: absent, invented, or of something else."""
    return [
        "",
        "rubbish",
        sign(url, FORM, "f" * 32),
        sign(url + "/", FORM),
        sign(url.replace("https", "http"), FORM),
        sign(url.replace(".ua/", ".ua:8443/"), FORM),
        sign(url, FORM | {"Digits": "1"}),
    ]


async def test_forged_webhooks_are_refused_everywhere_and_leave_no_trace(caller: Caller) -> None:
    """TEL-01."""
    statuses = {
        (await caller.post(path, FORM, forgery))[0]
        for path in PATHS
        for forgery in list_forgeries(f"{BASE}/tw/v1{path}")
    }

    assert statuses == {403}
    assert await count_deliveries() == 0


async def test_another_account_is_refused_everywhere(caller: Caller) -> None:
    """TEL-08."""
    foreign = FORM | {"AccountSid": "AC" + "6" * 32}

    assert {(await caller.post(path, foreign))[0] for path in PATHS} == {403}
    assert await count_deliveries() == 0


async def test_a_call_to_a_foreign_number_is_refused(caller: Caller) -> None:
    """TEL-08."""
    status, _ = await caller.post("/in", FORM | {"To": "+380440000000"})

    assert status == 403
    assert await count_deliveries() == 0


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b'{"CallSid": 1}', "application/json", id="json"),
        pytest.param(b"\xff\xfe\x00", "application/x-www-form-urlencoded", id="bytes"),
        pytest.param(b"", "application/x-www-form-urlencoded", id="empty"),
        pytest.param(b"--x--", "multipart/form-data; boundary=x", id="multipart"),
        pytest.param(b"a=" + b"b" * 1_000_000, "application/x-www-form-urlencoded", id="1-mb"),
        pytest.param(b"A=1&A=2", "application/x-www-form-urlencoded", id="twice"),
    ],
)
async def test_a_body_that_is_no_form_is_refused_without_a_fault_of_ours(
    caller: Caller, content: bytes, kind: str
) -> None:
    """TEL-04."""
    for path in PATHS:
        response = await caller.client.post(
            f"/tw/v1{path}", content=content, headers={"Content-Type": kind}
        )
        assert 400 <= response.status_code < 500, path


async def test_addresses_that_are_none_of_ours_are_refused(caller: Caller) -> None:
    paths = [
        "/in/code",
        "/in/code?leg=..%2F..&n=1",
        "/in/code?leg=0000000000&n=x",
        "/bye?leg=0000000000&why=because",
        "/air/join?leg=0000000000",
    ]

    assert [(await caller.post(path, FORM))[0] for path in paths] == [400] * len(paths)
    assert await count_deliveries() == 0


async def test_a_leg_answers_to_its_own_call_only(caller: Caller, show: Show) -> None:
    citizen = await show.wait(None)
    await show.put_next()

    status, _ = await caller.post(f"/air/join?leg={await show.name(citizen)}&t=1", FORM)

    assert status == 403


async def test_all_that_was_sent_once_may_be_sent_again_in_any_order(
    caller: Caller, show: Show
) -> None:
    """TEL-05: replayed a year later, it changes nothing and is answered the same."""
    leg = f"/q/left?leg={'0' * 10}&n=0"
    sent = [
        ("/in", FORM),
        ("/status", FORM | {"CallStatus": "in-progress", "SequenceNumber": "1"}),
        ("/status", FORM | {"CallStatus": "completed", "SequenceNumber": "2"}),
    ]
    first = [await caller.post(path, form) for path, form in sent]
    trace = await dump()
    show.clock.set(show.clock.now().replace(year=2027))

    again = [await caller.post(path, form) for path, form in reversed(sent)]

    assert again == list(reversed(first))
    assert await dump() == trace
    assert (await caller.post(leg, FORM))[0] == 404


async def dump() -> list[object]:
    tables = ["call", "call_event", "webhook_delivery", "phone_command", "session", "booking"]
    return [
        [tuple(row.values()) for row in await fetch_rows(f"select * from {table} order by id")]  # noqa: S608
        for table in tables
    ]


async def test_a_waiting_caller_is_spoken_to_without_a_trace(caller: Caller, show: Show) -> None:
    citizen = await show.wait(None)
    before = await dump()

    status, text = await caller.post(
        f"/q/wait?leg={await show.name(citizen)}", FORM | {"CallSid": citizen, "QueuePosition": "9"}
    )

    assert status == 200
    assert "перший" in text
    assert await dump() == before


async def test_a_code_is_not_kept_in_the_inbox(caller: Caller) -> None:
    waiting = await make_show()
    taken = await book(waiting)
    await caller.post("/in", FORM)
    leg = await fetch_value("select public_id from call where sid = $1", CALL)

    await caller.post(f"/in/code?leg={leg}&n=1", FORM | {"Digits": taken.code})

    assert taken.code not in str(await fetch_rows("select body, reply from webhook_delivery"))


async def test_a_code_may_be_said_where_a_telephone_has_no_tones(
    caller: Caller, show: Show
) -> None:
    taken = await book(show, slot=3)
    await caller.post("/in", FORM)
    leg = await fetch_value("select public_id from call where sid = $1", CALL)
    digits = ["нуль", "один", "два", "три", "чотири", "п’ять", "шість", "сім", "вісім", "дев’ять"]
    said = " ".join(digits[int(digit)] for digit in taken.code)

    _, unclear = await caller.post(f"/in/code?leg={leg}&n=1", FORM | {"SpeechResult": "Алло!"})
    await caller.post(f"/in/code?leg={leg}&n=2", FORM | {"SpeechResult": said})

    assert 'input="dtmf speech"' in unclear
    assert await fetch_value("select booking from call where sid = $1", CALL) == taken.booking.id
    assert said not in str(await fetch_rows("select body, reply from webhook_delivery"))


async def test_conference_events_without_a_participant_decide_nothing(caller: Caller) -> None:
    form = {
        "AccountSid": ACCOUNT,
        "ConferenceSid": "CF" + "1" * 32,
        "FriendlyName": "s-0123456789-air",
        "StatusCallbackEvent": "conference-start",
        "SequenceNumber": "3",
    }
    status, _ = await caller.post("/conf?s=0123456789", form)

    assert status == 204
