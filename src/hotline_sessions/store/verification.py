"""How one-time codes and proofs of phones are read and written."""

from datetime import datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.bookings import Caller
from hotline_sessions.domain.codes import CodeState
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql
from hotline_sessions.store.tables.verification import CodeRow, ProofRow


class StoredCode(Struct, frozen=True, kw_only=True):
    """A one-time code as it is kept: for whom, and as a keyed hash."""

    id: int
    phone: str
    caller_name: str
    mac: str
    state: CodeState


async def lock_sends(phone: str) -> None:
    """Let nobody else send a code to ``phone`` until the transaction ends."""
    await run_sql("select pg_advisory_xact_lock(hashtextextended('code:' || $1, 0))", phone)


async def list_sends(phone: str, *, since: datetime) -> list[datetime]:
    """When codes were sent to ``phone`` after ``since``."""
    rows = await fetch_rows(
        "select issued_at from one_time_code where phone = $1 and issued_at > $2", phone, since
    )
    return [row["issued_at"] for row in rows]


async def add_code(
    *, phone: str, caller_name: str, mac: str, token_mac: str, state: CodeState
) -> None:
    """A code that is being sent."""
    await CodeRow(
        phone=phone,
        caller_name=caller_name,
        mac=mac,
        token_mac=token_mac,
        issued_at=state.issued_at,
        expires_at=state.expires_at,
    ).save()


async def find_code(token_mac: str) -> StoredCode | None:
    """The code that was sent in answer to the form with this token."""
    row = await fetch_row("select * from one_time_code where token_mac = $1", token_mac)
    return None if row is None else _read_code(dict(row))


async def lock_code(token_mac: str) -> StoredCode:
    """The same, locked until the transaction ends.

    Raises:
        NotFound: There is none.
    """
    row = await fetch_row("select * from one_time_code where token_mac = $1 for update", token_mac)
    if row is None:
        raise NotFound
    return _read_code(dict(row))


async def mark_code_used(code: int, now: datetime) -> None:
    """The code has done its work."""
    await CodeRow.update({CodeRow.used_at: now}).where(CodeRow.id == code)


async def mark_wrong_try(code: int) -> None:
    """Count one wrong try."""
    await CodeRow.update({CodeRow.attempts: CodeRow.attempts + 1}).where(CodeRow.id == code)


async def add_proof(caller: Caller, *, token_mac: str, now: datetime, until: datetime) -> None:
    """Remember on a device that its holder has shown the phone to be theirs."""
    await ProofRow(
        token_mac=token_mac,
        phone=caller.phone,
        caller_name=caller.name,
        proven_at=now,
        expires_at=until,
    ).save()


async def find_proof(token_mac: str, *, now: datetime) -> Caller | None:
    """The person whose device holds the token, while the proof is good."""
    row = await fetch_row(
        """select phone, caller_name as name from phone_proof
            where token_mac = $1 and expires_at > $2""",
        token_mac,
        now,
    )
    return None if row is None else msgspec.convert(dict(row), Caller)


async def add_spent_wait(token_mac: str, *, now: datetime, forget_before: datetime) -> bool:
    """Note that a wait has served; false if it had before. Those of long ago are forgotten."""
    added = await fetch_value(
        """with forgotten as (delete from spent_wait where spent_at < $3)
           insert into spent_wait (token_mac, spent_at) values ($1, $2)
           on conflict do nothing returning id""",
        token_mac,
        now,
        forget_before,
    )
    return added is not None


def _read_code(row: dict[str, object]) -> StoredCode:
    return msgspec.convert(row | {"state": msgspec.convert(row, CodeState)}, StoredCode)
