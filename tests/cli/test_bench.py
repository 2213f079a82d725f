"""The bench measures what it says it measures, and fails when the goals are missed."""

import json

import pytest
from click.testing import CliRunner

from hotline_sessions.cli import hotline
from hotline_sessions.cli.bench_callers import (
    AUTH_TOKEN,
    Orders,
    build_facts,
    build_webhook,
    read_orders,
)
from hotline_sessions.cli.bench_http import read_length
from hotline_sessions.cli.bench_load import LONGEST, Sample
from hotline_sessions.cli.bench_network import Network
from hotline_sessions.cli.bench_report import (
    Cost,
    Latency,
    Phase,
    count_errors,
    count_refused,
    measure_kinds,
    measure_latency,
)
from hotline_sessions.gateways.twilio.payloads import VoiceForm, parse_fields, read_form
from hotline_sessions.gateways.twilio.signature import Signatory


BASE = "http://127.0.0.1:1"
WAIT = (
    '<Response><Say>…</Say><Enqueue action="http://127.0.0.1:1/tw/v1/q/left?leg=a&amp;n=0#rc=5" '
    'waitUrl="http://127.0.0.1:1/tw/v1/q/wait?leg=a#rc=5">s-a-wait</Enqueue></Response>'
)
ROOM = (
    '<Response><Dial action="http://127.0.0.1:1/tw/v1/air/after?leg=a&amp;t=1">'
    '<Conference beep="false" statusCallback="http://127.0.0.1:1/tw/v1/conf?s=b">s-b-air'
    "</Conference></Dial></Response>"
)


def make_samples(*milliseconds: float) -> list[Sample]:
    return [Sample("/in", 0.0, each / 1000, 200) for each in milliseconds]


def make_phase(latency: Latency, **more: object) -> Phase:
    facts = {"errors": 0, "refused": {}} | more
    return Phase(
        name="sustained",
        rate=1,
        seconds=1,
        all=latency,
        by_kind={},
        errors=facts["errors"],  # type: ignore[arg-type]
        refused=facts["refused"],  # type: ignore[arg-type]
        generator_late_ms=0,
        cost=Cost(web=0, database=0, generator=0),
    )


def test_percentiles_are_those_of_the_samples() -> None:
    latency = measure_latency(make_samples(*range(100, 0, -1)))

    assert (latency.p50, latency.p95, latency.p99, latency.longest) == (50, 95, 99, 100)
    assert measure_kinds(make_samples(1)) == {"/in": measure_latency(make_samples(1))}


def test_what_is_lost_late_or_refused_is_counted() -> None:
    samples = [
        Sample("/in", 0.0, 0.1, 0),
        Sample("/in", 0.0, LONGEST + 1, 200),
        Sample("/in", 0.0, 0.1, 503),
        Sample("/in", 0.0, 0.1, 204),
    ]

    assert count_errors(samples, unanswered=2) == 4
    assert count_refused(samples) == {"503": 1}


@pytest.mark.parametrize(
    ("phase", "is_met"),
    [
        (make_phase(Latency(count=1, p50=1, p95=300, p99=500, longest=5000)), True),
        (make_phase(Latency(count=1, p50=1, p95=301, p99=500, longest=500)), False),
        (make_phase(Latency(count=1, p50=1, p95=300, p99=501, longest=501)), False),
        (make_phase(Latency(count=1, p50=1, p95=1, p99=1, longest=1), errors=1), False),
        (make_phase(Latency(count=1, p50=1, p95=1, p99=1, longest=1), refused={"503": 1}), False),
    ],
)
def test_the_goals_are_met_or_missed(phase: Phase, is_met: bool) -> None:  # noqa: FBT001 - a case
    assert phase.is_met is is_met


def test_a_webhook_of_the_bench_is_one_that_the_product_accepts() -> None:
    facts = build_facts(
        "CA" + "1" * 32, caller="+380671112233", called="+380800500000", direction="inbound"
    )
    webhook = build_webhook(f"{BASE}/tw/v1/in?a=b#rc=5", facts | {"CallStatus": "ringing"})
    head, _, body = webhook.data.partition(b"\r\n\r\n")
    signature = head.partition(b"X-Twilio-Signature: ")[2].partition(b"\r\n")[0].decode()
    fields = parse_fields(body)

    assert head.startswith(b"POST /tw/v1/in?a=b HTTP/1.1\r\n")
    assert read_length(head) == len(body)
    assert Signatory(base_url=BASE, tokens=(AUTH_TOKEN,)).has_signed(
        "/tw/v1/in?a=b", fields, signature=signature
    )
    assert read_form(fields, VoiceForm).call_status == "ringing"


def test_orders_are_read_as_the_network_would() -> None:
    assert read_orders(WAIT) == Orders(
        verb="Enqueue",
        action=f"{BASE}/tw/v1/q/left?leg=a&n=0#rc=5",
        wait=f"{BASE}/tw/v1/q/wait?leg=a#rc=5",
    )
    assert read_orders("<Response><Hangup/></Response>") == Orders()
    assert read_orders("<Response><Redirect>http://x/y</Redirect></Response>").verb == "Redirect"


def test_a_caller_who_is_moved_from_the_queue_leaves_it_and_asks_at_both_addresses() -> None:
    network = Network(BASE, ["+380800500000"])
    _, step = network.call_in()
    network.follow(step, WAIT, 0.0)
    assert network.waiting == [step.caller]

    network.move(step.caller, f"{BASE}/tw/v1/air/join?leg=a&t=1", 1.0)
    sent = [network.next_due(1.0) for _ in range(3)]

    assert network.waiting == []
    assert [found[0].kind for found in sent if found] == ["/tw/v1/q/left", "/tw/v1/air/join"]


def test_a_talk_ends_by_itself_and_everything_is_reported() -> None:
    network = Network(BASE, ["+380800500000"])
    _, step = network.call_in()
    network.follow(step, ROOM, 0.0)
    kinds = []
    for moment in (0.0, 100.0):
        while found := network.next_due(moment):
            kinds.append(found[0].kind)

    assert [kind.removeprefix("/tw/v1") for kind in kinds] == [
        "/conf",
        "/conf",
        "/air/after",
        "/status",
    ]
    assert network.calls == {}


@pytest.mark.story
def test_the_product_is_measured_with_its_own_database() -> None:
    options = ["--rate", "20", "--seconds", "2", "--burst", "0", "--workers", "1", "--json"]
    done = CliRunner().invoke(
        hotline, ["bench", "webhooks", "--sessions", "2", "--waiting", "6", *options]
    )

    assert done.exit_code in {0, 1}, done.output
    report = json.loads(done.stdout)
    (phase,) = report["phases"]
    assert phase["all"]["count"] == 40
    assert (phase["errors"], phase["refused"]) == (0, {})
    assert "/tw/v1/q/wait" in phase["by_kind"]
    assert phase["constant"]["count"] == 40
