"""The grammar that documents are judged by, and every document of the builder."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gateways.twilio.contract.grammar import (
    build_grammar,
    find_faults,
    list_structure,
    read,
)
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline_sessions.domain.phrases import Phrase
from hotline_sessions.gateways.twilio import fallback, twiml
from hotline_sessions.gateways.twilio.twiml import Room, Voices
from hotline_sessions.phonesim import grammar as simulated
from hotline_sessions.phonesim.twiml import parse_document


BASE = "https://hotline.example.gov.ua"
URL = f"{BASE}/tw/v1/x?leg=leg0000001&n=1#rc=5&rp=all"
ARGUMENTS: Mapping[str, Any] = {
    "action": URL,
    "again": URL,
    "alone": URL,
    "coach": "CA" + "1" * 32,
    "digits": 6,
    "hold": URL,
    "is_muted": True,
    "keyed": URL,
    "language": "uk",
    "limit_seconds": 180,
    "progress": URL,
    "queue": "s-sess000001-wait",
    "recording": URL,
    "room": Room(name="s-sess000001-air", events_url=URL),
    "seconds": 4,
    "stops_listening": True,
    "transcription": URL,
    "url": URL,
    "voice": Voices(),
    "voices": Voices(),
}
NOT_DOCUMENTS = {"clean", "name_of", "choose_fallback", "build_fallback"}


def list_builders() -> dict[str, Callable[..., str]]:
    """Every function that makes a document."""
    return {
        name: function
        for module in (twiml, fallback)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and name not in NOT_DOCUMENTS
    }


BUILDERS = list_builders()


def build(name: str, *texts: str, **changes: Any) -> str:  # noqa: ANN401 - of the builder
    """A document with ``texts``; every other argument is given too unless it is changed."""
    function = BUILDERS[name]
    speech = [Phrase(text=text, language=language) for text in texts for language in ("uk", "en")]
    values = {**ARGUMENTS, "text": speech, **changes}
    names = inspect.signature(function).parameters
    return function(**{each: values[each] for each in names})


@pytest.mark.parametrize("name", BUILDERS)
def test_every_document_conforms_to_the_grammar_of_twilios_builder(name: str) -> None:
    full = build(name, "Зачекайте, будь ласка.")
    bare = build(
        name,
        "Зачекайте.",
        keyed="",
        recording="",
        transcription="",
        stops_listening=False,
        coach=None,
        is_muted=False,
        voice=Voices(files={("uk", ""): f"{BASE}/static/a.mp3"}, melody=f"{BASE}/static/hold.mp3"),
    )

    for document in (full, bare):
        assert find_faults(document) == []
        assert simulated.check_document(parse_document(document, BASE)) == []


HOSTILE = st.text(
    st.characters(codec="utf-8")
    | st.sampled_from("<>&\"']/\0\x01\x0b\x1f\u202e\u2066\ufffe\uffff"),
    max_size=40,
)


SPEAKING = [name for name, each in BUILDERS.items() if "text" in inspect.signature(each).parameters]


@pytest.mark.parametrize("name", SPEAKING)
@settings(max_examples=60, deadline=None)
@given(hostile=HOSTILE)
def test_no_name_changes_the_structure_of_a_document(name: str, hostile: str) -> None:
    """TEL-15."""
    benign = build(name, "а б")
    attacked = build(name, f"а {hostile} ]]></Say><Dial>+380900</Dial><!-- б")

    assert list_structure(attacked) == list_structure(benign)
    said = " ".join(element.text or "" for element in read(attacked).iter("Say"))
    assert "]]></Say><Dial>+380900</Dial><!-- б" in said


def test_without_cleaning_a_control_character_would_break_the_document() -> None:
    reply = VoiceResponse()
    reply.say("а\x01б")

    with pytest.raises(ParseError):
        read(str(reply))
    assert read(build("goodbye", "а\x01б"))[0].text == "а б"


def test_the_builder_still_tells_its_grammar() -> None:
    """A canary: a new release of the library may be made otherwise."""
    grammar = build_grammar()

    assert len(grammar) >= 50
    assert {"Say", "Play", "Pause"} <= grammar["Gather"][0]
    assert grammar["Dial"][0] >= {"Conference", "Number", "Client", "Sip"}
    assert "timeLimit" in grammar["Dial"][1]
    assert "statusCallbackEvent" not in grammar["Dial"][1]
    assert "statusCallbackEvent" in grammar["Conference"][1]


def documents_with_faults() -> dict[str, str]:
    """What the builder writes without a word, and Twilio or we do not want."""
    twelve_two_hundred = VoiceResponse()
    twelve_two_hundred.dial("+380501234567", status_callback_event="answered", time_limit=60)
    dial_in_gather = VoiceResponse()
    gather = Gather(action=URL, timeout=5, num_digits=1)
    gather.append(Dial("+380501234567", action=URL, time_limit=60))
    dial_in_gather.append(gather)
    lower_case = "<Response><say>Вітаємо</say></Response>"
    forever = VoiceResponse()
    forever.dial(action=URL).conference("s-1-air")
    elsewhere = VoiceResponse()
    elsewhere.redirect("/in")
    event = VoiceResponse()
    dial = event.dial(action=URL, time_limit=60)
    dial.conference("s-1-air", status_callback=URL, status_callback_event="start answered")
    voice = VoiceResponse()
    voice.say("Вітаємо", voice="Polly.Olena")
    ends = VoiceResponse()
    ends.dial(action=URL, time_limit=60).conference("s-1-air", end_conference_on_exit=True)
    return {
        "the-documented-12200": str(twelve_two_hundred),
        "dial-in-gather": str(dial_in_gather),
        "lower-case": lower_case,
        "conference-at-the-top": "<Response><Conference>s-1-air</Conference></Response>",
        "no-time-limit": str(forever),
        "no-host": str(elsewhere),
        "unknown-event": str(event),
        "unknown-voice": str(voice),
        "ends-for-all": str(ends),
    }


FAULTY = documents_with_faults()


@pytest.mark.parametrize("name", FAULTY)
def test_what_is_wrong_with_a_document_is_found(name: str) -> None:
    assert find_faults(FAULTY[name])


@pytest.mark.parametrize(
    "name", ["the-documented-12200", "dial-in-gather", "lower-case", "conference-at-the-top"]
)
def test_the_simulator_complains_of_the_same(name: str) -> None:
    assert simulated.check_document(parse_document(FAULTY[name], BASE))
