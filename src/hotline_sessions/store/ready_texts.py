"""Ready texts of institutions."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.ready_texts import ReadyText, TextKind
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value


_SELECT: Final = "select id, kind, title, text from ready_text where institution = $1"


async def list_ready_texts(
    *, institution: InstitutionId, kind: TextKind | None = None
) -> list[ReadyText]:
    """Ready texts by title; of one kind, if it is given."""
    rows = await fetch_rows(
        f"{_SELECT} and ($2::text is null or kind = $2) order by kind, title, id",
        institution,
        kind.value if kind else None,
    )
    return [msgspec.convert(dict(row), ReadyText) for row in rows]


async def get_ready_text(ready_text: int, *, institution: InstitutionId) -> ReadyText:
    """A ready text of the institution.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row(f"{_SELECT} and id = $2", institution, ready_text)
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), ReadyText)


async def add_ready_text(
    kind: TextKind,
    title: str,
    text: str,
    *,
    institution: InstitutionId,
    by: AccountId,
    now: datetime,
) -> int | None:
    """A new ready text, or nothing if there is one of this kind and title."""
    added = await fetch_value(
        """insert into ready_text (institution, kind, title, text, edited_by, edited_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (institution, kind, title) do nothing returning id""",
        institution,
        kind.value,
        title,
        text,
        by,
        now,
    )
    return None if added is None else int(added)


async def mark_ready_text(
    ready_text: ReadyText, *, institution: InstitutionId, by: AccountId, now: datetime
) -> bool:
    """Whether the ready text says this from now on; not if another one has its title.

    Raises:
        NotFound: There is no such ready text.
    """
    found = await fetch_value(
        "select id from ready_text where institution = $1 and id = $2 for update",
        institution,
        ready_text.id,
    )
    if found is None:
        raise NotFound
    done = await fetch_value(
        """update ready_text p set kind = $3, title = $4, text = $5, edited_by = $6, edited_at = $7
            where p.institution = $1 and p.id = $2
              and not exists (select from ready_text o where o.institution = $1 and o.id <> $2
                                 and o.kind = $3 and o.title = $4)
           returning id""",
        institution,
        ready_text.id,
        ready_text.kind.value,
        ready_text.title,
        ready_text.text,
        by,
        now,
    )
    return done is not None


async def remove_ready_text(ready_text: int, *, institution: InstitutionId) -> None:
    """Away with a ready text; what was written with it stays.

    Raises:
        NotFound: There is none.
    """
    done = await fetch_value(
        "delete from ready_text where institution = $1 and id = $2 returning id",
        institution,
        ready_text,
    )
    if done is None:
        raise NotFound
