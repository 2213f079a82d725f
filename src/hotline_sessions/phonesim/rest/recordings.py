"""Recordings: list, fetch, media, delete."""

from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import view_recording
from hotline_sessions.phonesim.speech import speak


async def answer_recordings(ask: Ask) -> Reply:
    """Answer a request below ``/Recordings``; the media is what was said, spoken again."""
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
                base = ask.simulator.config.recording_base_url
                return Reply(json=view_recording(ask.account, recordings[sid], base))
            return Reply(media=await speak(" ".join(recordings[sid].words), "uk"))
        case _:
            raise ask.not_found()


def list_recordings(ask: Ask, call_sid: str) -> Reply:
    """Recordings of one call, or all of them."""
    base = ask.simulator.config.recording_base_url
    shown = [
        view_recording(ask.account, recording, base)
        for recording in ask.simulator.carrier.recordings.values()
        if not call_sid or recording.call_sid == call_sid
    ]
    return ask.page("recordings", shown)
