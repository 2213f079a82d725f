"""The official's leg: rung, confirmed by key, on the air for the whole session."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from hotline_sessions.domain.calls import (
    CallEvent,
    CallState,
    Leg,
    NoRingNumber,
    OfficialAbsent,
    OfficialOnLine,
    Role,
    find_official,
)
from hotline_sessions.domain.commands import Ring
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.prompts import (
    AskOfficial,
    EnterAir,
    Goodbye,
    Parting,
    Prompt,
    Silence,
)
from hotline_sessions.domain.sessions import ADMITTING, Session
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.legs import command, cut_off, note, tell_desk
from hotline_sessions.services.open_legs import Visit, open_leg
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.calls import add_leg, list_live_legs
from hotline_sessions.store.live import get_host


CONFIRM_ATTEMPTS: Final = 2
"""How often the person who picked up is asked to press 1; a machine never does."""
CONFIRM_KEY: Final = "1"
OVERRUN: Final = timedelta(minutes=60)
"""How long after the end of the session the network cuts the official's call at the latest."""


async def ring(session: Session, now: datetime) -> Leg:
    """Ring the official; inside a transaction with the session locked.

    Raises:
        NoRingNumber: It is not known on which number.
        OfficialOnLine: The official is on the line, or is being called.
    """
    if not session.ring_number:
        raise NoRingNumber
    if find_official(await list_live_legs(session.id)):
        raise OfficialOnLine
    leg = await add_leg(
        session, Role.OFFICIAL, CallState.SUBMITTING, now, peer_number=session.ring_number
    )
    await command(Ring(leg=leg.public_id, number=session.ring_number), session, leg, now)
    await tell_desk(session.public_id)
    return leg


async def hang_up_official(session: Session, now: datetime) -> Leg:
    """End the official's leg; inside a transaction with the session locked.

    Raises:
        OfficialAbsent: There is none.
    """
    leg = find_official(await list_live_legs(session.id))
    if leg is None:
        raise OfficialAbsent
    return await cut_off(leg, session, now, why="operator")


async def greet_official(visit: Visit, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to the call that the official has picked up."""
    now = clock.now()
    return await answer_once(delivery, partial(_greet, visit, now), speak, now)


async def confirm_official(visit: Visit, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to the key that was pressed, or to silence."""
    now = clock.now()
    return await answer_once(delivery, partial(_confirm, visit, now), speak, now)


async def return_official(visit: Visit, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to the official's coming out of the conference: back again, if it goes on."""
    now = clock.now()
    return await answer_once(delivery, partial(_return, visit, now), speak, now)


async def _greet(visit: Visit, now: datetime) -> Prompt:
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ADMITTING:
        return Goodbye(why=Parting.CLOSED)
    leg = await note(leg, CallEvent.ANSWERED, now)
    await tell_desk(session.public_id)
    host = await get_host(session.id, locale=leg.language)
    return AskOfficial(leg=leg.public_id, attempt=1, host=host)


async def _confirm(visit: Visit, now: datetime) -> Prompt:
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ADMITTING:
        return Goodbye(why=Parting.CLOSED)
    if visit.result == CONFIRM_KEY:
        leg = await note(leg, CallEvent.CONFIRMED, now)
        await tell_desk(session.public_id)
        return _enter(session, leg, now, visit=1)
    if visit.turn < CONFIRM_ATTEMPTS:
        return AskOfficial(leg=leg.public_id, attempt=visit.turn + 1)
    await note(leg, CallEvent.HUNG_UP, now, why="not-confirmed")
    await settle_air(session, now)
    return Goodbye(why=Parting.FAILED)


async def _return(visit: Visit, now: datetime) -> Prompt:
    session, leg = await open_leg(visit)
    if visit.is_over:
        await note(leg, CallEvent.HUNG_UP, now)
        await settle_air(session, now)
        return Silence()
    if not leg.is_live or session.state not in ADMITTING:
        return Goodbye(why=Parting.CLOSED)
    leg = await note(leg, CallEvent.LEFT_AIR, now)
    await tell_desk(session.public_id)
    return _enter(session, leg, now, visit=visit.turn + 1)


def _enter(session: Session, leg: Leg, now: datetime, *, visit: int) -> EnterAir:
    limit = max(session.ends_at - now, timedelta()) + OVERRUN
    return EnterAir(
        leg=leg.public_id,
        session=session.public_id,
        visit=visit,
        limit_seconds=int(limit.total_seconds()),
        is_return=visit > 1,
    )
