"""Ringing: a person answers, declines or does neither; or a machine answers for him."""

import asyncio
from typing import Final, Protocol

from hotline_sessions.phonesim.carrier import Carrier
from hotline_sessions.phonesim.clock import wait_at_most
from hotline_sessions.phonesim.handsets import CLIENT, Handset
from hotline_sessions.phonesim.legs import CallStatus, Leg
from hotline_sessions.phonesim.stage import Stage


RING_BUFFER_SECONDS: Final = 5.0
"""The provider lets it ring that much longer than it was asked to."""
BUSY_TONE_SECONDS: Final = 1.0
MACHINE_ANSWERS_AFTER: Final = 18.0
GREETING: Final = "Абонент не може відповісти. Залиште повідомлення після сигналу."
GREETING_SECONDS: Final = 5.0
LONGEST_MESSAGE_SECONDS: Final = 60.0


class Calls(Protocol):
    """What ringing needs of the engine."""

    stage: Stage
    carrier: Carrier

    def begin_ringing(self, leg: Leg) -> asyncio.Future[bool]:
        """Let the telephone ring."""
        ...

    def finish(self, leg: Leg, status: CallStatus) -> None:
        """Note that a call is over."""
        ...

    def speak(self, leg: Leg, text: str, *, language: str = ...) -> None:
        """Carry words from a call to whoever hears them."""
        ...

    async def cut(self, leg: Leg, status: CallStatus) -> None:
        """End a call."""
        ...


async def ring(calls: Calls, leg: Leg) -> bool:
    """Ring for an outbound call; whether it was answered. Otherwise it is over."""
    clock, reporter = calls.stage.clock, calls.stage.reporter
    reporter.call_event(leg, "initiated")
    handset = leg.handset = calls.carrier.find_handset(leg.to)
    if leg.to.startswith(CLIENT) and (handset is None or not handset.is_registered):
        return await _find_nobody(calls, leg)
    if handset is not None and handset.is_busy:
        leg.handset = None
        await clock.sleep(BUSY_TONE_SECONDS)
        if handset.voicemail:
            return _let_machine_answer(calls, leg, handset)
        calls.finish(leg, CallStatus.BUSY)
        return False
    picked_up = calls.begin_ringing(leg)
    limit = leg.ring_seconds + RING_BUFFER_SECONDS
    has_machine = handset is not None and handset.voicemail and limit > MACHINE_ANSWERS_AFTER
    taken = await wait_at_most(clock, picked_up, MACHINE_ANSWERS_AFTER if has_machine else limit)
    if taken:
        return True
    if handset is not None and has_machine:
        return _let_machine_answer(calls, leg, handset)
    calls.finish(leg, CallStatus.NO_ANSWER if taken is None else CallStatus.BUSY)
    return False


async def _find_nobody(calls: Calls, leg: Leg) -> bool:
    """The browser is not there."""
    leg.handset = None
    await calls.stage.clock.sleep(BUSY_TONE_SECONDS)
    calls.finish(leg, CallStatus(calls.stage.config.switches.unregistered_client))
    return False


def _let_machine_answer(calls: Calls, leg: Leg, handset: Handset) -> bool:
    """The machine is in the network: the telephone itself is free again."""
    if leg.status is not CallStatus.RINGING:
        leg.picked_up = calls.begin_ringing(leg)
    if handset.call_sid == leg.sid:
        handset.call_sid = ""
        handset.last_outcome = CallStatus.NO_ANSWER.value
    leg.handset, leg.by_machine = handset, True
    calls.carrier.hub.changed()
    return True


async def leave_message(calls: Calls, leg: Leg) -> None:
    """What an answering machine does: it greets, presses nothing, and listens for a while."""
    clock = calls.stage.clock
    await clock.sleep(0.5)
    if not leg.is_ended:
        calls.speak(leg, GREETING)
    await clock.sleep(GREETING_SECONDS + LONGEST_MESSAGE_SECONDS)
    await calls.cut(leg, CallStatus.COMPLETED)


async def detect_machine(calls: Calls, leg: Leg) -> None:
    """Find out who has answered, now and then wrongly, and report it if that was asked for."""
    switches, detection = calls.stage.config.switches, leg.detection
    seconds = switches.machine_detection_seconds
    if leg.by_machine and detection is not None and detection.waits_for_end:
        seconds += GREETING_SECONDS
    await calls.stage.clock.sleep(seconds)
    errs = calls.carrier.rng.random() < switches.machine_detection_errs
    machine = leg.by_machine != errs
    word = "machine_end_beep" if detection and detection.waits_for_end else "machine_start"
    leg.answered_by = word if machine else "human"
    if detection is not None and detection.is_async and not leg.is_ended:
        calls.stage.reporter.detection_event(leg, detection, int(seconds * 1000))
