"""Words of a call as they are spoken, by webhook."""

import json

import pytest
from tests.phonesim.world import OFFICIAL, OLENA, World, open_world

from hotline_sessions.phonesim.config import Switches
from hotline_sessions.phonesim.records import Recording


pytestmark = pytest.mark.anyio

START = (
    '<Start><Transcription name="t" languageCode="uk-UA" {} inboundTrackLabel="citizen"'
    ' outboundTrackLabel="official" statusCallbackUrl="/words"/></Start>'
)
ROOM = "<Dial><Conference beep='false'>air</Conference></Dial>"


def spoken(world: World) -> list[tuple[str, str]]:
    """Words and where they came from."""
    return [
        (json.loads(fields["TranscriptionData"])["transcript"], fields["Track"])
        for fields in world.product.asked("/words")
        if fields["TranscriptionEvent"] == "transcription-content" and fields["Final"] == "true"
    ]


async def test_both_sides_of_a_talk_are_told_until_the_call_ends() -> None:
    async with open_world() as world:
        world.product.answer("/in", ROOM)
        await world.dial(OFFICIAL)
        world.product.answer(
            "/in", START.format('track="both_tracks"'), "<Say>Говоріть</Say>", ROOM
        )
        leg = await world.dial(OLENA, 3)
        world.engine.say(world.phone(OLENA), "Коли ремонт?")
        world.engine.say(world.phone(OFFICIAL), "У травні")
        await world.clock.advance(1)
        await world.engine.hang_up(world.phone(OLENA))
        await world.clock.advance(1)
        asked = world.product.asked("/words")
        assert spoken(world) == [
            ("Говоріть", "outbound_track"),
            ("Коли ремонт?", "inbound_track"),
            ("У травні", "outbound_track"),
        ]
        events = [fields["TranscriptionEvent"] for fields in asked]
        assert (events[0], events[-1]) == ("transcription-started", "transcription-stopped")
        assert [int(fields["SequenceId"]) for fields in asked] == list(range(1, len(asked) + 1))
        assert {fields["CallSid"] for fields in asked} == {leg.sid}
        assert asked[0]["InboundTrackLabel"] == "citizen"


async def test_one_track_partial_words_and_a_stop() -> None:
    async with open_world(Switches(prompts_are_transcribed=False)) as world:
        begin = START.format('track="inbound_track" partialResults="true"')
        stop = '<Stop><Transcription name="t"/></Stop>'
        world.product.answer(
            "/in", begin, "<Say>Так</Say><Pause length='5'/>", stop, "<Pause length='60'/>"
        )
        await world.dial(OLENA, 2)
        world.engine.say(world.phone(OLENA), "Дорога")
        await world.clock.advance(10)
        world.engine.say(world.phone(OLENA), "Після")
        await world.clock.advance(1)
        assert spoken(world) == [("Дорога", "inbound_track")]
        partial = next(f for f in world.product.asked("/words") if f.get("Final") == "false")
        assert partial["Stability"]
        assert world.product.events("/words", "TranscriptionEvent")[-1] == "transcription-stopped"


async def test_a_gather_tells_what_it_has_understood_so_far() -> None:
    async with open_world() as world:
        world.product.answer(
            "/in",
            '<Gather input="speech" speechTimeout="3" action="/said"'
            ' partialResultCallback="/partial"/>',
        )
        await world.dial(OLENA)
        for words in ("чотири", "два"):
            world.engine.say(world.phone(OLENA), words)
            await world.clock.advance(1)
        await world.clock.advance(4)
        assert world.product.asked("/said")[0]["SpeechResult"] == "чотири два"
        partial = world.product.events("/partial", "UnstableSpeechResult")
        assert partial == ["чотири", "чотири два"]


async def test_where_speech_is_not_recognised_the_gather_hears_keys_only() -> None:
    async with open_world(Switches(speech_in_gather=False)) as world:
        world.product.answer("/in", '<Gather input="dtmf speech" timeout="9" action="/said"/>')
        await world.dial(OLENA)
        world.engine.say(world.phone(OLENA), "чотири")
        await world.press(OLENA, "4#", 3)
        assert world.product.events("/said", "Digits") == ["4"]
        assert 13331 in world.codes()


def only(world: World) -> Recording:
    return next(iter(world.carrier.recordings.values()))


async def test_a_recorded_leg_has_the_caller_and_the_room_on_channels_of_their_own() -> None:
    async with open_world() as world:
        world.product.answer("/in", ROOM)
        await world.dial(OFFICIAL)
        world.product.answer(
            "/in",
            '<Start><Recording channels="dual" track="both"'
            ' recordingStatusCallback="/rec" recordingStatusCallbackEvent="completed"/></Start>',
            ROOM,
        )
        await world.dial(OLENA)
        world.engine.say(world.phone(OLENA), "Коли ремонт?")
        world.engine.say(world.phone(OFFICIAL), "У травні")
        await world.engine.hang_up(world.phone(OLENA))
        assert world.product.asked("/rec") == []
        await world.clock.advance(1)
        assert (only(world).words, only(world).heard) == (["Коли ремонт?"], ["У травні"])
        assert world.product.events("/rec", "RecordingStatus") == ["completed"]


async def test_what_is_said_in_a_pause_of_the_recording_is_not_in_it() -> None:
    async with open_world() as world:
        world.product.answer("/in", "<Start><Recording/></Start><Say>а</Say><Pause length='90'/>")
        await world.dial(OLENA, 10)
        taker, recording = world.simulator.taker, only(world)
        taker.pause(recording, keeps_silence=False)
        world.engine.say(world.phone(OLENA), "секрет")
        await world.clock.advance(20)
        taker.resume(recording)
        world.engine.say(world.phone(OLENA), "уголос")
        await world.clock.advance(10)
        await world.engine.hang_up(world.phone(OLENA))
        await world.clock.advance(1)
        assert recording.words == ["уголос"]
        assert recording.seconds == 20


async def test_a_recording_of_silence_is_what_the_switch_says() -> None:
    async with open_world(Switches(silent_recording="absent")) as world:
        world.product.answer("/in", "<Start><Recording track='inbound'/></Start><Say>а</Say>")
        await world.dial(OLENA, 10)
        assert only(world).status == "absent"
