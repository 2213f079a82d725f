"""Say, Play and Pause: what the person at the telephone hears."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.scene import Scene
from hotline_sessions.phonesim.twiml import Verb


CHARACTERS_PER_SECOND: Final = 15.0
BREATH_SECONDS: Final = 0.3
FILE_SECONDS: Final = 5.0
SECONDS_PER_TONE: Final = 0.5
ENDLESS_LOOP: Final = 1000
NOTHING_KNOWN: Final[Mapping[str, float]] = {}


def speaking_seconds(text: str) -> float:
    """How long it takes to say ``text``, in seconds."""
    return BREATH_SECONDS + len(text) / CHARACTERS_PER_SECOND


def playing_seconds(url: str, known: Mapping[str, float] = NOTHING_KNOWN) -> float:
    """Length of a recorded file: as configured by the end of its path, or as its name says.

    ``…-25s.mp3`` lasts 25 seconds; of others it is assumed that they last five.
    """
    path = urlsplit(url).path
    for ending, seconds in known.items():
        if path.endswith(ending):
            return seconds
    stem = path.rpartition("/")[2].partition(".")[0]
    tail = stem.rpartition("-")[2]
    if tail.endswith("s") and tail[:-1].isdecimal():
        return float(tail[:-1])
    return FILE_SECONDS


async def play_say(scene: Scene, verb: Verb) -> None:
    """Speak the text, as often as ``loop`` says."""
    for _ in range(_loops(verb)):
        seconds = speaking_seconds(verb.text)
        scene.hear(SoundKind.SAY, verb.text, verb.get("language", "en-US"), seconds)
        await scene.stage.clock.sleep(seconds)


async def play_play(scene: Scene, verb: Verb) -> None:
    """Play a file, or send tones."""
    digits = verb.get("digits")
    for _ in range(_loops(verb)):
        if digits:
            scene.hear(SoundKind.BEEP, digits)
            await scene.stage.clock.sleep(len(digits) * SECONDS_PER_TONE)
        else:
            seconds = playing_seconds(verb.text, scene.stage.config.file_seconds)
            scene.hear(SoundKind.PLAY, scene.goto(verb.text).url, seconds=seconds)
            await scene.stage.clock.sleep(seconds)


async def play_pause(scene: Scene, verb: Verb) -> None:
    """Stay silent for ``length`` seconds."""
    await scene.stage.clock.sleep(max(0.0, verb.seconds("length", 1.0)))


def _loops(verb: Verb) -> int:
    return int(verb.seconds("loop", 1.0)) or ENDLESS_LOOP
