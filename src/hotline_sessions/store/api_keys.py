"""How keys of document systems are kept."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import AccountId, InstitutionId, PublicId
from hotline_sessions.domain.systems import ApiKey, Scope
from hotline_sessions.store.engine import fetch_row, fetch_rows, fetch_value, run_sql


class ListedKey(Struct, frozen=True, kw_only=True):
    """A key as it is listed: never the key itself."""

    public_id: PublicId
    name: str
    source_name: str | None
    scopes: Sequence[Scope]
    made_at: datetime
    used_on: date | None


async def add_key(
    public_id: PublicId,
    name: str,
    *,
    source: int | None,
    scopes: Sequence[Scope],
    mac: str,
    institution: InstitutionId,
    account: AccountId | None,
    now: datetime,
) -> int:
    """A new key."""
    added = await fetch_value(
        """insert into api_key (public_id, institution, name, source, scopes, mac, made_by, made_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning id""",
        public_id,
        institution,
        name,
        source,
        [scope.value for scope in scopes],
        mac,
        account,
        now,
    )
    return int(added)


async def find_key(public_id: str) -> ApiKey | None:
    """The key of this name that has not been revoked."""
    row = await fetch_row(
        """select id, public_id, institution, name, source, scopes, mac
             from api_key where public_id = $1 and revoked_at is null""",
        public_id,
    )
    return None if row is None else msgspec.convert(dict(row), ApiKey)


async def mark_used(key: int, *, on: date) -> None:
    """The key was used on that day; written once a day."""
    await run_sql(
        "update api_key set used_on = $2 where id = $1 and used_on is distinct from $2", key, on
    )


async def list_keys(*, institution: InstitutionId) -> list[ListedKey]:
    """Keys of the institution that are in force, by name."""
    rows = await fetch_rows(
        """select k.public_id, k.name, b.name as source_name, k.scopes, k.made_at, k.used_on
             from api_key k left join outside_body b on b.id = k.source
            where k.institution = $1 and k.revoked_at is null order by k.name, k.id""",
        institution,
    )
    return [msgspec.convert(dict(row), ListedKey) for row in rows]


async def revoke_key(public_id: str, *, institution: InstitutionId, now: datetime) -> int | None:
    """Nobody gets in with this key any more; nothing, if there is no such key."""
    revoked: int | None = await fetch_value(
        """update api_key set revoked_at = $3
            where public_id = $1 and institution = $2 and revoked_at is null returning id""",
        public_id,
        institution,
        now,
    )
    return revoked
