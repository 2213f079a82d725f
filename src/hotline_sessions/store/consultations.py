"""What was explained to callers who did not say who they are."""

from datetime import datetime

from hotline_sessions.domain.ids import AccountId, CallId, InstitutionId
from hotline_sessions.store.engine import fetch_value


async def add_consultation(
    question: str,
    *,
    topic: str,
    call: CallId | None,
    asked_at: datetime,
    form_key: str,
    institution: InstitutionId,
    by: AccountId,
    now: datetime,
) -> int | None:
    """A consultation; None if this form has noted it before."""
    added = await fetch_value(
        """insert into consultation (institution, call, topic, question, asked_at, form_key,
                                     noted_by, noted_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (form_key) do nothing returning id""",
        institution,
        call,
        topic,
        question,
        asked_at,
        form_key,
        by,
        now,
    )
    return None if added is None else int(added)


async def count_consultations(
    since: datetime, until: datetime, *, institution: InstitutionId
) -> int:
    """How many were given from ``since`` to before ``until``."""
    count = await fetch_value(
        """select count(*) from consultation
            where institution = $1 and asked_at >= $2 and asked_at < $3""",
        institution,
        since,
        until,
    )
    return int(count)
