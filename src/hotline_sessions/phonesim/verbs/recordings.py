"""Record, and Start/Stop of recordings and transcriptions."""

from typing import Final

from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import Ears, Goto, Interruption
from hotline_sessions.phonesim.records import Recording
from hotline_sessions.phonesim.scene import Scene
from hotline_sessions.phonesim.twiml import Verb
from hotline_sessions.phonesim.verbs.sounds import speaking_seconds


SILENCE_SECONDS: Final = 5.0
MAX_SECONDS: Final = 3600.0
ANY_KEY: Final = "1234567890*#"


async def play_record(scene: Scene, verb: Verb) -> Goto | None:
    """Record what is said; then go to ``action`` (by default the same document again)."""
    leg, taker = scene.leg, scene.stage.taker
    if verb.flag("playBeep", default=True):
        scene.hear(SoundKind.BEEP, "")
    recording = _begin(scene, verb, "RecordVerb", 1)
    ears = Ears()
    leg.ears, leg.listening = ears, "record"
    scene.stage.carrier.hub.changed()
    finished_on = "hangup"
    try:
        finished_on = await _take_down(scene, verb, ears)
    finally:
        if leg.ears is ears:
            leg.ears, leg.listening = None, ""
        taker.finish(leg, recording, silent="absent")
        if leg.interruption is Interruption.HANG_UP and finished_on == "hangup":
            scene.phantom(verb, _result(scene, recording, "hangup"))
    if not recording.words:
        return None
    extra = _result(scene, recording, finished_on)
    return scene.goto(verb.get("action"), verb.get("method", "POST"), extra)


async def play_start(scene: Scene, verb: Verb) -> None:
    """Begin recordings and transcriptions; anything else that can be started is only noted."""
    for child in verb.children:
        if child.name == "Recording":
            channels = 2 if child.get("channels") == "dual" else 1
            _begin(scene, child, "StartCallRecordingTwiML", channels)
        elif child.name == "Transcription":
            url = child.get("statusCallbackUrl")
            address = scene.goto(url).url if url else ""
            scene.stage.taker.transcribe(scene.leg, child.attributes, address)
        else:
            scene.hear(SoundKind.INFO, f"Start {child.name}")


async def play_stop(scene: Scene, verb: Verb) -> None:
    """End transcriptions; recordings cannot be stopped this way, and the rest is only noted."""
    for child in verb.children:
        if child.name == "Transcription":
            found = scene.stage.taker.find_transcription(scene.leg, child.get("name"))
            if found is not None:
                scene.stage.taker.end_transcription(scene.leg, found)
        else:
            scene.hear(SoundKind.INFO, f"Stop {child.name}")


def _begin(scene: Scene, verb: Verb, source: str, channels: int) -> Recording:
    url = verb.get("recordingStatusCallback")
    return scene.stage.taker.begin(
        scene.leg,
        source,
        channels=channels,
        track=verb.get("track", "both"),
        url=scene.goto(url).url if url else "",
        method=verb.get("recordingStatusCallbackMethod", "POST"),
        events=frozenset(verb.get("recordingStatusCallbackEvent", "completed").split()),
    )


async def _take_down(scene: Scene, verb: Verb, ears: Ears) -> str:
    """Wait for a key, a silence or the limit; the key that ended it."""
    clock = scene.stage.clock
    silence = verb.seconds("timeout", SILENCE_SECONDS) * scene.stage.config.patience
    deadline = clock.elapsed() + verb.seconds("maxLength", MAX_SECONDS)
    finish = verb.get("finishOnKey", ANY_KEY)
    while (left := deadline - clock.elapsed()) > 0:
        item = await wait_at_most(clock, ears.get(), min(silence, left))
        if item is None:
            break
        if item.speech:
            await clock.sleep(min(left, speaking_seconds(item.speech)))
        elif item.digit in finish:
            return item.digit
    return ""


def _result(scene: Scene, recording: Recording, digits: str) -> dict[str, str]:
    return {
        "RecordingSid": recording.sid,
        "RecordingUrl": scene.stage.reporter.recording_url(recording),
        "RecordingDuration": str(recording.seconds),
        "Digits": digits,
    }
