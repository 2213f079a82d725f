"""Letters that have come back: each is read once, and what was not taken is kept for staff."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import AccountId, InstitutionId, OfficialId, SessionId
from hotline_sessions.domain.replies import OddReply, Outcome
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


class Named(Struct, frozen=True, kw_only=True):
    """An invitation under a uid: whose it is, and whether it stands."""

    id: int
    session: SessionId
    official: OfficialId
    recipient: str
    is_cancelled: bool


async def claim_letter(key: str, *, sender: str, answer: Answer | None, now: datetime) -> int:
    """A row for a letter that nobody has read; 0 where somebody has.

    Who reads the same letter at the same time waits here, and then gets 0.
    """
    found: int | None = await fetch_value(
        """insert into reply_mail (key, sender, answer, received_at) values ($1, $2, $3, $4)
           on conflict (key) do nothing returning id""",
        key,
        sender,
        answer,
        now,
    )
    return found or 0


async def find_outcome(key: str) -> Outcome | None:
    """What became of the letter."""
    found = await fetch_value("select outcome from reply_mail where key = $1", key)
    return None if found is None else Outcome(found)


async def mark_outcome(letter: int, outcome: Outcome, invitation: int | None) -> None:
    """Write what became of the letter, and of which invitation it was."""
    await run_sql(
        "update reply_mail set outcome = $2, invitation = $3 where id = $1",
        letter,
        outcome,
        invitation,
    )


async def list_named(uid: str) -> list[Named]:
    """Invitations under the uid, those that stand first."""
    rows = await fetch_rows(
        """select id, session, official, recipient, is_cancelled from invitation
            where uid = $1 order by is_cancelled, id desc""",
        uid,
    )
    return [msgspec.convert(dict(row), Named) for row in rows]


async def find_answer_stamp(invitation: int) -> datetime | None:
    """When the calendar program made the answer that was taken last."""
    found: datetime | None = await fetch_value(
        "select answer_stamped_at from invitation where id = $1", invitation
    )
    return found


async def mark_answer_stamp(invitation: int, stamped_at: datetime) -> None:
    """Write when the answer that was taken was made."""
    await run_sql(
        "update invitation set answer_stamped_at = $2 where id = $1", invitation, stamped_at
    )


async def mark_bounced(message_id: str) -> int | None:
    """Write that the letter with this Message-ID was not delivered; returns its invitation.

    None where no letter to an official was called so.
    """
    found: int | None = await fetch_value(
        """update message m set delivery = 'failed'
             from invitation_message x
            where x.message = m.id and m.channel = 'email' and m.sid = left($1, 100)
            returning x.invitation""",
        message_id,
    )
    return found


async def list_odd_replies(*, institution: InstitutionId, now: datetime) -> list[OddReply]:
    """Answers that were not taken, of sessions that are not over, until somebody saw to them."""
    rows = await fetch_rows(
        """select r.id, i.institution, s.public_id as session, s.starts_at,
                  o.full_name as official, r.outcome, r.sender, r.answer, r.received_at
             from reply_mail r
             join invitation i on i.id = r.invitation
             join session s on s.id = i.session
             join official o on o.id = i.official
            where i.institution = $1 and s.ends_at > $2 and r.seen_at is null
              and r.outcome in ('forged', 'unfit')
            order by r.received_at, r.id limit 100""",
        institution,
        now,
    )
    return [msgspec.convert(dict(row), OddReply) for row in rows]


async def mark_seen_to(
    letter: int, *, by: AccountId, institution: InstitutionId, now: datetime
) -> None:
    """Write that somebody has seen to an answer that was not taken.

    Raises:
        NotFound: There is no such answer in the institution.
    """
    row = await fetch_row(
        """update reply_mail r
              set seen_by = coalesce(seen_by, $2), seen_at = coalesce(seen_at, $3)
             from invitation i
            where r.id = $1 and i.id = r.invitation and i.institution = $4
              and r.outcome in ('forged', 'unfit') returning r.id""",
        letter,
        by,
        now,
        institution,
    )
    if row is None:
        raise NotFound
