"""What happens to a session, and what each step brings with it.

Everything here runs inside a transaction with the session locked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from hotline_sessions.domain.calls import (
    CallEvent,
    CallState,
    Leg,
    Role,
    is_official_near,
    is_official_present,
    list_citizens,
)
from hotline_sessions.domain.commands import SetHold
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import (
    Moment,
    Session,
    SessionEvent,
    SessionState,
    advance,
    plan_step,
)
from hotline_sessions.services.closing import see_everyone_off
from hotline_sessions.services.legs import (
    ask_to_record,
    command,
    note,
    send_back,
    tell_desk,
)
from hotline_sessions.services.ringing import ring_missing_official
from hotline_sessions.services.tellings import tell_of_missing_official
from hotline_sessions.services.unheard_talks import ask_unheard_owners
from hotline_sessions.store.call_backs import cancel_call_backs
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.live import mark_bookings_missed
from hotline_sessions.store.sessions import (
    add_session_event,
    draw_turn,
    lock_session,
    mark_official_due,
    mark_state,
)


log = structlog.get_logger()

_ASKED_TO_RECORD = frozenset(
    {CallState.WAITING, CallState.SCREENING, CallState.GREETING, CallState.CONFIRMING}
)
"""Where citizens stand who can only leave their questions when no talk is possible any more."""


async def take_steps(
    session: Session, policy: CallPolicy, now: datetime, legs: Sequence[Leg]
) -> Session:
    """The session after every step that is due; the same one if none is, as usually."""
    while event := plan_step(session, await _gather(session, policy, now, legs)):
        session = await take_step(session, event, policy, now)
        legs = await list_live_legs(session.id)
    return session


async def take_step(
    session: Session, event: SessionEvent, policy: CallPolicy, now: datetime, **detail: object
) -> Session:
    """The session after ``event``, with all that this brings to those on the line.

    Raises:
        ImpossibleStep: The event does not follow from the session's state.
    """
    state = advance(session.state, event)
    await mark_state(session.id, state, now)
    await add_session_event(session, state, event, now, **detail)
    after = await lock_session(session.id)
    await _follow(event, after, policy, now)
    await tell_desk(session.public_id)
    log.info("session_stepped", session_id=session.id, step=event, state=state)
    return await lock_session(session.id)


async def hold(leg: Leg, session: Session, now: datetime, *, is_held: bool) -> Leg:
    """Hold a talk that has lost its official, or go on with it."""
    after = await note(leg, CallEvent.HELD if is_held else CallEvent.RESUMED, now)
    order = SetHold(
        leg=leg.public_id,
        session=session.public_id,
        is_held=is_held,
        turn=await draw_turn(session.id),
    )
    await command(order, session, leg, now)
    return after


async def _gather(
    session: Session, policy: CallPolicy, now: datetime, legs: Sequence[Leg]
) -> Moment:
    lobby = timedelta()
    if session.state is SessionState.PUBLISHED:
        home = await get_institution(session.institution)
        lobby = timedelta(minutes=home.lobby_minutes)
    return Moment(
        now=now,
        lobby=lobby,
        policy=policy,
        is_official_present=is_official_present(legs),
        is_official_near=is_official_near(legs, now),
        is_line_quiet=not list_citizens(legs),
    )


async def _follow(event: SessionEvent, session: Session, policy: CallPolicy, now: datetime) -> None:
    """What a step brings with it."""
    legs = await list_live_legs(session.id)
    match event:
        case SessionEvent.OPEN:
            await ring_missing_official(session, policy, now)
        case SessionEvent.START | SessionEvent.REGAIN_OFFICIAL | SessionEvent.EXTEND:
            await mark_official_due(session.id, None, tries=0)
            for leg in _in_state(legs, CallState.HELD):
                await hold(leg, session, now, is_held=False)
        case SessionEvent.LOSE_OFFICIAL:
            for leg in _in_state(legs, CallState.TALKING):
                await hold(leg, session, now, is_held=True)
            await _plan_first_redial(session, policy, now)
        case SessionEvent.GIVE_UP:
            await cancel_call_backs(session.id, now)
            await _take_down_questions(legs, Parting.NO_OFFICIAL, session, now)
            await tell_of_missing_official(session, now=now)
        case SessionEvent.PAUSE:
            await _bring_back(legs, session, now)
            await mark_official_due(session.id, None, tries=0)
        case SessionEvent.RESUME:
            await mark_official_due(session.id, now, tries=0)
        case SessionEvent.END:
            await cancel_call_backs(session.id, now)
            is_heard = is_official_present(legs)
            await _take_down_questions(legs, Parting.CLOSED, session, now, spares_talks=is_heard)
        case SessionEvent.CLOSE:
            await see_everyone_off(session, Parting.CLOSED, now)
            await ask_unheard_owners(session, now=now)
            await mark_bookings_missed(session.id, now)
        case _:
            pass


async def _plan_first_redial(session: Session, policy: CallPolicy, now: datetime) -> None:
    """An official who was on the line is rung at once; one who never came, as planned."""
    if session.official_due_at is None:
        await mark_official_due(session.id, now + policy.plan_redial(0), tries=0)


async def _take_down_questions(
    legs: Sequence[Leg],
    why: Parting,
    session: Session,
    now: datetime,
    *,
    spares_talks: bool = False,
) -> None:
    """Ask those who wait, and those whose talk cannot go on, to leave their questions."""
    for leg in list_citizens(legs):
        is_stuck = leg.is_on_air and leg.state is not CallState.WRAPPING and not spares_talks
        if leg.state is CallState.HELD or is_stuck or leg.state in _ASKED_TO_RECORD:
            await ask_to_record(leg, why, session, now)


async def _bring_back(legs: Sequence[Leg], session: Session, now: datetime) -> None:
    """Everyone on the air or with the operator goes back to the queue, places kept."""
    for leg in list_citizens(legs):
        is_on_way = leg.is_on_air and leg.state not in {CallState.WRAPPING, CallState.RETURNING}
        if is_on_way or leg.state is CallState.SCREENING:
            await send_back(leg, session, now, why="pause")


def _in_state(legs: Sequence[Leg], state: CallState) -> list[Leg]:
    return [leg for leg in legs if leg.role is Role.CITIZEN and leg.state is state]
