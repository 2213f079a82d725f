"""Compare what we believe of calls with what the network says of them.

Reports may be lost while nobody listens: what they would have said is found out here.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog

from hotline_sessions.domain.calls import CallEvent, CallState, Leg
from hotline_sessions.domain.network import CallOver, LineStatus, NetworkError
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.legs import note
from hotline_sessions.services.ports import Clock, PhoneLine
from hotline_sessions.store.calls import get_leg, list_stale_legs
from hotline_sessions.store.sessions import get_session, lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

PATIENCE: Final = timedelta(seconds=15)
"""A leg that has changed more recently is left alone."""
RING_PATIENCE: Final = timedelta(seconds=30)
"""A call of ours that nobody has heard of for so long was never placed."""
BATCH: Final = 200

_MISSED_ENTRY: Final = frozenset({CallState.JOINING, CallState.ENTERING})
_MISSED_EXIT: Final = frozenset({CallState.TALKING, CallState.PRESENT, CallState.WRAPPING})
_NOT_COME: Final = frozenset({CallState.SUMMONED, CallState.JOINING})


async def reconcile(line: PhoneLine, *, clock: Clock) -> int:
    """Bring legs up to date whose reports may have been lost; how many were."""
    corrected = 0
    for leg in await list_stale_legs(clock.now() - PATIENCE, limit=BATCH):
        try:
            event = await _find_event(leg, line, clock.now())
        except NetworkError as error:
            log.warning("call_not_checked", call_id=leg.id, reason=type(error).__name__)
            continue
        if event is not None:
            corrected += await _correct(leg, event, clock.now())
    return corrected


def choose_event(leg: Leg, *, is_in_room: bool) -> CallEvent | None:
    """What must have happened to a leg that goes on, seen from where it is now."""
    if is_in_room:
        return CallEvent.ENTERED_AIR if leg.state in _MISSED_ENTRY else None
    if leg.state in _MISSED_EXIT:
        return CallEvent.LEFT_AIR
    return CallEvent.SENT_BACK if leg.state in _NOT_COME else None


async def _find_event(leg: Leg, line: PhoneLine, now: datetime) -> CallEvent | None:
    """What the network knows of a leg and we do not.

    Raises:
        NetworkError: The network does not say.
    """
    if leg.sid is None:
        return CallEvent.HUNG_UP if now - leg.state_since >= RING_PATIENCE else None
    try:
        status = await line.fetch_status(leg.sid)
    except CallOver:
        status = LineStatus.OVER
    if status is LineStatus.OVER:
        return CallEvent.HUNG_UP
    if leg.state not in _MISSED_ENTRY | _MISSED_EXIT | _NOT_COME:
        return None
    session = await get_session(leg.session, institution=leg.institution)
    return choose_event(leg, is_in_room=leg.sid in await line.list_on_air(session.public_id))


async def _correct(seen: Leg, event: CallEvent, now: datetime) -> bool:
    """Whether it was done: not if the leg has moved on since it was looked at."""
    async with transaction():
        session = await lock_session(seen.session)
        leg = await get_leg(seen.public_id)
        if (leg.state, leg.turn, leg.sid) != (seen.state, seen.turn, seen.sid):
            return False
        await note(leg, event, now, why="reconciled")
        await settle_air(session, now)
    log.info("call_reconciled", call_id=leg.id, event_name=event)
    return True
