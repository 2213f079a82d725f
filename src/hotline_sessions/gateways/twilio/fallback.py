"""What Twilio plays when this installation does not answer: documents for another host.

They are written once and served as files, by GET, as ``text/xml``: nothing of ours has to
run for them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urljoin, urlsplit

from twilio.twiml.voice_response import VoiceResponse

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.phrases import Speech
from hotline_sessions.gateways.twilio import twiml
from hotline_sessions.gateways.twilio.twiml import Voices


METHOD: Final = "GET"
"""Hosts of files answer nothing else."""
DEFAULT_NAME: Final = "fallback.xml"
THANKS: Final = "thanks.xml"
SORRY: Final = "sorry.xml"
LIMIT_SECONDS: Final = 180
"""Length of a question at most."""
SILENCE_SECONDS: Final = 5


def build_fallback(
    apology: Speech, *, thanks: Speech, sorry: Speech, url: str, voices: Voices
) -> Mapping[str, str]:
    """Documents by name of file, to be found beside ``url``, which is the first of them.

    A citizen hears the apology, leaves the question and is thanked; officials and operators
    are told that they will be called again.
    """
    files = {
        name_of(url): record_without_us(
            apology, action=urljoin(url, THANKS), limit_seconds=LIMIT_SECONDS, voices=voices
        ),
        THANKS: twiml.goodbye(thanks, voice=voices),
        SORRY: twiml.goodbye(sorry, voice=voices),
    }
    return MappingProxyType(files)


def record_without_us(text: Speech, *, action: str, limit_seconds: int, voices: Voices) -> str:
    """Speaks and records; nobody is told of the recording, it is found at Twilio later."""
    reply = VoiceResponse()
    for phrase in text:
        voice = voices.by_language[phrase.language]
        reply.say(twiml.clean(phrase.text), language=voice.language, voice=voice.name)
    reply.record(
        action=action,
        method=METHOD,
        max_length=limit_seconds,
        timeout=SILENCE_SECONDS,
        finish_on_key="#",
        play_beep=True,
        trim="do-not-trim",
    )
    reply.redirect(action, method=METHOD)
    return str(reply)


def name_of(url: str) -> str:
    """Name of the file at ``url``."""
    return urlsplit(url).path.rpartition("/")[2] or DEFAULT_NAME


def choose_fallback(url: str, role: Role) -> str:
    """What somebody in ``role`` hears when we do not answer; empty where nothing is set."""
    if not url or role is Role.CITIZEN:
        return url
    return urljoin(url, SORRY)
