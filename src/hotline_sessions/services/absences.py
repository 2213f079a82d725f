"""Absences of staff and their deputies; and where reminders of work go."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from hotline_sessions.domain.absences import Absence, check_absence
from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeals import parse_reply_email
from hotline_sessions.domain.errors import Forbidden, NotFound
from hotline_sessions.domain.ids import AccountId
from hotline_sessions.domain.times import local_date
from hotline_sessions.store.absences import (
    NotedAbsence,
    add_absence,
    find_absence,
    is_member,
    list_absences,
    mark_ended,
)
from hotline_sessions.store.accounts import find_email, mark_email
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.units import Member, list_members


class Absences(Struct, frozen=True, kw_only=True):
    """Absences of the institution from today on; who can be away or stand in; the own address."""

    noted: Sequence[NotedAbsence]
    members: Sequence[Member]
    email: str


async def load_absences(*, staff: Staff, now: datetime) -> Absences:
    """What ``staff`` see of absences."""
    return Absences(
        noted=await list_absences(institution=staff.institution, since=local_date(now)),
        members=await list_members(institution=staff.institution),
        email=await find_email(staff.account),
    )


async def note_absence(
    deputy: AccountId,
    from_on: date,
    until_on: date,
    *,
    account: AccountId | None = None,
    staff: Staff,
    now: datetime,
) -> None:
    """Note that ``staff``, or for a head anybody's ``account``, is away; ``deputy`` acts.

    Raises:
        Forbidden: It is the absence of another, and ``staff`` are no head.
        NotFound: One of the two does not answer appeals in the institution.
        AbsenceEndsFirst, AbsenceTooEarly, OwnDeputy, AbsenceOverlaps: See there.
    """
    absence = Absence(
        account=account or staff.account, deputy=deputy, from_on=from_on, until_on=until_on
    )
    _check_keeper(absence.account, staff)
    check_absence(absence, today=local_date(now))
    async with transaction():
        for each in (absence.account, deputy):
            if not await is_member(each, institution=staff.institution):
                raise NotFound
        added = await add_absence(absence, by=staff.account, now=now, institution=staff.institution)
        await _note("absence_noted", added, staff=staff, now=now)


async def end_absence(absence: int, *, staff: Staff, now: datetime) -> None:
    """Take an absence back, or end it today: the deputy acts no more.

    Raises:
        NotFound: The institution has no such absence, or it has been ended.
        Forbidden: It is the absence of another, and ``staff`` are no head.
    """
    async with transaction():
        found = await find_absence(absence, institution=staff.institution)
        if found is None:
            raise NotFound
        _check_keeper(found.account, staff)
        await mark_ended(absence, by=staff.account, now=now)
        await _note("absence_ended", absence, staff=staff, now=now)


async def keep_email(email: str, *, staff: Staff, now: datetime) -> None:
    """Send reminders of work to ``email`` from now on; to nobody if it is empty.

    Raises:
        BadReplyEmail: It is no address.
    """
    address = parse_reply_email(email) if email else ""
    async with transaction():
        await mark_email(staff.account, address)
        await add_entry(
            "account_email_changed",
            "account",
            staff.account,
            institution=staff.institution,
            account=staff.account,
            now=now,
        )


def _check_keeper(account: AccountId, staff: Staff) -> None:
    if account != staff.account and not staff.may(Right.LEAD_APPEALS):
        raise Forbidden


async def _note(action: str, absence: int, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "absence",
        absence,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
