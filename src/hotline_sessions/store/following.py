"""How authors follow their appeals: language, addresses, choices; and who deals with them."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.codes import CodeState
from hotline_sessions.domain.following import Following
from hotline_sessions.domain.ids import AppealId, CallId
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


class Given(Struct, frozen=True, kw_only=True):
    """Into whose hands an appeal was given; ``name`` is empty for a member of staff."""

    name: str
    given_at: datetime


class MailCode(Struct, frozen=True, kw_only=True):
    """A code that was sent to an address of mail, without the code."""

    id: int
    email: str
    mac: str
    state: CodeState


async def find_following(appeal: AppealId) -> Following:
    """How the author of the appeal follows it; as by default if nothing else was chosen."""
    row = await fetch_row(
        "select language, phone, email, choices from appeal_following where appeal = $1", appeal
    )
    if row is None:
        return Following()
    return msgspec.convert(dict(row) | {"choices": msgspec.json.decode(row["choices"])}, Following)


async def mark_following(appeal: AppealId, following: Following, *, now: datetime) -> None:
    """How the author of the appeal follows it from now on."""
    await run_sql(
        """insert into appeal_following (appeal, language, phone, email, choices, changed_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (appeal) do update set language = excluded.language,
              phone = excluded.phone, email = excluded.email, choices = excluded.choices,
              changed_at = excluded.changed_at""",
        appeal,
        following.language,
        following.phone,
        following.email,
        msgspec.json.encode(following.choices).decode(),
        now,
    )


async def mark_languages(languages: Mapping[AppealId, str], *, now: datetime) -> None:
    """In which languages the authors of new appeals are written to."""
    await run_sql(
        """insert into appeal_following (appeal, language, changed_at)
           select appeal, language, $3 from unnest($1::bigint[], $2::text[]) as n (appeal, language)
           on conflict (appeal) do nothing""",
        list(languages),
        list(languages.values()),
        now,
    )


async def list_given(appeal: AppealId) -> list[Given]:
    """Into whose hands the appeal was given, in time's order; members of staff are not named."""
    rows = await fetch_rows(
        """select coalesce(u.name, b.name, '') as name, t.assigned_at as given_at
             from assignment t left join unit u on u.id = t.unit
             left join outside_body b on b.id = t.body
            where t.appeal = $1 and t.is_main order by t.id""",
        appeal,
    )
    return [msgspec.convert(dict(row), Given) for row in rows]


async def add_mail_code(appeal: AppealId, email: str, mac: str, state: CodeState) -> int:
    """A code that is being sent to ``email``."""
    added = await fetch_value(
        """insert into appeal_mail_code (appeal, email, mac, issued_at, expires_at)
           values ($1, $2, $3, $4, $5) returning id""",
        appeal,
        email,
        mac,
        state.issued_at,
        state.expires_at,
    )
    return int(added)


async def list_mail_sends(appeal: AppealId, *, since: datetime) -> list[datetime]:
    """When codes were sent by mail for this appeal."""
    rows = await fetch_rows(
        """select issued_at from appeal_mail_code
            where appeal = $1 and issued_at >= $2 order by issued_at""",
        appeal,
        since,
    )
    return [row["issued_at"] for row in rows]


async def find_mail_code(appeal: AppealId) -> MailCode | None:
    """The code that was sent last by mail for this appeal."""
    row = await fetch_row(
        """select id, email, mac, attempts, issued_at, expires_at, used_at from appeal_mail_code
            where appeal = $1 order by issued_at desc, id desc limit 1""",
        appeal,
    )
    if row is None:
        return None
    values = dict(row)
    return msgspec.convert(values | {"state": msgspec.convert(values, CodeState)}, MailCode)


async def mark_wrong_mail_code(code: int) -> None:
    """One more wrong try."""
    await run_sql("update appeal_mail_code set attempts = attempts + 1 where id = $1", code)


async def mark_mail_code_used(code: int, now: datetime) -> None:
    """It has proven the address."""
    await run_sql("update appeal_mail_code set used_at = $2 where id = $1", code, now)


async def find_language(call: CallId | None) -> str:
    """The language that was spoken on a call; Ukrainian without one."""
    found = await fetch_value("select language from call where id = $1", call) if call else None
    return str(found or "uk")
