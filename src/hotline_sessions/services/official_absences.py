"""Absences of officials, and the decision about each session that they would have held."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.bookings import Booking
from hotline_sessions.domain.conflicts import Candidate
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.official_absences import (
    AbsenceKind,
    OfficialAbsence,
    check_away,
)
from hotline_sessions.domain.officials import Official
from hotline_sessions.domain.plans import PlannedSession
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.conflicts import list_conflicts
from hotline_sessions.services.plans import get_planned
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.bookings import list_bookings
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.official_absences import (
    Concerned,
    add_official_absence,
    get_official_absence,
    list_concerned,
    list_official_absences,
    lock_schedule,
    mark_back,
)
from hotline_sessions.store.officials import list_officials
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class DecidedAlready(Conflict):
    """The session is no longer one that the absent official would hold."""

    code = "decided-already"


class Absences(Struct, frozen=True, kw_only=True):
    """Who is away now or later, who can be, and which sessions wait for a decision."""

    noted: list[OfficialAbsence]
    officials: list[Official]
    concerned: list[Concerned]

    def count(self, absence: OfficialAbsence) -> int:
        """How many sessions wait because of ``absence``."""
        return sum(each.absence == absence.public_id for each in self.concerned)


class Pending(Struct, frozen=True, kw_only=True):
    """A session to decide about: who has booked it, and who could answer instead."""

    session: PlannedSession
    bookings: list[Booking]
    waiting: int
    substitutes: list[Official]


class Decisions(Struct, frozen=True, kw_only=True):
    """An absence with all that is still to be decided because of it."""

    absence: OfficialAbsence
    pending: list[Pending]


async def load_official_absences(*, staff: Staff, now: datetime) -> Absences:
    """What planners see of the absences of officials."""
    today = await _today(staff, now)
    return Absences(
        noted=await list_official_absences(institution=staff.institution, since=today),
        officials=[
            each
            for each in await list_officials(institution=staff.institution)
            if each.valid_to is None or today < each.valid_to
        ],
        concerned=await list_concerned(institution=staff.institution, now=now),
    )


async def count_undecided(*, staff: Staff, now: datetime) -> int:
    """Sessions whose official will be away and about which nothing has been decided."""
    found = await list_concerned(institution=staff.institution, now=now)
    return len({each.session for each in found})


async def note_official_absence(
    official: OfficialId,
    kind: AbsenceKind,
    from_on: date,
    until_on: date,
    *,
    staff: Staff,
    now: datetime,
) -> OfficialAbsence:
    """Note that an official is away. No session changes by it: each is decided about.

    Raises:
        NotFound: The institution of ``staff`` has no such official.
        AwayEndsFirst, AwayTooEarly, AwayAlready: See there.
    """
    check_away(from_on, until_on, today=await _today(staff, now))
    async with transaction():
        await lock_schedule(staff.institution)
        absence = await add_official_absence(
            official,
            kind,
            (from_on, until_on),
            by=staff.account,
            now=now,
            institution=staff.institution,
        )
        await _note("official_absence_noted", absence, staff=staff, now=now)
    return absence


async def end_official_absence(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Take an absence back. What was decided because of it stays.

    Raises:
        NotFound: The institution of ``staff`` has no such absence.
    """
    async with transaction():
        absence = await get_official_absence(public_id, institution=staff.institution)
        await mark_back(absence.id, by=staff.account, now=now, institution=staff.institution)
        await _note("official_absence_ended", absence, staff=staff, now=now)


async def list_decisions(public_id: str, *, staff: Staff, now: datetime) -> Decisions:
    """Sessions that wait for a decision because of an absence, each with whom it concerns.

    Raises:
        NotFound: The institution of ``staff`` has no such absence.
    """
    absence = await get_official_absence(public_id, institution=staff.institution)
    found = await list_concerned(institution=staff.institution, now=now, absence=public_id)
    officials = await list_officials(institution=staff.institution)
    return Decisions(
        absence=absence, pending=[await _describe(each, officials, staff=staff) for each in found]
    )


async def substitute(
    absence: str, session: str, official: OfficialId, *, staff: Staff, clock: Clock
) -> None:
    """Let another official answer; everyone who has booked is told and chooses.

    Raises:
        NotFound, DecidedAlready: There is nothing to decide.
        OfficialAway, OfficialBusy: The substitute cannot answer then.
    """
    await _check_pending(absence, session, staff=staff, now=clock.now())
    await substitute_official(session, official, staff=staff, clock=clock)


async def move(absence: str, session: str, plan: Plan, *, staff: Staff, now: datetime) -> None:
    """Hold the session at another time; everyone who has booked is told and chooses.

    Raises:
        NotFound, DecidedAlready: There is nothing to decide.
        Clashing, SessionExists, EndsBeforeStart, ImpossibleStep: It cannot be held then.
    """
    await _check_pending(absence, session, staff=staff, now=now)
    await reschedule(session, plan, staff=staff, now=now)


async def call_off(absence: str, session: str, reason: str, *, staff: Staff, now: datetime) -> None:
    """Cancel the session; everyone who has booked or waits is told.

    Raises:
        NotFound, DecidedAlready: There is nothing to decide.
    """
    await _check_pending(absence, session, staff=staff, now=now)
    await cancel(session, reason, staff=staff, now=now)


async def _check_pending(absence: str, session: str, *, staff: Staff, now: datetime) -> None:
    await get_official_absence(absence, institution=staff.institution)
    await get_planned(session, staff=staff)
    found = await list_concerned(institution=staff.institution, now=now, absence=absence)
    if session not in {each.public_id for each in found}:
        raise DecidedAlready


async def _describe(found: Concerned, officials: list[Official], *, staff: Staff) -> Pending:
    session = await get_planned(found.public_id, staff=staff)
    candidates = [
        Candidate(window=session.window, post=session.post, official=each.id, session=session.id)
        for each in officials
    ]
    obstacles = await list_conflicts(
        candidates, institution=staff.institution, zone=ZoneInfo(session.time_zone)
    )
    free = [
        each
        for each, stands in zip(officials, obstacles, strict=True)
        if not stands and (each.valid_to is None or session.held_on < each.valid_to)
    ]
    return Pending(
        session=session,
        bookings=await list_bookings(session.id, institution=staff.institution),
        waiting=found.waiting,
        substitutes=free,
    )


async def _today(staff: Staff, now: datetime) -> date:
    home = await get_institution(staff.institution)
    return local_date(now, ZoneInfo(home.time_zone))


async def _note(action: str, absence: OfficialAbsence, *, staff: Staff, now: datetime) -> None:
    """The reason of an absence is not written down twice: only that there is one."""
    await add_entry(
        action,
        "official_absence",
        absence.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
    log.info(action, absence_id=absence.id, account_id=staff.account)
