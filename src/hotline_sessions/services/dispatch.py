"""What the operator does at the live desk."""

from datetime import timedelta

from hotline_sessions.domain.calls import (
    LETS_ONE_FORWARD,
    CallState,
    ImpossibleEvent,
    NotAdmitting,
)
from hotline_sessions.domain.dispatching import ReorderReason
from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import (
    ANSWERING,
    SessionEvent,
    SessionState,
    TooLong,
)
from hotline_sessions.services.air import settle_air, summon, summon_next
from hotline_sessions.services.deeds import (
    get_citizen,
    lock_answering,
    lock_own,
    lock_running,
    note_call_deed,
    note_session_deed,
    start_with_first,
)
from hotline_sessions.services.legs import note_facts, see_off, send_back
from hotline_sessions.services.official_calls import hang_up_official as cut_official
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.ringing import ring_official
from hotline_sessions.services.steps import take_step
from hotline_sessions.services.talk_deeds import end_talk_on_air, extend
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.institutions import get_call_policy
from hotline_sessions.store.sessions import (
    lock_session,
    mark_automatic,
    mark_end,
    mark_next_wanted,
)
from hotline_sessions.store.transaction import transaction


async def put_next_through(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId | None, clock: Clock
) -> PublicId:
    """Put the next citizen of the queue on the air; the name of the leg.

    A session that is open and whose official is there goes live by it.

    Raises:
        NotFound: There is no such session in the institution.
        NotAdmitting: The session is not open.
        OfficialAbsent: The official is not on the line.
        AirTaken: Another citizen holds the air.
        NobodyWaits: Nobody in the queue is on the line.
    """
    now = clock.now()
    async with transaction():
        session = await lock_running(session_id, institution=institution)
        leg = await summon_next(session, await list_live_legs(session.id), now)
        await start_with_first(session, now)
        await mark_next_wanted(session.id, wanted=False)
        await note_call_deed("caller_put_through", leg, session, by=by, now=now)
        return leg.public_id


async def put_caller_through(
    session_id: SessionId,
    call: PublicId,
    reason: ReorderReason,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Put a chosen citizen, who waits, on the air now.

    Raises:
        NotFound: There is no such session in the institution, or no such caller in it.
        NotAdmitting: The session is not open.
        OfficialAbsent: The official is not on the line.
        AirTaken: Another citizen holds the air.
        ImpossibleEvent: The caller does not wait.
    """
    now = clock.now()
    async with transaction():
        session = await lock_running(session_id, institution=institution)
        leg = await get_citizen(session, call)
        legs = await list_live_legs(session.id)
        await summon(leg, session, legs, now, reason=reason.value)
        await start_with_first(session, now)
        await note_call_deed(
            "caller_put_through", leg, session, by=by, now=now, reason=reason.value
        )


async def reorder(
    session_id: SessionId,
    call: PublicId,
    *,
    first: bool,
    reason: ReorderReason,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Put a citizen who waits before all others, or behind them.

    Raises:
        NotFound: There is no such session in the institution, or no such caller in it.
        ImpossibleEvent: The caller does not wait.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        leg = await get_citizen(session, call)
        if leg.state is not CallState.WAITING:
            raise ImpossibleEvent(state=leg.state, event="reordered")
        ranks = [each.precedence for each in await list_live_legs(session.id)]
        precedence = max(*ranks, 0) + 1 if first else min(*ranks, 0) - 1
        await note_facts(leg, precedence=precedence)
        await note_call_deed(
            "caller_reordered", leg, session, by=by, now=now, reason=reason.value, first=first
        )


async def return_to_queue(
    session_id: SessionId,
    call: PublicId,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Take a citizen from the air, or from the operator, back to the head of the queue.

    In a session that puts callers through by itself the next one is then heard first.

    Raises:
        NotFound: There is no such session in the institution, or no such caller in it.
        ImpossibleEvent: The caller is neither on the air nor with the operator.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        leg = await get_citizen(session, call)
        if not leg.is_on_air and leg.state is not CallState.SCREENING:
            raise ImpossibleEvent(state=leg.state, event="returned")
        leg = await send_back(leg, session, now, why="desk")
        if session.is_automatic:
            await note_facts(leg, step=LETS_ONE_FORWARD)
        await mark_next_wanted(session.id, wanted=False)
        await note_call_deed("caller_returned", leg, session, by=by, now=now)


async def end_talk(
    session_id: SessionId,
    *,
    institution: InstitutionId,
    by: AccountId | None,
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
        session = await lock_own(session_id, institution=institution)
        on_air = await end_talk_on_air(session, now, then_next=then_next)
        await note_call_deed("talk_ended", on_air, session, by=by, now=now)


async def extend_talk(
    session_id: SessionId,
    minutes: int,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Give the citizen on the air more time.

    Raises:
        NotFound: There is no such session in the institution.
        NobodyOnAir: There is no talk.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        on_air = await extend(session, timedelta(minutes=minutes), now)
        await note_call_deed("talk_extended", on_air, session, by=by, now=now, minutes=minutes)


async def extend_session(
    session_id: SessionId,
    minutes: int,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Hold the session longer; one that is just closing goes on.

    Raises:
        NotFound: There is no such session in the institution.
        NotAdmitting: Its calls are not answered (any more).
        TooLong: It would become longer than the institution allows.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        if session.state not in ANSWERING:
            raise NotAdmitting
        policy = await get_call_policy(session.institution)
        until = max(session.closes_at, now) + timedelta(minutes=minutes)
        longest = session.ends_at + timedelta(minutes=policy.longest_extension_minutes)
        latest = longest + session.shift
        if until > latest:
            raise TooLong(minutes=max(int((latest - session.closes_at).total_seconds() // 60), 0))
        await mark_end(session.id, until, shift_seconds=session.shift_seconds)
        session = await lock_session(session.id)
        if session.state is SessionState.CLOSING:
            session = await take_step(session, SessionEvent.EXTEND, policy, now)
        await settle_air(session, now)
        await note_session_deed("session_extended", session, by=by, now=now, minutes=minutes)


async def end_session(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId | None, clock: Clock
) -> None:
    """Put nobody through any more; the talk on the air goes on, the others leave questions.

    Raises:
        NotFound: There is no such session in the institution.
        ImpossibleStep: It is not under way.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        policy = await get_call_policy(session.institution)
        session = await take_step(session, SessionEvent.END, policy, now)
        await settle_air(session, now)
        await note_session_deed("session_ended", session, by=by, now=now)


async def set_automatic(
    session_id: SessionId,
    *,
    is_automatic: bool,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """Let the next citizen be put through by itself, or by the operator only.

    Raises:
        NotFound: There is no such session in the institution.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        await mark_automatic(session.id, is_automatic=is_automatic)
        await settle_air(session, now)
        await note_session_deed(
            "session_made_automatic" if is_automatic else "session_made_manual",
            session,
            by=by,
            now=now,
        )


async def dismiss_caller(
    session_id: SessionId,
    call: PublicId,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    clock: Clock,
) -> None:
    """See a waiting citizen off.

    Raises:
        NotFound: There is no such session in the institution, or no such caller in it.
        ImpossibleEvent: The caller does not wait any more.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        leg = await get_citizen(session, call)
        if leg.is_on_air:
            raise ImpossibleEvent(state=leg.state, event="dismissed")
        await see_off(leg, Parting.DISMISSED, session, now)
        await note_call_deed("caller_dismissed", leg, session, by=by, now=now)


async def call_official(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId | None, clock: Clock
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
        session = await lock_answering(session_id, institution=institution)
        leg = await ring_official(session, now)
        await note_call_deed("official_called", leg, session, by=by, now=now)


async def hang_up_official(
    session_id: SessionId, *, institution: InstitutionId, by: AccountId | None, clock: Clock
) -> None:
    """End the official's call, or the attempt to reach the official.

    Raises:
        NotFound: There is no such session in the institution.
        OfficialAbsent: There is no such call.
    """
    now = clock.now()
    async with transaction():
        session = await lock_own(session_id, institution=institution)
        leg = await cut_official(session, now)
        await note_call_deed("official_hung_up", leg, session, by=by, now=now)
