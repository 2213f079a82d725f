"""What is kept of everything that happens, and how it is played again."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.phonesim.product import FakeProduct
from tests.phonesim.world import HOTLINE, OLENA, TARAS, configure, open_world

from hotline_sessions.phonesim.clock import VirtualClock
from hotline_sessions.phonesim.delivering import deliver_to_app
from hotline_sessions.phonesim.faults import FaultKind, FaultRule
from hotline_sessions.phonesim.replay import replay
from hotline_sessions.phonesim.simulator import BrokenInvariants, Simulator


pytestmark = pytest.mark.anyio

ASK = '<Gather numDigits="2" timeout="9" action="/code"><Say>Код</Say></Gather>'


def build(clock: VirtualClock, trace_path: str = "") -> tuple[Simulator, FakeProduct]:
    product = FakeProduct()
    product.answer("/in", ASK)
    product.answer("/code", "<Say>Дякуємо</Say><Pause length='60'/>")
    config = configure(product, trace_path=trace_path)
    return Simulator(config, clock=clock, deliver=deliver_to_app(product)), product


async def test_the_people_of_a_trace_do_the_same_again(tmp_path: Path) -> None:
    clock = VirtualClock()
    first, product = build(clock, str(tmp_path / "trace.jsonl"))
    olena = first.carrier.find_handset(OLENA)
    assert olena is not None
    await clock.advance(3)
    first.engine.dial(olena, HOTLINE)
    await clock.advance(2)
    first.engine.press(olena, "42")
    await clock.advance(4)
    await first.engine.hang_up(olena)
    await clock.advance(1)
    await first.stop()
    lines = (tmp_path / "trace.jsonl").read_text().splitlines()
    assert lines == list(first.trace.lines())

    again = VirtualClock()
    second, repeated = build(again)
    playing = asyncio.create_task(replay(second, lines))
    await again.advance(20)
    await second.stop()
    assert playing.result() == 0
    assert [path for path, _ in repeated.requests] == [path for path, _ in product.requests]
    assert repeated.asked("/code")[0]["Digits"] == "42"


async def test_what_cannot_be_done_again_is_counted() -> None:
    clock = VirtualClock()
    simulator, _ = build(clock)
    lines = [
        '{"seq": 1, "at": 1.0, "kind": "person", "what": "press", "phone": "x", "digits": "1"}',
        '{"seq": 2, "at": 1.5, "kind": "call", "call": "CA1", "status": "ringing"}',
    ]
    playing = asyncio.create_task(replay(simulator, lines))
    await clock.advance(5)
    await simulator.stop()
    assert playing.result() == 1


async def test_everything_is_counted_and_every_line_has_its_kind() -> None:
    async with open_world() as world:
        world.simulator.faults.add(FaultRule(kind=FaultKind.DUPLICATE, match="/in", times=1))
        world.product.answer("/in", "<Sey/>")
        await world.dial(OLENA, 5)
        counts = world.simulator.counts
        assert (counts["calls"], counts["webhooks"], counts["fault_duplicate"]) == (1, 3, 1)
        assert counts["complaints"] == len(world.codes())
        kinds = {json.loads(line)["kind"] for line in world.simulator.trace.lines()}
        assert kinds == {"call", "webhook", "fault", "person", "complaint"}


@pytest.mark.parametrize(
    ("kind", "heard"),
    [(FaultKind.DUPLICATE_LATER, [True, False]), (FaultKind.TIMEOUT, [False])],
)
async def test_answers_to_copies_and_late_answers_are_heard_by_nobody(
    kind: FaultKind, heard: list[bool]
) -> None:
    async with open_world() as world:
        world.simulator.faults.add(FaultRule(kind=kind, match="/in", seconds=9, times=1))
        world.product.answer("/in", ASK)
        await world.dial(OLENA, 30)
        lines = [json.loads(line) for line in world.simulator.trace.lines()]
        told = [line for line in lines if line["kind"] == "webhook" and "/in" in line["url"]]
        assert [line["is_heard"] for line in told] == heard
        assert all("<Gather" in line["answer"] for line in told)


async def test_a_call_in_two_rooms_is_told_as_a_breach() -> None:
    async with open_world() as world:
        world.product.answer("/in", "<Dial><Conference>a</Conference></Dial>")
        leg = await world.dial(OLENA)
        world.simulator.assert_invariants()
        queue = world.carrier.add_queue("q", max_size=1)
        member = queue.add(leg, world.clock.now())
        with pytest.raises(BrokenInvariants, match="2 places"):
            world.simulator.assert_invariants()
        queue.remove(member, world.clock.now())


async def test_two_of_one_label_and_an_ended_call_in_a_room_are_breaches() -> None:
    async with open_world() as world:
        label = "<Dial><Conference participantLabel='citizen'>a</Conference></Dial>"
        world.product.answer("/in", label)
        await world.dial(OLENA)
        world.product.answer("/in", label.replace("citizen", "other"))
        leg = await world.dial(TARAS)
        other = next(iter(world.carrier.conferences.values())).participants[1]
        other.label = "citizen"
        ended, leg.status = leg.status, type(leg.status).COMPLETED
        breaches = " ".join(world.carrier.find_breaches())
        assert "2 participants labelled 'citizen'" in breaches
        assert f"ended call {leg.sid} is still in a room" in breaches
        other.label, leg.status = "other", ended
