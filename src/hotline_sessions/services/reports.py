"""What the network reports of calls and conferences, by itself and on its own time."""

from datetime import datetime
from enum import StrEnum
from functools import partial

import structlog
from msgspec import Struct

from hotline_sessions.domain.calls import CallEvent, CallState, Leg, Role
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import LineStatus
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.calls import end_citizen
from hotline_sessions.services.fallbacks import LOST, note_delivery
from hotline_sessions.services.inbox import note_once, note_text
from hotline_sessions.services.legs import keep_short_talk, note, note_facts, tell_desk
from hotline_sessions.services.operator_calls import end_operator
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.open_legs import lock_leg, lock_leg_by_sid


log = structlog.get_logger()


class RoomEvent(StrEnum):
    """What happens in a conference."""

    JOINED = "joined"
    LEFT = "left"


class CallReport(Struct, frozen=True, kw_only=True):
    """How far a call is; ``leg`` is known for calls that we have placed."""

    sid: CallSid
    status: LineStatus
    outcome: str
    leg: PublicId | None = None


class RoomReport(Struct, frozen=True, kw_only=True):
    """Who has come into the conference or left it; ``is_over`` when by hanging up."""

    sid: CallSid
    event: RoomEvent
    is_over: bool = False
    is_air: bool = True
    """Whether it is the conference of the session, not the room of a screening."""


async def note_call_status(report: CallReport, delivery: Delivery, *, clock: Clock) -> None:
    """Note how far a call is. One that nobody here knows is noted and ignored."""
    now = clock.now()
    await note_once(delivery, partial(_note_call, report, now), now, sid=report.sid)


async def note_conference(report: RoomReport, delivery: Delivery, *, clock: Clock) -> None:
    """Note who has come into the conference of a session or left it."""
    now = clock.now()
    await note_once(delivery, partial(_note_room, report, now), now, sid=report.sid)


async def note_text_status(sid: str, status: str, delivery: Delivery, *, clock: Clock) -> None:
    """Note what became of a text message; only from one that is lost more follows."""
    now = clock.now()
    if status in LOST:
        await note_once(delivery, partial(note_delivery, sid, status, now=now), now)
    else:
        await note_text(delivery, sid, status, now)


async def _note_call(report: CallReport, now: datetime) -> None:
    opened = await _open(report.sid, report.leg)
    if opened is None:
        return
    session, leg = opened
    if report.status is LineStatus.OVER:
        await end_leg(leg, session, now, outcome=report.outcome)
        return
    await note(leg, CallEvent.ACCEPTED, now, outcome=report.outcome)
    await tell_desk(session.public_id)


async def _note_room(report: RoomReport, now: datetime) -> None:
    opened = await _open(report.sid, None)
    if opened is None:
        return
    session, leg = opened
    if report.event is RoomEvent.LEFT and report.is_over:
        await end_leg(leg, session, now)
        return
    if leg.role is Role.CITIZEN and not report.is_air:
        return  # What a screening brings is said by the citizen's own coming and going.
    event = CallEvent.ENTERED_AIR if report.event is RoomEvent.JOINED else CallEvent.LEFT_AIR
    if leg.role is Role.OPERATOR and event is CallEvent.LEFT_AIR:
        return  # The operator has been sent to another room, or comes back by the action.
    if event is CallEvent.LEFT_AIR and leg.state in {CallState.TALKING, CallState.HELD}:
        return  # The room has broken down: the citizen's call asks what comes next.
    if event is CallEvent.ENTERED_AIR and leg.role is Role.CITIZEN and not leg.is_live:
        await keep_short_talk(leg, now)
    else:
        await note(leg, event, now)
    await settle_air(session, now)


async def end_leg(leg: Leg, session: Session, now: datetime, **detail: object) -> None:
    """A call is over, whoever was on it."""
    match leg.role:
        case Role.CITIZEN:
            await end_citizen(leg, session, now, **detail)
        case Role.OPERATOR:
            await end_operator(leg, session, now, **detail)
        case Role.OFFICIAL:
            await note(leg, CallEvent.HUNG_UP, now, **detail)
            await settle_air(session, now)


async def _open(sid: CallSid, public_id: PublicId | None) -> tuple[Session, Leg] | None:
    """Session, locked, and leg; a leg whose call was not known yet learns it."""
    opened = await lock_leg_by_sid(sid)
    if opened is None and public_id is not None:
        opened = await lock_leg(public_id)
    if opened is None:
        log.info("call_unknown", call_sid=sid)
        return None
    session, leg = opened
    if leg.sid is None:
        leg = await note_facts(leg, sid=sid)
    if leg.sid != sid:
        log.warning("call_of_another_leg", call_sid=sid, call_id=leg.id)
        return None
    return session, leg
