"""Absence of staff: who is away on which days, and who acts in their place meanwhile.

A deputy acts in place of an absent person as far as that person may act, and it is written
down for whom. A power that was lent is not lent on: a deputy's own deputy does not get it.
"""

from collections.abc import Collection, Mapping
from datetime import date

from msgspec import Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_life import HEADS, Deed
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import AccountId


class AbsenceTooEarly(Invalid):
    """The last day of an absence has passed."""

    code = "absence-too-early"


class AbsenceEndsFirst(Invalid):
    """The last day comes before the first."""

    code = "absence-ends-first"


class OwnDeputy(Invalid):
    """Nobody stands in for themselves."""

    code = "own-deputy"


class AbsenceOverlaps(Conflict):
    """They are away on one of these days already."""

    code = "absence-overlaps"


class Absence(Struct, frozen=True, kw_only=True):
    """Days on which ``account`` is away, both ends included, and who acts meanwhile."""

    account: AccountId
    deputy: AccountId
    from_on: date
    until_on: date


def check_absence(absence: Absence, *, today: date) -> None:
    """Whether such an absence may be noted.

    Raises:
        AbsenceEndsFirst, AbsenceTooEarly, OwnDeputy: See there.
    """
    if absence.until_on < absence.from_on:
        raise AbsenceEndsFirst
    if absence.until_on < today:
        raise AbsenceTooEarly
    if absence.deputy == absence.account:
        raise OwnDeputy


def list_leads(staff: Staff, barred: Collection[AccountId] = ()) -> list[AccountId]:
    """Heads in whose place ``staff`` may act, without those who are ``barred`` themselves."""
    return [each for each in staff.may_for(Right.LEAD_APPEALS) if each not in barred]


def is_head(staff: Staff, barred: Collection[AccountId] = ()) -> bool:
    """Whether ``staff`` may do what the head alone does, by right or in a head's place."""
    return staff.may(Right.LEAD_APPEALS) or bool(list_leads(staff, barred))


def choose_represented(
    staff: Staff, deed: Deed, *, executors: Collection[AccountId], barred: Collection[AccountId]
) -> AccountId | None:
    """In whose place ``staff`` does ``deed``; None if they do it as themselves.

    What only the head does is done in place of a head; any other deed in place of an absent
    executor, unless ``staff`` are an executor as well.
    """
    if deed in HEADS:
        leads = [] if staff.may(Right.LEAD_APPEALS) else list_leads(staff, barred)
        return leads[0] if leads else None
    if staff.account in executors:
        return None
    absent = [each.account for each in staff.stands_in_for if each.account in executors]
    return absent[0] if absent else None


def choose_reader(account: AccountId, deputies: Mapping[AccountId, AccountId]) -> AccountId | None:
    """Who reads what is meant for ``account``; None if the deputy is away, too.

    ``deputies``: of everybody who is away on that day.
    """
    reader = deputies.get(account, account)
    return reader if reader == account or reader not in deputies else None
