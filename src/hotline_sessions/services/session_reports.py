"""What came of a session, told to the public once two people have looked at it."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.session_reports import (
    Edition,
    Figures,
    NoReport,
    ReportState,
    ReportWords,
    SessionNotOver,
    WithdrawReason,
    build_figures,
    check_approval,
)
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.plans import get_planned
from hotline_sessions.store import session_reports as store
from hotline_sessions.store.announcements import find_announcement
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

REPORTED = frozenset({SessionState.CLOSING, SessionState.CLOSED})
"""States of a session of which something can be told."""


class ReportCard(Struct, frozen=True, kw_only=True):
    """The report of a session as staff see it.

    ``drawn`` are the numbers of this moment; ``proposed`` and ``published`` the editions that
    wait and that the public reads; ``is_own``: who looks has proposed the one that waits.
    """

    session: PlannedSession
    drawn: Figures
    editions: Sequence[Edition]
    proposed: Edition | None
    published: Edition | None
    is_own: bool


class PublicReport(Struct, frozen=True, kw_only=True):
    """What the public reads of a session that is over, and the session that comes next."""

    edition: Edition | None
    coming: Announcement | None


async def get_report(session: str, *, staff: Staff) -> ReportCard:
    """The report of a session and its editions.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        SessionNotOver: There is nothing to report yet.
    """
    planned = await _get_over(session, staff)
    editions = await store.list_editions(planned.id)
    by_state = {edition.state: edition for edition in editions}
    proposed = by_state.get(ReportState.PROPOSED)
    return ReportCard(
        session=planned,
        drawn=build_figures(await store.draw_facts(planned.id)),
        editions=editions,
        proposed=proposed,
        published=by_state.get(ReportState.PUBLISHED),
        is_own=proposed is not None and proposed.proposed_by == staff.account,
    )


async def propose_report(session: str, words: ReportWords, *, staff: Staff, now: datetime) -> None:
    """Hand in what the public may read, with the numbers of this moment; sent twice, once.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        SessionNotOver: There is nothing to report yet.
    """
    planned = await _get_over(session, staff)
    async with transaction():
        await lock_session(planned.id)
        figures = build_figures(await store.draw_facts(planned.id))
        before = await store.find_edition(planned.id, ReportState.PROPOSED)
        if before and (before.words, before.figures, before.proposed_by) == (
            words,
            figures,
            staff.account,
        ):
            return
        edition = await store.add_edition(
            words,
            figures,
            session=planned.id,
            drawn_on=local_date(now),
            institution=staff.institution,
            by=staff.account,
            now=now,
        )
        await _note("report_proposed", planned, edition, staff=staff, now=now)


async def approve_report(session: str, seen: int, *, staff: Staff, now: datetime) -> None:
    """Let the public read the proposed edition that was ``seen``.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        SessionNotOver: There is nothing to report yet.
        NoReport, ReportChanged, OwnReport: See ``check_approval``.
    """
    planned = await _get_over(session, staff)
    async with transaction():
        await lock_session(planned.id)
        proposed = await store.find_edition(planned.id, ReportState.PROPOSED)
        edition = check_approval(proposed, seen, staff.account)
        await store.publish_edition(edition.id, session=planned.id, by=staff.account, now=now)
        await _note("report_published", planned, edition.id, staff=staff, now=now)


async def withdraw_report(
    session: str, reason: WithdrawReason, *, staff: Staff, now: datetime
) -> None:
    """Take the report back from the public.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        SessionNotOver: There is nothing to report yet.
        NoReport: The public reads none.
    """
    planned = await _get_over(session, staff)
    async with transaction():
        await lock_session(planned.id)
        published = await store.find_edition(planned.id, ReportState.PUBLISHED)
        if published is None:
            raise NoReport
        await store.withdraw_edition(published.id, reason)
        await _note("report_withdrawn", planned, published.id, staff=staff, now=now)


async def get_public_report(session: SessionId, *, now: datetime) -> PublicReport:
    """What the public may read of a session, if anything, and which one comes next."""
    coming = await store.find_next(session, now)
    return PublicReport(
        edition=await store.find_edition(session, ReportState.PUBLISHED),
        coming=await find_announcement(coming) if coming else None,
    )


async def list_public_reports(
    sessions: Sequence[Announcement], *, now: datetime
) -> list[tuple[Announcement, PublicReport]]:
    """What the public may read of ``sessions``, each with the one that comes next."""
    by_key = {each.id: each for each in sessions if each.state in REPORTED}
    found = []
    for edition in await store.list_published(list(by_key)) if by_key else ():
        coming = await store.find_next(edition.session, now)
        next_one = await find_announcement(coming) if coming else None
        found.append((by_key[edition.session], PublicReport(edition=edition, coming=next_one)))
    return found


async def _get_over(session: str, staff: Staff) -> PlannedSession:
    planned = await get_planned(session, staff=staff)
    if planned.state not in REPORTED:
        raise SessionNotOver
    return planned


async def _note(
    action: str, planned: PlannedSession, edition: int, *, staff: Staff, now: datetime
) -> None:
    await add_entry(
        action,
        "session",
        planned.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail={"report": edition},
    )
    log.info(action, session_id=planned.id)
