"""What invited officials answer by their links, and where staff let them be invited."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import parse_reply_email
from hotline_sessions.domain.attendance import Answer, BadProposal, Invited, NotInvited
from hotline_sessions.domain.attendance_reminders import Standing, choose_ask
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.officials import Official
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import at_wall_time
from hotline_sessions.store.attendance import list_invited, mark_answer, save_address
from hotline_sessions.store.attending import Attending, list_attending
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.officials import get_official, list_officials
from hotline_sessions.store.replies import list_odd_replies
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def find_invited(session: Session) -> Invited | None:
    """The invitation of who answers in the session; None if there is none that stands."""
    answering = session.substitute or session.official
    invited = await list_invited(session.id)
    return next(
        (each for each in invited if each.official == answering and not each.is_cancelled), None
    )


def is_asked(invited: Invited, starts_at: datetime, *, now: datetime) -> bool:
    """Whether the official has yet to say yes: to the invitation, or to the last reminder."""
    known = Standing(
        starts_at=starts_at,
        told_at=invited.told_at,
        answer=invited.answer,
        answered_at=invited.answered_at,
    )
    return invited.answer is Answer.INVITED or choose_ask(known, now=now) is not None


async def answer_invitation(
    found: Session, answer: Answer, *, proposed: tuple[date, time] | None = None, now: datetime
) -> None:
    """Keep what the official answers; a later answer takes its place.

    Raises:
        NotInvited: The official is not invited any more, or the session has begun.
        BadProposal: Another time is proposed that is none.
    """
    async with transaction():
        session = await lock_session(found.id)
        invited = await find_invited(session)
        if invited is None or session.starts_at <= now or answer is Answer.INVITED:
            raise NotInvited
        proposed_at = None
        if answer is Answer.PROPOSED:
            proposed_at = _read_proposal(session, proposed, now)
        await mark_answer(invited.id, answer, proposed_at=proposed_at, now=now)
        await add_entry(
            "invitation_answered",
            "session",
            session.id,
            institution=session.institution,
            account=None,
            now=now,
            detail={"answer": answer.value},
        )
    log.info("invitation_answered", session_id=session.id)


def _read_proposal(session: Session, proposed: tuple[date, time] | None, now: datetime) -> datetime:
    if proposed is None or not is_planned_year(proposed[0]):
        raise BadProposal
    at = at_wall_time(*proposed, ZoneInfo(session.time_zone))
    if at <= now or at == session.starts_at:
        raise BadProposal
    return at


async def list_attendance(*, staff: Staff, now: datetime) -> list[Attending]:
    """Announced sessions of the institution, with what their officials have answered."""
    return await list_attending(institution=staff.institution, now=now)


async def find_attending(public_id: str, *, staff: Staff, now: datetime) -> Attending | None:
    """The same of one session; None if it is over, or not announced."""
    found = await list_attending(institution=staff.institution, now=now, session=public_id)
    return found[0] if found else None


async def count_troubles(*, staff: Staff, now: datetime) -> int:
    """Sessions ahead whose officials cannot come, keep silent, or were not reached.

    With them answers by mail that were not taken.
    """
    found = await list_attending(institution=staff.institution, now=now)
    odd = await list_odd_replies(institution=staff.institution, now=now)
    return sum(each.find_trouble(now) is not None for each in found) + len(odd)


async def list_people(*, staff: Staff) -> list[Official]:
    """Everybody of the institution who may be invited."""
    return await list_officials(institution=staff.institution)


async def keep_address(
    official: OfficialId, email: str, *, language: str, staff: Staff, now: datetime
) -> None:
    """Invite the official to ``email`` from now on; by no mail if it is empty.

    Raises:
        NotFound: There is no such official in the institution of ``staff``.
        BadReplyEmail: It is no address.
    """
    address = parse_reply_email(email) if email else ""
    async with transaction():
        await get_official(official, institution=staff.institution)
        await save_address(official, address, language=language, institution=staff.institution)
        await add_entry(
            "official_address_changed",
            "official",
            official,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )
