"""The engine: begins calls, moves them, ends them, and carries what people do at telephones."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import msgspec
import structlog

from hotline_sessions.phonesim.arrivals import arrive
from hotline_sessions.phonesim.errors import CallNotInProgress, HangUp
from hotline_sessions.phonesim.faults import FaultKind, FaultRule, Faults
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
from hotline_sessions.phonesim.limits import Limiter
from hotline_sessions.phonesim.records import Application
from hotline_sessions.phonesim.ringing import detect_machine, leave_message, ring
from hotline_sessions.phonesim.scene import Rejected, Scene
from hotline_sessions.phonesim.stage import DocumentUnavailable, Stage
from hotline_sessions.phonesim.tracing import Trace


APOLOGY: Final = "We are sorry, an application error has occurred. Goodbye."

log = structlog.get_logger()


class CannotDo(Exception):
    """A person tried something the telephone cannot do now; ``reason`` is stable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Engine:
    """Runs every call of one simulator."""

    def __init__(self, stage: Stage, faults: Faults, trace: Trace) -> None:
        self.stage = stage
        self.carrier = stage.carrier
        self.limiter = Limiter(stage.config.limits, stage.clock)
        self._faults = faults
        self._trace = trace
        self._limits: dict[str, asyncio.Task[None]] = {}

    # What people do at their telephones.

    def dial(self, handset: Handset, to: str, *, shown_as: str | None = None) -> Leg:
        """Call a number from a telephone; ``shown_as`` is what the called party sees of it.

        Raises:
            CannotDo: ``busy`` (a call is on), ``no-such-number``.
        """
        if handset.is_busy:
            raise CannotDo("busy")
        number = self.carrier.find_number(to)
        if number is None:
            handset.last_outcome = "no-such-number"
            self.carrier.tell(handset, "", SoundKind.INFO, "no-such-number")
            raise CannotDo("no-such-number")
        self._note_person(handset, "dial", to=to, shown_as=shown_as)
        way = arrive(handset, to, number, self.stage.config.switches, shown_as)
        leg = self._new_leg("inbound", way.from_, number.number)
        leg.forwarded_from = way.forwarded_from
        trunk = self.carrier.trunks.get(number.trunk_sid)
        application = self.carrier.applications.get(number.application_sid)
        self._admit_inbound(handset, leg, trunk or application or number)
        return leg

    def connect(self, handset: Handset, application: Application, params: dict[str, str]) -> Leg:
        """Call an application from a browser.

        Raises:
            CannotDo: ``busy``.
        """
        if handset.is_busy:
            raise CannotDo("busy")
        self._note_person(handset, "connect", application=application.sid, params=params)
        leg = self._new_leg("inbound", handset.number, params.get("To", ""))
        leg.extra = {"ApplicationSid": application.sid}
        self._admit_inbound(handset, leg, application, params)
        return leg

    def pick_up(self, handset: Handset, *, answer: bool) -> None:
        """Answer the telephone that rings, or decline.

        Raises:
            CannotDo: ``not-ringing``.
        """
        leg = self.carrier.legs.get(handset.call_sid)
        if leg is None or leg.picked_up is None or leg.picked_up.done():
            raise CannotDo("not-ringing")
        self._note_person(handset, "answer" if answer else "decline")
        leg.picked_up.set_result(answer)

    def press(self, handset: Handset, digits: str) -> bool:
        """Press keys one after the other; whether anything was listening for the first.

        Raises:
            CannotDo: ``no-call``.
        """
        leg = self._leg_of(handset)
        self._note_person(handset, "press", digits=digits)
        self.carrier.sound(leg, SoundKind.KEYS, digits)
        heard = leg.ears is not None and not leg.is_deaf
        if leg.ears is not None and not leg.is_deaf:
            for digit in digits:
                leg.ears.put(Input(digit=digit))
        return heard

    def say(self, handset: Handset, text: str, *, language: str = "uk-UA") -> None:
        """Speak into the telephone: to whatever listens, and to those in the same room.

        Raises:
            CannotDo: ``no-call``.
        """
        leg = self._leg_of(handset)
        self._note_person(handset, "say", text=text)
        self.carrier.sound(leg, SoundKind.OWN, text, language=language)
        if not handset.is_muted:
            self.speak(leg, text, language=language)

    def speak(self, leg: Leg, text: str, *, language: str = "uk-UA") -> None:
        """Carry words from one end of a call to whoever hears them."""
        if leg.is_deaf:
            return
        self.stage.taker.take(leg, text)
        for hearer in self.carrier.hearers(leg):
            self.carrier.sound(hearer, SoundKind.PEER, text, language=language, who=leg)
        if leg.ears is not None and not self.carrier.others(leg):
            leg.ears.put(Input(speech=text))

    def send_piece(self, handset: Handset, piece: bytes) -> None:
        """Carry a piece of somebody's voice to the browsers that hear him."""
        leg = self.carrier.legs.get(handset.call_sid)
        if leg is None or handset.is_muted:
            return
        for hearer in self.carrier.hearers(leg):
            if hearer.handset is not None:
                for listener in hearer.handset.listeners:
                    listener.hear_piece(leg.sid, piece)

    async def hang_up(self, handset: Handset) -> None:
        """Put the receiver down; nothing happens if no call is on."""
        leg = self.carrier.legs.get(handset.call_sid)
        if leg is None:
            return
        self._note_person(handset, "hang-up")
        if leg.picked_up is not None and not leg.picked_up.done():
            leg.picked_up.set_result(False)
            return
        await self.cut(leg, _ended_by_person(leg))

    # What the product does through REST.

    def place_call(self, leg: Leg) -> None:
        """Ring the telephone an outbound call is for, when its turn comes.

        Raises:
            TwilioError: 22005, the queue of outbound calls is too long; 10004, too many
                calls are on.
        """
        seconds = self.limiter.reserve(len(self.carrier.live) - 1)
        leg.queue_ms = int(seconds * 1000)
        self._start(leg, self._call_out(leg, seconds))

    def new_outbound(self, from_: str, to: str) -> Leg:
        """A call the product wants, not yet placed."""
        return self._new_leg("outbound-api", from_, to)

    def forget(self, leg: Leg) -> None:
        """Give up a call that was never placed."""
        self.carrier.remove_leg(leg)

    def new_child(self, parent: Leg, from_: str, to: str) -> Leg:
        """A call that ``<Dial>`` places for another one."""
        leg = self._new_leg("outbound-dial", from_, to)
        leg.parent_sid = parent.sid
        return leg

    def place_child(self, leg: Leg, whisper: Goto | None) -> asyncio.Future[bool]:
        """Ring for ``<Dial>``; resolved once somebody can be talked to, or nobody will."""
        connected: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._start(leg, self._serve(leg, whisper, connected))
        return connected

    async def redirect(self, leg: Leg, goto: Goto) -> None:
        """Stop what the call is doing and play another document.

        Raises:
            CallNotInProgress: It has not been answered, or has ended.
        """
        if leg.status is not CallStatus.IN_PROGRESS:
            raise CallNotInProgress
        before = leg.task
        leg.interruption = Interruption.REDIRECT
        leg.task = self.stage.tasks.start(self._rerun(leg, before, goto))

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
        await self.cut(leg, CallStatus.CANCELED if unanswered else CallStatus.COMPLETED)

    # Inside.

    def answer(self, leg: Leg) -> None:
        """Somebody, or the product, has answered."""
        if leg.status is not CallStatus.RINGING:
            return
        leg.status = CallStatus.IN_PROGRESS
        leg.answered_at = leg.updated_at = self.stage.clock.now()
        self._limits[leg.sid] = self.stage.tasks.start(self._watch_limit(leg))
        self.stage.reporter.call_event(leg, "answered")
        self._note_call(leg)
        for rule in self._faults.choose("call", _describe(leg)):
            self.stage.tasks.spawn(self._suffer(leg, rule))
        self.carrier.hub.changed()

    async def cut(self, leg: Leg, status: CallStatus) -> None:
        """End a call from outside; its rooms are left before the end is reported."""
        if leg.is_ended:
            return
        leg.interruption = Interruption.HANG_UP
        leg.status = status
        await _cancel(leg.task)
        self.finish(leg, status)

    def finish(self, leg: Leg, status: CallStatus) -> None:
        """Note that a call is over."""
        if leg.ended_at is not None:
            return
        leg.status = status
        leg.ended_at = leg.updated_at = self.stage.clock.now()
        if limit := self._limits.pop(leg.sid, None):
            limit.cancel()
        if leg.handset is not None and leg.handset.call_sid == leg.sid:
            leg.handset.call_sid = ""
            leg.handset.is_muted = False
            leg.handset.last_outcome = status.value
        self.carrier.live.pop(leg.sid, None)
        for callback in leg.on_end:
            callback()
        self.stage.reporter.call_event(leg, "completed")
        self._note_call(leg)
        self.carrier.hub.changed()

    def begin_ringing(self, leg: Leg) -> asyncio.Future[bool]:
        """Let the telephone ring; resolved with what its owner does."""
        leg.status = CallStatus.RINGING
        leg.picked_up = asyncio.get_running_loop().create_future()
        if leg.handset is not None:
            leg.handset.call_sid = leg.sid
            leg.handset.is_muted = False
        self.stage.reporter.call_event(leg, "ringing")
        self._note_call(leg)
        self.carrier.hub.changed()
        return leg.picked_up

    def _admit_inbound(
        self,
        handset: Handset,
        leg: Leg,
        voice: Any,  # noqa: ANN401 - a number or an application: their webhooks have one form
        params: dict[str, str] | None = None,
    ) -> None:
        leg.handset, handset.call_sid = handset, leg.sid
        handset.is_muted = False
        leg.status = CallStatus.RINGING
        leg.voice = Goto(url=voice.voice_url, method=voice.voice_method, extra=params or {})
        leg.fallback_url = voice.voice_fallback_url
        leg.callback = StatusCallback(
            url=voice.status_callback, method=voice.status_callback_method
        )
        self._note_call(leg)
        if not self.limiter.has_room(len(self.carrier.live) - 1):
            self.carrier.notify(10004, "Call concurrency limit exceeded", call_sid=leg.sid)
            self.finish(leg, CallStatus.BUSY)
        elif voice.voice_url:
            self._start(leg, self._run(leg, leg.voice))
        else:
            self.finish(leg, CallStatus.FAILED)
        self.carrier.hub.changed()

    def _new_leg(self, direction: str, from_: str, to: str) -> Leg:
        leg = Leg(
            sid=self.carrier.sid("CA"),
            direction=direction,
            from_=from_,
            to=to,
            created_at=self.stage.clock.now(),
        )
        self.carrier.add_leg(leg)
        self._trace.count("calls")
        return leg

    def _leg_of(self, handset: Handset) -> Leg:
        leg = self.carrier.legs.get(handset.call_sid)
        if leg is None or leg.status is not CallStatus.IN_PROGRESS:
            raise CannotDo("no-call")
        return leg

    def _start(self, leg: Leg, work: Coroutine[Any, Any, None]) -> None:
        leg.task = self.stage.tasks.start(work)

    async def _call_out(self, leg: Leg, seconds: float) -> None:
        if seconds:
            await self.stage.clock.sleep(seconds)
        if await ring(self, leg):
            await self._answered(leg)

    async def _answered(self, leg: Leg) -> None:
        self.answer(leg)
        if leg.by_machine:
            self.stage.tasks.spawn(leave_message(self, leg))
        voice = leg.voice
        if leg.detection is not None and leg.detection.is_async:
            self.stage.tasks.spawn(detect_machine(self, leg))
        elif leg.detection is not None:
            await detect_machine(self, leg)
            voice = msgspec.structs.replace(voice, extra={"AnsweredBy": leg.answered_by})
        await self._run(leg, voice)

    async def _serve(self, leg: Leg, whisper: Goto | None, connected: asyncio.Future[bool]) -> None:
        """Be the other end of a ``<Dial>``: ring, hear the whisper, talk until cut."""
        try:
            if not await ring(self, leg):
                return
            self.answer(leg)
            if leg.by_machine:
                self.stage.tasks.spawn(leave_message(self, leg))
            if whisper is not None and not await self._whisper(leg, whisper):
                return
            connected.set_result(True)
            await asyncio.get_running_loop().create_future()
        finally:
            if not connected.done():
                connected.set_result(False)
            if leg.partner is not None:
                leg.partner.partner, leg.partner = None, None

    async def _whisper(self, leg: Leg, goto: Goto) -> bool:
        scene = self._scene(leg)
        try:
            await perform(scene, goto)
        except (HangUp, DocumentUnavailable):
            self.finish(leg, CallStatus.COMPLETED)
            return False
        return True

    async def _watch_limit(self, leg: Leg) -> None:
        await self.stage.clock.sleep(leg.time_limit)
        self._limits.pop(leg.sid, None)
        await self.cut(leg, CallStatus.COMPLETED)

    async def _suffer(self, leg: Leg, rule: FaultRule) -> None:
        await self.stage.clock.sleep(rule.seconds)
        if leg.is_ended:
            return
        listeners = list(leg.handset.listeners) if leg.handset else []
        if rule.kind is FaultKind.VANISH:
            for listener in listeners:
                listener.vanish()
            if not listeners:
                await self.cut(leg, CallStatus.COMPLETED)
        elif rule.kind is FaultKind.MEDIA_LOSS:
            leg.is_deaf = True
            for listener in listeners:
                listener.lose_media(lost=True)
            await self.stage.clock.sleep(rule.lasts)
            leg.is_deaf = False
            for listener in listeners:
                listener.lose_media(lost=False)

    def _scene(self, leg: Leg) -> Scene:
        return Scene(stage=self.stage, leg=leg, perform=perform, calls=self)

    async def _run(self, leg: Leg, goto: Goto) -> None:
        scene = self._scene(leg)
        try:
            await perform(scene, goto)
            status = CallStatus.COMPLETED
        except HangUp:
            status = CallStatus.COMPLETED
        except Rejected as rejected:
            status = CallStatus.BUSY if str(rejected) == "busy" else CallStatus.FAILED
        except DocumentUnavailable:
            self.carrier.sound(leg, SoundKind.SAY, APOLOGY, language="en-US")
            await self.stage.clock.sleep(2)
            status = CallStatus.COMPLETED if leg.answered_at else CallStatus.FAILED
        except Exception:  # noqa: BLE001 - one broken call must not stop the others
            await log.aexception("phonesim.call_broke", call=leg.sid)
            status = CallStatus.FAILED
        self.finish(leg, status)

    async def _rerun(self, leg: Leg, before: asyncio.Task[None] | None, goto: Goto) -> None:
        await _cancel(before)
        if leg.interruption is Interruption.REDIRECT:
            leg.interruption = None
        await self._run(leg, goto)

    def _note_call(self, leg: Leg) -> None:
        self._trace.note(
            "call",
            call=leg.sid,
            status=leg.status.value,
            direction=leg.direction,
            to=leg.to,
            **{"from": leg.from_},
        )

    def _note_person(self, handset: Handset, what: str, **facts: object) -> None:
        self._trace.note("person", what=what, phone=handset.sim_id, **facts)


def _describe(leg: Leg) -> str:
    return f"{leg.direction} {leg.from_} → {leg.to}"


def _ended_by_person(leg: Leg) -> CallStatus:
    return CallStatus.COMPLETED if leg.answered_at else CallStatus.NO_ANSWER


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is None or task is asyncio.current_task():
        return
    task.cancel()
    await asyncio.wait({task})
