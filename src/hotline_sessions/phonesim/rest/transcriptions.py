"""Real-time transcriptions of a call, begun and ended through REST."""

from typing import Final

from hotline_sessions.phonesim.errors import CallNotInProgress
from hotline_sessions.phonesim.legs import CallStatus, Leg
from hotline_sessions.phonesim.rest.asking import Ask, Reply
from hotline_sessions.phonesim.rest.views import view_transcription


ATTRIBUTES: Final = {
    "Name": "name",
    "Track": "track",
    "LanguageCode": "languageCode",
    "TranscriptionEngine": "transcriptionEngine",
    "InboundTrackLabel": "inboundTrackLabel",
    "OutboundTrackLabel": "outboundTrackLabel",
    "PartialResults": "partialResults",
    "StatusCallbackMethod": "statusCallbackMethod",
}


def answer_transcriptions(ask: Ask, leg: Leg, rest: tuple[str, ...]) -> Reply:
    """Answer a request below ``/Calls/{sid}/Transcriptions``."""
    taker, form = ask.simulator.taker, ask.form
    match (ask.method, rest):
        case ("POST", ()):
            if leg.status is not CallStatus.IN_PROGRESS:
                raise CallNotInProgress
            given = {ours: form.get(name) for name, ours in ATTRIBUTES.items() if form.has(name)}
            made = taker.transcribe(leg, given, form.url("StatusCallbackUrl"))
            return Reply(json=view_transcription(ask.account, made))
        case ("POST", (key,)):
            found = taker.find_transcription(leg, key)
            if found is None:
                raise ask.not_found()
            taker.end_transcription(leg, found)
            return Reply(json=view_transcription(ask.account, found))
        case _:
            raise ask.not_found()
