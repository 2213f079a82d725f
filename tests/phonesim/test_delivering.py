"""Webhooks straight into a product of the same process."""

from collections.abc import Mapping

import pytest
from tests.phonesim.product import FakeProduct, Receive, Scope, Send
from tests.phonesim.world import HOTLINE, OLENA, configure
from twilio.request_validator import RequestValidator, get_signature_algorithm

from hotline_sessions.phonesim.clock import VirtualClock
from hotline_sessions.phonesim.config import SharedKey
from hotline_sessions.phonesim.delivering import deliver_to_app
from hotline_sessions.phonesim.simulator import Simulator


pytestmark = pytest.mark.anyio


async def test_an_application_in_this_process_is_called_past_http() -> None:
    product, clock = FakeProduct(), VirtualClock()
    product.answer("/in", "<Say>Так</Say>")
    simulator = Simulator(configure(product), clock=clock, deliver=deliver_to_app(product))
    handset = simulator.carrier.find_handset(OLENA)
    assert handset is not None
    simulator.engine.dial(handset, HOTLINE)
    await clock.advance(10)
    await simulator.stop()
    assert [sound.text for sound in handset.sounds] == ["Так"]
    assert product.bad_signatures == 0
    assert product.asked("/status")[0]["CallStatus"] == "completed"


async def test_an_application_that_breaks_has_answered_500() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    assert await deliver_to_app(broken)("POST", "http://x.test/in", {}, b"") == (500, "")


@pytest.mark.parametrize(
    ("error", "fault"), [(ConnectionError(), "ct"), (TimeoutError(), "rt"), (None, "")]
)
async def test_who_cannot_be_reached_is_told_from_who_does_not_answer(
    error: Exception | None, fault: str
) -> None:
    async def deliver(
        method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str]:
        if error is not None:
            raise error
        return 204, ""

    clock = VirtualClock()
    simulator = Simulator(configure(FakeProduct()), clock=clock, deliver=deliver)
    handset = simulator.carrier.find_handset(OLENA)
    assert handset is not None
    simulator.engine.dial(handset, HOTLINE)
    await clock.advance(30)
    await simulator.stop()
    assert simulator.sender.journal[0].fault == fault


async def test_a_shared_key_signs_in_place_of_the_token() -> None:
    seen: list[tuple[str, Mapping[str, str], str]] = []

    async def deliver(
        method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str]:
        seen.append((url, headers, body.decode()))
        return 204, ""

    key = SharedKey(sid="webhooks_sharedkey_1", secret="new secret")
    clock = VirtualClock()
    config = configure(FakeProduct(), signing=key)
    simulator = Simulator(config, clock=clock, deliver=deliver)
    await simulator.sender.send("http://x.test/a?b=1", "POST", [("CallSid", "CA1"), ("A", "я")])
    await simulator.stop()
    url, headers, body = seen[0]
    algorithm = get_signature_algorithm(headers["X-Twilio-Webhooks-Signature-Settings"])
    validator = RequestValidator("new secret")
    signature = headers["X-Twilio-Signature"]
    assert algorithm == "HMAC_SHA256"
    assert body == "CallSid=CA1&A=%D1%8F"
    assert validator.validate(url, {"CallSid": "CA1", "A": "я"}, signature, algorithm)
    assert not validator.validate(url, {"CallSid": "CA1", "A": "я"}, signature)
