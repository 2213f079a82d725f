import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phonesim.product import FakeProduct
from tests.phonesim.served import free_port, serve
from twilio.request_validator import RequestValidator

from hotline_sessions.phonesim.clock import RealClock, VirtualClock
from hotline_sessions.phonesim.config import AUTH_TOKEN, WebhookPolicy
from hotline_sessions.phonesim.faults import FaultKind, FaultRule, Faults
from hotline_sessions.phonesim.policy import split_overrides
from hotline_sessions.phonesim.signing import compute_signature
from hotline_sessions.phonesim.webhooks import DeliveryFailed, WebhookSender


WORDS = st.text(max_size=20)


@given(values=st.dictionaries(WORDS, WORDS, max_size=8))
def test_the_signature_is_the_one_the_official_validator_computes(values: dict[str, str]) -> None:
    url = "https://hotline.example/tw/v1/in?leg=L1&n=2"
    ours = compute_signature(AUTH_TOKEN, url + "#rc=5&rp=all", list(values.items()))
    assert RequestValidator(AUTH_TOKEN).validate(url, values, ours)


def test_repeated_values_are_signed_once_and_sorted() -> None:
    pairs = [("A", "2"), ("A", "1"), ("A", "2")]
    assert compute_signature("t", "http://x/", pairs) == compute_signature(
        "t", "http://x/", [("A", "1"), ("A", "2")]
    )


def test_overrides_in_the_fragment_change_the_policy_within_its_bounds() -> None:
    url = "https://a.example/x?y=1#rc=9&rp=ct,5xx&ct=2000&rt=5000&tt=99000"
    bare, policy = split_overrides(url, WebhookPolicy())
    assert bare == "https://a.example/x?y=1"
    assert (policy.retries, policy.retry_on) == (5, ("ct", "5xx"))
    assert (policy.connect_timeout, policy.read_timeout) == (2.0, 5.0)
    assert policy.total_timeout == 15.0
    assert split_overrides("http://a/", WebhookPolicy())[1] == WebhookPolicy()


def make_sender(product: FakeProduct, faults: Faults | None = None) -> WebhookSender:
    clock = VirtualClock()
    return WebhookSender(
        token=AUTH_TOKEN,
        policy=WebhookPolicy(pauses=(0.0,)),
        clock=clock,
        wall=RealClock(),
        faults=faults or Faults(1),
        transport=httpx.ASGITransport(product),
    )


@pytest.mark.anyio
async def test_server_errors_are_retried_only_when_the_url_asks_for_it() -> None:
    product = FakeProduct()
    product.failures = {"/a": [503], "/b": [503, 500]}
    sender = make_sender(product)
    with pytest.raises(DeliveryFailed):
        await sender.send(product.url("/a"), "POST", [("CallSid", "CA1")])
    answer = await sender.send(product.url("/b#rc=2&rp=5xx"), "POST", [("CallSid", "CA1")])
    await sender.close()
    assert answer.status == 204
    assert [path for path, _ in product.requests] == ["/a", "/b", "/b", "/b"]
    tokens = [headers.get("i-twilio-idempotency-token") for headers in product.headers]
    assert tokens[:2] == [None, None]
    assert tokens[2] == tokens[3] is not None
    assert product.bad_signatures == 0


@pytest.mark.anyio
async def test_a_get_carries_its_parameters_in_a_signed_query() -> None:
    product = FakeProduct()
    sender = make_sender(product)
    await sender.send(product.url("/hold?leg=1"), "GET", [("CallSid", "CA1"), ("From", "+380")])
    await sender.close()
    assert product.asked("/hold") == [{"leg": "1", "CallSid": "CA1", "From": "+380"}]
    assert product.bad_signatures == 0


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "times"),
    [(FaultKind.DUPLICATE, 2), (FaultKind.DROP, 0), (FaultKind.DELAY, 0)],
)
async def test_status_callbacks_are_doubled_dropped_or_delayed_by_rule(
    kind: FaultKind, times: int
) -> None:
    product, faults = FakeProduct(), Faults(7)
    faults.add(FaultRule(kind=kind, match="participant-join", times=1, seconds=60))
    sender = make_sender(product, faults)
    await sender.report(product.url("/conf"), [("StatusCallbackEvent", "participant-join")])
    await asyncio.sleep(0.02)
    assert len(product.asked("/conf")) == times
    await sender.report(product.url("/conf"), [("StatusCallbackEvent", "participant-join")])
    await asyncio.sleep(0.02)
    await sender.close()
    assert len(product.asked("/conf")) == times + 1


def test_the_same_seed_brings_the_same_faults() -> None:
    def strike(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(FaultRule(kind=FaultKind.DROP, probability=0.5))
        return [bool(faults.choose("webhook", "x")) for _ in range(40)]

    assert strike(3) == strike(3)
    assert strike(3) != strike(4)


@pytest.mark.anyio
async def test_a_product_that_comes_back_after_two_seconds_gets_the_webhook() -> None:
    port = free_port()
    product = FakeProduct(f"http://127.0.0.1:{port}")
    sender = WebhookSender(
        token=AUTH_TOKEN,
        policy=WebhookPolicy(),
        clock=RealClock(),
        wall=RealClock(),
        faults=Faults(1),
    )
    url = product.url("/in#rc=5&rp=all&ct=2000&rt=5000&tt=15000")
    sending = asyncio.create_task(sender.send(url, "POST", [("CallSid", "CA1")]))
    await asyncio.sleep(2)
    async with serve(product, port):
        answer = await sending
        await sender.close()
    assert answer.status == 204
    assert len(product.requests) == 1
    assert product.bad_signatures == 0
    assert {delivery.fault for delivery in sender.journal} == {"ct", ""}
