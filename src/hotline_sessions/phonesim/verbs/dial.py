"""Dial: be in a conference, or talk to a number or a browser, until something ends it."""

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Any, Final

from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.conferences import enter, finish_announcement, leave
from hotline_sessions.phonesim.errors import HangUp
from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import Ears, Goto, Interruption
from hotline_sessions.phonesim.rooms import Conference, LabelTaken, NotAdmitted, Participant
from hotline_sessions.phonesim.scene import Place, Scene
from hotline_sessions.phonesim.stage import DocumentUnavailable
from hotline_sessions.phonesim.twiml import Verb
from hotline_sessions.phonesim.verbs.bridges import play_bridge
from hotline_sessions.phonesim.verbs.stars import await_star


REFUSED_NOUNS: Final = "Only conferences, numbers and clients can be dialled in this simulator"
SILENT_ROUND_SECONDS: Final = 10.0
TIME_LIMIT_SECONDS: Final = 14_400.0


async def play_dial(scene: Scene, verb: Verb) -> Goto | None:
    """Reach whom the document names; afterwards go to ``action`` or on to the next verb."""
    if any(child.name in {"Number", "Client"} for child in verb.children) or (
        verb.text and not verb.children
    ):
        return await play_bridge(scene, verb)
    noun = next((child for child in verb.children if child.name == "Conference"), None)
    if noun is None:
        scene.stage.carrier.notify(13224, REFUSED_NOUNS, call_sid=scene.leg.sid, url=scene.url)
        return scene.action(verb, {"DialCallStatus": "failed"})
    try:
        conference, participant = enter(scene, noun)
    except NotAdmitted as refusal:
        return _refused(scene, verb, noun, refusal)
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


def _refused(scene: Scene, verb: Verb, noun: Verb, refusal: NotAdmitted) -> Goto | None:
    """Not let in: the call goes on, to ``action`` or (for a label) to the next verb."""
    scene.stage.carrier.notify(
        refusal.code, str(refusal), call_sid=scene.leg.sid, url=noun.get("statusCallback")
    )
    is_clash = isinstance(refusal, LabelTaken)
    if is_clash and scene.stage.config.switches.label_clash_goes_to == "next":
        return None
    return scene.action(verb, {"DialCallStatus": "failed", "ErrorCode": str(refusal.code)})


def _outcome(scene: Scene, began: float) -> dict[str, str]:
    seconds = int(scene.stage.clock.elapsed() - began)
    return {"DialCallStatus": "answered", "DialCallDuration": str(seconds)}


async def _stay(scene: Scene, verb: Verb, conference: Conference, participant: Participant) -> str:
    """Be in the room; the reason for leaving it."""
    clock = scene.stage.clock
    ears = Ears()
    scene.leg.ears = ears
    ends_at = clock.elapsed() + verb.seconds("timeLimit", TIME_LIMIT_SECONDS)
    wants_star = scene.stage.config.switches.hangup_on_star_in_conference
    star = asyncio.ensure_future(await_star(ears, verb, is_heard=wants_star))
    try:
        while not participant.left.done():
            participant.changed.clear()
            music = _start_music(scene, conference, participant)
            try:
                left = ends_at - clock.elapsed()
                await wait_at_most(clock, _next_event(participant, star), left)
            finally:
                if music is not None:
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


def _start_music(
    scene: Scene, conference: Conference, participant: Participant
) -> asyncio.Task[None] | None:
    """What this participant hears besides the others, if there is anything."""
    music = participant.hold_music if participant.hold else participant.waiting_music
    if not participant.announcements and (
        not music.url or not _hears_music(scene, conference, participant)
    ):
        return None
    return asyncio.create_task(_play_music(scene, conference, participant, music))


def _hears_music(scene: Scene, conference: Conference, participant: Participant) -> bool:
    if participant.hold or conference.status != "in-progress":
        return True
    is_alone = len(conference.participants) == 1
    return is_alone and scene.stage.config.switches.alone_in_started_room == "wait_music"


async def _play_music(
    scene: Scene, conference: Conference, participant: Participant, music: Goto
) -> None:
    """Announcements, then hold or waiting content again and again."""
    inner = scene.inside(Place.CONFERENCE)
    while participant.announcements:
        announcement = participant.announcements.pop(0)
        await _play_quietly(scene.perform(inner, announcement.goto))
        finish_announcement(scene.stage, conference, participant, announcement)
    if not music.url or not _hears_music(scene, conference, participant):
        return
    while True:
        began = scene.stage.clock.elapsed()
        with contextlib.suppress(DocumentUnavailable):
            await scene.perform(inner, music)
        if scene.stage.clock.elapsed() - began < 1:
            scene.hear(SoundKind.PLAY, "")
            await scene.stage.clock.sleep(SILENT_ROUND_SECONDS)


async def _play_quietly(work: Awaitable[None]) -> None:
    with contextlib.suppress(DocumentUnavailable, HangUp):
        await work
