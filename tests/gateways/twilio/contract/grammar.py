"""Grammar of TwiML, taken from Twilio's own builder by trying every one of its methods.

The builder checks nothing of it by itself: what it can be made to write, Twilio may refuse
with warning 12200. Source: https://www.twilio.com/docs/api/errors/12200
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse


BOOLEANS = frozenset({"true", "false"})
ROOM_EVENTS = frozenset(
    ["start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"]
)
RECORDING_EVENTS = frozenset(["in-progress", "completed", "absent"])
VOICES = frozenset(
    {
        "Google.uk-UA-Standard-A",
        "Google.uk-UA-Wavenet-A",
        "Google.en-GB-Standard-A",
        "Google.en-GB-Wavenet-A",
    }
)
"""Voices of our languages. Source: https://www.twilio.com/docs/voice/twiml/say/text-speech"""
LANGUAGES = frozenset({"uk-UA", "en-GB"})
METHODS = frozenset({"GET", "POST"})
WORDS: Mapping[str, frozenset[str]] = {
    "actionOnEmptyResult": BOOLEANS,
    "beep": frozenset({"true", "false", "onEnter", "onExit"}),
    "channels": frozenset({"mono", "dual"}),
    "endConferenceOnExit": frozenset({"false"}),
    "hangupOnStar": BOOLEANS,
    "input": frozenset({"dtmf", "speech", "dtmf speech"}),
    "language": LANGUAGES,
    "languageCode": LANGUAGES,
    "muted": BOOLEANS,
    "partialResults": BOOLEANS,
    "playBeep": BOOLEANS,
    "startConferenceOnEnter": BOOLEANS,
    "transcriptionEngine": frozenset({"google", "deepgram"}),
    "trim": frozenset({"trim-silence", "do-not-trim"}),
    "voice": VOICES,
}
"""What the description of an attribute allows, and of that, what we want."""
TRACKS = {
    "Recording": frozenset({"inbound", "outbound", "both"}),
    "Transcription": frozenset({"inbound_track", "outbound_track", "both_tracks"}),
}
URLS = frozenset({"action", "recordingStatusCallback", "statusCallback", "statusCallbackUrl"})
EMPTY_OR_URL = frozenset({"waitUrl"})
LONGEST_CALL = 4 * 60 * 60
LONGEST_GATHER = 10
"""Seconds without a key after which a question is over."""


@cache
def build_grammar() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Of each element by name: elements that may stand in it, and its attributes."""
    children: dict[str, set[str]] = {}
    attributes: dict[str, set[str]] = {"Response": set()}
    seen: set[type[TwiML]] = set()
    waiting: list[TwiML] = [VoiceResponse()]
    while waiting:
        parent = waiting.pop()
        if type(parent) in seen:
            continue
        seen.add(type(parent))
        allowed = children.setdefault(parent.name, set())
        for child in try_methods(parent):
            allowed.add(child.name)
            attributes.setdefault(child.name, set()).update(child.attrs)
            waiting.append(child)
    return {
        name: (frozenset(children.get(name, ())), frozenset(given))
        for name, given in attributes.items()
    }


def try_methods(parent: TwiML) -> Iterator[TwiML]:
    """What each method of an element adds, every one of its attributes filled."""
    inherited = dir(TwiML)
    for name, method in inspect.getmembers(parent, inspect.ismethod):
        if name in inherited or name.startswith("_"):
            continue
        names = [
            each.name
            for each in inspect.signature(method).parameters.values()
            if each.kind is each.POSITIONAL_OR_KEYWORD
        ]
        before = len(parent.verbs)
        method(**dict.fromkeys(names, "x"))
        yield from parent.verbs[before:]


def read(document: str) -> Element:
    return fromstring(document)  # noqa: S314 - it is ours


def find_faults(document: str) -> list[str]:
    """What Twilio would complain of, and what we do not want."""
    root = read(document)
    faults = [] if root.tag == "Response" else [f"{root.tag} at the top"]
    for element in root.iter():
        faults += find_faults_of(element)
    return faults


def find_faults_of(element: Element) -> Iterator[str]:
    grammar = build_grammar()
    tag = element.tag
    if tag not in grammar:
        yield f"no element {tag}"
        return
    allowed, known = grammar[tag]
    yield from (f"{child.tag} in {tag}" for child in element if child.tag not in allowed)
    yield from (f"{name} on {tag}" for name in element.attrib if name not in known)
    for name, value in element.attrib.items():
        yield from (f"{tag} {fault}" for fault in find_faults_of_value(tag, name, value))
    yield from find_missing(element)


def find_faults_of_value(tag: str, name: str, value: str) -> Iterator[str]:
    if name in WORDS and value not in WORDS[name]:
        yield f"{name}={value}"
    if name.lower().endswith("method") and value not in METHODS:
        yield f"{name}={value}"
    if name == "track" and value not in TRACKS[tag]:
        yield f"{name}={value}"
    if name == "statusCallbackEvent" and not set(value.split()) <= ROOM_EVENTS:
        yield f"{name}={value}"
    if name == "recordingStatusCallbackEvent" and not set(value.split()) <= RECORDING_EVENTS:
        yield f"{name}={value}"
    is_empty = name in EMPTY_OR_URL and not value
    if name in URLS | EMPTY_OR_URL and not is_empty and not is_absolute(value):
        yield f"{name}={value}"


def find_missing(element: Element) -> Iterator[str]:
    """TEL-16: nothing lasts without a bound, and nothing leads to an unnamed place."""
    tag, given = element.tag, element.attrib
    if tag == "Dial" and not is_between(given.get("timeLimit"), 1, LONGEST_CALL):
        yield "Dial without timeLimit"
    if tag == "Gather":
        if not is_between(given.get("timeout"), 1, LONGEST_GATHER):
            yield "Gather without timeout"
        if not is_between(given.get("numDigits"), 1, 20):
            yield "Gather without numDigits"
        if "speech" in given.get("input", "") and not is_between(given.get("speechTimeout"), 1, 5):
            yield "Gather without speechTimeout"
    if tag == "Record" and not (
        is_between(given.get("maxLength"), 1, 600) and is_between(given.get("timeout"), 1, 10)
    ):
        yield "Record without maxLength"
    if tag in {"Dial", "Enqueue", "Gather", "Record"} and "action" not in given:
        yield f"{tag} without action"
    if tag in {"Redirect", "Play"} and not is_absolute(element.text or ""):
        yield f"{tag} to {element.text}"
    if tag in {"Conference", "Enqueue"} and not re.fullmatch(r"[a-z0-9-]+", element.text or ""):
        yield f"{tag} of {element.text}"


def is_absolute(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.netloc)


def is_between(value: str | None, least: int, most: int) -> bool:
    return value is not None and value.isdecimal() and least <= int(value) <= most


def list_structure(document: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Elements and attributes in their order, without what is said."""
    return [
        (element.tag, tuple(sorted(element.attrib.items()))) for element in read(document).iter()
    ]
