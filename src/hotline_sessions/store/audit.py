"""How deeds are written down."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.rules import ChangedRules
from hotline_sessions.store.engine import fetch_rows
from hotline_sessions.store.tables.audit import AuditRow


class Entry(Struct, frozen=True, kw_only=True):
    """A deed that was written down; ``by`` is the name of who did it, if it was staff.

    ``acting_for`` is the name of the absent person in whose place it was done.
    """

    action: str
    done_at: datetime
    by: str | None = None
    acting_for: str | None = None


async def list_changed_rules(*, institution: InstitutionId, limit: int) -> list[ChangedRules]:
    """Changes of the rules of an institution, the latest first."""
    rows = await fetch_rows(
        """select d.detail, d.done_at, a.full_name as by
             from audit d left join account a on a.id = d.account
            where d.institution = $1 and d.action = 'rules_changed' order by d.id desc limit $2""",
        institution,
        limit,
    )
    return [
        msgspec.convert(
            {**msgspec.json.decode(row["detail"]), "done_at": row["done_at"], "by": row["by"]},
            ChangedRules,
        )
        for row in rows
    ]


async def add_entry(
    action: str,
    subject: str,
    subject_id: int | None,
    *,
    institution: InstitutionId | None,
    account: AccountId | None,
    now: datetime,
    detail: dict[str, object] | None = None,
) -> None:
    """One deed: ``action`` in the past tense, done to ``subject`` number ``subject_id``.

    ``detail`` holds identifiers and states, never words of a citizen.
    """
    await AuditRow(
        institution=institution,
        account=account,
        action=action,
        subject=subject,
        subject_id=subject_id,
        detail=msgspec.json.encode(detail or {}).decode(),
        done_at=now,
    ).save()
