"""How deeds are written down."""

from datetime import datetime

import msgspec

from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.store.tables.audit import AuditRow


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
