"""Papers that lie with appeals."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.attachments import NewPaper, Paper, PaperRemoved
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


_SELECT: Final = """
select t.id, t.public_id, t.origin, t.name, t.kind, t.key, t.sha256, t.size, t.attached_at,
       coalesce(a.full_name, '') as attached_by, t.removed_at,
       coalesce(r.full_name, '') as removed_by
  from attachment t left join account a on a.id = t.attached_by
  left join account r on r.id = t.removed_by"""


async def add_paper(
    appeal: AppealId,
    paper: NewPaper,
    *,
    institution: InstitutionId,
    by: AccountId | None,
    now: datetime,
) -> None:
    """One more paper of the appeal."""
    await run_sql(
        """insert into attachment (public_id, institution, appeal, origin, name, kind, key, sha256,
                                   size, attached_by, attached_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        paper.public_id,
        institution,
        appeal,
        paper.origin.value,
        paper.name,
        paper.kind.value,
        paper.key,
        paper.sha256,
        paper.size,
        by,
        now,
    )


async def list_papers(appeal: AppealId, *, institution: InstitutionId) -> list[Paper]:
    """All papers of the appeal in the order in which they came, removed ones too."""
    rows = await fetch_rows(
        f"{_SELECT} where t.appeal = $1 and t.institution = $2 order by t.id", appeal, institution
    )
    return [msgspec.convert(dict(row), Paper) for row in rows]


async def get_paper(public_id: str, *, appeal: AppealId, institution: InstitutionId) -> Paper:
    """A paper of the appeal.

    Raises:
        NotFound: There is none of this name.
    """
    row = await fetch_row(
        f"{_SELECT} where t.public_id = $1 and t.appeal = $2 and t.institution = $3",
        public_id,
        appeal,
        institution,
    )
    if row is None:
        raise NotFound
    return msgspec.convert(dict(row), Paper)


async def mark_paper_removed(paper: int, *, by: AccountId, now: datetime) -> None:
    """The paper does not count any more; it is kept.

    Raises:
        PaperRemoved: It did not count before.
    """
    done = await fetch_value(
        """update attachment set removed_by = $2, removed_at = $3
            where id = $1 and removed_at is null returning id""",
        paper,
        by,
        now,
    )
    if done is None:
        raise PaperRemoved
