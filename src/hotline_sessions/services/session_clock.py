"""What time alone makes happen to sessions and to the talks in them."""

from datetime import datetime, timedelta

import structlog

from hotline_sessions.domain.calls import CallState, Leg, count_left, find_on_air, list_waiting
from hotline_sessions.domain.commands import Announce
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import Notice, Parting
from hotline_sessions.domain.sessions import ADMITTING, RUNNING, Session, SessionState
from hotline_sessions.services.air import settle_air, tell_official
from hotline_sessions.services.call_backs import keep_promises
from hotline_sessions.services.legs import command, note_facts, see_off
from hotline_sessions.services.looks import may_ring
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.ringing import ring_missing_official
from hotline_sessions.services.together import OneByOne
from hotline_sessions.store.call_backs import add_slot_call_backs
from hotline_sessions.store.calls import list_legs_astir
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.sessions import draw_turn, list_to_look_at, lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def step_sessions(*, clock: Clock) -> int:
    """Do what is due at every session; how many were looked at and had changed.

    Several processes may do it at once: each session is decided with its row locked. One
    that cannot be stepped holds up no other; it is due again at once.
    """
    now = clock.now()
    changed, works = 0, OneByOne()
    for session_id in await list_to_look_at(now):
        with works.one(session_id=session_id):
            changed += await step_session(session_id, now)
    works.end()
    return changed


async def step_session(session_id: SessionId, now: datetime) -> bool:
    """Do what is due at one session; whether its state has changed."""
    async with transaction():
        before = await lock_session(session_id)
        session = await settle_air(before, now)
        policy = await get_call_policy(session.institution)
        await _watch_talk(session, policy, now)
        await _look_for_official(session, policy, now)
        if session.state in ADMITTING:
            await add_slot_call_backs(session, lead_seconds=policy.call_back_lead_seconds, now=now)
            await keep_promises(session, policy, now)
        after = await settle_air(session, now, plans_look=True)
    return after.state is not before.state


async def _look_for_official(session: Session, policy: CallPolicy, now: datetime) -> None:
    """Ring an official who is due and is not there."""
    is_due = session.official_due_at is not None and session.official_due_at <= now
    if is_due and may_ring(session) and now < session.closes_at:
        await ring_missing_official(session, policy, now)


async def _watch_talk(session: Session, policy: CallPolicy, now: datetime) -> None:
    """Tell both that the time is running out; see off who has long overrun it.

    Nobody is cut off while nobody else waits, nor where an operator leads the session.
    """
    legs = await list_legs_astir(session.id)
    on_air = find_on_air(legs)
    if on_air is None or on_air.state is not CallState.TALKING:
        return
    left = count_left(on_air, now, talk=timedelta(minutes=session.talk_minutes))
    is_over = left <= -policy.overrun
    is_pressing = session.state is SessionState.CLOSING or (
        session.is_automatic and session.state in RUNNING and bool(list_waiting(legs))
    )
    if is_over and is_pressing:
        await see_off(on_air, Parting.TALKED, session, now)
    elif on_air.warned_at is None and left <= timedelta(seconds=policy.warn_seconds):
        await _warn(on_air, session, legs, now)


async def _warn(on_air: Leg, session: Session, legs: list[Leg], now: datetime) -> None:
    await note_facts(on_air, warned_at=now)
    # A talk that is made longer ends a second time: a number of its own tells it from the first.
    turn = await draw_turn(session.id)
    notice = Announce(
        leg=on_air.public_id,
        session=session.public_id,
        notice=Notice.ENDING_SOON,
        turn=turn,
    )
    await command(notice, session, on_air, now)
    await tell_official(Notice.ENDING_SOON, session, legs, now, turn=turn)
