"""Recorded announcements take the place of the synthetic voice, phrase by phrase."""

from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.prompts import AskConsent, Goodbye, Hold, Host, Parting
from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.phonesim.grammar import check_document
from hotline_sessions.phonesim.twiml import parse_document
from hotline_sessions.web.voice_files import (
    MELODY,
    build_voices,
    create_voice_router,
    find_voice_files,
)
from hotline_sessions.web.webhooks.replies import build_speak


BASE = "https://hotline.example.gov.ua"
LEG = PublicId("leg0000001")
HOST = Host(institution="Рівненська ОВА", post="голова")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "uk").mkdir()
    (tmp_path / "uk" / "consent.mp3").write_bytes(b"a voice")
    (tmp_path / "uk" / "secret.mp3").write_bytes(b"not a text of ours")
    (tmp_path / "notes.txt").write_text("not for the public")
    return tmp_path


def test_a_recorded_phrase_is_played_and_the_others_are_spoken(folder: Path) -> None:
    voices = build_voices(BASE, find_voice_files(folder))
    text = build_speak(Addresses(BASE), voices)(AskConsent(leg=LEG, attempt=1, host=HOST))

    document = parse_document(text, BASE)
    assert check_document(document) == []
    say, play = document.verbs[0].children
    assert say.name == "Say"
    assert "Рівненська ОВА" in say.text
    assert play.text.startswith(f"{BASE}/voice/uk/consent.mp3?v=")


def test_a_language_without_recordings_is_spoken(folder: Path) -> None:
    voices = build_voices(BASE, find_voice_files(folder))
    speak = build_speak(Addresses(BASE), voices)

    assert "<Play>" not in speak(AskConsent(leg=LEG, attempt=1, language="en"))
    assert 'language="en-GB"' in speak(Goodbye(why=Parting.TALKED, language="en"))


def test_who_waits_hears_the_melody_between_the_words() -> None:
    speak = build_speak(Addresses(BASE), build_voices(BASE, {}))

    text = speak(Hold(leg=LEG, position=1, minutes=3, round=2))
    play = parse_document(text, BASE).verbs[0].children[0]
    assert play.name == "Play"
    assert f"/voice/any/{MELODY}" in play.text


def test_a_new_recording_has_a_new_address(folder: Path) -> None:
    before = find_voice_files(folder)["uk", "consent"].address("uk")
    (folder / "uk" / "consent.mp3").write_bytes(b"another voice")

    assert find_voice_files(folder)["uk", "consent"].address("uk") != before


def test_recordings_and_the_melody_are_served_and_nothing_else(folder: Path) -> None:
    found = find_voice_files(folder)
    app = Litestar([create_voice_router(found)], openapi_config=None)
    with TestClient(app) as client:
        answer = client.get(found["uk", "consent"].address("uk"))
        assert answer.content == b"a voice"
        assert answer.headers["content-type"] == "audio/mpeg"
        assert "immutable" in answer.headers["cache-control"]
        assert client.get(f"/voice/any/{MELODY}").content.startswith(b"RIFF")
        for name in ("uk/secret.mp3", "uk/..%2fnotes.txt", "any/notes.txt", "en/consent.mp3"):
            assert client.get(f"/voice/{name}").status_code == 404


def test_without_a_folder_everything_is_spoken() -> None:
    assert find_voice_files(None) == {}
