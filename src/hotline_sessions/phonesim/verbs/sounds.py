"""Say, Play and Pause: what the person at the telephone hears."""

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


def speaking_seconds(text: str) -> float:
    """How long it takes to say ``text``, in seconds."""
    return BREATH_SECONDS + len(text) / CHARACTERS_PER_SECOND


def playing_seconds(url: str) -> float:
    """Length of a recorded file: ``…-25s.mp3`` says it in its name, others last five seconds."""
    stem = urlsplit(url).path.rpartition("/")[2].partition(".")[0]
    tail = stem.rpartition("-")[2]
    if tail.endswith("s") and tail[:-1].isdecimal():
        return float(tail[:-1])
    return FILE_SECONDS


async def play_say(scene: Scene, verb: Verb) -> None:
    """Speak the text, as often as ``loop`` says."""
    for _ in range(_loops(verb)):
        scene.hear(SoundKind.SAY, verb.text, verb.get("language", "en-US"))
        await scene.stage.clock.sleep(speaking_seconds(verb.text))


async def play_play(scene: Scene, verb: Verb) -> None:
    """Play a file, or send tones."""
    digits = verb.get("digits")
    for _ in range(_loops(verb)):
        if digits:
            scene.hear(SoundKind.BEEP, digits)
            await scene.stage.clock.sleep(len(digits) * SECONDS_PER_TONE)
        else:
            scene.hear(SoundKind.PLAY, scene.goto(verb.text).url)
            await scene.stage.clock.sleep(playing_seconds(verb.text))


async def play_pause(scene: Scene, verb: Verb) -> None:
    """Stay silent for ``length`` seconds."""
    await scene.stage.clock.sleep(max(0.0, verb.seconds("length", 1.0)))


def _loops(verb: Verb) -> int:
    return int(verb.seconds("loop", 1.0)) or ENDLESS_LOOP
