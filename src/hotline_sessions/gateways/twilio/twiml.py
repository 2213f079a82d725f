"""What Twilio is to do next: pure functions, named after what the person lives through.

Words arrive translated; what is written is checked against Twilio's own library by tests.
"""

import re
from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.phrases import Phrase, Speech
from hotline_sessions.gateways.twilio import markup
from hotline_sessions.gateways.twilio.markup import document, verb


KEY_SECONDS: Final = 6
"""How long a caller may take before the first key and between two."""
SPEECH_SECONDS: Final = "2"
"""Silence that ends what a caller says; ``auto`` would end it at the first pause."""
DIGIT_HINTS: Final = {
    "uk": "нуль, один, два, три, чотири, п’ять, шість, сім, вісім, дев’ять",
    "en": "zero, one, two, three, four, five, six, seven, eight, nine",
}
HOLD_SECONDS: Final = 20
"""Melody, or silence, between two announcements of the place in the queue."""
SILENCE_SECONDS: Final = 5
"""So long a silence ends the recording of a question."""
TRANSCRIPTION: Final = "talk"
"""Name of the transcription of a call, by which it is ended."""
ROOM_EVENTS: Final = "start end join leave"

# What XML 1.0 cannot carry: the library would produce a document that cannot be read.
_UNSPEAKABLE: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Voice(Struct, frozen=True, kw_only=True):
    """A synthetic voice: the BCP 47 tag of its language, and Twilio's name of it."""

    language: str
    name: str


VOICES: Final[Mapping[str, Voice]] = MappingProxyType(
    {
        "uk": Voice(language="uk-UA", name="Google.uk-UA-Wavenet-A"),
        "en": Voice(language="en-GB", name="Google.en-GB-Wavenet-A"),
    }
)
"""Voices that speak for themselves. Source: https://www.twilio.com/docs/voice/twiml/say/text-speech"""


class Voices(Struct, frozen=True, kw_only=True):
    """Who speaks: a voice for each language, and what an announcer has recorded instead.

    ``files`` holds absolute addresses by language and key of the phrase; ``melody`` is what is
    played while one waits, and may be empty.
    """

    by_language: Mapping[str, Voice] = VOICES
    files: Mapping[tuple[str, str], str] = msgspec.field(default_factory=dict)
    melody: str = ""


class Room(Struct, frozen=True, kw_only=True):
    """A conference and where its events go: Twilio keeps to what the first participant brought."""

    name: str
    events_url: str


def ask_keys(
    text: Speech, *, digits: int, action: str, voice: Voices, seconds: int = KEY_SECONDS
) -> str:
    """Speaks and waits for up to ``digits`` keys; silence and # are answers too."""
    said = _say(text, voice)
    return document(_gather(said, digits=digits, action=action, input="dtmf", timeout=seconds))


def ask_number(text: Speech, *, digits: int, action: str, language: str, voice: Voices) -> str:
    """Speaks and waits for up to ``digits`` keys, or for digits spoken one by one."""
    return document(
        _gather(
            _say(text, voice),
            digits=digits,
            action=action,
            input="dtmf speech",
            timeout=KEY_SECONDS,
            language=voice.by_language[language].language,
            hints=DIGIT_HINTS[language],
            speech_timeout=SPEECH_SECONDS,
        )
    )


def wait(
    text: Speech,
    *,
    queue: str,
    hold: str,
    action: str,
    voice: Voices,
    stops_listening: bool = False,
) -> str:
    """Speaks and keeps the caller in ``queue`` until moved out of it."""
    return document(
        _stop_listening() if stops_listening else "",
        _say(text, voice),
        verb(
            "Enqueue",
            markup.text(queue),
            wait_url=hold,
            wait_url_method="POST",
            action=action,
            method="POST",
        ),
    )


def hold(text: Speech, *, keyed: str = "", voice: Voices) -> str:
    """A round of waiting: words, then the melody; Twilio asks again after it.

    With ``keyed``, an address, one key may be pressed at any time and cuts both short.
    """
    heard = _say(text, voice) + _play_melody(voice)
    if not keyed:
        return document(heard)
    return document(
        verb("Gather", heard, input="dtmf", num_digits=1, timeout=1, action=keyed, method="POST")
    )


def join_as_citizen(
    text: Speech,
    *,
    room: Room,
    action: str,
    limit_seconds: int,
    voice: Voices,
    recording: str = "",
    transcription: str = "",
) -> str:
    """Speaks and lets the one citizen into the conference: the label is given once.

    With ``recording``, the address of its progress, this leg alone is recorded, both sides
    apart; with ``transcription`` a machine listens too.
    """
    return document(
        _say(text, voice),
        _start(recording, transcription) if recording or transcription else "",
        verb(
            "Dial",
            _conference(room, label="citizen", wait_url=""),
            action=action,
            method="POST",
            time_limit=limit_seconds,
        ),
    )


def join_as_official(
    text: Speech, *, room: Room, action: str, alone: str, limit_seconds: int, voice: Voices
) -> str:
    """Speaks and lets the official into the conference; the star key leads to the menu."""
    return document(
        _say(text, voice),
        verb(
            "Dial",
            _conference(room, label="official", wait_url=alone),
            action=action,
            method="POST",
            time_limit=limit_seconds,
            hangup_on_star=True,
        ),
    )


def join_as_operator(
    text: Speech,
    *,
    room: Room,
    action: str,
    limit_seconds: int,
    is_muted: bool,
    coach: str | None,
    voice: Voices,
) -> str:
    """Speaks and lets an operator in; with ``coach``, heard by that call alone."""
    how: dict[str, object] = {"muted": True} if is_muted else {}
    if coach:
        how["coach"] = coach
    conference = _conference(room, label="operator", wait_url="", is_starting=False, **how)
    return document(
        _say(text, voice),
        verb("Dial", conference, action=action, method="POST", time_limit=limit_seconds),
    )


def screen(text: Speech, *, room: Room, action: str, limit_seconds: int, voice: Voices) -> str:
    """Speaks and brings a citizen and the operator together, before the air."""
    conference = _conference(room, label="citizen", wait_url="")
    return document(
        _say(text, voice),
        verb("Dial", conference, action=action, method="POST", time_limit=limit_seconds),
    )


def record_question(
    text: Speech,
    *,
    action: str,
    progress: str,
    limit_seconds: int,
    voice: Voices,
    stops_listening: bool = False,
) -> str:
    """Speaks and records until a key, a silence or the limit."""
    return document(
        _stop_listening() if stops_listening else "",
        _say(text, voice),
        verb(
            "Record",
            action=action,
            method="POST",
            max_length=limit_seconds,
            timeout=SILENCE_SECONDS,
            finish_on_key="#",
            play_beep=True,
            trim="do-not-trim",
            recording_status_callback=progress,
            recording_status_callback_method="POST",
            recording_status_callback_event="completed absent",
        ),
        _redirect(action),
    )


def play_into_ear(text: Speech, *, voice: Voices) -> str:
    """Speaks and ends: what one participant of a conference hears, or who is held."""
    return document(_say(text, voice))


def keep_held(text: Speech, *, again: str, voice: Voices) -> str:
    """What somebody hears who is held: words and melody, again and again."""
    return document(_say(text, voice), _play_melody(voice), _redirect(again))


def wait_alone(text: Speech, *, again: str, voice: Voices) -> str:
    """What is heard in a conference before the other one comes; it begins anew by itself."""
    return document(_say(text, voice), verb("Pause", length=3 * HOLD_SECONDS), _redirect(again))


def goodbye(text: Speech, *, voice: Voices) -> str:
    """Speaks and hangs up."""
    return document(_say(text, voice), verb("Hangup"))


def go_to(url: str) -> str:
    """On to another document."""
    return document(_redirect(url))


def silence() -> str:
    """Nothing to do: the call is over, or is about to be moved."""
    return document()


def echo() -> str:
    """Gives a page back what it says: that is how it finds out whether sound gets through."""
    return document(verb("Echo"))


def clean(text: str) -> str:
    """``text`` without what a document cannot carry."""
    speakable = text if text.isprintable() else _UNSPEAKABLE.sub(" ", text)
    return " ".join(speakable.split())


def _say(text: Speech, voice: Voices) -> str:
    """Recorded files where there are any; the phrases between them in one breath."""
    written: list[str] = []
    for (language, url), phrases in groupby(text, lambda phrase: _source(phrase, voice)):
        if url:
            written += [verb("Play", markup.text(url)) for _ in phrases]
        elif spoken := clean(" ".join([phrase.text for phrase in phrases])):
            speaker = voice.by_language[language]
            written.append(
                verb("Say", markup.text(spoken), language=speaker.language, voice=speaker.name)
            )
    return "".join(written)


def _gather(said: str, *, digits: int, action: str, **how: object) -> str:
    return verb(
        "Gather",
        said,
        num_digits=digits,
        finish_on_key="#",
        action_on_empty_result=True,
        action=action,
        method="POST",
        **how,
    )


def _play_melody(voice: Voices) -> str:
    """As long as ``HOLD_SECONDS``, or silence where no melody is known."""
    if voice.melody:
        return verb("Play", markup.text(voice.melody))
    return verb("Pause", length=HOLD_SECONDS)


def _redirect(url: str) -> str:
    return verb("Redirect", markup.text(url), method="POST")


def _source(phrase: Phrase, voice: Voices) -> tuple[str, str]:
    """Language of the phrase, and the address of its recording if there is one."""
    return phrase.language, voice.files.get((phrase.language, phrase.key), "")


def _conference(
    room: Room, *, label: str, wait_url: str, is_starting: bool = True, **how: object
) -> str:
    return verb(
        "Conference",
        markup.text(room.name),
        participant_label=label,
        start_conference_on_enter=is_starting,
        end_conference_on_exit=False,
        beep="false",
        wait_url=wait_url,
        wait_method="POST",
        status_callback=room.events_url,
        status_callback_method="POST",
        status_callback_event=ROOM_EVENTS,
        **how,
    )


def _start(recording: str, transcription: str) -> str:
    started = ""
    if recording:
        started += verb(
            "Recording",
            channels="dual",
            track="both",
            trim="do-not-trim",
            recording_status_callback=recording,
            recording_status_callback_method="POST",
            recording_status_callback_event="in-progress completed absent",
        )
    if transcription:
        started += verb(
            "Transcription",
            name=TRANSCRIPTION,
            language_code="uk-UA",
            transcription_engine="google",
            track="both_tracks",
            partial_results=False,
            inbound_track_label="citizen",
            outbound_track_label="official",
            status_callback_url=transcription,
            status_callback_method="POST",
        )
    return verb("Start", started)


def _stop_listening() -> str:
    """A recording cannot be ended this way: the outbox does it by the interface."""
    return verb("Stop", verb("Transcription", name=TRANSCRIPTION))
