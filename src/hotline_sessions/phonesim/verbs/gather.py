"""Gather: listen for keys or words while a prompt is played and for some time after it."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct

from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.legs import Ears, Goto, Input
from hotline_sessions.phonesim.scene import Scene
from hotline_sessions.phonesim.twiml import Verb
from hotline_sessions.phonesim.verbs.sounds import play_pause, play_play, play_say


DEFAULT_TIMEOUT: Final = 5.0
SPEECH_END: Final = 1.0
PROMPTS: Final = {"Say": play_say, "Play": play_play, "Pause": play_pause}


class Heard(Struct, frozen=True, kw_only=True):
    """What was gathered: keys with the key that finished them, or words."""

    digits: str = ""
    finished_on: str = ""
    speech: str = ""


async def play_gather(scene: Scene, verb: Verb) -> Goto | None:
    """Gather input; go to ``action`` with it, or on to the next verb without any."""
    heard = await _listen(scene, verb)
    if not (heard.digits or heard.speech or verb.flag("actionOnEmptyResult", default=False)):
        return None
    extra = {"Digits": heard.digits}
    if heard.finished_on:
        extra["FinishedOnKey"] = heard.finished_on
    if heard.speech:
        extra = {"SpeechResult": heard.speech, "Confidence": "0.9"}
    return scene.goto(verb.get("action"), verb.get("method", "POST"), extra)


async def _listen(scene: Scene, verb: Verb) -> Heard:
    leg = scene.leg
    ears = Ears()
    leg.ears, leg.listening = ears, verb.get("input", "dtmf")
    scene.stage.carrier.hub.changed()
    prompt = asyncio.ensure_future(_play_prompt(scene, verb))
    try:
        first = await _wait_first(ears, prompt)
        prompt.cancel()
        with suppress(asyncio.CancelledError):
            await prompt
        return await _collect(scene, verb, ears, first)
    finally:
        prompt.cancel()
        if leg.ears is ears:
            leg.ears, leg.listening = None, ""
        scene.stage.carrier.hub.changed()


async def _play_prompt(scene: Scene, verb: Verb) -> None:
    for child in verb.children:
        if play := PROMPTS.get(child.name):
            await play(scene, child)


async def _wait_first(ears: Ears, prompt: asyncio.Future[None]) -> Input | None:
    """First input during the prompt, which it breaks off, or nothing."""
    getting = ears.get()
    both: set[asyncio.Future[Any]] = {getting, prompt}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        return getting.result() if getting.done() else None
    finally:
        getting.cancel()


async def _collect(scene: Scene, verb: Verb, ears: Ears, first: Input | None) -> Heard:
    modes = _modes(scene, verb)
    finish = verb.get("finishOnKey", "#")
    wanted = int(verb.seconds("numDigits", 0))
    timeout = verb.seconds("timeout", DEFAULT_TIMEOUT) * scene.stage.config.patience
    digits = ""
    item = first
    while True:
        if item is None:
            item = await wait_at_most(scene.stage.clock, ears.get(), timeout)
        if item is None:
            return Heard(digits=digits)
        if item.speech and "speech" in modes and not digits:
            return await _collect_speech(scene, verb, ears, item.speech)
        if item.digit and "dtmf" in modes:
            if item.digit in finish:
                return Heard(digits=digits, finished_on=item.digit)
            digits += item.digit
            if wanted and len(digits) >= wanted:
                return Heard(digits=digits)
        item = None


def _modes(scene: Scene, verb: Verb) -> list[str]:
    """What is listened for; speech that cannot be recognised is complained of."""
    modes = verb.get("input", "dtmf").split()
    if "speech" in modes and not scene.stage.config.switches.speech_in_gather:
        text = "Language and speech model do not fit"
        scene.stage.carrier.notify(13331, text, call_sid=scene.leg.sid, url=scene.url)
        modes.remove("speech")
    return modes


async def _collect_speech(scene: Scene, verb: Verb, ears: Ears, words: str) -> Heard:
    """Words until a silence of ``speechTimeout`` seconds; ``auto`` means a short one."""
    silence = verb.seconds("speechTimeout", SPEECH_END)
    sequence = 0
    while True:
        _report_partial(scene, verb, words, sequence)
        sequence += 1
        item = await wait_at_most(scene.stage.clock, ears.get(), silence)
        if item is None or item.digit:  # A key ends the speech, as silence does.
            break
        words = f"{words} {item.speech}".strip()
    return Heard(speech=words)


def _report_partial(scene: Scene, verb: Verb, words: str, sequence: int) -> None:
    """Tell what has been understood so far; the answer is ignored."""
    url = verb.get("partialResultCallback")
    if not url:
        return
    extra = {
        "UnstableSpeechResult": words,
        "StableSpeechResult": "",
        "Stability": "0.8",
        "SequenceNumber": str(sequence),
    }
    method = verb.get("partialResultCallbackMethod", "POST")
    scene.stage.request_in_vain(scene.leg, scene.goto(url, method, extra))
