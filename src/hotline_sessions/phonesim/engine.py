"""The engine: begins calls, moves them, ends them, and carries what people do at telephones."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.errors import CallNotInProgress, HangUp
from hotline_sessions.phonesim.handsets import Handset, SoundKind
from hotline_sessions.phonesim.interpreter import perform
from hotline_sessions.phonesim.legs import (
    CallStatus,
    Goto,
    Input,
    Interruption,
    Leg,
    StatusCallback,
)
from hotline_sessions.phonesim.scene import Rejected, Scene
from hotline_sessions.phonesim.stage import DocumentUnavailable, Stage


RING_BUFFER_SECONDS: Final = 5.0
BUSY_TONE_SECONDS: Final = 1.0
APOLOGY: Final = "We are sorry, an application error has occurred. Goodbye."

log = structlog.get_logger()


class CannotDo(Exception):
    """A person tried something the telephone cannot do now; ``reason`` is stable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Engine:
    """Runs every call of one simulator."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._carrier = stage.carrier
        self._limits: dict[str, asyncio.Task[None]] = {}

    # What people do at their telephones.

    def dial(self, handset: Handset, to: str) -> Leg:
        """Call a number of the account from a telephone.

        Raises:
            CannotDo: ``busy`` (a call is on), ``no-such-number``.
        """
        if handset.is_busy:
            raise CannotDo("busy")
        number = self._carrier.find_number(to)
        if number is None:
            handset.last_outcome = "no-such-number"
            self._carrier.tell(handset, "", SoundKind.INFO, "no-such-number")
            raise CannotDo("no-such-number")
        leg = self._new_leg("inbound", handset.shown_number, to)
        leg.handset, handset.call_sid = handset, leg.sid
        leg.status = CallStatus.RINGING
        leg.voice = Goto(url=number.voice_url, method=number.voice_method)
        leg.fallback_url = number.voice_fallback_url
        leg.callback = StatusCallback(
            url=number.status_callback, method=number.status_callback_method
        )
        if number.voice_url:
            self._start(leg, self._run(leg, leg.voice))
        else:
            self._finish(leg, CallStatus.FAILED)
        self._carrier.hub.changed()
        return leg

    def pick_up(self, handset: Handset, *, answer: bool) -> None:
        """Answer the telephone that rings, or decline.

        Raises:
            CannotDo: ``not-ringing``.
        """
        leg = self._carrier.legs.get(handset.call_sid)
        if leg is None or leg.picked_up is None or leg.picked_up.done():
            raise CannotDo("not-ringing")
        leg.picked_up.set_result(answer)

    def press(self, handset: Handset, digits: str) -> bool:
        """Press keys one after the other; whether anything was listening for the first.

        Raises:
            CannotDo: ``no-call``.
        """
        leg = self._leg_of(handset)
        self._carrier.sound(leg, SoundKind.KEYS, digits)
        heard = leg.ears is not None
        if leg.ears is not None:
            for digit in digits:
                leg.ears.put_nowait(Input(digit=digit))
        return heard

    def say(self, handset: Handset, text: str) -> None:
        """Speak into the telephone: to whatever listens, and to those in the same room.

        Raises:
            CannotDo: ``no-call``.
        """
        leg = self._leg_of(handset)
        self._carrier.sound(leg, SoundKind.OWN, text)
        for sid in leg.recording_sids:
            if recording := self._carrier.recordings.get(sid):  # It may have been deleted.
                recording.words.append(text)
        seat = self._carrier.seat(leg)
        if seat is not None:
            conference, speaker = seat
            for hearer in conference.hearers(speaker):
                self._carrier.sound(hearer.leg, SoundKind.PEER, text, who=handset.name)
        elif leg.ears is not None:
            leg.ears.put_nowait(Input(speech=text))

    async def hang_up(self, handset: Handset) -> None:
        """Put the receiver down; nothing happens if no call is on."""
        leg = self._carrier.legs.get(handset.call_sid)
        if leg is None:
            return
        if leg.picked_up is not None and not leg.picked_up.done():
            leg.picked_up.set_result(False)
            return
        await self._cut(leg, _ended_by_person(leg))

    # What the product does through REST.

    def place_call(self, leg: Leg) -> None:
        """Ring the telephone an outbound call is for."""
        self._start(leg, self._ring(leg))

    def new_outbound(self, from_: str, to: str) -> Leg:
        """A call the product wants, not yet placed."""
        return self._new_leg("outbound-api", from_, to)

    async def redirect(self, leg: Leg, goto: Goto) -> None:
        """Stop what the call is doing and play another document.

        Raises:
            CallNotInProgress: It has not been answered, or has ended.
        """
        if leg.status is not CallStatus.IN_PROGRESS:
            raise CallNotInProgress
        before = leg.task
        leg.interruption = Interruption.REDIRECT
        leg.task = self._stage.tasks.start(self._rerun(leg, before, goto))

    async def end(self, leg: Leg, status: CallStatus) -> None:
        """End a call (``completed``) or take back one that has not been answered (``canceled``).

        Raises:
            CallNotInProgress: The call has ended already.
        """
        if leg.is_ended:
            raise CallNotInProgress
        unanswered = leg.status in {CallStatus.QUEUED, CallStatus.RINGING}
        if status is CallStatus.CANCELED and not unanswered:
            return
        await self._cut(leg, CallStatus.CANCELED if unanswered else CallStatus.COMPLETED)

    # Inside.

    def _new_leg(self, direction: str, from_: str, to: str) -> Leg:
        leg = Leg(
            sid=self._carrier.sid("CA"),
            direction=direction,
            from_=from_,
            to=to,
            created_at=self._stage.clock.now(),
        )
        self._carrier.legs[leg.sid] = leg
        return leg

    def _leg_of(self, handset: Handset) -> Leg:
        leg = self._carrier.legs.get(handset.call_sid)
        if leg is None or leg.status is not CallStatus.IN_PROGRESS:
            raise CannotDo("no-call")
        return leg

    def _start(self, leg: Leg, work: Coroutine[Any, Any, None]) -> None:
        leg.task = self._stage.tasks.start(work)

    async def _ring(self, leg: Leg) -> None:
        reporter, clock = self._stage.reporter, self._stage.clock
        reporter.call_event(leg, "initiated")
        handset = leg.handset = self._carrier.find_handset(leg.to)
        if handset is not None and handset.is_busy:
            leg.handset = None
            await clock.sleep(BUSY_TONE_SECONDS)
            self._finish(leg, CallStatus.BUSY)
            return
        leg.status = CallStatus.RINGING
        leg.picked_up = asyncio.get_running_loop().create_future()
        if handset is not None:
            handset.call_sid = leg.sid
            self._carrier.hub.changed()
        reporter.call_event(leg, "ringing")
        seconds = leg.ring_seconds + RING_BUFFER_SECONDS
        picked_up = await wait_at_most(clock, leg.picked_up, seconds)
        if picked_up is None:
            self._finish(leg, CallStatus.NO_ANSWER)
        elif not picked_up:
            self._finish(leg, CallStatus.BUSY)
        else:
            self._answer(leg)
            await self._run(leg, leg.voice)

    def _answer(self, leg: Leg) -> None:
        if leg.status is not CallStatus.RINGING:
            return
        leg.status = CallStatus.IN_PROGRESS
        leg.answered_at = leg.updated_at = self._stage.clock.now()
        self._limits[leg.sid] = self._stage.tasks.start(self._watch_limit(leg))
        self._stage.reporter.call_event(leg, "answered")
        self._carrier.hub.changed()

    async def _watch_limit(self, leg: Leg) -> None:
        await self._stage.clock.sleep(leg.time_limit)
        self._limits.pop(leg.sid, None)
        await self._cut(leg, CallStatus.COMPLETED)

    async def _run(self, leg: Leg, goto: Goto) -> None:
        scene = Scene(stage=self._stage, leg=leg, perform=perform, answer=self._answer)
        try:
            await perform(scene, goto)
            status = CallStatus.COMPLETED
        except HangUp:
            status = CallStatus.COMPLETED
        except Rejected as rejected:
            status = CallStatus.BUSY if str(rejected) == "busy" else CallStatus.FAILED
        except DocumentUnavailable:
            self._carrier.sound(leg, SoundKind.SAY, APOLOGY, language="en-US")
            await self._stage.clock.sleep(2)
            status = CallStatus.COMPLETED if leg.answered_at else CallStatus.FAILED
        except Exception:  # noqa: BLE001 - one broken call must not stop the others
            await log.aexception("phonesim.call_broke", call=leg.sid)
            status = CallStatus.FAILED
        self._finish(leg, status)

    async def _rerun(self, leg: Leg, before: asyncio.Task[None] | None, goto: Goto) -> None:
        await _cancel(before)
        if leg.interruption is Interruption.REDIRECT:
            leg.interruption = None
        await self._run(leg, goto)

    async def _cut(self, leg: Leg, status: CallStatus) -> None:
        """End a call from outside; its rooms are left before the end is reported."""
        if leg.is_ended:
            return
        leg.interruption = Interruption.HANG_UP
        leg.status = status
        await _cancel(leg.task)
        self._finish(leg, status)

    def _finish(self, leg: Leg, status: CallStatus) -> None:
        if leg.ended_at is not None:
            return
        leg.status = status
        leg.ended_at = leg.updated_at = self._stage.clock.now()
        if limit := self._limits.pop(leg.sid, None):
            limit.cancel()
        if leg.handset is not None and leg.handset.call_sid == leg.sid:
            leg.handset.call_sid = ""
            leg.handset.last_outcome = status.value
        self._stage.reporter.call_event(leg, "completed")
        self._carrier.hub.changed()


def _ended_by_person(leg: Leg) -> CallStatus:
    return CallStatus.COMPLETED if leg.answered_at else CallStatus.NO_ANSWER


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is None or task is asyncio.current_task():
        return
    task.cancel()
    await asyncio.wait({task})
