"""What is said into a telephone and kept: by key, by silence, by hanging up."""

import pytest
from tests.phonesim.world import OLENA, open_world


pytestmark = pytest.mark.anyio

RECORD = (
    '<Record {} action="/recorded" recordingStatusCallback="/rec"'
    ' recordingStatusCallbackEvent="completed absent"/>'
)


async def test_a_key_ends_a_recording_and_is_told() -> None:
    async with open_world() as world:
        world.product.answer("/in", RECORD.format('finishOnKey="#"'))
        world.product.answer("/recorded", "<Hangup/>")
        await world.dial(OLENA)
        world.engine.say(world.phone(OLENA), "Дорога")
        await world.clock.advance(2)
        await world.press(OLENA, "5#")
        assert [fields["Digits"] for fields in world.product.asked("/recorded")] == ["#"]


async def test_silence_is_no_recording_and_the_document_goes_on() -> None:
    async with open_world() as world:
        world.product.answer("/in", RECORD.format('timeout="3"'), "<Say>Ви мовчали</Say>")
        await world.dial(OLENA, 10)
        assert world.heard(OLENA) == ["Ви мовчали"]
        assert world.product.asked("/recorded") == []
        assert world.product.events("/rec", "RecordingStatus") == ["absent"]


async def test_the_limit_ends_a_recording_of_who_does_not_stop() -> None:
    async with open_world() as world:
        world.product.answer("/in", RECORD.format('maxLength="4" playBeep="false"'))
        world.product.answer("/recorded", "<Hangup/>")
        await world.dial(OLENA)
        world.engine.say(world.phone(OLENA), "довго " * 60)
        await world.clock.advance(6)
        assert world.product.asked("/recorded")[0]["Digits"] == ""


async def test_who_hangs_up_has_left_a_recording() -> None:
    async with open_world() as world:
        world.product.answer("/in", RECORD.format(""))
        await world.dial(OLENA)
        world.engine.say(world.phone(OLENA), "Дорога")
        await world.clock.advance(2)
        await world.engine.hang_up(world.phone(OLENA))
        await world.clock.advance(1)
        assert world.product.asked("/recorded")[0]["Digits"] == "hangup"
        assert world.product.events("/rec", "RecordingStatus") == ["completed"]


async def test_a_recording_of_the_call_reports_its_beginning_and_its_end() -> None:
    async with open_world() as world:
        world.product.answer(
            "/in",
            '<Start><Recording channels="dual" recordingStatusCallback="/rec"'
            ' recordingStatusCallbackEvent="in-progress completed"/></Start>',
            "<Pause length='9'/>",
        )
        await world.dial(OLENA, 12)
        assert world.product.events("/rec", "RecordingStatus") == ["in-progress", "completed"]
        recording = next(iter(world.carrier.recordings.values()))
        assert (recording.channels, recording.source) == (2, "StartCallRecordingTwiML")


async def test_what_else_is_started_or_stopped_is_only_noted() -> None:
    async with open_world() as world:
        world.product.answer(
            "/in",
            '<Start><Stream url="wss://x.test/"/></Start>',
            '<Stop><Stream name="x"/></Stop>',
            "<Say>далі</Say>",
        )
        await world.dial(OLENA, 5)
        assert world.carrier.recordings == {}
        assert world.heard(OLENA) == ["далі"]
