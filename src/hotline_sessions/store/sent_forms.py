"""What forms that were sent have led to, so that a form sent twice leads there once."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from hotline_sessions.store.engine import fetch_row, fetch_value, run_sql


class SentBefore(Struct, frozen=True, kw_only=True):
    """An earlier copy of a form: a digest of what stood in it, and what it led to."""

    digest: str
    answer: dict[str, Any]


async def add_form(key: str, digest: str, *, now: datetime) -> bool:
    """Note that the form is being worked on; false where it was sent before.

    A second copy waits here until the transaction of the first has ended.
    """
    added = await fetch_value(
        """insert into form_answer (key, digest, answer, answered_at) values ($1, $2, '{}', $3)
           on conflict (key) do nothing returning id""",
        key,
        digest,
        now,
    )
    return added is not None


async def get_form(key: str) -> SentBefore:
    """What the first copy of the form has led to."""
    row = await fetch_row("select digest, answer from form_answer where key = $1", key)
    if row is None:
        raise LookupError("the form has just been forgotten")
    return SentBefore(digest=row["digest"], answer=msgspec.json.decode(row["answer"]))


async def mark_answer(key: str, answer: dict[str, Any]) -> None:
    """Write what the form has led to."""
    encoded = msgspec.json.encode(answer).decode()
    await run_sql("update form_answer set answer = $2 where key = $1", key, encoded)


async def forget_forms(before: datetime) -> None:
    """Drop what was answered before that moment."""
    await run_sql("delete from form_answer where answered_at < $1", before)
