"""How channels of institutions are read and written, and the posts in them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.channel_posts import Channel, ChatTaken, Failure, Post, State
from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId, SessionId
from hotline_sessions.domain.publications import Facts
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


class PostToCompare(Struct, frozen=True, kw_only=True):
    """A post whose text may no longer be what it should be."""

    id: int
    session: SessionId
    message: int | None
    version: int
    edition: str
    is_under_way: bool


class Order(Struct, frozen=True, kw_only=True):
    """A version of a post that is being sent; ``message`` is None for the first."""

    id: int
    post: int
    institution: InstitutionId
    session: SessionId
    chat: str
    message: int | None
    body: str
    facts: Facts
    attempts: int
    reason: str
    account: AccountId


class Stuck(Struct, frozen=True, kw_only=True):
    """A session whose post waits for a person."""

    public_id: PublicId
    held_on: date
    starts_at: datetime


_DUE: Final = """
  from telegram_version v join telegram_post p on p.id = v.post
  join telegram_channel c on c.institution = p.institution and c.failure is null
  join session s on s.id = p.session
 where v.state = 'waiting' and v.version = p.version and v.due_at <= $1 and s.ends_at > $1
   and not exists (select from telegram_version u
                    where u.post = p.id and u.state in ('sending', 'unknown'))
"""


async def find_channel(*, institution: InstitutionId) -> Channel | None:
    """The channel of the institution, if it has one."""
    row = await fetch_row(
        """select chat, posts_by_itself, failure, failed_at from telegram_channel
            where institution = $1""",
        institution,
    )
    return None if row is None else msgspec.convert(dict(row), Channel)


async def save_channel(
    chat: str, *, posts_by_itself: bool, institution: InstitutionId, account: AccountId
) -> None:
    """Post to this channel from now on.

    Raises:
        ChatTaken: Another institution does.
    """
    saved = await fetch_value(
        """insert into telegram_channel (institution, chat, posts_by_itself, made_by)
           select $1, $2::text, $3, $4
            where not exists (select from telegram_channel
                               where lower(chat) = lower($2::text) and institution <> $1)
           on conflict (institution) do update
              set chat = excluded.chat, posts_by_itself = excluded.posts_by_itself,
                  made_by = excluded.made_by, failure = null, failed_at = null
           returning institution""",
        institution,
        chat,
        posts_by_itself,
        account,
    )
    if saved is None:
        raise ChatTaken


async def delete_channel(*, institution: InstitutionId) -> None:
    """Post nothing any more."""
    await run_sql("delete from telegram_channel where institution = $1", institution)


async def add_unwanted_posts(*, institution: InstitutionId, now: datetime) -> None:
    """Leave out what was announced before the channel posts by itself."""
    await _add_posts("s.institution = $2", institution, is_wanted=False, now=now)


async def add_wanted_posts(now: datetime) -> None:
    """Post what is announced in institutions whose channels post by themselves."""
    await _add_posts("c.posts_by_itself", None, is_wanted=True, now=now)


async def _add_posts(
    narrow: str, institution: InstitutionId | None, *, is_wanted: bool, now: datetime
) -> None:
    await run_sql(
        f"""insert into telegram_post (institution, session, chat, is_wanted, made_by, made_at)
            select s.institution, s.id, c.chat, $3, c.made_by, $1
              from session s join telegram_channel c on c.institution = s.institution
             where s.state not in ('draft', 'cancelled', 'rescheduled') and s.starts_at > $1
               and ($2::bigint is null or s.institution = $2) and {narrow}
            on conflict (session, chat) do nothing""",
        now,
        institution,
        is_wanted,
    )


async def want_post(
    session: SessionId, *, institution: InstitutionId, account: AccountId, now: datetime
) -> None:
    """Post a session of the institution to its channel, if it has one."""
    await run_sql(
        """insert into telegram_post (institution, session, chat, is_wanted, made_by, made_at)
           select s.institution, s.id, c.chat, true, $3, $4
             from session s join telegram_channel c on c.institution = s.institution
            where s.id = $1 and s.institution = $2
           on conflict (session, chat) do update set is_wanted = true
            where not telegram_post.is_wanted""",
        session,
        institution,
        account,
        now,
    )


async def list_to_compare(now: datetime) -> list[tuple[int, SessionId, str]]:
    """Posts of sessions that are not over: each with its session and the edition of its text."""
    rows = await fetch_rows(
        """select p.id, p.session, p.edition
             from telegram_post p join session s on s.id = p.session
             join telegram_channel c on c.institution = p.institution
            where p.is_wanted and s.ends_at > $1 order by p.id""",
        now,
    )
    return [(row["id"], SessionId(row["session"]), row["edition"]) for row in rows]


async def lock_post(post: int) -> PostToCompare | None:
    """The post; None where another process looks at it just now."""
    row = await fetch_row(
        """select id, session, message, version, edition,
                  exists (select from telegram_version v
                           where v.post = p.id and v.state in ('sending', 'unknown'))
                      as is_under_way
             from telegram_post p where id = $1 for update skip locked""",
        post,
    )
    return None if row is None else msgspec.convert(dict(row), PostToCompare)


async def add_version(
    post: PostToCompare, body: str, edition: str, facts: Facts, *, now: datetime
) -> None:
    """Let the post say ``body``; what was to be said before is not sent any more."""
    await drop_waiting(post, edition, now=now)
    await run_sql(
        """insert into telegram_version (post, version, body, facts, due_at, noted_at)
           values ($1, $2, $3, $4, $5, $5)""",
        post.id,
        post.version + 1,
        body,
        msgspec.json.encode(facts).decode(),
        now,
    )
    await run_sql("update telegram_post set version = version + 1 where id = $1", post.id)


async def drop_waiting(post: PostToCompare, edition: str, *, now: datetime) -> None:
    """Nothing waits to be sent any more, and the text of this edition has been looked at."""
    await run_sql(
        """update telegram_version set state = 'replaced', ended_at = $2
            where post = $1 and state in ('waiting', 'failed')""",
        post.id,
        now,
    )
    await run_sql("update telegram_post set edition = $2 where id = $1", post.id, edition)


async def list_due_chats(now: datetime) -> list[str]:
    """Channels in which something is to be posted or changed."""
    rows = await fetch_rows(f"select distinct p.chat {_DUE} order by p.chat", now)
    return [row["chat"] for row in rows]


async def take_order(chat: str, *, now: datetime, lease_until: datetime) -> Order | None:
    """The next version to send to the channel, marked as being sent."""
    row = await fetch_row(
        f"""with next as (
                select v.id {_DUE} and p.chat = $2
                   and not exists (select from telegram_version w
                                     join telegram_post q on q.id = w.post
                                    where q.chat = $2 and w.state = 'sending')
                 order by v.due_at, v.id limit 1 for update of v, p skip locked)
            update telegram_version v
               set state = 'sending', attempts = v.attempts + 1, due_at = $3
              from next n, telegram_post p
             where v.id = n.id and p.id = v.post
            returning v.id, v.post, p.institution, p.session, p.chat, p.message, v.body,
                      v.facts::text as facts, v.attempts, v.reason, p.made_by as account""",
        now,
        chat,
        lease_until,
    )
    if row is None:
        return None
    facts = msgspec.json.decode(row["facts"], type=Facts)
    return msgspec.convert({**dict(row), "facts": facts}, Order)


async def end_leases(now: datetime) -> int:
    """Who was sending has died: what may be repeated is, the first text of a post is not."""
    rows = await fetch_rows(
        """update telegram_version v
              set state = case when p.message is null then 'unknown' else 'waiting' end
             from telegram_post p
            where p.id = v.post and v.state = 'sending' and v.due_at <= $1 returning v.id""",
        now,
    )
    return len(rows)


async def mark_version(
    version: int,
    state: State,
    *,
    now: datetime,
    due_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Write what became of what was being sent, unless that is known already."""
    await run_sql(
        """update telegram_version
              set state = $2::text, reason = $3, due_at = coalesce($4, due_at),
                  ended_at = case when $2::text in ('sent', 'failed') then $5::timestamptz end
            where id = $1 and state in ('sending', 'unknown')""",
        version,
        state.value,
        reason,
        due_at,
        now,
    )


async def mark_message(post: int, message: int) -> None:
    """Write where in the channel the post stands."""
    await run_sql("update telegram_post set message = $2 where id = $1", post, message)


async def mark_failing(failure: Failure, *, institution: InstitutionId, now: datetime) -> None:
    """The channel cannot be posted to until somebody has put it right."""
    await run_sql(
        """update telegram_channel set failure = $2, failed_at = coalesce(failed_at, $3)
            where institution = $1""",
        institution,
        failure.value,
        now,
    )


async def mark_mended(*, institution: InstitutionId) -> None:
    """Post to the channel again."""
    await run_sql(
        "update telegram_channel set failure = null, failed_at = null where institution = $1",
        institution,
    )


async def find_post(session: SessionId, *, institution: InstitutionId) -> Post | None:
    """The session in the channel of its institution, if it is to be there.

    A post in a channel that the institution had before is not found.
    """
    row = await fetch_row(
        """select p.chat, p.message, v.state, coalesce(v.reason, '') as reason
             from telegram_post p
             join telegram_channel c on c.institution = p.institution and c.chat = p.chat
             left join lateral (select * from telegram_version w where w.post = p.id
                                 order by w.state = 'unknown' desc, w.version desc limit 1) v
               on true
            where p.session = $1 and p.institution = $2 and p.is_wanted""",
        session,
        institution,
    )
    return None if row is None else msgspec.convert(dict(row), Post)


async def take_stuck(
    session: SessionId, states: Sequence[State], *, institution: InstitutionId
) -> Order | None:
    """The version of the post that waits for a person, being sent again from here on."""
    row = await fetch_row(
        """update telegram_version v set state = 'sending'
             from telegram_post p, telegram_channel c
            where v.post = p.id and p.session = $1 and p.institution = $2
              and c.institution = p.institution and c.chat = p.chat
              and v.state = any($3::text[])
              and (v.state = 'unknown' or v.version = p.version and not exists (
                  select from telegram_version u where u.post = p.id and u.state = 'unknown'))
            returning v.id, v.post, p.institution, p.session, p.chat, p.message, v.body,
                      v.facts::text as facts, v.attempts, v.reason, p.made_by as account""",
        session,
        institution,
        [each.value for each in states],
    )
    if row is None:
        return None
    facts = msgspec.json.decode(row["facts"], type=Facts)
    return msgspec.convert({**dict(row), "facts": facts}, Order)


async def forget_message(post: int) -> None:
    """The post stands nowhere any more."""
    await run_sql("update telegram_post set message = null where id = $1", post)


async def list_stuck(*, institution: InstitutionId, now: datetime) -> list[Stuck]:
    """Sessions ahead whose posts wait for a person, in time's order."""
    rows = await fetch_rows(
        """select s.public_id, s.held_on, s.starts_at
             from telegram_post p join session s on s.id = p.session
             join telegram_channel c on c.institution = p.institution and c.chat = p.chat
            where p.institution = $1 and s.ends_at > $2 and p.is_wanted and exists (
                  select from telegram_version v where v.post = p.id
                     and (v.state = 'unknown' or v.version = p.version and (
                          v.state = 'failed' or v.state = 'waiting' and c.failure is not null)))
            order by s.starts_at, s.id""",
        institution,
        now,
    )
    return msgspec.convert([dict(row) for row in rows], list[Stuck])
