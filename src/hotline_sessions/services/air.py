"""The air of a session: one citizen at a time.

Everything here runs inside a transaction with the session locked.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import structlog

from hotline_sessions.domain.calls import (
    CallEvent,
    Leg,
    NobodyWaits,
    check_may_summon,
    find_on_air,
    is_official_present,
    list_waiting,
)
from hotline_sessions.domain.commands import MoveToAir
from hotline_sessions.domain.sessions import ADMITTING, Session
from hotline_sessions.services.legs import command, note, tell_desk
from hotline_sessions.services.waiting import list_places
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.sessions import mark_next_wanted, mark_turn


log = structlog.get_logger()


async def summon_next(session: Session, legs: Sequence[Leg], now: datetime) -> Leg:
    """Call the next citizen in the queue to the air.

    Raises:
        OfficialAbsent: There is nobody to talk to.
        AirTaken: Another citizen holds the air.
        NobodyWaits: The queue is empty.
    """
    check_may_summon(legs)
    places = await list_places(session, legs, now)
    if not places:
        raise NobodyWaits
    chosen = next(leg for leg in legs if leg.id == places[0].waiter.call)
    turn = session.turn + 1
    await mark_turn(session.id, turn)
    summoned = await note(
        msgspec.structs.replace(chosen, turn=turn),
        CallEvent.SUMMONED,
        now,
        turn=turn,
        reason=places[0].reason.value,
    )
    order = MoveToAir(leg=summoned.public_id, turn=turn)
    await command(order, session, summoned, now)
    log.info("caller_summoned", session_id=session.id, call_id=summoned.id, turn=turn)
    return summoned


async def settle_air(session: Session, now: datetime) -> None:
    """After something has happened: give the air to the next one if the operator wants it.

    The wish is kept until somebody is summoned, or nobody waits any more.
    """
    await tell_desk(session.public_id)
    if not session.next_wanted or session.state not in ADMITTING:
        return
    legs = await list_live_legs(session.id)
    if find_on_air(legs) or not is_official_present(legs):
        return
    if list_waiting(legs):
        await summon_next(session, legs, now)
    await mark_next_wanted(session.id, wanted=False)
