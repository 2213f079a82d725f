"""All that is held on the author of one appeal, as the database has it."""

from typing import Any, Final

import msgspec

from hotline_sessions.domain.ids import AppealId
from hotline_sessions.store.engine import fetch_rows, fetch_value


INNER: Final = (
    *("id", "public_id", "institution", "session", "call", "booking", "series", "year", "number"),
    *("code_mac", "form_key", "registered_by", "deadline", "internal_on", "talk"),
)
"""Columns of a card that are not about its author: keys, hashes, aims and names of staff.

Every other column, and each that is added later, is handed out.
"""


async def load_card(appeal: AppealId) -> dict[str, Any]:
    """The card, without what is not about its author."""
    row = await fetch_value(
        "select to_jsonb(a) - $2::text[] from appeal a where id = $1", appeal, list(INNER)
    )
    return _read(row) if row else {}


async def load_booking(appeal: AppealId) -> dict[str, Any] | None:
    """The booking that led to the appeal: filed from its page, or talked about in its talk."""
    row = await fetch_value(
        """select jsonb_build_object(
                      'phone', b.phone, 'caller_name', b.caller_name, 'community', b.community,
                      'email', b.email, 'question', b.question, 'language', b.language,
                      'state', b.state, 'booked_at', b.booked_at, 'starts_at', s.starts_at)
             from appeal a left join call c on c.id = a.call
             join booking b on b.id = coalesce(a.booking, c.booking)
             join slot s on s.id = b.slot where a.id = $1""",
        appeal,
    )
    return _read(row) if row else None


async def load_call(appeal: AppealId) -> dict[str, Any] | None:
    """The call in which the appeal was made."""
    row = await fetch_value(
        """select jsonb_build_object(
                      'phone', c.peer_number, 'language', c.language, 'started_at', c.started_at,
                      'talk_began_at', c.on_air_at, 'talk_ended_at', c.off_air_at,
                      'ended_at', c.ended_at, 'recording_consent', c.consent,
                      'consented_at', c.consented_at)
             from appeal a join call c on c.id = a.call where a.id = $1""",
        appeal,
    )
    return _read(row) if row else None


async def list_recordings(appeal: AppealId) -> list[dict[str, Any]]:
    """That there are recordings of the call, and until when; not what is said in them."""
    rows = await fetch_rows(
        """select jsonb_build_object(
                      'kind', r.kind, 'started_at', r.started_at, 'seconds', r.seconds,
                      'kept_until', r.expires_at, 'erased_at', r.erased_at) as facts
             from appeal a join recording r on r.call = a.call
            where a.id = $1 order by r.started_at, r.id""",
        appeal,
    )
    return [_read(row["facts"]) for row in rows]


async def list_corrections(appeal: AppealId) -> list[dict[str, Any]]:
    """What the card said before it was corrected."""
    rows = await fetch_rows(
        """select jsonb_build_object(
                      'field', c.field, 'before', c.before, 'after', c.after,
                      'corrected_at', c.corrected_at) as facts
             from correction c where c.appeal = $1 order by c.id""",
        appeal,
    )
    return [_read(row["facts"]) for row in rows]


async def list_papers(appeal: AppealId) -> list[dict[str, Any]]:
    """Files that the author has sent in; their names, not what is in them."""
    rows = await fetch_rows(
        """select jsonb_build_object(
                      'name', p.name, 'attached_at', p.attached_at,
                      'removed_at', p.removed_at) as facts
             from attachment p where p.appeal = $1 and p.origin = 'citizen' order by p.id""",
        appeal,
    )
    return [_read(row["facts"]) for row in rows]


async def list_messages(keys: list[str]) -> list[dict[str, Any]]:
    """Messages with these names: to whom, when, and what became of them; texts are not kept."""
    rows = await fetch_rows(
        """select jsonb_build_object(
                      'purpose', m.purpose, 'channel', m.channel, 'recipient', m.recipient,
                      'noted_at', m.noted_at, 'state', m.state, 'done_at', m.done_at) as facts
             from message m where m.key = any($1) order by m.id""",
        keys,
    )
    return [_read(row["facts"]) for row in rows]


async def list_mail_code_ids(appeal: AppealId) -> list[int]:
    """Codes that were sent by mail to prove an address."""
    rows = await fetch_rows("select id from appeal_mail_code where appeal = $1 order by id", appeal)
    return [row["id"] for row in rows]


async def list_resolution_ids(appeal: AppealId) -> list[int]:
    """Times at which the appeal was passed on."""
    rows = await fetch_rows("select id from resolution where appeal = $1 order by id", appeal)
    return [row["id"] for row in rows]


def _read(text: str) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.json.decode(text)
    return facts
