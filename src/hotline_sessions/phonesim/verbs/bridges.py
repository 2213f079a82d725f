"""Dial of a number or a browser: ring there, and let the two talk until one of them ends it."""

import asyncio
from typing import Any, Final

from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.handsets import CLIENT, SoundKind
from hotline_sessions.phonesim.legs import CallStatus, Ears, Goto, Leg, StatusCallback
from hotline_sessions.phonesim.scene import Scene
from hotline_sessions.phonesim.twiml import Verb
from hotline_sessions.phonesim.verbs.stars import await_star


RING_SECONDS: Final = 30.0
TIME_LIMIT_SECONDS: Final = 14_400.0


async def play_bridge(scene: Scene, verb: Verb) -> Goto | None:
    """Ring everybody named at once; the first to answer is talked to."""
    nouns = [child for child in verb.children if child.name in {"Number", "Client"}]
    targets = nouns or [Verb(name="Number", text=verb.text)]
    children = [_build_child(scene, verb, noun) for noun in targets]
    began = scene.stage.clock.elapsed()
    tasks: dict[str, object] = {}
    try:
        child = await _reach_one(scene, children, targets, tasks)
        if child is None:
            status = children[-1].status if children else CallStatus.FAILED
            return scene.action(verb, _outcome(scene, children[-1], status.value, None))
        talked_from = scene.stage.clock.elapsed()
        await _talk(scene, verb, child)
    except asyncio.CancelledError:
        scene.phantom(verb, _outcome(scene, children[-1], "completed", began))
        raise
    finally:
        await _end_all(scene, children, tasks)
    return scene.action(verb, _outcome(scene, child, "completed", talked_from))


def _build_child(scene: Scene, verb: Verb, noun: Verb) -> Leg:
    address = noun.text
    params: dict[str, str] = {}
    if noun.name == "Client":
        identity = next((c.text for c in noun.children if c.name == "Identity"), noun.text)
        address = CLIENT + identity.removeprefix(CLIENT)
        params = {c.get("name"): c.get("value") for c in noun.children if c.name == "Parameter"}
    caller = verb.get("callerId") or scene.leg.from_
    leg = scene.calls.new_child(scene.leg, caller, address)
    leg.params = params
    leg.ring_seconds = verb.seconds("timeout", RING_SECONDS)
    if noun.get("statusCallback"):
        leg.callback = StatusCallback(
            url=scene.goto(noun.get("statusCallback")).url,
            method=noun.get("statusCallbackMethod", "POST"),
            events=frozenset(noun.get("statusCallbackEvent", "completed").split()),
        )
    return leg


async def _reach_one(
    scene: Scene, children: list[Leg], nouns: list[Verb], tasks: dict[str, object]
) -> Leg | None:
    """First of the calls that can be talked to; the others ring no more."""
    waiting: dict[asyncio.Future[bool], Leg] = {}
    for leg, noun in zip(children, nouns, strict=True):
        url = noun.get("url")
        whisper = scene.goto(url, noun.get("method", "POST")) if url else None
        waiting[scene.calls.place_child(leg, whisper)] = leg
        tasks[leg.sid] = leg.task
    scene.hear(SoundKind.INFO, "ringing")
    while waiting:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for future in done:
            leg = waiting.pop(future)
            if future.result():
                await _end_all(scene, list(waiting.values()), tasks)
                return leg
    return None


async def _talk(scene: Scene, verb: Verb, child: Leg) -> None:
    """Let both hear each other until one hangs up, ``*`` or the time limit."""
    clock, leg = scene.stage.clock, scene.leg
    leg.partner, child.partner = child, leg
    watch = asyncio.ensure_future(_await_gone(child))
    ears = Ears()
    leg.ears = ears
    star = asyncio.ensure_future(await_star(ears, verb))
    ends: set[asyncio.Future[Any]] = {star, watch}
    scene.stage.carrier.hub.changed()
    try:
        limit = verb.seconds("timeLimit", TIME_LIMIT_SECONDS)
        await wait_at_most(clock, _first(ends), limit)
    finally:
        star.cancel()
        watch.cancel()
        leg.partner = child.partner = None
        if leg.ears is ears:
            leg.ears = None


async def _await_gone(child: Leg) -> None:
    """Return once the other end has hung up or was taken elsewhere."""
    if child.task is not None and not child.task.done():
        await asyncio.wait({child.task})


async def _first(ends: set[asyncio.Future[Any]]) -> bool:
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    return True


async def _end_all(scene: Scene, children: list[Leg], tasks: dict[str, object]) -> None:
    """End calls of this ``<Dial>``, but not one that was taken elsewhere meanwhile."""
    for leg in children:
        if not leg.is_ended and leg.task is tasks.get(leg.sid):
            unanswered = leg.answered_at is None
            status = CallStatus.CANCELED if unanswered else CallStatus.COMPLETED
            await scene.calls.cut(leg, status)


def _outcome(scene: Scene, child: Leg, status: str, began: float | None) -> dict[str, str]:
    outcome = {"DialCallStatus": status, "DialCallSid": child.sid}
    if began is not None:
        outcome["DialCallDuration"] = str(int(scene.stage.clock.elapsed() - began))
    return outcome
