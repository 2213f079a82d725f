"""Keys of document systems: made, shown once, recognised, revoked."""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.systems import ApiKey, Scope
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.tokens import build_token_mac, draw_token
from hotline_sessions.store.api_keys import (
    ListedKey,
    add_key,
    find_key,
    list_keys,
    mark_used,
    revoke_key,
)
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.outer_appeals import lock_source
from hotline_sessions.store.public_ids import draw_public_id
from hotline_sessions.store.transaction import transaction


PREFIX: Final = "hls"
"""By which a key that was put somewhere by mistake is found."""
PURPOSE: Final = "api-key"
_KEY: Final = re.compile(rf"{PREFIX}_(?P<name>[0-9a-z]{{10}})_(?P<token>[A-Za-z0-9_-]{{16,64}})")


async def make_key(
    name: str,
    scopes: Sequence[Scope],
    *,
    source: int | None,
    staff: Staff,
    secret: bytes,
    now: datetime,
) -> str:
    """A new key, to be shown once: only what proves it is kept.

    Raises:
        NotFound: The institution knows no such body.
    """
    public_id, token = draw_public_id(), draw_token()
    async with transaction():
        if source is not None:
            await lock_source(source, institution=staff.institution)
        made = await add_key(
            public_id,
            name,
            source=source,
            scopes=scopes,
            mac=build_token_mac(secret, PURPOSE, token),
            institution=staff.institution,
            account=staff.account,
            now=now,
        )
        await _note("api_key_made", made, staff=staff, now=now, scopes=[*map(str, scopes)])
    return f"{PREFIX}_{public_id}_{token}"


async def recognise(text: str, *, secret: bytes, now: datetime) -> ApiKey | None:
    """Whose key this is; None for any that is not in force."""
    found = _KEY.fullmatch(text)
    key = await find_key(found["name"]) if found else None
    given = build_token_mac(secret, PURPOSE, found["token"] if found else "")
    if key is None or not hmac.compare_digest(given, key.mac):
        return None
    await mark_used(key.id, on=local_date(now))
    return key


async def revoke(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Nobody gets in with this key any more.

    Raises:
        NotFound: The institution has no such key in force.
    """
    async with transaction():
        revoked = await revoke_key(public_id, institution=staff.institution, now=now)
        if revoked is None:
            raise NotFound
        await _note("api_key_revoked", revoked, staff=staff, now=now)


async def list_for_staff(*, staff: Staff) -> list[ListedKey]:
    """Keys in force of the institution of ``staff``."""
    return await list_keys(institution=staff.institution)


async def _note(
    action: str, key: int, *, staff: Staff, now: datetime, scopes: Sequence[str] = ()
) -> None:
    await add_entry(
        action,
        "api_key",
        key,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail={"scopes": list(scopes)} if scopes else None,
    )
