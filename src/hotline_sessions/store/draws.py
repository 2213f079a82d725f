"""How draws are read and written, and what those who take part wish."""

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import SessionId, WaitingEntryId
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.store import seen
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


_COLUMNS: Final = "session, commitment, nonce, salt, state, drawn_at, file"


class DrawState(StrEnum):
    """Where a draw stands."""

    OPEN = "open"
    DRAWN = "drawn"


class StoredDraw(Struct, frozen=True, kw_only=True):
    """A draw as it is kept; ``nonce`` and ``salt`` are hexadecimal, and secret until it is drawn.

    ``salt`` stays secret for ever: with it the pseudonym of a known entry could be reckoned.
    """

    session: SessionId
    commitment: str
    nonce: str
    salt: str
    state: DrawState
    drawn_at: datetime | None
    file: str


class Wishes(Struct, frozen=True, kw_only=True):
    """Preferred starts, the dearest first; ``any``: other times suit as well."""

    times: tuple[datetime, ...] = ()
    any: bool = False


async def add_draw(
    session: SessionId, *, commitment: str, nonce: str, salt: str, now: datetime
) -> None:
    """The draw of a session; one that is there already stays as it is."""
    await run_sql(
        """insert into draw (session, commitment, nonce, salt, state, committed_at, file)
           values ($1, $2, $3, $4, 'open', $5, '') on conflict (session) do nothing""",
        session,
        commitment,
        nonce,
        salt,
        now,
    )


async def find_draw(session: SessionId) -> StoredDraw | None:
    """The draw of the session."""
    row = await fetch_row(f"select {_COLUMNS} from draw where session = $1", session)
    return None if row is None else msgspec.convert(dict(row), StoredDraw)


async def list_due_draws(now: datetime) -> list[SessionId]:
    """Sessions whose lots have to fall: registration has closed, and they will be held."""
    rows = await fetch_rows(
        """select s.id from draw d join session s on s.id = d.session
            where d.state = 'open' and s.registration_closes_at <= $1 and s.state = any($2)
            order by s.registration_closes_at, s.id""",
        now,
        sorted(BOOKABLE),
    )
    return [SessionId(row["id"]) for row in rows]


async def lock_open_draw(session: SessionId) -> StoredDraw | None:
    """The draw whose lots have not fallen, locked until the transaction ends."""
    row = await fetch_row(
        f"select {_COLUMNS} from draw where session = $1 and state = 'open' for update", session
    )
    return None if row is None else msgspec.convert(dict(row), StoredDraw)


async def mark_drawn(session: SessionId, file: str, *, now: datetime) -> None:
    """Write what is published, once and for all.

    What is left of the session, or becomes free later, goes to whoever comes first, the
    waiting list before all others.
    """
    await run_sql(
        "update draw set state = 'drawn', drawn_at = $2, file = $3 where session = $1",
        session,
        now,
        file,
    )
    await run_sql(
        "update session set booking_mode = 'first-come', registration_closes_at = null "
        "where id = $1",
        session,
    )
    seen.forget_session(session)


async def mark_wishes(entry: str, wishes: Wishes) -> None:
    """Write what the owner of an entry, named as in addresses, wishes."""
    await run_sql(
        "update waiting_entry set wishes = $2 where public_id = $1",
        entry,
        msgspec.json.encode(wishes).decode(),
    )


async def list_wishes(session: SessionId) -> dict[WaitingEntryId, Wishes]:
    """What everyone who takes part in the draw of the session wishes."""
    rows = await fetch_rows(
        """select id, wishes from waiting_entry
            where session = $1 and is_draw and state = 'waiting'""",
        session,
    )
    return {
        WaitingEntryId(row["id"]): msgspec.json.decode(row["wishes"], type=Wishes) for row in rows
    }


async def find_wishes(entry: WaitingEntryId) -> Wishes:
    """What the owner of the entry wishes."""
    kept = await fetch_value("select wishes from waiting_entry where id = $1", entry)
    return msgspec.json.decode(kept or "{}", type=Wishes)


async def count_entries(session: SessionId) -> int:
    """How many take part in the draw of the session."""
    count: int = await fetch_value(
        """select count(*) from waiting_entry
            where session = $1 and is_draw and state = 'waiting' and place is null""",
        session,
    )
    return count


async def list_phones_with_slot(session: SessionId) -> set[str]:
    """Phones that hold a slot of the session, or are offered one."""
    rows = await fetch_rows(
        "select phone from booking where session = $1 and state in ('booked', 'heard', 'offered')",
        session,
    )
    return {row["phone"] for row in rows}
