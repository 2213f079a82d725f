"""The air of a session: one citizen at a time.

Everything here runs inside a transaction with the session locked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from hotline_sessions.domain.calls import (
    LETS_ONE_FORWARD,
    CallEvent,
    CallState,
    Leg,
    NobodyWaits,
    check_may_summon,
    find_official,
    find_on_air,
    is_official_near,
    is_official_present,
    list_waiting,
)
from hotline_sessions.domain.commands import Announce, Destination, Move
from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import Notice, Parting
from hotline_sessions.domain.queueing import find_first_present
from hotline_sessions.domain.sessions import ANSWERING, RUNNING, Session, SessionState
from hotline_sessions.services.legs import command, note, note_facts, see_off, tell_desk
from hotline_sessions.services.looks import SOON, is_official_free, is_pending, plan_look
from hotline_sessions.services.steps import hold, take_steps
from hotline_sessions.services.waiting import list_places
from hotline_sessions.store.call_backs import list_standing
from hotline_sessions.store.calls import list_legs_astir, list_live_legs
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.sessions import (
    draw_turn,
    hasten_look,
    lock_session,
    mark_look_at,
    mark_next_wanted,
)


log = structlog.get_logger()


async def summon_next(session: Session, legs: Sequence[Leg], now: datetime) -> Leg:
    """Call the next citizen in the queue to the air.

    Raises:
        OfficialAbsent: There is nobody to talk to.
        AirTaken: Another citizen holds the air.
        NobodyWaits: Nobody in the queue is on the line.
    """
    check_may_summon(legs)
    places = await list_places(session, legs, now)
    polite = {leg.id for leg in legs if leg.step == LETS_ONE_FORWARD}
    others = [place for place in places if place.waiter.call not in polite]
    place = find_first_present(others) or find_first_present(places)
    if place is None:
        raise NobodyWaits
    chosen = next(leg for leg in legs if leg.id == place.waiter.call)
    return await summon(chosen, session, legs, now, reason=place.reason.value)


async def summon(
    chosen: Leg, session: Session, legs: Sequence[Leg], now: datetime, *, reason: str
) -> Leg:
    """Call this citizen to the air, and tell the official who comes.

    Raises:
        OfficialAbsent: There is nobody to talk to.
        AirTaken: Another citizen holds the air.
        ImpossibleEvent: The citizen neither waits nor is with the operator.
    """
    check_may_summon(legs)
    turn = await draw_turn(session.id)
    for leg in legs:
        if leg.step == LETS_ONE_FORWARD and leg.id != chosen.id:
            await note_facts(leg, step="")
    summoned = await note(
        msgspec.structs.replace(chosen, turn=turn, warned_at=None, step=""),
        CallEvent.SUMMONED,
        now,
        turn=turn,
        reason=reason,
    )
    move = Move(leg=summoned.public_id, to=Destination.AIR, turn=turn)
    await command(move, session, summoned, now)
    await tell_official(Notice.BRIEFING, session, legs, now, turn=turn)
    log.info("caller_summoned", session_id=session.id, call_id=summoned.id, turn=turn)
    return summoned


async def tell_official(
    notice: Notice, session: Session, legs: Sequence[Leg], now: datetime, *, turn: int
) -> None:
    """Say something into the official's ear."""
    official = find_official(legs)
    if official is not None and is_official_present(legs):
        order = Announce(
            leg=official.public_id, session=session.public_id, notice=notice, turn=turn
        )
        await command(order, session, official, now)


async def settle_air(session: Session, now: datetime, *, plans_look: bool = False) -> Session:
    """After something has happened: what follows for the session, the air and the clock.

    The next citizen is summoned if the session puts callers through by itself, or the
    operator wants it; that wish is kept until somebody is summoned or nobody waits.

    Args:
        session: Locked.
        now: This moment.
        plans_look: Say anew when time has to look, promised calls included; otherwise the
            next look is only brought forward.
    """
    await tell_desk(session.public_id)
    policy = await get_call_policy(session.institution)
    before = await lock_session(session.id)
    legs = await list_legs_astir(session.id)
    session = await take_steps(before, policy, now, legs)
    if session.state not in ANSWERING:
        return session
    if session is not before:
        legs = await list_legs_astir(session.id)
    if session.state is SessionState.NO_OFFICIAL and not is_official_present(legs):
        legs = await _hold_lonely_talk(session, legs, now)
    if session.state is SessionState.CLOSING and not is_official_near(legs, now):
        await _end_lonely_talks(session, legs, now)
    if session.state in RUNNING and session.hands_over and now >= session.starts_at:
        legs = await _hand_over(session, legs, now)
    if plans_look:
        standing = await list_standing(session.id)
        await mark_look_at(session.id, plan_look(session, legs, standing, policy, now))
    else:
        await _bring_look_forward(session, legs, policy, now)
    return session


async def _bring_look_forward(
    session: Session, legs: Sequence[Leg], policy: CallPolicy, now: datetime
) -> None:
    """After something has happened time may have to look sooner than was planned."""
    look_at = plan_look(session, legs, (), policy, now)
    if is_official_free(session, legs):
        standing = await list_standing(session.id)
        # Nobody is left but who is to be called back: the official does not wait for the clock.
        if any(is_pending(each) and each.due_at <= now for each in standing):
            look_at = min(look_at, now + SOON)
    if session.look_at is None or look_at < session.look_at:
        await hasten_look(session.id, look_at)


async def _hold_lonely_talk(session: Session, legs: list[Leg], now: datetime) -> list[Leg]:
    """Who comes to the air after the official has left it is held like who was there before."""
    on_air = find_on_air(legs)
    if on_air is None or on_air.state is not CallState.TALKING:
        return legs
    await hold(on_air, session, now, is_held=True)
    return await list_legs_astir(session.id)


async def _end_lonely_talks(session: Session, legs: Sequence[Leg], now: datetime) -> None:
    """After the end nobody rings an official who has hung up: the citizen is seen off."""
    on_air = find_on_air(legs)
    if on_air is not None and on_air.state is not CallState.WRAPPING:
        await see_off(on_air, Parting.TALKED, session, now)


async def _hand_over(session: Session, legs: list[Leg], now: datetime) -> list[Leg]:
    if find_on_air(legs) or not is_official_present(legs):
        return legs
    if list_waiting(legs):
        await summon_next(session, await list_live_legs(session.id), now)
        legs = await list_legs_astir(session.id)
    if session.next_wanted:
        await mark_next_wanted(session.id, wanted=False)
    return legs


def find_leg_of(legs: Sequence[Leg], call: CallId | None) -> Leg | None:
    """The leg with this key, of the legs of one session."""
    return next((leg for leg in legs if leg.id == call), None)


def count_talk(session: Session) -> timedelta:
    """Planned length of a talk."""
    return timedelta(minutes=session.talk_minutes)
