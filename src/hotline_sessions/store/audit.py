"""How deeds are written down."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.store.tables.audit import AuditRow


class Entry(Struct, frozen=True, kw_only=True):
    """A deed that was written down; ``by`` is the name of who did it, if it was staff.

    ``acting_for`` is the name of the absent person in whose place it was done.
    """

    action: str
    done_at: datetime
    by: str | None = None
    acting_for: str | None = None


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
