"""How commands to the telephone network are noted, taken out, and marked."""

from datetime import datetime
from typing import Final

import msgspec

from hotline_sessions.domain.commands import Command, CommandState, NotedCommand
from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_rows, run_sql


ONCE: Final = ("ring", "announce")
"""Kinds never to be repeated: a second call; words said twice into an ear, and too late."""


async def add_command(
    command: Command, *, key: str, session: Session, call: CallId | None, now: datetime
) -> None:
    """Note a command; one with the same ``key`` is noted once, whatever happens again."""
    await run_sql(
        """insert into phone_command (institution, session, call, kind, args, key, state, attempts,
                                      due_at, last_error, noted_at)
           values ($1, $2, $3, $4, $5, $6, 'ready', 0, $7, '', $7)
           on conflict (key) do nothing""",
        session.institution,
        session.id,
        call,
        command.__struct_config__.tag,
        msgspec.json.encode(command).decode(),
        key,
        now,
    )


async def take_due_commands(
    now: datetime, *, lease_until: datetime, limit: int
) -> list[NotedCommand]:
    """Commands to carry out now, leased until ``lease_until``: nobody else gets them before.

    Of one call only the oldest is given out, so that they arrive in order; only the end of a
    recording neither waits for others nor holds them back, however often it fails. Citizens are
    rung after all else, since the network places few calls a second. What must not happen twice
    (``ONCE``) is not given out again when its lease has run out: its sender has died, and nobody
    knows whether it was carried out. The same statement writes that down.
    """
    rows = await fetch_rows(
        """with lost as (
               update phone_command set state = 'unknown', done_at = $1, lease_until = null
                where kind = any($4) and state = 'sending' and lease_until < $1)
           update phone_command c
              set state = 'sending', attempts = attempts + 1, lease_until = $2
            where id in (
                select id from phone_command d
                 where due_at <= $1
                   and (state = 'ready'
                        or (state = 'sending' and lease_until < $1 and kind <> all($4)))
                   and (kind = 'stop-recording' or not exists (
                           select 1 from phone_command e
                            where e.call = d.call and e.id < d.id
                              and e.state in ('ready', 'sending')
                              and e.kind <> 'stop-recording'))
                 order by kind = 'ring' and args ->> 'role' = 'citizen', id
                 limit $3 for update skip locked)
           returning id, session, call, args, attempts,
                     (select sid from call where call.id = c.call) as sid""",
        now,
        lease_until,
        limit,
        ONCE,
    )
    commands = [_read(dict(row)) for row in rows]
    return sorted(commands, key=lambda command: command.id)


async def mark_command(
    command: NotedCommand, state: CommandState, now: datetime, *, error: str = ""
) -> None:
    """How a command ended: ``done``, ``failed`` or ``unknown``."""
    await run_sql(
        """update phone_command set state = $2, done_at = $3, last_error = $4, lease_until = null
            where id = $1""",
        command.id,
        state.value,
        now,
        error,
    )


async def mark_command_due(command: NotedCommand, due_at: datetime, error: str) -> None:
    """Try again at ``due_at``."""
    await run_sql(
        """update phone_command set state = 'ready', due_at = $2, last_error = $3,
                                    lease_until = null
            where id = $1""",
        command.id,
        due_at,
        error,
    )


def _read(row: dict[str, object]) -> NotedCommand:
    args = msgspec.json.decode(str(row.pop("args")), type=Command)
    return msgspec.convert(row | {"args": args}, NotedCommand)
