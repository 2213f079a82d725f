"""Who answers outbound calls, and how many of them there may be."""

import pytest
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, TARAS, World, open_world

from hotline_sessions.phonesim.config import Limits, Switches
from hotline_sessions.phonesim.errors import TwilioError
from hotline_sessions.phonesim.legs import CallStatus, Detection, Goto, Leg, StatusCallback


pytestmark = pytest.mark.anyio


def call(world: World, to: str, detection: Detection | None = None) -> Leg:
    leg = world.engine.new_outbound(HOTLINE, to)
    leg.voice = Goto(url=world.product.url("/out"))
    leg.callback = StatusCallback(url=world.product.url("/progress"))
    leg.ring_seconds = 25
    leg.detection = detection
    world.engine.place_call(leg)
    return leg


async def test_a_machine_answers_for_who_does_not_and_presses_nothing() -> None:
    async with open_world() as world:
        ask = '<Gather numDigits="1" timeout="6" action="/one"><Say>Натисніть 1</Say></Gather>'
        world.product.answer("/out", ask, ask, "<Hangup/>")
        world.phone(OLENA).voicemail = True
        leg = call(world, OLENA)
        await world.clock.advance(19)
        assert (leg.status.value, world.look(OLENA).state) == ("in-progress", "idle")
        await world.clock.advance(20)
        assert leg.status.value == "completed"
        assert world.phone(OLENA).left_messages == ["Натисніть 1", "Натисніть 1"]
        assert world.product.asked("/one") == []
        assert world.heard(OLENA) == []


async def test_a_machine_takes_a_declined_call_and_one_that_finds_the_line_busy() -> None:
    async with open_world() as world:
        world.product.answer("/out", "<Say>Алло</Say><Pause length='5'/>")
        world.product.answer("/in", "<Say>а</Say><Pause length='600'/>")
        world.phone(OLENA).voicemail = world.phone(TARAS).voicemail = True
        declined = call(world, OLENA)
        await world.clock.advance(1)
        world.engine.pick_up(world.phone(OLENA), answer=False)
        await world.dial(TARAS)
        second = call(world, TARAS)
        await world.clock.advance(2)
        assert declined.by_machine
        assert second.by_machine
        assert world.look(TARAS).state == "connected"


async def test_a_machine_listens_no_longer_than_a_minute() -> None:
    async with open_world() as world:
        world.product.answer("/out", "<Say>Алло</Say><Pause length='900'/>")
        world.phone(OLENA).voicemail = True
        leg = call(world, OLENA)
        await world.clock.advance(120)
        assert leg.is_ended


@pytest.mark.parametrize(("machine", "word"), [(True, "machine_start"), (False, "human")])
async def test_who_has_answered_is_found_out_while_the_document_is_played(
    machine: bool,  # noqa: FBT001 - a case
    word: str,
) -> None:
    async with open_world() as world:
        world.product.answer("/out", "<Say>Алло</Say><Pause length='30'/>")
        world.phone(OLENA).voicemail = machine
        detection = Detection(is_async=True, url=world.product.url("/amd"))
        call(world, OLENA, detection)
        await world.clock.advance(1)
        if not machine:
            world.engine.pick_up(world.phone(OLENA), answer=True)
        await world.clock.advance(25)
        found = world.product.asked("/amd")[0]
        assert found["AnsweredBy"] == word
        assert found["MachineDetectionDuration"] == "3000"
        assert "AnsweredBy" not in world.product.asked("/out")[0]


async def test_the_document_waits_for_a_detection_that_is_not_asynchronous() -> None:
    async with open_world() as world:
        world.phone(OLENA).voicemail = True
        call(world, OLENA, Detection(waits_for_end=True))
        await world.clock.advance(22)
        assert world.product.asked("/out") == []
        await world.clock.advance(6)
        assert world.product.events("/out", "AnsweredBy") == ["machine_end_beep"]


async def test_a_detection_may_err() -> None:
    async with open_world(Switches(machine_detection_errs=1.0)) as world:
        leg = call(world, OLENA, Detection(is_async=True))
        await world.clock.advance(1)
        world.engine.pick_up(world.phone(OLENA), answer=True)
        world.product.answer("/out", "<Pause length='30'/>")
        await world.clock.advance(5)
        assert leg.answered_by == "machine_start"


async def test_outbound_calls_begin_one_after_the_other() -> None:
    async with open_world(limits=Limits(calls_per_second=1.0)) as world:
        legs = [call(world, number) for number in (OLENA, TARAS, OFFICIAL)]
        assert [leg.queue_ms for leg in legs] == [0, 1000, 2000]
        await world.clock.advance(0.5)
        assert [leg.status for leg in legs] == ["ringing", "queued", "queued"]
        await world.engine.end(legs[2], CallStatus.CANCELED)
        await world.clock.advance(3)
        assert [leg.status for leg in legs] == ["ringing", "ringing", "canceled"]


async def test_a_queue_of_outbound_calls_has_its_end() -> None:
    limits = Limits(calls_per_second=1.0, longest_queue_seconds=0.5)
    async with open_world(limits=limits) as world:
        call(world, OLENA)
        with pytest.raises(TwilioError, match="queue"):
            call(world, TARAS)


@pytest.mark.parametrize(("profile", "calls"), [("none", 2), ("individual", 3)])
async def test_without_a_profile_only_so_many_calls_are_on(profile: str, calls: int) -> None:
    async with open_world(limits=Limits(profile=profile)) as world:
        world.product.answer("/in", "<Say>Так</Say><Pause length='600'/>")
        legs = [await world.dial(number) for number in (OLENA, TARAS, OFFICIAL)]
        assert [leg.is_ended for leg in legs] == [index >= calls for index in range(3)]
        with pytest.raises(TwilioError, match="concurrency"):
            call(world, OLENA) if calls < 3 else call(world, "+380501234567")
        assert (10004 in world.codes()) is (calls < 3)
