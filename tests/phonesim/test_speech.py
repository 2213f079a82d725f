"""Speech: a voice that is there, one that is missing, and one that does not come to an end."""

import io
import wave
from pathlib import Path

import pytest

from hotline_sessions.phonesim import speech
from hotline_sessions.phonesim.speech import speak


pytestmark = pytest.mark.anyio


def install(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a voice of our own in the place of ``espeak-ng``."""
    program = folder / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as opened:
        assert opened.readframes(opened.getnframes()).strip(b"\0") == b""
        frames: int = opened.getnframes()
        return frames / int(opened.getframerate())


async def test_the_text_is_given_to_the_voice_and_its_sound_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, 'echo "$2"; cat', monkeypatch)

    assert await speak("Доброго дня", "uk-UA") == "uk\nДоброго дня".encode()
    assert len((await speak("я" * 1000, "uk")).decode()) == 603


@pytest.mark.parametrize(("text", "language"), [("  ", "uk-UA"), ("hallo", "de-DE")])
async def test_nothing_to_say_or_a_foreign_language_is_a_second_of_silence(
    text: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "echo voice", monkeypatch)

    assert seconds(await speak(text, language)) == 1


async def test_without_a_voice_there_is_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert seconds(await speak("Доброго дня", "uk-UA")) == 1


@pytest.mark.parametrize("script", ["exec sleep 30", "exit 1"], ids=["hangs", "fails"])
async def test_a_voice_that_hangs_or_fails_is_silence(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "SPEAKING_TIMEOUT_SECONDS", 0.3)
    install(tmp_path, script, monkeypatch)

    assert seconds(await speak("Доброго дня", "uk-UA")) == 1
