"""Enqueue: wait in a queue to the content of the wait URL, over and over."""

import asyncio
from typing import Final

from hotline_sessions.phonesim.errors import HangUp
from hotline_sessions.phonesim.handsets import SoundKind
from hotline_sessions.phonesim.legs import Goto, Interruption
from hotline_sessions.phonesim.rooms import CallQueue, QueueFull, QueueMember
from hotline_sessions.phonesim.scene import LeaveQueue, Place, Scene
from hotline_sessions.phonesim.stage import DocumentUnavailable
from hotline_sessions.phonesim.twiml import Verb


SHORTEST_ROUND_SECONDS: Final = 1.0
SILENT_ROUND_SECONDS: Final = 10.0


async def play_enqueue(scene: Scene, verb: Verb) -> Goto | None:
    """Wait until the caller leaves; being moved elsewhere or hanging up ends it from outside."""
    carrier = scene.stage.carrier
    queue = carrier.get_queue(verb.text or verb.get("name"))
    try:
        member = carrier.enqueue(queue, scene.leg)
    except QueueFull:
        return scene.action(verb, {"QueueResult": "queue-full", "QueueTime": "0"})
    result = "error"
    try:
        await _wait(scene, verb, queue, member)
    except LeaveQueue:
        result = "leave"
    except asyncio.CancelledError:
        _interrupted(scene, verb, queue, member)
        raise
    except BaseException as error:
        waited = carrier.dequeue(queue, member)
        if isinstance(error, HangUp):
            scene.phantom(verb, _outcome(queue, "hangup", waited))
        raise
    waited = carrier.dequeue(queue, member)
    return scene.action(verb, _outcome(queue, result, waited))


def _interrupted(scene: Scene, verb: Verb, queue: CallQueue, member: QueueMember) -> None:
    waited = scene.stage.carrier.dequeue(queue, member)
    hung_up = scene.leg.interruption is Interruption.HANG_UP
    if hung_up or scene.stage.config.switches.enqueue_action_on_redirect:
        result = "hangup" if hung_up else "redirected"
        scene.phantom(verb, _outcome(queue, result, waited))


async def _wait(scene: Scene, verb: Verb, queue: CallQueue, member: QueueMember) -> None:
    stage = scene.stage

    def standing() -> dict[str, str]:
        waited = (stage.clock.now() - member.enqueued_at).total_seconds()
        return {
            "QueuePosition": str(queue.position(member)) if member in queue.members else "0",
            "QueueSid": queue.sid,
            "QueueTime": str(int(waited)),
            "AvgQueueTime": str(queue.average_wait),
            "CurrentQueueSize": str(len(queue.members)),
            "MaxQueueSize": str(queue.max_size),
        }

    inner = scene.inside(Place.QUEUE, standing)
    while True:
        began = stage.clock.elapsed()
        if verb.get("waitUrl"):
            await _play_round(scene, inner, verb)
        else:
            scene.hear(SoundKind.PLAY, "")
            await stage.clock.sleep(SILENT_ROUND_SECONDS)
        spent = stage.clock.elapsed() - began
        if spent < SHORTEST_ROUND_SECONDS:
            await stage.clock.sleep(SHORTEST_ROUND_SECONDS - spent)


async def _play_round(scene: Scene, inner: Scene, verb: Verb) -> None:
    """One round of the waiting content; a product that is down leaves the caller waiting."""
    inner.url = scene.url
    try:
        method = verb.get("waitUrlMethod", "POST")
        await scene.perform(inner, inner.goto(verb.get("waitUrl"), method))
    except DocumentUnavailable:
        if not scene.stage.config.switches.wait_loop_survives:
            raise
        scene.hear(SoundKind.PLAY, "")


def _outcome(queue: CallQueue, result: str, waited: int) -> dict[str, str]:
    return {"QueueResult": result, "QueueSid": queue.sid, "QueueTime": str(waited)}
