"""Ring officials, operators and citizens. Runs inside a transaction with the session locked."""

from datetime import datetime

import structlog

from hotline_sessions.domain.call_backs import CallBack
from hotline_sessions.domain.calls import (
    CallState,
    Identity,
    Leg,
    NoRingNumber,
    OfficialOnLine,
    Role,
    find_official,
)
from hotline_sessions.domain.commands import Ring
from hotline_sessions.domain.ids import AccountId
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.legs import command, note_facts, tell_desk
from hotline_sessions.store.call_backs import mark_ringing
from hotline_sessions.store.calls import add_leg, add_operator_leg, list_live_legs
from hotline_sessions.store.sessions import mark_official_due


log = structlog.get_logger()


async def ring_official(session: Session, now: datetime) -> Leg:
    """Ring the official of a session.

    Raises:
        NoRingNumber: It is not known on which number.
        OfficialOnLine: The official is on the line, or is being called.
    """
    if not session.ring_number:
        raise NoRingNumber
    if find_official(await list_live_legs(session.id)):
        raise OfficialOnLine
    leg = await add_leg(
        session,
        Role.OFFICIAL,
        CallState.SUBMITTING,
        now,
        peer_number=session.ring_number,
        is_outbound=True,
    )
    order = Ring(leg=leg.public_id, number=session.ring_number, role=Role.OFFICIAL)
    await command(order, session, leg, now)
    await tell_desk(session.public_id)
    return leg


async def ring_missing_official(session: Session, policy: CallPolicy, now: datetime) -> Leg | None:
    """Ring the official who is not there, and plan the attempt after that."""
    if not session.ring_number or find_official(await list_live_legs(session.id)):
        return None
    tries = session.official_tries + 1
    await mark_official_due(session.id, now + policy.plan_redial(tries), tries=tries)
    log.info("official_rung", session_id=session.id, tries=tries)
    return await ring_official(session, now)


async def ring_operator(
    session: Session, account: AccountId, number: str, now: datetime
) -> Leg | None:
    """Ring an operator on a telephone of the operator's own; None if on the line elsewhere."""
    leg = await add_operator_leg(session, account, CallState.SUBMITTING, now, peer_number=number)
    if leg is None:
        return None
    order = Ring(leg=leg.public_id, number=number, role=Role.OPERATOR)
    await command(order, session, leg, now)
    return leg


async def ring_citizen(
    session: Session, promise: CallBack, resumed: Leg | None, now: datetime
) -> Leg:
    """Call a citizen back, with the place, the consent and the time of the call it goes on with.

    Who answers on a number that has proven itself is that citizen as surely as one who
    keys in the last digits of the code.
    """
    leg = await add_leg(
        session,
        Role.CITIZEN,
        CallState.SUBMITTING,
        now,
        peer_number=promise.phone,
        booking=promise.booking,
        is_outbound=True,
        language=promise.language,
    )
    leg = await note_facts(
        leg,
        waiting_since=promise.place_since,
        identity=Identity.WEAK if promise.booking is not None else Identity.NONE,
    )
    if resumed is not None:
        leg = await take_up(leg, resumed)
    order = Ring(leg=leg.public_id, number=promise.phone, role=Role.CITIZEN)
    await command(order, session, leg, now)
    await mark_ringing(promise, leg.id)
    await tell_desk(session.public_id)
    log.info("citizen_rung", session_id=session.id, call_id=leg.id, kind=promise.kind)
    return leg


async def take_up(leg: Leg, dropped: Leg) -> Leg:
    """Go on with a dropped call: its place, its booking, and what was left of its time."""
    changes: dict[str, object] = {
        "waiting_since": dropped.waiting_since,
        "precedence": dropped.precedence,
    }
    if dropped.on_air_at is not None:
        changes |= {
            "resumes": dropped.id,
            "booking": dropped.booking,
            "identity": dropped.identity,
            "consent": dropped.consent,
            "consented_at": dropped.consented_at,
            "talk_seconds": dropped.talk_seconds,
            "extra_seconds": dropped.extra_seconds,
        }
    return await note_facts(leg, **changes)
