"""How invitations of officials to their sessions are read and written."""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.attendance import Answer, Engagement, Invited
from hotline_sessions.domain.ids import InstitutionId, OfficialId, PublicId, SessionId
from hotline_sessions.domain.messages import NewMessage
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import Window
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.messages import note_message


_COLUMNS: Final = (
    "i.id, i.institution, i.session, i.official, i.uid, i.sequence, i.recipient, i.language, "
    "i.told_at, i.seen_sequence, i.told, i.is_cancelled, i.answer, i.answered_at, i.proposed_at"
)

STANDING: Final = "s.state not in ('draft', 'cancelled', 'rescheduled', 'closed')"
"""The session is announced and not over."""

ANSWERS: Final = "coalesce(s.substitute, s.official)"
"""Who answers in the session."""


class Facts(Struct, frozen=True, kw_only=True):
    """What an invitation says: the session, who answers in it, and who invites."""

    public_id: PublicId
    institution: InstitutionId
    organizer: str
    state: SessionState
    sequence: int
    official: OfficialId | None
    email: str
    language: str
    engagement: Engagement


async def save_address(
    official: OfficialId, email: str, *, language: str = "uk", institution: InstitutionId
) -> None:
    """Invite the official by mail to ``email`` from now on; not at all if it is empty."""
    await run_sql(
        """delete from official_address a using official o
            where o.id = a.official and a.official = $1 and o.institution = $2""",
        official,
        institution,
    )
    if email:
        await run_sql(
            """insert into official_address (official, email, language)
               select id, $2, $4 from official where id = $1 and institution = $3""",
            official,
            email,
            institution,
            language,
        )


async def list_sessions_to_tell(now: datetime, *, limit: int) -> list[SessionId]:
    """Sessions whose officials' calendars do not show them as they are now."""
    rows = await fetch_rows(
        f"""select s.id from session s
              join official_address a on a.official = {ANSWERS}
              left join invitation i on i.session = s.id and i.official = a.official
             where {STANDING} and s.starts_at > $1
               and (i.id is null or i.is_cancelled or i.seen_sequence <> s.sequence
                    or i.recipient <> a.email or i.language <> a.language)
            union
            select s.id from invitation i join session s on s.id = i.session
             where not i.is_cancelled and s.ends_at > $1 and s.state <> 'closed'
               and (not {STANDING} or i.official is distinct from {ANSWERS}
                    or not exists (select from official_address b where b.official = i.official))
            order by id limit $2""",
        now,
        limit,
    )
    return [SessionId(row["id"]) for row in rows]


async def hand_over_invitations() -> None:
    """Let invitations to sessions that were moved be ones to where these are held now."""
    await run_sql(
        """update invitation i set session = s.rescheduled_to, seen_sequence = -1
             from session s
            where s.id = i.session and s.state = 'rescheduled' and s.rescheduled_to is not null
              and not exists (select from invitation j where j.session = s.rescheduled_to
                                 and j.official = i.official)"""
    )


async def get_facts(session: SessionId) -> Facts:
    """What an invitation to the session says now."""
    row = await fetch_row(
        f"""select s.public_id, s.institution, n.name_uk as organizer, s.state, s.sequence,
                   {ANSWERS} as official, coalesce(a.email, '') as email,
                   coalesce(a.language, 'uk') as language,
                   s.starts_at, s.ends_at, s.time_zone, s.topic, s.place,
                   case when a.language = 'en' and p.title_en <> '' then p.title_en
                        else p.title_uk end as post,
                   coalesce(l.number, '') as line
              from session s
              join institution n on n.id = s.institution
              join post p on p.id = s.post
              left join line l on l.id = s.line
              left join official_address a on a.official = {ANSWERS}
             where s.id = $1""",
        session,
    )
    assert row is not None, "the session was locked"  # noqa: S101 - says what a reader must know
    values: dict[str, Any] = dict(row)
    engagement = Engagement(
        window=Window(starts_at=values.pop("starts_at"), ends_at=values.pop("ends_at")),
        zone=values.pop("time_zone"),
        post=values.pop("post"),
        topic=values.pop("topic"),
        place=values.pop("place"),
        line=values.pop("line"),
    )
    return msgspec.convert({**values, "engagement": engagement}, Facts)


async def list_invited(session: SessionId) -> list[Invited]:
    """Everybody who was invited to the session, also those who are not any more."""
    rows = await fetch_rows(
        f"select {_COLUMNS} from invitation i where i.session = $1 order by i.id", session
    )
    return msgspec.convert([dict(row) for row in rows], list[Invited])


async def find_invited_now(invitation: int) -> int | None:
    """The sequence of an invitation as it stands; None if it does not stand any more."""
    found: int | None = await fetch_value(
        "select sequence from invitation where id = $1 and not is_cancelled", invitation
    )
    return found


async def find_last_sequence(uid: str) -> int:
    """The highest sequence that any calendar was told under this uid; -1 if none was."""
    found: int | None = await fetch_value(
        "select max(sequence) from invitation where uid = $1", uid
    )
    return -1 if found is None else found


async def save_invitation(
    facts: Facts, session: SessionId, *, uid: str, sequence: int, now: datetime
) -> int:
    """Write what the calendar of who answers is told; the answer is asked for anew.

    Returns the key of the invitation.
    """
    found: int = await fetch_value(
        """insert into invitation (institution, session, official, uid, sequence, recipient,
                                   seen_sequence, told, told_at, language)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (session, official) do update
              set sequence = $5, recipient = $6, seen_sequence = $7, told = $8, told_at = $9,
                  language = $10, is_cancelled = false, answer = 'invited', answered_at = null,
                  proposed_at = null, answer_stamped_at = null
           returning id""",
        facts.institution,
        session,
        facts.official,
        uid,
        sequence,
        facts.email,
        facts.sequence,
        facts.engagement.hash(),
        now,
        facts.language,
    )
    return found


async def mark_seen(invitation: int, seen_sequence: int, language: str) -> None:
    """Write that nothing has changed of which the calendar must know."""
    await run_sql(
        "update invitation set seen_sequence = $2, language = $3 where id = $1",
        invitation,
        seen_sequence,
        language,
    )


async def mark_uninvited(invitation: int, sequence: int, now: datetime) -> None:
    """Write that the calendar was told to take the session out."""
    await run_sql(
        """update invitation set is_cancelled = true, sequence = $2, told_at = $3 where id = $1""",
        invitation,
        sequence,
        now,
    )


async def mark_answer(
    invitation: int, answer: Answer, *, proposed_at: datetime | None, now: datetime
) -> None:
    """Write what the official has answered."""
    await run_sql(
        """update invitation set answer = $2, proposed_at = $3, answered_at = $4 where id = $1""",
        invitation,
        answer,
        proposed_at,
        now,
    )


async def mark_asked_again(invitation: int) -> None:
    """Write that the answer does not stand any more, and another one is waited for."""
    await run_sql(
        """update invitation set answer = 'invited', proposed_at = null, answered_at = null
            where id = $1""",
        invitation,
    )


async def note_official_message(
    new: NewMessage,
    invitation: int,
    *,
    sequence: int,
    minutes_before: int | None = None,
    now: datetime,
) -> None:
    """Note a message about one version of an invitation; one with the same key is noted once.

    ``minutes_before`` the start a reminder asks; None for any other message.
    """
    await note_message(new, now=now)
    await run_sql(
        """insert into invitation_message (message, invitation, sequence, minutes_before)
           select id, $2, $3, $4 from message where key = $1
           on conflict (message) do nothing""",
        new.key,
        invitation,
        sequence,
        minutes_before,
    )
