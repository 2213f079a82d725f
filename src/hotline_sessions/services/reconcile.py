"""Compare what we believe of calls with what the network says of them.

Reports may be lost while nobody listens: what they would have said is found out here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

import structlog

from hotline_sessions.domain.calls import CallEvent, CallState, Leg
from hotline_sessions.domain.commands import Destination, HangUp, Move, SetHold
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import CallOver, LineStatus, NetworkError, Seat
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.watches import (
    ASKED_AGAIN,
    PATIENCE,
    Cure,
    choose_cure,
    is_never_placed,
)
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.legs import command, note, note_facts, send_back
from hotline_sessions.services.ports import Clock, PhoneLine
from hotline_sessions.services.reports import end_leg
from hotline_sessions.services.together import OneByOne
from hotline_sessions.store.calls import (
    find_leg_by_sid,
    get_leg,
    mark_checked,
    take_stale_legs,
)
from hotline_sessions.store.sessions import draw_turn, find_sessions, lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

BATCH: Final = 200
FRESH_VISITS: Final = 1000
"""More visits to the menu than an official makes before he is led back once more."""
ADOPTED_BEFORE: Final = timedelta(seconds=3)
"""The network's clock may be so much behind ours."""


async def reconcile(line: PhoneLine, *, clock: Clock) -> int:
    """Bring legs up to date whose reports may have been lost; how many were."""
    now = clock.now()
    stale = await take_stale_legs(now, PATIENCE, limit=BATCH)
    corrected, works = 0, OneByOne()
    by_session = sorted(stale, key=lambda leg: (leg.session, leg.id))
    sessions = await find_sessions({leg.session for leg in stale}) if stale else {}
    for session_id, legs in groupby(by_session, key=lambda leg: leg.session):
        with works.one(session_id=session_id):
            session = sessions[session_id]
            corrected += await _reconcile_session(session, list(legs), works, line, clock)
    works.end()
    return corrected


async def _reconcile_session(
    session: Session, legs: Sequence[Leg], works: OneByOne, line: PhoneLine, clock: Clock
) -> int:
    try:
        seats = dict(await line.list_on_air(session.public_id))
    except NetworkError as error:
        log.warning("room_not_checked", session_id=session.id, reason=type(error).__name__)
        await _ask_again(legs, clock.now())
        return 0
    corrected = 0
    for leg in legs:
        with works.one(call_id=leg.id):
            try:
                corrected += await _reconcile_leg(leg, session, seats, line, clock)
            except NetworkError as error:
                log.warning("call_not_checked", call_id=leg.id, reason=type(error).__name__)
                await _ask_again([leg], clock.now())
    return corrected


async def _ask_again(legs: Sequence[Leg], now: datetime) -> None:
    """Nobody knows how these are: that must not take as long again as if all were well."""
    due_at = now + ASKED_AGAIN
    await mark_checked(
        {leg.id: due_at - timedelta(seconds=PATIENCE[leg.state].again) for leg in legs}
    )


async def _reconcile_leg(
    leg: Leg, session: Session, seats: dict[CallSid, Seat], line: PhoneLine, clock: Clock
) -> bool:
    """Whether something had to be done about ``leg``.

    Raises:
        NetworkError: The network does not say.
    """
    if leg.sid is None:
        return await _look_for_call(leg, line, clock)
    if leg.sid not in seats and await _is_over(leg.sid, line):
        return await _correct(leg, None, clock.now())
    seat = seats.get(leg.sid)
    is_held = seat is not None and seat.is_held
    cure = choose_cure(leg, session, is_in_room=seat is not None, is_held=is_held)
    return cure is not Cure.NOTHING and await _correct(leg, cure, clock.now(), seat=seat)


async def _look_for_call(leg: Leg, line: PhoneLine, clock: Clock) -> bool:
    """A call of ours of which nobody knows whether it was placed: adopted, or given up.

    Raises:
        NetworkError: The network does not say.
    """
    if not leg.is_outbound or leg.peer_number is None:
        return is_never_placed(leg, clock.now()) and await _correct(leg, None, clock.now())
    since = leg.started_at - ADOPTED_BEFORE
    for sid in await line.find_calls(leg.peer_number, since=since):
        if await find_leg_by_sid(sid) is None:
            return await _adopt(leg, sid, clock.now())
    if not is_never_placed(leg, clock.now()):
        return False
    return await _correct(leg, None, clock.now())


async def _is_over(sid: CallSid, line: PhoneLine) -> bool:
    try:
        return await line.fetch_status(sid) is LineStatus.OVER
    except CallOver:
        return True


async def _adopt(seen: Leg, sid: CallSid, now: datetime) -> bool:
    """The call that we did not know whether we had placed is this one."""
    async with transaction():
        await lock_session(seen.session)
        leg = await get_leg(seen.public_id)
        if leg.sid is not None or not leg.is_live:
            return False
        await note(await note_facts(leg, sid=sid), CallEvent.ACCEPTED, now, why="found")
    log.info("call_found", call_id=seen.id)
    return True


async def _correct(
    seen: Leg, cure: Cure | None, now: datetime, *, seat: Seat | None = None
) -> bool:
    """Whether it was done: not if the leg has moved on since it was looked at."""
    async with transaction():
        session = await lock_session(seen.session)
        leg = await get_leg(seen.public_id)
        if (leg.state, leg.turn, leg.sid) != (seen.state, seen.turn, seen.sid):
            return False
        if cure is None:
            await end_leg(leg, session, now, why="reconciled")
        else:
            await _cure(leg, cure, session, now, seat)
        await settle_air(session, now)
    log.info("call_reconciled", call_id=leg.id, state=leg.state, cure=cure)
    return True


async def _cure(leg: Leg, cure: Cure, session: Session, now: datetime, seat: Seat | None) -> None:
    match cure:
        case Cure.ENTERED:
            # The talk counts from when it began, not from when that was found out.
            since = now if seat is None else min(now, max(seat.since, leg.state_since))
            await note(leg, CallEvent.ENTERED_AIR, since, why="reconciled")
        case Cure.SENT_BACK:
            await note(leg, CallEvent.SENT_BACK, now, why="reconciled")
            await _move(leg, Destination.QUEUE, session, now)
        case Cure.LEFT:
            await note(leg, CallEvent.LEFT_AIR, now, why="reconciled")
        case Cure.TO_QUEUE if leg.state in {CallState.TALKING, CallState.HELD}:
            await send_back(leg, session, now, why="reconciled")
        case Cure.TO_QUEUE:
            await _move(leg, Destination.QUEUE, session, now)
        case Cure.TO_STUDIO:
            await note(leg, CallEvent.LEFT_AIR, now, why="reconciled")
            await _move_to_studio(leg, session, now)
        case Cure.TO_ROOM:
            await _move(leg, Destination.ROOM, session, now)
        case Cure.UNHOLD:
            turn = await draw_turn(session.id)
            order = SetHold(leg=leg.public_id, session=session.public_id, is_held=False, turn=turn)
            await command(order, session, leg, now)
        case Cure.CUT:
            turn = await draw_turn(session.id)
            await command(HangUp(leg=leg.public_id, turn=turn), session, leg, now)
        case Cure.NOTHING:
            pass


async def _move_to_studio(leg: Leg, session: Session, now: datetime) -> None:
    """Its visits are counted in a range of their own: none of them was there before."""
    visit = await draw_turn(session.id) * FRESH_VISITS
    move = Move(leg=leg.public_id, to=Destination.STUDIO, turn=visit)
    await command(move, session, leg, now)


async def _move(leg: Leg, to: Destination, session: Session, now: datetime) -> None:
    turn = await draw_turn(session.id)
    await command(Move(leg=leg.public_id, to=to, turn=turn), session, leg, now)
