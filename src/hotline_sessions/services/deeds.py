"""What every deed at the live desk begins and ends with: lock the session, write it down.

Everything here runs inside the transaction of the deed.
"""

from datetime import datetime

import structlog

from hotline_sessions.domain.calls import ImpossibleEvent, Leg, NotAdmitting, Role
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.sessions import (
    ANSWERING,
    RUNNING,
    Session,
    SessionEvent,
    SessionState,
)
from hotline_sessions.services.legs import tell_desk
from hotline_sessions.services.steps import take_step
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.calls import get_leg
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.sessions import get_session, lock_session


log = structlog.get_logger()


async def lock_own(session_id: SessionId, *, institution: InstitutionId) -> Session:
    """The session, locked.

    Raises:
        NotFound: There is no such session in the institution.
    """
    await get_session(session_id, institution=institution)
    return await lock_session(session_id)


async def lock_answering(session_id: SessionId, *, institution: InstitutionId) -> Session:
    """The session, locked, whose calls are answered.

    Raises:
        NotFound: There is no such session in the institution.
        NotAdmitting: Its calls are not answered now.
    """
    session = await lock_own(session_id, institution=institution)
    if session.state not in ANSWERING:
        raise NotAdmitting
    return session


async def lock_running(session_id: SessionId, *, institution: InstitutionId) -> Session:
    """Also a session that waits for its official or stands still: the air then says why not.

    Raises:
        NotFound: There is no such session in the institution.
        NotAdmitting: It lets nobody on the air now.
    """
    session = await lock_own(session_id, institution=institution)
    refuse_unless_running(session)
    return session


def refuse_unless_running(session: Session) -> None:
    """Nobody goes on the air of a session that is not under way.

    Raises:
        NotAdmitting: It is not.
    """
    if session.state not in RUNNING | {SessionState.NO_OFFICIAL}:
        raise NotAdmitting


async def get_citizen(session: Session, call: PublicId) -> Leg:
    """A citizen's call of ``session`` that goes on.

    Raises:
        NotFound: There is no such citizen in it.
        ImpossibleEvent: The call is over.
    """
    leg = await get_leg(call)
    if leg.session != session.id or leg.role is not Role.CITIZEN:
        raise NotFound
    if not leg.is_live:
        raise ImpossibleEvent(state=leg.state, event="desk")
    return leg


async def start_with_first(session: Session, now: datetime) -> None:
    """Live begins with the first citizen, be it before the hour."""
    if session.state is SessionState.OPEN:
        policy = await get_call_policy(session.institution)
        await take_step(session, SessionEvent.START, policy, now)


async def note_call_deed(
    action: str,
    leg: Leg,
    session: Session,
    *,
    by: AccountId | None,
    now: datetime,
    **detail: object,
) -> None:
    """Something was done to a call by ``by``, or by the official's own telephone."""
    await _note(action, "call", leg.id, session, by=by, now=now, **detail)


async def note_promise_deed(
    action: str, promise: int, session: Session, *, by: AccountId | None, now: datetime
) -> None:
    """Something was done to a promise to call."""
    await _note(action, "call_back", promise, session, by=by, now=now)


async def note_session_deed(
    action: str, session: Session, *, by: AccountId | None, now: datetime, **detail: object
) -> None:
    """Something was done to the session as a whole."""
    await _note(action, "session", session.id, session, by=by, now=now, **detail)


async def _note(
    action: str,
    subject: str,
    subject_id: int,
    session: Session,
    *,
    by: AccountId | None,
    now: datetime,
    **detail: object,
) -> None:
    await add_entry(
        action,
        subject,
        subject_id,
        institution=session.institution,
        account=by,
        now=now,
        detail=({} if subject == "session" else {"session": session.id}) | detail,
    )
    await tell_desk(session.public_id)
    about = {"session_id": session.id, f"{subject}_id": subject_id}
    log.info(action, account_id=by, **about)
