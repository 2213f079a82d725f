"""Corrections of cards: what was written there before, and what is now."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, AppealId, InstitutionId
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.tables.appeals import AppealRow


class CorrectedField(Struct, frozen=True, kw_only=True):
    """One field of a card that was corrected; those of one ``deed`` were so together."""

    deed: str
    field: str
    before: str
    after: str
    reason: str
    by: str
    corrected_at: datetime


async def mark_card(
    appeal: AppealId, values: Mapping[str, object], *, institution: InstitutionId
) -> None:
    """What the card says from now on, by column."""
    columns = {getattr(AppealRow, name): value for name, value in values.items()}
    await AppealRow.update(columns).where(
        (AppealRow.id == appeal) & (AppealRow.institution == institution)
    )


async def add_corrected_field(
    appeal: AppealId,
    field: str,
    *,
    before: str,
    after: str,
    deed: str,
    reason: str,
    by: AccountId,
    now: datetime,
) -> None:
    """One field that has changed."""
    await run_sql(
        """insert into correction (appeal, deed, field, before, after, reason, corrected_by,
                                   corrected_at) values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        appeal,
        deed,
        field,
        before,
        after,
        reason,
        by,
        now,
    )


async def count_corrected_fields(appeal: AppealId) -> int:
    """How often a field of the card was corrected."""
    return int(await fetch_value("select count(*) from correction where appeal = $1", appeal))


async def list_corrected_fields(
    appeal: AppealId, *, institution: InstitutionId
) -> list[CorrectedField]:
    """All fields that were corrected, the first first."""
    rows = await fetch_rows(
        """select c.deed, c.field, c.before, c.after, c.reason, p.full_name as by, c.corrected_at
             from correction c
             join appeal a on a.id = c.appeal
             join account p on p.id = c.corrected_by
            where c.appeal = $1 and a.institution = $2 order by c.id""",
        appeal,
        institution,
    )
    return [msgspec.convert(dict(row), CorrectedField) for row in rows]
