"""Drafts put right before anybody outside has seen them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.registration import plan_registration
from hotline_sessions.domain.series_plans import Held
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.slots import plan_slots
from hotline_sessions.services.conflicts import refuse_conflicts
from hotline_sessions.services.sessions import (
    NoSlotFits,
    Plan,
    check_clocks,
    check_own,
    plan_window,
)
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.occurrences import mark_by_hand
from hotline_sessions.store.officials import find_holder
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
        await check_own(plan, staff.institution)
        home = await get_institution(staff.institution)
        zone = ZoneInfo(home.time_zone)
        window = plan_window(plan, zone)
        registration = plan_registration(plan.registration, zone=zone, starts_at=window.starts_at)
        holder = await find_holder(plan.post, institution=staff.institution, on=plan.held_on)
        share = home.walk_in_percent if plan.walk_in_percent is None else plan.walk_in_percent
        slots = plan_slots(
            window,
            talk=timedelta(minutes=plan.talk_minutes),
            rest=timedelta(minutes=plan.rest_minutes),
            walk_in_percent=share,
        )
        if not slots:
            raise NoSlotFits
        # Whoever was named for the session stays, unless it is the session of another post now.
        named = session.official if plan.post == session.post else None
        official = plan.official or named or (holder.id if holder else None)
        await refuse_conflicts(
            Candidate(
                window=window,
                post=plan.post,
                official=official,
                line=plan.line,
                place=plan.place,
                session=session.id,
            ),
            institution=staff.institution,
            zone=zone,
        )
        held = Held(
            window=window,
            opens_clock=plan.opens_clock,
            closes_clock=plan.closes_clock,
            post=plan.post,
            official=official,
            line=plan.line,
            ring_number=plan.ring_number or (holder.ring_number if holder else None),
            topic=plan.topic,
            place=plan.place,
            community=plan.community,
            talk_minutes=plan.talk_minutes,
            rest_minutes=plan.rest_minutes,
            walk_in_percent=share,
            is_automatic=plan.is_automatic,
            is_recorded=plan.is_recorded,
            is_transcribed=plan.is_transcribed,
        )
        await rewrite_draft(session.id, plan.held_on, held, institution=staff.institution, now=now)
        await mark_registration(session.id, registration, institution=staff.institution)
        await add_slots(session.id, slots)
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
