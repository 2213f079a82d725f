"""How the institutions' own words for messages are read and written."""

from datetime import datetime

import msgspec

from hotline_sessions.domain.ids import AccountId, InstitutionId
from hotline_sessions.domain.templates import MessageTemplate
from hotline_sessions.store.engine import fetch_rows, run_sql


async def list_template_texts(institution: InstitutionId, language: str) -> dict[str, str]:
    """The institution's own texts in one language, by purpose."""
    rows = await fetch_rows(
        "select purpose, text from message_template where institution = $1 and language = $2",
        institution,
        language,
    )
    return {row["purpose"]: row["text"] for row in rows}


async def list_templates(institution: InstitutionId) -> list[MessageTemplate]:
    """The institution's own texts, with who wrote them and when."""
    rows = await fetch_rows(
        """select t.purpose, t.language, t.text, a.full_name as edited_by, t.edited_at
             from message_template t join account a on a.id = t.edited_by
            where t.institution = $1 order by t.purpose, t.language""",
        institution,
    )
    return [msgspec.convert(dict(row), MessageTemplate) for row in rows]


async def mark_template(
    institution: InstitutionId,
    purpose: str,
    language: str,
    text: str,
    *,
    account: AccountId,
    now: datetime,
) -> None:
    """Write the institution's own text for one purpose in one language."""
    await run_sql(
        """insert into message_template (institution, purpose, language, text, edited_by, edited_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (institution, purpose, language)
           do update set text = $4, edited_by = $5, edited_at = $6""",
        institution,
        purpose,
        language,
        text,
        account,
        now,
    )


async def remove_template(institution: InstitutionId, purpose: str, language: str) -> None:
    """Go back to the built-in text."""
    await run_sql(
        "delete from message_template where institution = $1 and purpose = $2 and language = $3",
        institution,
        purpose,
        language,
    )
