"""What staff do when an official does not come: a substitute, or the time that was proposed."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.attendance import Invited
from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.officials import Official
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.attendance_answers import find_invited
from hotline_sessions.services.attendance_letters import (
    Addressee,
    build_invited_entry,
    build_link,
    note_letter,
)
from hotline_sessions.services.conflicts import list_conflicts
from hotline_sessions.services.planner import shift_plan
from hotline_sessions.services.plans import get_planned
from hotline_sessions.services.session_plans import check_clocks
from hotline_sessions.services.sessions import write_move
from hotline_sessions.store.attendance import get_facts, mark_asked_again
from hotline_sessions.store.attending import Attending
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.occurrences import mark_by_hand
from hotline_sessions.store.officials import list_officials
from hotline_sessions.store.sessions import get_session_of, lock_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class ProposalGone(Conflict):
    """The official proposes this time no more, or it was decided about already."""

    code = "proposal-gone"


class Substitutes(Struct, frozen=True, kw_only=True):
    """Who could answer instead: those who are ``free`` then, and the others."""

    free: list[Official]
    others: list[Official]


async def list_substitutes(
    sessions: Sequence[Attending], *, staff: Staff
) -> dict[SessionId, Substitutes]:
    """Who could answer in each of ``sessions``; a few queries for all of them."""
    if not sessions:
        return {}
    people = await list_officials(institution=staff.institution)
    pairs = [
        (each, person)
        for each in sessions
        for person in people
        if person.id != each.official_id and _is_in_office(person, each)
    ]
    obstacles = await list_conflicts(
        [
            Candidate(
                window=each.window, post=each.post_id, official=person.id, session=each.session
            )
            for each, person in pairs
        ],
        institution=staff.institution,
        zone=ZoneInfo(sessions[0].time_zone),
    )
    found = {each.session: Substitutes(free=[], others=[]) for each in sessions}
    for (each, person), stands in zip(pairs, obstacles, strict=True):
        (found[each.session].others if stands else found[each.session].free).append(person)
    return found


def _is_in_office(person: Official, session: Attending) -> bool:
    day = local_date(session.starts_at, ZoneInfo(session.time_zone))
    return person.valid_from <= day and (person.valid_to is None or day < person.valid_to)


async def accept_proposal(
    public_id: str, proposed_at: datetime, *, staff: Staff, now: datetime
) -> Session:
    """Hold the session when its official proposes, as long as it was planned; returns the new one.

    Everyone who has booked is told and chooses; the official's calendar gets the new time.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ProposalGone: Something else is proposed by now, or nothing.
        Clashing, SessionExists, EndsBeforeStart, ImpossibleStep, NoSuchHour, HourTwice: It
            cannot be held then.
    """
    async with transaction():
        session, invited = await _lock_proposed(public_id, proposed_at, staff=staff)
        planned = await get_planned(public_id, staff=staff)
        local = proposed_at.astimezone(ZoneInfo(session.time_zone))
        plan = shift_plan(planned, local.date(), local.time())
        plan = replace(plan, official=invited.official)
        check_clocks(plan)
        new = await write_move(public_id, plan, staff=staff, now=now)
        await mark_by_hand(new.id)
        await _note("proposal_accepted", session, staff=staff, now=now)
    return new


async def decline_proposal(
    public_id: str,
    proposed_at: datetime,
    *,
    secret: bytes,
    public_url: str,
    staff: Staff,
    now: datetime,
) -> None:
    """Leave the session as it is, and tell so the official, who is asked again.

    Source: RFC 5546, section 3.2.8: a declined proposal is answered with the sequence that it
    was made for.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        ProposalGone: Something else is proposed by now, or nothing.
    """
    async with transaction():
        session, invited = await _lock_proposed(public_id, proposed_at, staff=staff)
        facts = await get_facts(session.id)
        to = Addressee(
            invitation=invited.id,
            official=invited.official,
            recipient=invited.recipient,
            language=invited.language,
        )
        link = build_link(session, invited.language, secret=secret, public_url=public_url)
        entry = build_invited_entry(
            facts.engagement,
            to.words,
            uid=invited.uid,
            sequence=invited.sequence,
            url=link,
            now=now,
        )
        await note_letter(
            to,
            entry,
            facts.engagement,
            about="kept",
            institution=facts.institution,
            organizer=facts.organizer,
            now=now,
        )
        await mark_asked_again(invited.id)
        await _note("proposal_declined", session, staff=staff, now=now)


async def _lock_proposed(
    public_id: str, proposed_at: datetime, *, staff: Staff
) -> tuple[Session, Invited]:
    found = await get_session_of(public_id, institution=staff.institution)
    session = await lock_session(found.id)
    invited = await find_invited(session)
    if invited is None or invited.proposed_at != proposed_at:
        raise ProposalGone
    return session, invited


async def _note(action: str, session: Session, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "session",
        session.id,
        institution=session.institution,
        account=staff.account,
        now=now,
    )
    log.info(action, session_id=session.id, account_id=staff.account)
