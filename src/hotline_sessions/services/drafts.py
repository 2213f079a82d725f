"""Drafts put right before anybody outside has seen them."""

from datetime import datetime

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.series_plans import Held
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services.conflicts import refuse_conflicts
from hotline_sessions.services.session_plans import Plan, check_clocks, lay_out
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.occurrences import mark_by_hand
from hotline_sessions.store.plans import mark_registration
from hotline_sessions.store.series import rewrite_draft
from hotline_sessions.store.sessions import add_slots, get_session_of, lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class NotADraft(Conflict):
    """The session is announced, over or called off: it is moved or cancelled, not rewritten."""

    code = "not-a-draft"


async def change_draft(public_id: str, plan: Plan, *, staff: Staff, now: datetime) -> None:
    """Let a draft be what ``plan`` says; its series, if it has one, leaves it alone from then on.

    Raises:
        NotFound: The institution of ``staff`` has no such session, post or line.
        NotADraft: It is no draft any more.
        EndsBeforeStart, NoSlotFits, NoSuchHour, HourTwice: The hours cannot be so.
        ClosesBeforeOpening, ClosesAfterStart, DrawNeedsClosing: Registration cannot be so.
        Clashing: Official, post, line or place are taken then, or the official is away.
    """
    check_clocks(plan)
    async with transaction():
        found = await get_session_of(public_id, institution=staff.institution)
        session = await lock_session(found.id)
        if session.state is not SessionState.DRAFT:
            raise NotADraft
        layout = await lay_out(plan, staff.institution)
        # Whoever was named for the session stays, unless it is the session of another post now.
        named = session.official if plan.post == session.post else None
        official = plan.official or named or layout.official
        await refuse_conflicts(
            Candidate(
                window=layout.window,
                post=plan.post,
                official=official,
                line=plan.line,
                place=plan.place,
                session=session.id,
            ),
            institution=staff.institution,
            zone=layout.zone,
        )
        held = Held(
            window=layout.window,
            opens_clock=plan.opens_clock,
            closes_clock=plan.closes_clock,
            post=plan.post,
            official=official,
            line=plan.line,
            ring_number=layout.ring_number,
            topic=plan.topic,
            place=plan.place,
            community=plan.community,
            talk_minutes=plan.talk_minutes,
            rest_minutes=plan.rest_minutes,
            walk_in_percent=layout.walk_in_percent,
            is_automatic=plan.is_automatic,
            is_recorded=plan.is_recorded,
            is_transcribed=plan.is_transcribed,
        )
        await rewrite_draft(session.id, plan.held_on, held, institution=staff.institution, now=now)
        await mark_registration(session.id, layout.registration, institution=staff.institution)
        await add_slots(session.id, layout.slots)
        await mark_by_hand(session.id)
        await add_entry(
            "draft_changed",
            "session",
            session.id,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )
    log.info("draft_changed", session_id=session.id, account_id=staff.account)
