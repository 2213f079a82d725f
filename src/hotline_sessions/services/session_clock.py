"""What time alone makes happen to sessions: they open, go live and close."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from hotline_sessions.domain.calls import find_official, find_on_air, is_official_present
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import Moment, Session, SessionEvent, advance, plan_step
from hotline_sessions.services.closing import see_everyone_off
from hotline_sessions.services.legs import tell_desk
from hotline_sessions.services.official_calls import ring
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.live import mark_bookings_missed
from hotline_sessions.store.sessions import list_under_way, lock_session, mark_state
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LONGEST_LOBBY_MINUTES: Final = 120
"""No institution lets callers in earlier than that before the start."""


async def step_sessions(*, clock: Clock) -> int:
    """Take every step that is due; how many there were.

    Several processes may do it at once: each step is decided with its session locked.
    """
    now = clock.now()
    under_way = await list_under_way(now, within_minutes=LONGEST_LOBBY_MINUTES)
    steps = [await step_session(session_id, now) for session_id in under_way]
    return sum(step is not None for step in steps)


async def step_session(session_id: SessionId, now: datetime) -> SessionEvent | None:
    """Take the step of one session that is due, if any."""
    async with transaction():
        session = await lock_session(session_id)
        event = plan_step(session, await _gather(session, now))
        if event is None:
            return None
        await mark_state(session.id, advance(session.state, event), now)
        await _follow(event, session, now)
        await tell_desk(session.public_id)
    log.info("session_stepped", session_id=session.id, step=event)
    return event


async def _gather(session: Session, now: datetime) -> Moment:
    home = await get_institution(session.institution)
    legs = await list_live_legs(session.id)
    return Moment(
        now=now,
        lobby=timedelta(minutes=home.lobby_minutes),
        is_official_present=is_official_present(legs),
        is_air_taken=find_on_air(legs) is not None,
    )


async def _follow(event: SessionEvent, session: Session, now: datetime) -> None:
    """What a step brings with it."""
    if event is SessionEvent.OPEN:
        legs = await list_live_legs(session.id)
        if session.ring_number and find_official(legs) is None:
            await ring(session, now)
    if event is SessionEvent.CLOSE:
        await see_everyone_off(session, Parting.CLOSED, now)
        await mark_bookings_missed(session.id, now)
