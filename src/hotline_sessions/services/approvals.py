"""Approve many sessions by one order, compare later, and announce at an agreed moment."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.approvals import (
    MOST_APPROVED,
    Approval,
    Compared,
    EmbargoTooEarly,
    EmbargoTooLate,
    Fate,
    LinesMissing,
    NoEmbargo,
    NotApprovable,
    NothingToApprove,
    OrderFromFuture,
    Present,
    compare,
)
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.sessions import write_publication
from hotline_sessions.store.approvals import (
    ApprovedLine,
    Due,
    add_approval,
    count_failed,
    find_orders,
    get_approval,
    list_approvals,
    list_approved,
    list_present,
    list_unapproved,
    lock_present,
    mark_failed,
    mark_no_embargo,
    mark_published,
    take_due_approval,
)
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.transaction import savepoint, transaction


log = structlog.get_logger()

APPROVABLE = frozenset({SessionState.DRAFT, SessionState.PUBLISHED})


class Announce(StrEnum):
    """When approved drafts are announced."""

    LATER = "later"
    NOW = "now"
    AT = "at"


class Order(Struct, frozen=True, kw_only=True):
    """What staff enter to approve sessions."""

    number: str
    on: date
    announce: Announce = Announce.LATER
    publish_at: datetime | None = None


class Comparison(Struct, frozen=True, kw_only=True):
    """A schedule as it was approved beside what it is now, by day."""

    approval: Approval
    lines: list[Compared]

    @property
    def differing(self) -> int:
        """How many lines are no longer as approved."""
        return sum(line.fate is not Fate.SAME for line in self.lines)


async def approve(
    public_ids: Collection[str], order: Order, *, staff: Staff, now: datetime
) -> Approval:
    """Approve sessions as they are now by one order: all of them or none.

    Raises:
        NothingToApprove: None was chosen, or more than a schedule has.
        NotFound: One of them is not the institution's.
        NotApprovable: One of them is under way, over or called off.
        OrderFromFuture, EmbargoTooEarly, EmbargoTooLate: A day or a time cannot be so.
        LinesMissing: They are to be announced, and some have no line.
    """
    wanted = set(public_ids)
    if not 0 < len(wanted) <= MOST_APPROVED:
        raise NothingToApprove
    if order.on > local_date(now):
        raise OrderFromFuture
    publish_at = order.publish_at if order.announce is Announce.AT else None
    async with transaction():
        present = await lock_present(wanted, institution=staff.institution)
        if len(present) != len(wanted):
            raise NotFound
        if any(each.state not in APPROVABLE or each.starts_at <= now for each in present):
            raise NotApprovable
        _check_announcement(order, present, now=now)
        approval = await add_approval(
            order.number,
            order.on,
            present,
            publish_at=publish_at,
            institution=staff.institution,
            by=staff.account,
            now=now,
        )
        if order.announce is Announce.NOW:
            for each in present:
                if each.state is SessionState.DRAFT:
                    await write_publication(
                        each.public_id,
                        institution=staff.institution,
                        account=staff.account,
                        now=now,
                    )
            await mark_published(approval.id, institution=staff.institution, now=now)
        await _note("schedule_approved", approval.id, staff=staff, now=now)
        return await get_approval(approval.public_id, institution=staff.institution)


def _check_announcement(order: Order, present: Collection[Present], *, now: datetime) -> None:
    if order.announce is Announce.LATER:
        return
    if missing := sum(not each.facts.line for each in present):
        raise LinesMissing(count=missing)
    if order.announce is Announce.AT:
        if order.publish_at is None or order.publish_at <= now:
            raise EmbargoTooEarly
        if order.publish_at >= min(each.starts_at for each in present):
            raise EmbargoTooLate


async def list_own_approvals(*, staff: Staff) -> list[Approval]:
    """Approvals of the institution of ``staff``, the latest first."""
    return await list_approvals(institution=staff.institution)


async def find_own_orders(
    sessions: Collection[SessionId], *, staff: Staff
) -> dict[SessionId, Approval]:
    """The latest order that approves each of ``sessions``."""
    return await find_orders(sessions, institution=staff.institution)


async def compare_schedule(public_id: str, *, staff: Staff) -> Comparison:
    """What was approved beside what it has become, and what has come to those days since.

    Raises:
        NotFound: The institution of ``staff`` has no such approval.
    """
    approval = await get_approval(public_id, institution=staff.institution)
    approved = await list_approved(approval.id, institution=staff.institution)
    sessions = [line.session for line in approved if line.session is not None]
    present = await list_present(sessions, institution=staff.institution)
    lines = [
        compare(
            line.facts,
            present.get(line.session) if line.session is not None else None,
            line.failed_because,
        )
        for line in approved
    ]
    days = [line.facts.held_on for line in approved]
    added = await list_unapproved((min(days), max(days)), institution=staff.institution)
    lines += [Compared(fate=Fate.ADDED, present=each) for each in added]
    return Comparison(
        approval=approval,
        lines=sorted(lines, key=lambda line: line.held_on),
    )


async def lift_embargo(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Announce the sessions of an approval not by itself but when staff say so.

    Raises:
        NotFound: The institution of ``staff`` has no such approval.
        NoEmbargo: They have been announced, or no time was agreed.
    """
    async with transaction():
        approval = await get_approval(public_id, institution=staff.institution)
        if not await mark_no_embargo(approval.id, institution=staff.institution, now=now):
            raise NoEmbargo
        await _note("embargo_lifted", approval.id, staff=staff, now=now)


async def count_unannounced(*, staff: Staff, now: datetime) -> int:
    """Approved sessions that could not be announced at their time and still wait."""
    return await count_failed(institution=staff.institution, now=now)


async def announce_due(*, clock: Clock) -> int:
    """Announce the sessions of one approval whose moment has come; how many approvals.

    A draft that is no longer as it was approved is not announced by itself: the reason is
    written down, and staff see it.
    """
    now = clock.now()
    async with transaction():
        due = await take_due_approval(now)
        if due is None:
            return 0
        approved = await list_approved(due.id, institution=due.institution)
        sessions = [line.session for line in approved if line.session is not None]
        orders = await find_orders(sessions, institution=due.institution)
        present = await list_present(sessions, institution=due.institution)
        for line in approved:
            if line.session is None or orders[line.session].id != due.id:
                continue  # Taken away, or approved anew by a later order.
            await _announce(line, present[line.session], due, now=now)
        await mark_published(due.id, institution=due.institution, now=now)
    log.info("schedule_announced", approval_id=due.id)
    return 1


async def _announce(line: ApprovedLine, present: Present, due: Due, *, now: datetime) -> None:
    if present.state is not SessionState.DRAFT:
        return
    if line.facts.list_differences(present.facts):
        await mark_failed(line.id, "changed")
        return
    if present.starts_at <= now:
        await mark_failed(line.id, "too-late")
        return
    try:
        async with savepoint():
            await write_publication(
                present.public_id, institution=due.institution, account=due.account, now=now
            )
    except Refusal as refusal:
        await mark_failed(line.id, refusal.code)


async def _note(action: str, approval: int, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "approval",
        approval,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
    log.info(action, approval_id=approval, account_id=staff.account)
