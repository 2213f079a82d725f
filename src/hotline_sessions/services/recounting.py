"""Deadlines of open appeals reckoned again: what would change, and the change itself.

Nothing is ever moved silently: the old deadline is kept with its inputs, and each card that
changes gets a step that its readers see.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import structlog
from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.calendar_editions import CalendarEdition
from hotline_sessions.domain.deadlines import Deadline, recount
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.workdays import WorkCalendar
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.appeal_tellings import tell_of_new_day
from hotline_sessions.store.calendar_editions import hold_edition, list_editions
from hotline_sessions.store.deadlines import (
    OpenTerm,
    add_past_deadline,
    list_open_terms,
    lock_open_term,
    mark_deadline,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class Cause(StrEnum):
    """Why a deadline was reckoned again."""

    CALENDAR = "calendar"
    """The institution has another calendar, or reads the law otherwise."""
    RULES = "rules"
    """The product has learnt of other holidays or terms."""
    CORRECTION = "correction"
    """The card was corrected: another law applies, or it needs study after all."""
    DEMAND = "demand"
    """The author has demanded a shorter term in writing, with reasons, and the head agrees."""


class DayChange(Struct, frozen=True, kw_only=True):
    """An open appeal whose last day would not stay what it is."""

    term: OpenTerm
    after: Deadline

    @property
    def before(self) -> Deadline:
        """The deadline that it has."""
        return self.term.deadline


async def list_changes(
    edition: CalendarEdition, *, institution: InstitutionId
) -> tuple[DayChange, ...]:
    """Open appeals of the institution that ``edition`` would give other days."""
    calendar = edition.calendar
    return tuple(
        [
            DayChange(term=term, after=after)
            async for term in list_open_terms(institution=institution)
            if has_other_days(after := reckon(term, edition, calendar), term.deadline)
        ]
    )


def reckon(term: OpenTerm, edition: CalendarEdition, calendar: WorkCalendar) -> Deadline:
    """The deadline of an open appeal by ``edition``, whose calendar is ``calendar``.

    Raises:
        UnknownTerm: Its term does not apply any more.
    """
    old = term.deadline
    target = old.target and edition.policy.find_target(old.target.channel, old.rule)
    known = old if old.registered_on else _with_registration(old, term)
    return recount(known, calendar, edition.policy.reading, target)


def has_other_days(one: Deadline, other: Deadline) -> bool:
    """Whether two deadlines differ in any day that people see."""
    return (one.nominal_on, one.legal_on, one.internal_on) != (
        other.nominal_on,
        other.legal_on,
        other.internal_on,
    )


def digest(edition: CalendarEdition, changes: Iterable[DayChange]) -> str:
    """One short name for an edition and all that it changes, to confirm what was seen."""
    lines = [f"{edition.number} {edition.calendar.version} {edition.policy}"]
    lines += [
        f"{each.term.id} {each.before.legal_on} {each.before.internal_on}"
        f" {each.after.nominal_on} {each.after.legal_on} {each.after.internal_on}"
        for each in changes
    ]
    return sha256("\n".join(lines).encode()).hexdigest()[:32]


async def apply_changes(
    changes: Iterable[DayChange],
    cause: Cause,
    *,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> int:
    """Give each appeal its new deadline, in the transaction of whoever calls; how many.

    One that was answered or changed meanwhile is left as it is.
    """
    done = 0
    for each in changes:
        term = await lock_open_term(each.term.id, institution=institution)
        if term is None or term.deadline != each.before:
            continue
        await replace_deadline(each, cause, institution=institution, account=account, now=now)
        done += 1
    return done


async def replace_deadline(
    change: DayChange,
    cause: Cause,
    *,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> None:
    """Give a locked appeal its new deadline; the old one is kept, and the author is told."""
    term, after = change.term, change.after
    await add_past_deadline(term, cause, institution=institution, account=account, now=now)
    await mark_deadline(term.id, after, institution=institution)
    _note_step(change, cause, institution=institution, account=account, now=now)
    if after.legal_on != change.before.legal_on:
        await tell_of_new_day(term.public_id, after.legal_on, now=now)


async def recompute(
    *, institution: InstitutionId, apply: bool, now: datetime
) -> tuple[DayChange, ...]:
    """What the rules of this release change for open appeals; with ``apply``, changed."""
    async with transaction():
        edition = await hold_edition(institution=institution)
        changes = await list_changes(edition, institution=institution)
        if apply:
            await apply_changes(
                changes, Cause.RULES, institution=institution, account=None, now=now
            )
    if apply:
        log.info("deadlines_recounted", institution_id=institution, appeals=len(changes))
    return changes


async def list_calendars(*, institution: InstitutionId) -> dict[str, WorkCalendar]:
    """Every calendar by which deadlines of the institution were reckoned, by its version."""
    made = [each.edition.calendar for each in await list_editions(institution=institution)]
    return {calendar.version: calendar for calendar in (CalendarEdition().calendar, *made)}


def _note_step(
    change: DayChange,
    cause: Cause,
    *,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> None:
    """The one place where a new deadline is written into the history of a card."""
    note(
        "deadline_recounted",
        change.term.id,
        institution=institution,
        account=account,
        now=now,
        facts={
            "cause": cause.value,
            "rule": change.after.rule,
            "legal_before": change.before.legal_on.isoformat(),
            "legal_after": change.after.legal_on.isoformat(),
            "internal_before": change.before.internal_on.isoformat(),
            "internal_after": change.after.internal_on.isoformat(),
            "calendar": change.after.calendar_version,
        },
    )


def _with_registration(old: Deadline, term: OpenTerm) -> Deadline:
    """A deadline of the time before the day of registration was kept with it."""
    return replace(old, registered_on=term.registered_on)
