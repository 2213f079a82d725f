"""How promises and their history are read and written."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import (
    AccountId,
    AppealId,
    CallId,
    InstitutionId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.promises import (
    Promise,
    PromiseChange,
    PromiseDeed,
    PromiseState,
    PublicPromise,
)
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.questions import TALK


_SELECT: Final = """
select p.*, s.public_id as session_public_id, s.topic as session_topic,
       a.public_id as appeal_public_id, coalesce(a.register_index, '') as register_index
  from promise p join session s on s.id = p.session left join appeal a on a.id = p.appeal
"""
_ORDER: Final = "order by p.state <> 'open', p.due_on, p.id"
MOST: Final = 500
"""Promises that one list shows."""


async def add_promise(
    *,
    institution: InstitutionId,
    session: SessionId,
    appeal: AppealId | None,
    text: str,
    promised_by: str,
    made_on: date,
    due_on: date,
    now: datetime,
    call: CallId | None = None,
) -> tuple[int, PublicId]:
    """A promise that is open; its names inside and in addresses."""
    public_id = draw_public_id()
    added = await fetch_value(
        """insert into promise (public_id, institution, session, appeal, text, promised_by,
                                made_on, due_on, noted_at, call)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id""",
        public_id,
        institution,
        session,
        appeal,
        text,
        promised_by,
        made_on,
        due_on,
        now,
        call,
    )
    return int(added), public_id


async def link_promises(call: CallId, appeal: AppealId) -> list[tuple[int, date]]:
    """Say that what was promised in a talk is about ``appeal``, where nothing is said yet.

    What was linked: name inside, and day. A talk that broke off and went on with another call
    is one talk.
    """
    rows = await fetch_rows(
        f"""{TALK} update promise set appeal = $2
             where call in (select id from talk) and appeal is null returning id, due_on""",
        call,
        appeal,
    )
    return sorted((row["id"], row["due_on"]) for row in rows)


async def mark_text(promise: int, text: str, *, due_on: date) -> None:
    """What was promised, put right, and its day."""
    await run_sql("update promise set text = $2, due_on = $3 where id = $1", promise, text, due_on)


async def find_appeal_of_index(register_index: str, *, institution: InstitutionId) -> str | None:
    """Name in addresses of the appeal with this number."""
    found = await fetch_value(
        "select public_id from appeal where register_index = $1 and institution = $2",
        register_index,
        institution,
    )
    return None if found is None else str(found)


async def get_promise(public_id: str, *, institution: InstitutionId) -> Promise:
    """The promise, if it belongs to the institution.

    Raises:
        NotFound: There is no such promise there.
    """
    return await _get("", public_id, institution)


async def lock_promise(public_id: str, *, institution: InstitutionId) -> Promise:
    """The same, locked until the transaction ends.

    Raises:
        NotFound: There is no such promise there.
    """
    return await _get("for update of p", public_id, institution)


async def list_promises(
    *,
    institution: InstitutionId,
    session: SessionId | None = None,
    due_until: date | None = None,
) -> list[Promise]:
    """Promises of the institution, open ones first by their days; those of a session, or due."""
    rows = await fetch_rows(
        f"""{_SELECT} where p.institution = $1 and ($2::bigint is null or p.session = $2)
               and ($3::date is null or (p.state = 'open' and p.due_on <= $3))
             {_ORDER} limit {MOST}""",
        institution,
        session,
        due_until,
    )
    return [msgspec.convert(dict(row), Promise) for row in rows]


async def list_public_promises(session: SessionId) -> list[PublicPromise]:
    """What the public may see of the promises of a session, with the days they had before."""
    rows = await fetch_rows(
        f"""select p.public_text as text, p.promised_by, p.made_on, p.due_on, p.state,
                  array(select c.due_before from promise_change c
                         where c.promise = p.id and c.deed = 'moved' order by c.id) as moved_from
             from promise p where p.session = $1 and p.approved_by is not null {_ORDER}""",
        session,
    )
    return [msgspec.convert(dict(row), PublicPromise) for row in rows]


async def mark_promise(
    promise: int, *, due_on: date | None = None, state: PromiseState | None = None
) -> None:
    """Another day, or the end of it."""
    await run_sql(
        """update promise set due_on = coalesce($2, due_on), state = coalesce($3, state)
            where id = $1""",
        promise,
        due_on,
        state,
    )


async def mark_public_words(
    promise: int, text: str, *, proposed_by: AccountId | None, approved_by: AccountId | None
) -> None:
    """Words for the public, and who stands for them."""
    await run_sql(
        "update promise set public_text = $2, proposed_by = $3, approved_by = $4 where id = $1",
        promise,
        text,
        proposed_by,
        approved_by,
    )


async def add_change(
    promise: int,
    deed: PromiseDeed,
    *,
    by: AccountId | None,
    now: datetime,
    due_before: date | None = None,
    due_after: date | None = None,
    reason: str = "",
    text_before: str = "",
) -> None:
    """A step in the history of a promise; it stays."""
    await run_sql(
        """insert into promise_change (promise, deed, due_before, due_after, reason, account,
                                       changed_at, text_before)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        promise,
        deed,
        due_before,
        due_after,
        reason,
        by,
        now,
        text_before,
    )


async def list_changes(promise: int) -> Sequence[PromiseChange]:
    """The history of a promise, in its order."""
    rows = await fetch_rows(
        """select c.deed, c.due_before, c.due_after, c.reason, c.text_before,
                  a.full_name as by, c.changed_at
             from promise_change c left join account a on a.id = c.account
            where c.promise = $1 order by c.id""",
        promise,
    )
    return [msgspec.convert(dict(row), PromiseChange) for row in rows]


async def _get(lock: str, public_id: str, institution: InstitutionId) -> Promise:
    row = await fetch_row(
        f"{_SELECT} where p.public_id = $1 and p.institution = $2 {lock}", public_id, institution
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Promise)
