"""A citizen waits, comes to the air, and leaves it."""

from datetime import datetime
from functools import partial
from typing import Final

from hotline_sessions.domain.calls import ON_AIR, CallEvent, CallState, Leg
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.prompts import Goodbye, Hold, Join, Parting, Prompt, Silence
from hotline_sessions.domain.queueing import find_place
from hotline_sessions.domain.sessions import ADMITTING, Session, SessionState
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.greeting import build_wait
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.legs import note
from hotline_sessions.services.open_legs import Visit, open_leg
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.waiting import list_places
from hotline_sessions.store.calls import find_leg, list_live_legs
from hotline_sessions.store.sessions import get_session


HARD_LIMIT: Final = 4
"""A talk that the operator does not end is cut by the network after so many planned lengths."""
QUEUE_FAULTS: Final = frozenset({"error", "queue-full", "system-error"})
"""What the network says of a caller whom it could not keep in the queue."""


async def read_hold(public_id: str, *, clock: Clock) -> Prompt:
    """What a waiting caller hears now. Changes nothing."""
    leg = await find_leg(public_id)
    if leg is None or not leg.is_live:
        return Goodbye(why=Parting.CLOSED)
    session = await get_session(leg.session, institution=leg.institution)
    if session.state not in ADMITTING:
        return Goodbye(why=choose_parting(session))
    now = clock.now()
    place = find_place(await list_places(session, await list_live_legs(session.id), now), leg.id)
    if place is None:
        return Silence()
    return Hold(position=place.position, minutes=-(-int(place.wait.total_seconds()) // 60))


async def leave_queue(visit: Visit, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to a caller's coming out of the queue.

    A summons takes the caller out too: the network then asks here and ignores the answer.

    Raises:
        NotFound: There is no such leg.
        Forbidden: The leg belongs to another call.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_leave_queue, visit, now), speak, now)


async def join_air(visit: Visit, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to a summoned citizen; one with an older summons goes back to wait.

    Raises:
        NotFound: There is no such leg.
        Forbidden: The leg belongs to another call.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_join, visit, now), speak, now)


async def left_air(visit: Visit, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to a citizen's coming out of the conference, or to one who could not get in.

    Raises:
        NotFound: There is no such leg.
        Forbidden: The leg belongs to another call.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_left_air, visit, now), speak, now)


async def say_goodbye(
    visit: Visit, why: Parting, delivery: Delivery, speak: Speak, *, clock: Clock
) -> str:
    """Answer to a citizen who is seen off: he has left the air by now.

    Raises:
        NotFound: There is no such leg.
        Forbidden: The leg belongs to another call.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_say_goodbye, visit, why, now), speak, now)


def choose_parting(session: Session) -> Parting:
    """Why callers of a session that lets nobody in are seen off."""
    is_cancelled = session.state is SessionState.CANCELLED
    return Parting.CANCELLED if is_cancelled else Parting.CLOSED


async def _leave_queue(visit: Visit, now: datetime) -> Prompt:
    session, leg = await open_leg(visit)
    if visit.is_over or visit.result == "hangup":
        return await _end(leg, session, now, result=visit.result)
    if leg.state in ON_AIR:
        return _come(leg, session) if leg.state is not CallState.WRAPPING else _part()
    if not leg.is_live or session.state not in ADMITTING:
        return Goodbye(why=choose_parting(session))
    if visit.result in QUEUE_FAULTS:
        await _end(leg, session, now, result=visit.result)
        return Goodbye(why=Parting.FAILED)
    return build_wait(leg, session, is_return=True)


async def _join(visit: Visit, now: datetime) -> Prompt:
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ADMITTING:
        return Goodbye(why=choose_parting(session))
    if leg.state is CallState.WRAPPING:
        return _part()
    if leg.state is CallState.WAITING or visit.turn != leg.turn:
        return build_wait(leg, session, is_return=True)
    leg = await note(leg, CallEvent.CAME, now, turn=visit.turn)
    await settle_air(session, now)
    return _come(leg, session)


async def _left_air(visit: Visit, now: datetime) -> Prompt:
    session, leg = await open_leg(visit)
    if visit.is_over:
        return await _end(leg, session, now)
    if leg.state is CallState.TALKING:
        await note(leg, CallEvent.LEFT_AIR, now)
        await settle_air(session, now)
        return _part()
    is_mine = visit.turn == leg.turn
    if is_mine and leg.state in {CallState.SUMMONED, CallState.JOINING}:
        leg = await note(leg, CallEvent.SENT_BACK, now, turn=visit.turn)
        await settle_air(session, now)
    if leg.state is CallState.WAITING and session.state in ADMITTING:
        return build_wait(leg, session, is_return=True)
    # While he is seen off the network asks here too, and ignores the answer: the air is
    # freed by his arrival at the goodbye, when he has certainly left the conference.
    return _part()


async def _say_goodbye(visit: Visit, why: Parting, now: datetime) -> Prompt:
    session, leg = await open_leg(visit)
    await note(leg, CallEvent.LEFT_AIR, now)
    await settle_air(session, now)
    return Goodbye(why=why)


async def _end(leg: Leg, session: Session, now: datetime, **detail: object) -> Silence:
    await note(leg, CallEvent.HUNG_UP, now, **detail)
    await settle_air(session, now)
    return Silence()


def _come(leg: Leg, session: Session) -> Join:
    return Join(
        leg=leg.public_id,
        session=session.public_id,
        turn=leg.turn,
        minutes=session.talk_minutes,
        limit_seconds=session.talk_minutes * HARD_LIMIT * 60,
    )


def _part() -> Goodbye:
    return Goodbye(why=Parting.TALKED)
