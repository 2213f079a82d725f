"""What is done to the talk on the air, whoever asks for it.

Everything here runs inside a transaction with the session locked.
"""

from datetime import datetime, timedelta

from hotline_sessions.domain.calls import CallState, Leg, NobodyOnAir, find_on_air
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.air import summon_next
from hotline_sessions.services.legs import note_facts, see_off, tell_desk
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.sessions import mark_next_wanted


async def end_talk_on_air(session: Session, now: datetime, *, then_next: bool) -> Leg:
    """See the citizen off who holds the air.

    Raises:
        NobodyOnAir: There is no talk to end.
    """
    on_air = find_on_air(await list_live_legs(session.id))
    if on_air is None:
        raise NobodyOnAir
    if on_air.state is not CallState.WRAPPING:
        await see_off(on_air, Parting.TALKED, session, now)
    await mark_next_wanted(session.id, wanted=then_next)
    return on_air


async def go_on(session: Session, now: datetime) -> Leg:
    """The next citizen: at once if the air is free, else after the present talk is ended.

    Raises:
        OfficialAbsent: There is nobody to talk to.
        NobodyWaits: The air is free, and nobody in the queue is on the line.
    """
    legs = await list_live_legs(session.id)
    if find_on_air(legs):
        return await end_talk_on_air(session, now, then_next=True)
    await mark_next_wanted(session.id, wanted=True)
    return await summon_next(session, legs, now)


async def extend(session: Session, length: timedelta, now: datetime) -> Leg:
    """Give the citizen on the air more time.

    Raises:
        NobodyOnAir: There is no talk.
    """
    on_air = find_on_air(await list_live_legs(session.id))
    if on_air is None or on_air.state is CallState.WRAPPING:
        raise NobodyOnAir
    seconds = on_air.extra_seconds + int(length.total_seconds())
    after = await note_facts(on_air, extra_seconds=seconds, warned_at=None)
    await tell_desk(session.public_id)
    del now
    return after
