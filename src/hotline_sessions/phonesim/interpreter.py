"""The interpreter: plays documents to a call, verb by verb."""

from collections.abc import Awaitable, Callable
from typing import Final

from hotline_sessions.phonesim.errors import HangUp
from hotline_sessions.phonesim.legs import Goto
from hotline_sessions.phonesim.scene import LeaveQueue, Place, Rejected, Scene
from hotline_sessions.phonesim.twiml import Document, Verb
from hotline_sessions.phonesim.verbs.dial import play_dial
from hotline_sessions.phonesim.verbs.enqueue import play_enqueue
from hotline_sessions.phonesim.verbs.gather import play_gather
from hotline_sessions.phonesim.verbs.recordings import play_record, play_start, play_stop
from hotline_sessions.phonesim.verbs.sounds import play_pause, play_play, play_say


Play = Callable[[Scene, Verb], Awaitable[Goto | None]]
MAX_DOCUMENTS_IN_A_ROW: Final = 200


async def play_redirect(scene: Scene, verb: Verb) -> Goto:
    """Go on with another document."""
    return scene.goto(verb.text, verb.get("method", "POST"))


async def play_hangup(scene: Scene, verb: Verb) -> None:  # noqa: ARG001 - every verb is called alike
    """End the call."""
    raise HangUp


async def play_reject(scene: Scene, verb: Verb) -> None:  # noqa: ARG001 - every verb is called alike
    """End the call without answering it."""
    raise Rejected(verb.get("reason", "rejected"))


async def play_leave(scene: Scene, verb: Verb) -> None:  # noqa: ARG001 - every verb is called alike
    """Leave the queue."""
    raise LeaveQueue


VERBS: Final[dict[str, Play]] = {
    "Say": play_say,
    "Play": play_play,
    "Pause": play_pause,
    "Gather": play_gather,
    "Redirect": play_redirect,
    "Hangup": play_hangup,
    "Reject": play_reject,
    "Record": play_record,
    "Enqueue": play_enqueue,
    "Leave": play_leave,
    "Dial": play_dial,
    "Start": play_start,
    "Stop": play_stop,
}
ALLOWED: Final = {
    Place.CALL: frozenset(VERBS) - {"Leave"},
    Place.QUEUE: frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Leave"}),
    Place.CONFERENCE: frozenset({"Say", "Play", "Pause", "Redirect"}),
}
UNANSWERING: Final = frozenset({"Reject", "Pause", "Redirect"})
"""Verbs that leave a ringing call unanswered when they come first."""


async def perform(scene: Scene, goto: Goto) -> None:
    """Play what is at ``goto`` and whatever it leads to, until a document ends.

    Raises:
        DocumentUnavailable: There was nothing to play.
        HangUp: A document ended the call, or could not be played.
        Rejected, LeaveQueue: By the verbs of that name.
    """
    following: Goto | None = goto
    for _ in range(MAX_DOCUMENTS_IN_A_ROW):
        if following is None:
            return
        document = await scene.stage.fetch(scene.leg, following)
        scene.url = document.url
        following = await _play_document(scene, document)
        await _breathe(scene, document)
    scene.stage.carrier.notify(11200, "Too many redirects", call_sid=scene.leg.sid, url=scene.url)
    raise HangUp


async def _play_document(scene: Scene, document: Document) -> Goto | None:
    for index, verb in enumerate(document.verbs):
        play = VERBS.get(verb.name)
        if play is None or verb.name not in ALLOWED[scene.place]:
            text = f"<{verb.name}> cannot be played here"
            scene.stage.carrier.notify(12200, text, call_sid=scene.leg.sid, url=document.url)
            raise HangUp
        if verb.name not in UNANSWERING:
            scene.calls.answer(scene.leg)
        scene.following = next(iter(document.verbs[index + 1 :]), None)
        following = await play(scene, verb)
        if following is not None:
            return following
    return None


async def _breathe(scene: Scene, document: Document) -> None:
    """Keep documents that only redirect from running without any time passing."""
    if not document.verbs or document.verbs[0].name == "Redirect":
        await scene.stage.clock.sleep(0.05)
