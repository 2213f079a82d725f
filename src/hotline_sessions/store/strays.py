"""How the session is found that a call belongs to which was answered without us."""

from collections.abc import Collection
from datetime import datetime, timedelta

from hotline_sessions.domain.ids import LineId, SessionId
from hotline_sessions.store.engine import fetch_value


async def find_session_at(
    lines: Collection[LineId], at: datetime, *, since: timedelta
) -> SessionId | None:
    """The session of the ``lines`` that was held, or the last one held before, at ``at``.

    One that begins within half an hour counts as held: its line may have been open. One
    that began longer than ``since`` before counts no more.
    """
    found = await fetch_value(
        """select id from session
            where line = any($1::bigint[]) and state not in ('draft', 'cancelled')
              and starts_at <= $2::timestamptz + interval '30 minutes'
              and starts_at > $2::timestamptz - $3::interval
            order by starts_at desc, id limit 1""",
        list(lines),
        at,
        since,
    )
    return None if found is None else SessionId(found)
