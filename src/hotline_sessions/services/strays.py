"""What was recorded while this installation did not answer becomes questions like all others.

Twilio then plays documents of another host, which tell nobody of the recording: calls of
which no leg knows are looked up at Twilio and given to the session of their line.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec
import structlog

from hotline_sessions.domain.calls import CallState, Role
from hotline_sessions.domain.ids import CallSid, SessionId
from hotline_sessions.domain.network import CallOver
from hotline_sessions.domain.recordings import FoundRecording
from hotline_sessions.domain.strays import Collected, StrayCall, Unplaced
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.called_lines import list_lines_called
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recordings import take_note
from hotline_sessions.store.calls import add_leg, mark_leg
from hotline_sessions.store.recordings import find_recorded_call
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.strays import find_session_at
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LAST_SESSION: Final = timedelta(days=31)
"""How long before a call its session may have begun: schedules are made by the month."""


class StrayFinder(Protocol):
    """The network's memory; raises a ``domain.network.NetworkError``."""

    async def list_kept(self) -> Sequence[FoundRecording]:
        """Recordings that the network has."""
        ...

    async def fetch_call(self, call: CallSid) -> StrayCall:
        """A call of the past.

        Raises:
            CallOver: The network does not know it.
        """
        ...


async def collect_strays(finder: StrayFinder, *, clock: Clock) -> Collected:
    """Take in every recorded question whose call no leg knows; a second time there is none.

    Raises:
        NetworkError: The network cannot be asked; what was taken in before stays.
    """
    questions = 0
    unplaced: list[Unplaced] = []
    for found in await finder.list_kept():
        if not found.is_question or await find_recorded_call(found.call) is not None:
            continue
        try:
            call = await finder.fetch_call(found.call)
        except CallOver:
            continue
        if await _take_in(found, call, clock.now()):
            questions += 1
        else:
            last = call.called[-1] if call.called else ""
            unplaced.append(Unplaced(recording=found.sid, called=last, started_at=found.started_at))
    return Collected(questions=questions, unplaced=tuple(unplaced))


async def take_in_strays(finder: StrayFinder, *, clock: Clock) -> int:
    """The same as background work: how many were taken in.

    Raises:
        NetworkError: As above.
    """
    collected = await collect_strays(finder, clock=clock)
    if collected.unplaced:
        log.info("strays_unplaced", count=len(collected.unplaced))
    return collected.questions


async def _take_in(found: FoundRecording, call: StrayCall, now: datetime) -> bool:
    """Whether there is a session that it belongs to."""
    session = await _find_session(call)
    if session is None:
        return False
    async with transaction():
        held = await lock_session(session)
        if await find_recorded_call(found.call) is None:
            leg = await add_leg(
                held,
                Role.CITIZEN,
                CallState.ENDED,
                call.started_at,
                sid=found.call,
                peer_number=call.caller,
            )
            await mark_leg(msgspec.structs.replace(leg, ended_at=now))
            await take_note(found, now)
            log.info("stray_taken_in", call_id=leg.id, session_id=session)
    return True


async def _find_session(call: StrayCall) -> SessionId | None:
    lines = await list_lines_called(call.called, on=local_date(call.started_at))
    if not lines:
        return None
    return await find_session_at([line.id for line in lines], call.started_at, since=LAST_SESSION)
