"""Record, and Start/Stop of a recording: what is kept of the words said."""

import asyncio
from typing import Final

from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import Goto, Input, Interruption
from hotline_sessions.phonesim.records import Recording
from hotline_sessions.phonesim.scene import Scene
from hotline_sessions.phonesim.stage import Stage
from hotline_sessions.phonesim.twiml import Verb
from hotline_sessions.phonesim.verbs.sounds import speaking_seconds


SILENCE_SECONDS: Final = 5.0
MAX_SECONDS: Final = 3600.0
ANY_KEY: Final = "1234567890*#"


async def play_record(scene: Scene, verb: Verb) -> Goto | None:
    """Record what is said; then go to ``action`` (by default the same document again)."""
    leg, stage = scene.leg, scene.stage
    recording = _begin(scene, "RecordVerb", 1)
    if verb.flag("playBeep", default=True):
        scene.hear(SoundKind.BEEP, "")
    ears: asyncio.Queue[Input] = asyncio.Queue()
    leg.ears, leg.listening = ears, "record"
    stage.carrier.hub.changed()
    try:
        finished_on = await _take_down(scene, verb, ears, recording)
    except asyncio.CancelledError:
        _end(stage, recording)
        _report(scene, verb, recording)
        if leg.interruption is Interruption.HANG_UP:
            scene.phantom(verb, _result(stage, recording, "hangup"))
        raise
    finally:
        if leg.ears is ears:
            leg.ears, leg.listening = None, ""
    _end(stage, recording)
    _report(scene, verb, recording)
    if not recording.words:
        return None
    extra = _result(stage, recording, finished_on)
    return scene.goto(verb.get("action"), verb.get("method", "POST"), extra)


async def play_start(scene: Scene, verb: Verb) -> None:
    """Begin a recording of the call; anything else that can be started is only noted."""
    for child in verb.children:
        if child.name != "Recording":
            scene.hear(SoundKind.INFO, f"Start {child.name}")
            continue
        channels = 2 if child.get("channels") == "dual" else 1
        recording = _begin(scene, "StartCallRecordingTwiML", channels)
        scene.leg.recording_sids.append(recording.sid)
        events = child.get("recordingStatusCallbackEvent", "completed").split()
        if "in-progress" in events:
            _report(scene, child, recording)
        scene.stage.tasks.spawn(_finish_with_call(scene, child, recording, events))


async def play_stop(scene: Scene, verb: Verb) -> None:
    """Note that something was stopped; recordings cannot be stopped this way."""
    for child in verb.children:
        scene.hear(SoundKind.INFO, f"Stop {child.name}")


def recording_url(stage: Stage, recording: Recording) -> str:
    """Address of the recording's media."""
    base = stage.config.recording_base_url
    return f"{base}/2010-04-01/Accounts/{stage.config.account_sid}/Recordings/{recording.sid}"


async def _finish_with_call(
    scene: Scene, verb: Verb, recording: Recording, events: list[str]
) -> None:
    """Complete a recording once its call has ended."""
    while not scene.leg.is_ended and recording.status == "in-progress":
        await scene.stage.clock.sleep(1)
    _end(scene.stage, recording, status="completed")
    if "completed" in events:
        _report(scene, verb, recording)


def _begin(scene: Scene, source: str, channels: int) -> Recording:
    carrier = scene.stage.carrier
    recording = Recording(
        sid=carrier.sid("RE"),
        call_sid=scene.leg.sid,
        started_at=scene.stage.clock.now(),
        source=source,
        channels=channels,
    )
    carrier.recordings[recording.sid] = recording
    return recording


async def _take_down(
    scene: Scene, verb: Verb, ears: asyncio.Queue[Input], recording: Recording
) -> str:
    """Collect words until a key, a silence or the limit; the key that ended it."""
    clock = scene.stage.clock
    silence = verb.seconds("timeout", SILENCE_SECONDS) * scene.stage.config.patience
    deadline = clock.elapsed() + verb.seconds("maxLength", MAX_SECONDS)
    finish = verb.get("finishOnKey", ANY_KEY)
    while (left := deadline - clock.elapsed()) > 0:
        item = await wait_at_most(clock, ears.get(), min(silence, left))
        if item is None:
            break
        if item.speech:
            recording.words.append(item.speech)
            await clock.sleep(min(left, speaking_seconds(item.speech)))
        elif item.digit in finish:
            return item.digit
    return ""


def _end(stage: Stage, recording: Recording, *, status: str = "") -> None:
    if recording.status != "in-progress":
        return
    span = stage.clock.now() - recording.started_at
    recording.seconds = int(span.total_seconds())
    recording.status = status or ("completed" if recording.words else "absent")


def _report(scene: Scene, verb: Verb, recording: Recording) -> None:
    events = verb.get("recordingStatusCallbackEvent", "completed").split()
    url = verb.get("recordingStatusCallback")
    if url and recording.status in events:
        media = recording_url(scene.stage, recording)
        scene.stage.reporter.recording_event(scene.leg, recording, scene.goto(url).url, media)


def _result(stage: Stage, recording: Recording, digits: str) -> dict[str, str]:
    return {
        "RecordingSid": recording.sid,
        "RecordingUrl": recording_url(stage, recording),
        "RecordingDuration": str(recording.seconds),
        "Digits": digits,
    }
