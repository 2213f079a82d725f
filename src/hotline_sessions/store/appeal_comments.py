"""How comments of staff on appeals are added and read; none is ever changed."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, AppealId
from hotline_sessions.store.engine import fetch_rows, fetch_value


class Comment(Struct, frozen=True, kw_only=True):
    """What a member of staff has said to the others."""

    text: str
    by: str
    noted_at: datetime


async def add_comment(appeal: AppealId, text: str, *, author: AccountId, now: datetime) -> int:
    """One more comment."""
    added = await fetch_value(
        """insert into appeal_comment (appeal, author, text, noted_at)
           values ($1, $2, $3, $4) returning id""",
        appeal,
        author,
        text,
        now,
    )
    return int(added)


async def list_comments(appeal: AppealId) -> list[Comment]:
    """Comments in the order in which they were made."""
    rows = await fetch_rows(
        """select c.text, a.full_name as by, c.noted_at
             from appeal_comment c join account a on a.id = c.author
            where c.appeal = $1 order by c.id""",
        appeal,
    )
    return [msgspec.convert(dict(row), Comment) for row in rows]
