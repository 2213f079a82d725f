"""The operator's own leg: listens, whispers, talks on the air, or screens a citizen before it.

What answers a ``Visit`` here runs inside the transaction that writes the webhook down, and
refuses whom ``open_leg`` refuses.
"""

from datetime import datetime
from functools import partial
from typing import Final

from hotline_sessions.domain.calls import (
    ASKS_OPERATOR,
    CallEvent,
    CallState,
    ImpossibleEvent,
    Leg,
    Mode,
    NoRingNumber,
    find_official,
    find_operators,
)
from hotline_sessions.domain.commands import Destination, Move
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import AccountId, CallSid, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.prompts import (
    AskOperator,
    EnterRoom,
    Goodbye,
    Parting,
    Prompt,
    Silence,
)
from hotline_sessions.domain.sessions import ANSWERING, Session
from hotline_sessions.services.air import find_leg_of, settle_air, summon
from hotline_sessions.services.closing import part_with_staff
from hotline_sessions.services.deeds import (
    get_citizen,
    lock_answering,
    lock_own,
    note_call_deed,
    refuse_unless_running,
    start_with_first,
)
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.legs import command, note, note_facts, send_back, tell_desk
from hotline_sessions.services.open_legs import Visit, open_leg
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.ringing import ring_operator
from hotline_sessions.store.accounts import find_ring_number
from hotline_sessions.store.calls import (
    add_operator_leg,
    find_operator_leg,
    get_leg,
    list_live_legs,
)
from hotline_sessions.store.sessions import draw_turn, lock_session
from hotline_sessions.store.transaction import transaction


CONFIRM_KEY: Final = "1"
CONFIRM_ATTEMPTS: Final = 2


class NotOnLine(Conflict):
    """The operator has no call in this session: nothing can be heard or said."""

    code = "operator-not-on-line"


class InAnotherSession(Conflict):
    """The operator takes part in another session."""

    code = "operator-elsewhere"


async def join_room(
    session_id: SessionId,
    *,
    mode: Mode,
    institution: InstitutionId,
    by: AccountId,
    clock: Clock,
    call: PublicId | None = None,
    from_browser: bool = False,
) -> PublicId:
    """Bring the operator into the session; the name of the leg.

    An operator who is on the line already changes the room or the mode. Another is rung
    on the number of the account, or awaited from the browser. With ``call`` that citizen,
    who waits, is screened.

    Raises:
        NotFound: There is no such session in the institution, or no such caller in it.
        NotAdmitting: The session's calls are not answered now.
        NoRingNumber: The account has no number to ring.
        InAnotherSession: The operator is on the line of another session.
    """
    now = clock.now()
    async with transaction():
        session = await lock_answering(session_id, institution=institution)
        leg = await find_operator_leg(by)
        if leg is not None and leg.session != session.id:
            raise InAnotherSession
        is_here = leg is not None
        if leg is None:
            leg = await _bring(session, by, now, from_browser=from_browser)
        await _release_partner(leg, session, now)
        leg = await note_facts(leg, mode=mode.value, partner=None)
        if call is not None:
            leg = await _screen(session, call, leg, now)
        if is_here:
            leg = await _change_room(session, leg, now)
        await _answer_official(session)
        await note_call_deed("operator_joined", leg, session, by=by, now=now, mode=mode.value)
        return leg.public_id


async def change_mode(
    session_id: SessionId,
    mode: Mode,
    *,
    institution: InstitutionId,
    by: AccountId,
    clock: Clock,
) -> None:
    """Listen, whisper or talk instead.

    Raises:
        NotFound: There is no such session in the institution.
        NotOnLine: The operator has no call in it.
    """
    now = clock.now()
    async with transaction():
        session = await lock_answering(session_id, institution=institution)
        leg = await _get_own_leg(session, by)
        await _release_partner(leg, session, now)
        leg = await note_facts(leg, mode=mode.value, partner=None)
        await _change_room(session, leg, now)
        await note_call_deed("operator_changed_mode", leg, session, by=by, now=now, mode=mode.value)


async def leave_room(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId, clock: Clock
) -> None:
    """End the operator's call; a citizen who is being screened goes back to the queue.

    Raises:
        NotFound: There is no such session in the institution.
        NotOnLine: The operator has no call in it.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        leg = await _get_own_leg(session, by)
        await _release_partner(leg, session, now)
        await part_with_staff(leg, Parting.DISMISSED, session, now)
        await note_call_deed("operator_left", leg, session, by=by, now=now)


async def finish_screening(
    session_id: SessionId,
    call: PublicId,
    *,
    to_air: bool,
    institution: InstitutionId,
    by: AccountId,
    clock: Clock,
) -> None:
    """End the talk before the air: the citizen goes on the air, or back to his place.

    Raises:
        NotFound: There is no such session in the institution, or no such caller in it.
        NotAdmitting: The session lets nobody on the air now.
        ImpossibleEvent: The caller is not being screened.
        OfficialAbsent, AirTaken: The air is not ready for a citizen.
    """
    now = clock.now()
    async with transaction():
        session = await lock_answering(session_id, institution=institution)
        leg = await get_citizen(session, call)
        if leg.state is not CallState.SCREENING:
            raise ImpossibleEvent(state=leg.state, event="screened")
        if to_air:
            await _put_on_air(leg, session, now)
        else:
            await send_back(leg, session, now, why="screened")
        own = await find_operator_leg(by)
        if own is not None and own.partner == leg.id:
            own = await note_facts(own, partner=None, mode=Mode.LISTEN.value)
            await _change_room(session, own, now)
        await settle_air(session, now)
        await note_call_deed("screening_finished", leg, session, by=by, now=now, to_air=to_air)


async def greet_operator(visit: Visit, now: datetime) -> Prompt:
    """Answer to the call that the operator has picked up."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    await note(leg, CallEvent.ANSWERED, now)
    await tell_desk(session.public_id)
    return AskOperator(leg=leg.public_id, attempt=1)


async def confirm_operator(visit: Visit, now: datetime) -> Prompt:
    """Answer to the key that was pressed, or to silence."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    if visit.result == CONFIRM_KEY:
        leg = await note(leg, CallEvent.CONFIRMED, now)
        await tell_desk(session.public_id)
        return await _build_entry(session, leg, now)
    if visit.turn < CONFIRM_ATTEMPTS:
        return AskOperator(leg=leg.public_id, attempt=visit.turn + 1)
    await end_operator(leg, session, now, why="not-confirmed")
    return Goodbye(why=Parting.FAILED)


async def enter_room(visit: Visit, now: datetime) -> Prompt:
    """Answer to an operator who was moved to another room."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    return await _build_entry(session, leg, now)


async def left_room(visit: Visit, now: datetime) -> Prompt:
    """Answer to an operator's coming out of a room."""
    session, leg = await open_leg(visit)
    if visit.is_over:
        await end_operator(leg, session, now)
        return Silence()
    if not leg.is_live or session.state not in ANSWERING or visit.turn == leg.turn:
        await end_operator(leg, session, now, why="left")
        return Goodbye(why=Parting.DISMISSED)
    return await _build_entry(session, leg, now)


async def connect_browser(
    account: AccountId, sid: CallSid, delivery: Delivery, speak: Speak, *, clock: Clock
) -> str:
    """Answer to the operator's browser: into the room for which it is awaited."""
    now = clock.now()
    return await answer_once(delivery, partial(_connect, account, sid, now), speak, now)


async def end_operator(leg: Leg, session: Session, now: datetime, **detail: object) -> None:
    """The operator's call is over: a citizen who was being screened is not left alone."""
    if leg.is_live:
        await note(leg, CallEvent.HUNG_UP, now, **detail)
        await _release_partner(leg, session, now)
    await settle_air(session, now)


async def _put_on_air(leg: Leg, session: Session, now: datetime) -> None:
    refuse_unless_running(session)
    await summon(leg, session, await list_live_legs(session.id), now, reason="screened")
    await start_with_first(session, now)


async def _bring(session: Session, by: AccountId, now: datetime, *, from_browser: bool) -> Leg:
    if from_browser:
        leg = await add_operator_leg(session, by, CallState.ENTERING, now, is_browser=True)
    else:
        number = await find_ring_number(by)
        if number is None:
            raise NoRingNumber
        leg = await ring_operator(session, by, number, now)
    if leg is None:
        raise InAnotherSession
    return leg


async def _screen(session: Session, call: PublicId, own: Leg, now: datetime) -> Leg:
    citizen = await get_citizen(session, call)
    turn = await draw_turn(session.id)
    citizen = await note_facts(citizen, turn=turn)
    citizen = await note(citizen, CallEvent.SCREENED, now, turn=turn)
    move = Move(leg=citizen.public_id, to=Destination.SCREEN, turn=turn)
    await command(move, session, citizen, now)
    for other in find_operators(await list_live_legs(session.id)):
        if other.partner == citizen.id and other.id != own.id:
            await note_facts(other, partner=None)  # The citizen is this operator's now.
    return await note_facts(own, mode=Mode.SCREEN.value, partner=citizen.id)


async def _change_room(session: Session, leg: Leg, now: datetime) -> Leg:
    """Send an operator who is in some room to the one that the leg names now."""
    if leg.state not in {CallState.ENTERING, CallState.PRESENT} or leg.sid is None:
        return leg
    turn = await draw_turn(session.id)
    leg = await note_facts(leg, turn=turn)
    leg = await note(leg, CallEvent.MOVED, now, mode=leg.mode)
    move = Move(leg=leg.public_id, to=Destination.ROOM, turn=turn)
    await command(move, session, leg, now)
    return leg


async def _answer_official(session: Session) -> None:
    """The official who has asked for the operator asks no more."""
    official = find_official(await list_live_legs(session.id))
    if official is not None and official.step == ASKS_OPERATOR:
        await note_facts(official, step="")


async def _release_partner(leg: Leg, session: Session, now: datetime) -> None:
    citizen = find_leg_of(await list_live_legs(session.id), leg.partner)
    if citizen is not None and citizen.state is CallState.SCREENING:
        await send_back(citizen, session, now, why="operator-left")


async def _connect(account: AccountId, sid: CallSid, now: datetime) -> Prompt:
    leg = await find_operator_leg(account)
    if leg is None:
        return Goodbye(why=Parting.CLOSED)
    session = await lock_session(leg.session)
    leg = await get_leg(leg.public_id)
    if (
        not leg.is_browser
        or leg.sid not in {None, sid}
        or not leg.is_live
        or session.state not in ANSWERING
    ):
        return Goodbye(why=Parting.CLOSED)
    leg = await note_facts(leg, sid=sid)
    return await _build_entry(session, leg, now)


async def _build_entry(session: Session, leg: Leg, now: datetime) -> Prompt:
    """Into the room that the leg names; whoever would whisper to nobody listens."""
    del now
    legs = await list_live_legs(session.id)
    citizen = find_leg_of(legs, leg.partner)
    if leg.mode == Mode.SCREEN and citizen is not None:
        return EnterRoom(
            leg=leg.public_id,
            session=session.public_id,
            turn=leg.turn,
            partner=citizen.public_id,
        )
    official = find_official(legs)
    is_there = official is not None and official.state is CallState.PRESENT
    is_whisper = leg.mode == Mode.WHISPER and is_there
    return EnterRoom(
        leg=leg.public_id,
        session=session.public_id,
        turn=leg.turn,
        is_muted=leg.mode != Mode.TALK and not is_whisper,
        coach=official.sid if official is not None and is_whisper else None,
    )


async def _get_own_leg(session: Session, by: AccountId) -> Leg:
    leg = await find_operator_leg(by)
    if leg is None or leg.session != session.id:
        raise NotOnLine
    return leg
