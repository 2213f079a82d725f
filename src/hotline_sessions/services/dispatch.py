"""What the operator does at the live desk."""

from datetime import datetime

import structlog

from hotline_sessions.domain.calls import (
    CallState,
    NobodyOnAir,
    NotAdmitting,
    Role,
    find_on_air,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import (
    ADMITTING,
    Session,
    SessionEvent,
    SessionState,
    advance,
)
from hotline_sessions.services.air import summon_next
from hotline_sessions.services.legs import see_off, tell_desk
from hotline_sessions.services.official_calls import hang_up_official as cut_official
from hotline_sessions.services.official_calls import ring
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.calls import get_leg, list_live_legs
from hotline_sessions.store.sessions import (
    get_session,
    lock_session,
    mark_next_wanted,
    mark_state,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def put_next_through(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId, clock: Clock
) -> PublicId:
    """Put the next citizen of the queue on the air; the name of the leg.

    A session that is open and whose official is there goes live by it.

    Raises:
        NotFound: There is no such session in the institution.
        NotAdmitting: The session is not open.
        OfficialAbsent: The official is not on the line.
        AirTaken: Another citizen holds the air.
        NobodyWaits: The queue is empty.
    """
    now = clock.now()
    async with transaction():
        session = await _lock_admitting(session_id, institution=institution)
        summoned = await summon_next(session, await list_live_legs(session.id), now)
        if session.state is SessionState.OPEN:
            await mark_state(session.id, advance(session.state, SessionEvent.START), now)
        await mark_next_wanted(session.id, wanted=False)
        await _note_deed("caller_put_through", summoned.id, session, by=by, now=now)
        return summoned.public_id


async def end_talk(
    session_id: SessionId,
    *,
    institution: InstitutionId,
    by: AccountId,
    clock: Clock,
    then_next: bool = False,
) -> None:
    """See the citizen off who holds the air; ``then_next``: summon the next one at once after.

    Raises:
        NotFound: There is no such session in the institution.
        NobodyOnAir: There is no talk to end.
    """
    now = clock.now()
    async with transaction():
        session = await _lock_own(session_id, institution=institution)
        on_air = find_on_air(await list_live_legs(session.id))
        if on_air is None:
            raise NobodyOnAir
        if on_air.state is not CallState.WRAPPING:
            await see_off(on_air, Parting.TALKED, session, now)
        await mark_next_wanted(session.id, wanted=then_next)
        await _note_deed("talk_ended", on_air.id, session, by=by, now=now)


async def dismiss_caller(
    session_id: SessionId,
    call: PublicId,
    *,
    institution: InstitutionId,
    by: AccountId,
    clock: Clock,
) -> None:
    """See a waiting citizen off.

    Raises:
        NotFound: There is no such session in the institution, or no such caller in it.
        ImpossibleEvent: The caller does not wait any more.
    """
    now = clock.now()
    async with transaction():
        session = await _lock_own(session_id, institution=institution)
        leg = await get_leg(call)
        if leg.session != session.id or leg.role is not Role.CITIZEN:
            raise NotFound
        await see_off(leg, Parting.DISMISSED, session, now)
        await _note_deed("caller_dismissed", leg.id, session, by=by, now=now)


async def call_official(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId, clock: Clock
) -> None:
    """Ring the official of a session.

    Raises:
        NotFound: There is no such session in the institution.
        NotAdmitting: The session is not open.
        NoRingNumber: It is not known on which number.
        OfficialOnLine: The official is on the line, or is being called.
    """
    now = clock.now()
    async with transaction():
        session = await _lock_admitting(session_id, institution=institution)
        leg = await ring(session, now)
        await _note_deed("official_called", leg.id, session, by=by, now=now)


async def hang_up_official(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId, clock: Clock
) -> None:
    """End the official's call, or the attempt to reach the official.

    Raises:
        NotFound: There is no such session in the institution.
        OfficialAbsent: There is no such call.
    """
    now = clock.now()
    async with transaction():
        session = await _lock_own(session_id, institution=institution)
        leg = await cut_official(session, now)
        await _note_deed("official_hung_up", leg.id, session, by=by, now=now)


async def _lock_own(session_id: SessionId, *, institution: InstitutionId) -> Session:
    await get_session(session_id, institution=institution)
    return await lock_session(session_id)


async def _lock_admitting(session_id: SessionId, *, institution: InstitutionId) -> Session:
    session = await _lock_own(session_id, institution=institution)
    if session.state not in ADMITTING:
        raise NotAdmitting
    return session


async def _note_deed(
    action: str, call: int, session: Session, *, by: AccountId, now: datetime
) -> None:
    await add_entry(
        action,
        "call",
        call,
        institution=session.institution,
        account=by,
        now=now,
        detail={"session": session.id},
    )
    await tell_desk(session.public_id)
    log.info(action, session_id=session.id, call_id=call, account_id=by)
