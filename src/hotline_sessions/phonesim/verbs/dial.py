"""Dial with a conference: be in a room with others until somebody or something ends it."""

import asyncio
import contextlib
from typing import Any, Final

from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.conferences import announce_end, enter, leave
from hotline_sessions.phonesim.errors import HangUp
from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import Goto, Input, Interruption
from hotline_sessions.phonesim.rooms import Conference, LabelTaken, Participant
from hotline_sessions.phonesim.scene import Place, Scene
from hotline_sessions.phonesim.stage import DocumentUnavailable
from hotline_sessions.phonesim.twiml import Verb


REFUSED_NOUNS: Final = "Only conferences can be dialled in this simulator"
SILENT_ROUND_SECONDS: Final = 10.0
TIME_LIMIT_SECONDS: Final = 14_400.0


async def play_dial(scene: Scene, verb: Verb) -> Goto | None:
    """Join the conference named inside; afterwards go to ``action`` or on to the next verb."""
    noun = next((child for child in verb.children if child.name == "Conference"), None)
    if noun is None:
        scene.stage.carrier.notify(13224, REFUSED_NOUNS, call_sid=scene.leg.sid, url=scene.url)
        return scene.action(verb, {"DialCallStatus": "failed"})
    try:
        conference, participant = enter(scene, noun)
    except LabelTaken:
        return _refused(scene, verb, noun)
    began = scene.stage.clock.elapsed()
    try:
        reason = await _stay(scene, verb, conference, participant)
    except asyncio.CancelledError:
        moved = scene.leg.interruption is Interruption.REDIRECT
        reason = "participant_updated_via_api" if moved else "participant_hung_up"
        leave(scene.stage, conference, participant, reason)
        scene.phantom(verb, _outcome(scene, began))
        raise
    except BaseException:
        leave(scene.stage, conference, participant, "participant_hung_up")
        raise
    leave(scene.stage, conference, participant, reason)
    return scene.action(verb, _outcome(scene, began))


def _refused(scene: Scene, verb: Verb, noun: Verb) -> Goto | None:
    """The label is taken: the call goes on, to ``action`` or to the next verb."""
    text = "ParticipantLabel is not unique in the conference"
    scene.stage.carrier.notify(16025, text, call_sid=scene.leg.sid, url=noun.get("statusCallback"))
    if scene.stage.config.switches.label_clash_goes_to == "next":
        return None
    return scene.action(verb, {"DialCallStatus": "failed", "ErrorCode": "16025"})


def _outcome(scene: Scene, began: float) -> dict[str, str]:
    seconds = int(scene.stage.clock.elapsed() - began)
    return {"DialCallStatus": "answered", "DialCallDuration": str(seconds)}


async def _stay(scene: Scene, verb: Verb, conference: Conference, participant: Participant) -> str:
    """Be in the room; the reason for leaving it."""
    clock = scene.stage.clock
    ears: asyncio.Queue[Input] = asyncio.Queue()
    scene.leg.ears = ears
    ends_at = clock.elapsed() + verb.seconds("timeLimit", TIME_LIMIT_SECONDS)
    star = asyncio.ensure_future(_await_star(ears, verb))
    try:
        while not participant.left.done():
            participant.changed.clear()
            music = asyncio.ensure_future(_play_music(scene, conference, participant))
            try:
                left = ends_at - clock.elapsed()
                await wait_at_most(clock, _next_event(participant, star), left)
            finally:
                music.cancel()
                with contextlib.suppress(asyncio.CancelledError, HangUp):
                    await music
            if star.done() or clock.elapsed() >= ends_at:
                return "participant_hung_up"
        return participant.left.result()
    finally:
        star.cancel()
        if scene.leg.ears is ears:
            scene.leg.ears = None


async def _next_event(participant: Participant, star: asyncio.Future[None]) -> bool:
    changed = asyncio.ensure_future(participant.changed.wait())
    both: set[asyncio.Future[Any]] = {changed, star}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        changed.cancel()
    return True


async def _await_star(ears: asyncio.Queue[Input], verb: Verb) -> None:
    """Return once ``*`` is pressed and the verb wants that; other keys say nothing here."""
    wanted = verb.flag("hangupOnStar", default=False)
    while True:
        item = await ears.get()
        if wanted and item.digit == "*":
            return


async def _play_music(scene: Scene, conference: Conference, participant: Participant) -> None:
    """What this participant hears besides the others: announcements, hold or waiting content."""
    inner = scene.inside(Place.CONFERENCE)
    while participant.announcements:
        announcement = participant.announcements.pop(0)
        with contextlib.suppress(DocumentUnavailable, HangUp):
            await scene.perform(inner, announcement)
        announce_end(scene.stage, conference, participant)
    music = participant.hold_music if participant.hold else participant.waiting_music
    is_talking = not participant.hold and conference.status == "in-progress"
    if is_talking or not music.url:
        return
    while True:
        began = scene.stage.clock.elapsed()
        with contextlib.suppress(DocumentUnavailable):
            await scene.perform(inner, music)
        if scene.stage.clock.elapsed() - began < 1:
            scene.hear(SoundKind.PLAY, "")
            await scene.stage.clock.sleep(SILENT_ROUND_SECONDS)
