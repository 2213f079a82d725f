"""Recordings: of one call or of the account; begin, pause, stop, fetch, media, delete."""

from hotline_sessions.phonesim.errors import TwilioError
from hotline_sessions.phonesim.legs import CallStatus, Leg
from hotline_sessions.phonesim.records import Recording
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import Json, view_call_recording, view_recording
from hotline_sessions.phonesim.speech import speak_recording


CURRENT = "Twilio.CURRENT"


async def answer_recordings(ask: Ask) -> Reply:
    """Answer a request below ``/Recordings``; the media is what was said, spoken again.

    ``.mp3`` is answered with a WAV too: there is no encoder here, and players do not mind.
    """
    recordings = ask.simulator.carrier.recordings
    match (ask.method, ask.parts):
        case ("GET", ("Recordings",)):
            return list_recordings(ask, ask.query.get("CallSid"))
        case ("DELETE", ("Recordings", sid)) if sid in recordings:
            del recordings[sid]
            return Reply(status=204)
        case ("GET", ("Recordings", name)):
            sid, _, media = name.partition(".")
            if sid not in recordings:
                raise ask.not_found()
            if ask.path.endswith(".json") and not media:
                return Reply(json=_view(ask, recordings[sid]))
            return Reply(media=await _fetch_media(ask, recordings[sid]))
        case _:
            raise ask.not_found()


def list_recordings(ask: Ask, call_sid: str) -> Reply:
    """Recordings of one call, or all of them."""
    shown = [
        _view(ask, recording)
        for recording in ask.simulator.carrier.recordings.values()
        if not call_sid or recording.call_sid == call_sid
    ]
    return ask.page("recordings", shown)


def answer_call_recordings(ask: Ask, leg: Leg, rest: tuple[str, ...]) -> Reply:
    """Answer a request below ``/Calls/{sid}/Recordings``."""
    match (ask.method, rest):
        case ("GET", ()):
            kept = ask.simulator.carrier.recordings.values()
            shown = [view_call_recording(ask.account, r) for r in kept if r.call_sid == leg.sid]
            return ask.page("recordings", shown)
        case ("POST", ()):
            return _begin(ask, leg)
        case (method, (key,)):
            recording = _find(ask, leg, key)
            if method == "DELETE":
                del ask.simulator.carrier.recordings[recording.sid]
                return Reply(status=204)
            if method == "POST":
                _update(ask, leg, recording)
            return Reply(json=view_call_recording(ask.account, recording))
        case _:
            raise ask.not_found()


def _begin(ask: Ask, leg: Leg) -> Reply:
    form = ask.form
    if leg.status is not CallStatus.IN_PROGRESS:
        raise TwilioError(400, 21220, "Requested resource is not eligible for recording")
    events = form.all("RecordingStatusCallbackEvent") or ["completed"]
    recording = ask.simulator.taker.begin(
        leg,
        "StartCallRecordingAPI",
        channels=2 if form.get("RecordingChannels") == "dual" else 1,
        track=form.get("RecordingTrack", "both"),
        url=form.url("RecordingStatusCallback"),
        method=form.get("RecordingStatusCallbackMethod", "POST"),
        events=frozenset(" ".join(events).split()),
    )
    return Reply(status=201, json=view_call_recording(ask.account, recording))


def _update(ask: Ask, leg: Leg, recording: Recording) -> None:
    status, taker = ask.form.get("Status"), ask.simulator.taker
    if recording.status not in {"in-progress", "paused"}:
        raise TwilioError(400, 21220, "The recording has ended")
    if status == "stopped":
        taker.finish(leg, recording)
    elif status == "paused":
        taker.pause(recording, keeps_silence=ask.form.get("PauseBehavior", "silence") != "skip")
    elif status == "in-progress":
        taker.resume(recording)
    else:
        raise TwilioError(400, 20001, f"Status {status} cannot be asked for")


def _find(ask: Ask, leg: Leg, key: str) -> Recording:
    if key == CURRENT:
        found = ask.simulator.taker.current(leg)
    else:
        found = ask.simulator.carrier.recordings.get(key)
    if found is None or found.call_sid != leg.sid:
        raise ask.not_found()
    return found


async def _fetch_media(ask: Ask, recording: Recording) -> bytes:
    if recording.status not in {"completed", "absent"}:
        raise ask.not_found()
    wanted = int(ask.query.number("RequestedChannels", recording.channels))
    return await speak_recording(
        " ".join(recording.words), " ".join(recording.heard), channels=wanted
    )


def _view(ask: Ask, recording: Recording) -> Json:
    return view_recording(ask.account, recording, ask.simulator.config.recording_base_url)
