"""A session stands still: an air alert, an outage, the official called away; and goes on."""

from datetime import timedelta

from hotline_sessions.domain.calls import find_official
from hotline_sessions.domain.dispatching import PauseReason
from hotline_sessions.domain.ids import AccountId, InstitutionId, SessionId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import SessionEvent
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.closing import part_with_staff
from hotline_sessions.services.deeds import lock_own, note_session_deed
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.steps import take_step
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.sessions import mark_end
from hotline_sessions.store.transaction import transaction


async def pause_session(
    session_id: SessionId,
    reason: PauseReason,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Let the session stand still: talks stop, places are kept, even of those who hang up.

    In an air alert the official is let go too, to a shelter.

    Raises:
        NotFound: There is no such session in the institution.
        ImpossibleStep: It is not under way, or stands still already.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        policy = await get_call_policy(session.institution)
        session = await take_step(session, SessionEvent.PAUSE, policy, now, reason=reason.value)
        official = find_official(await list_live_legs(session.id))
        if reason is PauseReason.AIR_ALERT and official is not None:
            await part_with_staff(official, Parting.PAUSED, session, now)
        await settle_air(session, now)
        await note_session_deed("session_paused", session, by=by, now=now, reason=reason.value)


async def resume_session(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId | None, clock: Clock
) -> None:
    """Go on, in the same order: slots and end move by as long as the session stood still.

    Raises:
        NotFound: There is no such session in the institution.
        ImpossibleStep: It does not stand still.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        policy = await get_call_policy(session.institution)
        # What was lost is the time in which talks could have been, not the lobby before it.
        lost = max(now - max(session.state_since, session.starts_at), timedelta())
        after = await take_step(session, SessionEvent.RESUME, policy, now)
        await mark_end(
            session.id,
            session.closes_at + lost,
            shift_seconds=session.shift_seconds + int(lost.total_seconds()),
        )
        await settle_air(after, now)
        await note_session_deed("session_resumed", session, by=by, now=now)
