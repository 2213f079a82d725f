"""How deadlines of open appeals are read, replaced and remembered."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.deadlines import Deadline
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId, PublicId
from hotline_sessions.store.appeals import OVER
from hotline_sessions.store.engine import fetch_rows, run_sql
from hotline_sessions.store.tables.terms import PastDeadlineRow


BATCH: Final = 1000

_RECKONED: Final = f"""state not in {OVER}
                   and not exists (select from extension e where e.appeal = appeal.id)"""
"""Whose last day follows from the rules: one that the head has extended to was set by a person."""


class OpenTerm(Struct, frozen=True, kw_only=True):
    """An appeal that is still to be answered, and whose last day the rules give."""

    id: AppealId
    public_id: PublicId
    register_index: str
    registered_on: date
    deadline: Deadline


class PastDeadline(Struct, frozen=True, kw_only=True):
    """A deadline that gave way to another; ``cause`` is what has changed."""

    deadline: Deadline
    cause: str
    replaced_at: datetime


async def list_open_terms(*, institution: InstitutionId) -> AsyncIterator[OpenTerm]:
    """Open appeals of the institution in the order of registration, read by batches.

    Not those whose term was extended: their last day stays where the head has set it.
    """
    last = 0
    while True:
        rows = await fetch_rows(
            f"""select id, public_id, register_index, registered_on, deadline from appeal
                 where institution = $1 and id > $2 and {_RECKONED}
                 order by id limit {BATCH}""",
            institution,
            last,
        )
        for row in rows:
            yield _read_term(dict(row))
        if len(rows) < BATCH:
            return
        last = rows[-1]["id"]


async def lock_open_term(appeal: AppealId, *, institution: InstitutionId) -> OpenTerm | None:
    """The appeal, if it is open still and not extended, locked until the transaction ends."""
    rows = await fetch_rows(
        f"""select id, public_id, register_index, registered_on, deadline from appeal
             where id = $1 and institution = $2 and {_RECKONED} for update""",
        appeal,
        institution,
    )
    return _read_term(dict(rows[0])) if rows else None


async def mark_deadline(
    appeal: AppealId, deadline: Deadline, *, institution: InstitutionId
) -> None:
    """Let the appeal have this deadline from now on."""
    await run_sql(
        """update appeal set deadline = $3, legal_on = $4, internal_on = $5, term = $6
            where id = $1 and institution = $2""",
        appeal,
        institution,
        msgspec.json.encode(deadline).decode(),
        deadline.legal_on,
        deadline.internal_on,
        deadline.rule,
    )


async def add_past_deadline(
    term: OpenTerm,
    cause: str,
    *,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> None:
    """Remember the deadline that ``term`` has had, with all its inputs."""
    await PastDeadlineRow(
        institution=institution,
        appeal=term.id,
        deadline=msgspec.json.encode(term.deadline).decode(),
        legal_on=term.deadline.legal_on,
        internal_on=term.deadline.internal_on,
        cause=cause,
        replaced_by=account,
        replaced_at=now,
    ).save()


async def list_past_deadlines(
    appeal: AppealId, *, institution: InstitutionId
) -> list[PastDeadline]:
    """Deadlines that the appeal has had before, the oldest first."""
    rows = await fetch_rows(
        """select deadline, cause, replaced_at from past_deadline
            where appeal = $1 and institution = $2 order by id""",
        appeal,
        institution,
    )
    return [
        msgspec.convert(dict(row) | {"deadline": _read_deadline(row["deadline"])}, PastDeadline)
        for row in rows
    ]


def _read_term(row: dict[str, object]) -> OpenTerm:
    return msgspec.convert(row | {"deadline": _read_deadline(row["deadline"])}, OpenTerm)


def _read_deadline(stored: object) -> Deadline:
    return msgspec.json.decode(str(stored), type=Deadline)
