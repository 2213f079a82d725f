"""Announced sessions with what their officials have answered, and whom to remind of them."""

from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.attendance_reminders import Standing, Trouble, find_trouble
from hotline_sessions.domain.ids import (
    AccountId,
    InstitutionId,
    OfficialId,
    PostId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.times import Window
from hotline_sessions.store.attendance import ANSWERS, STANDING
from hotline_sessions.store.engine import fetch_rows


_UNDELIVERED: Final = """exists (
    select from invitation_message x join message m on m.id = x.message
     where x.invitation = i.id and x.sequence = i.sequence and m.channel = 'email'
       and (m.state in ('failed', 'unknown', 'expired')
            or m.delivery in ('undelivered', 'failed')))"""
"""A letter about the invitation as it is now will never be read."""


class Attending(Struct, frozen=True, kw_only=True):
    """An upcoming session with the answer of its official; ``answer`` is None if not invited."""

    session: SessionId
    public_id: PublicId
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    post_id: PostId
    post: str
    official_id: OfficialId | None
    official: str
    email: str
    answer: Answer | None
    told_at: datetime | None
    answered_at: datetime | None
    proposed_at: datetime | None
    is_undelivered: bool

    @property
    def window(self) -> Window:
        """When it is held."""
        return Window(starts_at=self.starts_at, ends_at=self.ends_at)

    def find_trouble(self, now: datetime) -> Trouble | None:
        """Why staff have to do something about it at ``now``."""
        if self.answer is None or self.told_at is None:
            return None
        known = Standing(
            starts_at=self.starts_at,
            told_at=self.told_at,
            answer=self.answer,
            answered_at=self.answered_at,
            is_undelivered=self.is_undelivered,
        )
        return find_trouble(known, now=now)


async def list_attending(
    *, institution: InstitutionId, now: datetime, session: str | None = None, limit: int = 200
) -> list[Attending]:
    """Announced sessions that are not over, in time's order, with the answers to invitations."""
    rows = await fetch_rows(
        f"""select s.id as session, s.public_id, s.starts_at, s.ends_at, s.time_zone,
                   p.id as post_id, p.title_uk as post, o.id as official_id,
                   coalesce(o.full_name, '') as official, coalesce(a.email, '') as email,
                   i.answer, i.told_at, i.answered_at, i.proposed_at,
                   {_UNDELIVERED} as is_undelivered
              from session s
              join post p on p.id = s.post
              left join official o on o.id = {ANSWERS}
              left join official_address a on a.official = o.id
              left join invitation i
                on i.session = s.id and i.official = o.id and not i.is_cancelled
             where s.institution = $1 and s.ends_at > $2 and {STANDING}
               and ($3::text is null or s.public_id = $3)
             order by s.starts_at, s.id limit $4""",
        institution,
        now,
        session,
        limit,
    )
    return msgspec.convert([dict(row) for row in rows], list[Attending])


class Near(Struct, frozen=True, kw_only=True):
    """An invitation to a session that starts soon, with whom to write to about it."""

    invitation: int
    sequence: int
    session: SessionId
    institution: InstitutionId
    recipient: str
    language: str
    ring_number: str | None
    known: Standing


async def list_near(now: datetime, *, until: datetime) -> list[Near]:
    """Invitations that stand to sessions that start before ``until``, in time's order.

    With them those to later sessions of which it is known already that the official may not come.
    """
    rows = await fetch_rows(
        f"""select i.id as invitation, i.sequence, s.id as session, i.institution, i.recipient,
                   i.language, o.ring_number, s.starts_at, i.told_at, i.answer, i.answered_at,
                   {_UNDELIVERED} as is_undelivered
              from session s
              join invitation i on i.session = s.id and i.official = {ANSWERS}
              join official o on o.id = i.official
             where s.starts_at > $1 and {STANDING} and not i.is_cancelled
               and (s.starts_at <= $2 or i.answer in ('declined', 'proposed') or {_UNDELIVERED})
             order by s.starts_at, i.id""",
        now,
        until,
    )
    return [_read_near(row) for row in rows]


def _read_near(row: asyncpg.Record) -> Near:
    values: dict[str, Any] = dict(row)
    names = ("starts_at", "told_at", "answer", "answered_at", "is_undelivered")
    known = msgspec.convert({name: values.pop(name) for name in names}, Standing)
    return msgspec.convert({**values, "known": known}, Near)


class Warned(Struct, frozen=True, kw_only=True):
    """A member of staff who plans sessions and has said where to write to."""

    account: AccountId
    email: str


async def list_warned(roles: list[str], *, institution: InstitutionId) -> list[Warned]:
    """Members of staff with one of ``roles`` whom a letter reaches."""
    rows = await fetch_rows(
        """select id as account, email from account
            where institution = $1 and is_active and email <> '' and roles && $2::varchar[]
            order by id""",
        institution,
        roles,
    )
    return [msgspec.convert(dict(row), Warned) for row in rows]


async def is_reminder_true(message: int) -> bool:
    """Whether the reminder still tells of a session as it is held, and is still to be answered."""
    rows = await fetch_rows(
        f"""select from invitation_message x
              join invitation i on i.id = x.invitation
              join session s on s.id = i.session
             where x.message = $1 and i.sequence = x.sequence and not i.is_cancelled
               and i.official = {ANSWERS} and {STANDING}
               and i.answer not in ('declined', 'proposed')
               and not (i.answer = 'accepted' and i.answered_at
                        >= s.starts_at - make_interval(mins => x.minutes_before))""",
        message,
    )
    return bool(rows)
