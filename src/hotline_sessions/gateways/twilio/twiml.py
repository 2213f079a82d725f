"""What Twilio is to do next: pure functions, named after what the person lives through.

Built with Twilio's own library, which escapes text but checks nothing; words arrive
translated.
"""

import re
from typing import Final

from msgspec import Struct
from twilio.twiml.voice_response import Conference, Dial, Gather, VoiceResponse


KEY_SECONDS: Final = 6
"""How long a caller may take before the first key and between two."""
HOLD_SECONDS: Final = 20
"""Silence between two announcements of the place in the queue."""
ROOM_EVENTS: Final = "start end join leave"

# What XML 1.0 cannot carry: the library would produce a document that cannot be read.
_UNSPEAKABLE: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Voice(Struct, frozen=True, kw_only=True):
    """Who speaks: the BCP 47 tag of the language, and Twilio's name of the voice."""

    language: str = "uk-UA"
    name: str = "Google.uk-UA-Wavenet-A"


class Room(Struct, frozen=True, kw_only=True):
    """A conference and where its events go: Twilio keeps to what the first participant brought."""

    name: str
    events_url: str


def ask_keys(text: str, *, digits: int, action: str, voice: Voice) -> str:
    """Speaks and waits for up to ``digits`` keys; silence and # are answers too."""
    reply = VoiceResponse()
    gather = Gather(
        input="dtmf",
        num_digits=digits,
        timeout=KEY_SECONDS,
        finish_on_key="#",
        action_on_empty_result=True,
        action=action,
        method="POST",
    )
    _say(gather, text, voice)
    reply.append(gather)
    return str(reply)


def wait(text: str, *, queue: str, hold: str, action: str, voice: Voice) -> str:
    """Speaks and keeps the caller in ``queue`` until moved out of it."""
    reply = VoiceResponse()
    _say(reply, text, voice)
    reply.enqueue(queue, wait_url=hold, wait_url_method="POST", action=action, method="POST")
    return str(reply)


def hold(text: str, *, voice: Voice) -> str:
    """A round of waiting: words, then silence; Twilio asks again after it."""
    reply = VoiceResponse()
    _say(reply, text, voice)
    reply.pause(length=HOLD_SECONDS)
    return str(reply)


def join_as_citizen(text: str, *, room: Room, action: str, limit_seconds: int, voice: Voice) -> str:
    """Speaks and lets the one citizen into the conference: the label is given once."""
    return _enter(
        text,
        dial=Dial(action=action, method="POST", time_limit=limit_seconds),
        conference=_conference(room, label="citizen", wait_url=""),
        voice=voice,
    )


def join_as_official(
    text: str, *, room: Room, action: str, alone: str, limit_seconds: int, voice: Voice
) -> str:
    """Speaks and lets the official into the conference for the whole session."""
    return _enter(
        text,
        dial=Dial(action=action, method="POST", time_limit=limit_seconds),
        conference=_conference(room, label="official", wait_url=alone),
        voice=voice,
    )


def wait_alone(text: str, *, again: str, voice: Voice) -> str:
    """What is heard in a conference before the other one comes; it begins anew by itself."""
    reply = VoiceResponse()
    _say(reply, text, voice)
    reply.pause(length=3 * HOLD_SECONDS)
    reply.redirect(again, method="POST")
    return str(reply)


def goodbye(text: str, *, voice: Voice) -> str:
    """Speaks and hangs up."""
    reply = VoiceResponse()
    _say(reply, text, voice)
    reply.hangup()
    return str(reply)


def silence() -> str:
    """Nothing to do: the call is over, or is about to be moved."""
    return str(VoiceResponse())


def clean(text: str) -> str:
    """``text`` without what a document cannot carry."""
    return " ".join(_UNSPEAKABLE.sub(" ", text).split())


def _say(parent: VoiceResponse | Gather, text: str, voice: Voice) -> None:
    if spoken := clean(text):
        parent.say(spoken, language=voice.language, voice=voice.name)


def _conference(room: Room, *, label: str, wait_url: str) -> Conference:
    return Conference(
        room.name,
        participant_label=label,
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        beep="false",
        wait_url=wait_url,
        wait_method="POST",
        status_callback=room.events_url,
        status_callback_method="POST",
        status_callback_event=ROOM_EVENTS,
    )


def _enter(text: str, *, dial: Dial, conference: Conference, voice: Voice) -> str:
    reply = VoiceResponse()
    _say(reply, text, voice)
    dial.append(conference)
    reply.append(dial)
    return str(reply)
