"""Once a day the ends of all chains are signed, and kept outside of the database, too.

Who owns the database can write a chain anew from its first step, or cut its end off; that
chain does not hold what was signed.
"""

from datetime import date
from typing import Final

import msgspec
import structlog

from hotline_sessions.domain.integrity import SignedHead, sign
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.store.signed_heads import (
    add_signed_head,
    find_day_to_store,
    list_signed_heads,
    list_unsigned_heads,
    mark_stored,
)
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

FOLDER: Final = "heads"
"""Where files with signed ends lie in the storage."""


class HeadsFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file with the ends of all chains of one day."""

    signed_on: date
    heads: list[SignedHead]


async def sign_heads(secret: bytes, storage: Storage, *, clock: Clock) -> int:
    """Sign what is not signed today, then store one day that is not stored; how many days."""
    now = clock.now()
    today = local_date(now)
    async with transaction():
        for head in await list_unsigned_heads(today):
            await add_signed_head(head, today, sign(head, today, secret), now=now)
    day = await find_day_to_store()
    if day is None:
        return 0
    heads = await list_signed_heads(day)
    content = msgspec.json.encode(HeadsFile(signed_on=day, heads=heads))
    await storage.put(f"{FOLDER}/{day.isoformat()}.json", content)
    await mark_stored(day, now)
    log.info("register_heads_signed", day=day.isoformat(), chains=len(heads))
    return 1


def read_heads(content: bytes) -> list[SignedHead]:
    """Signed ends from a file that was stored.

    Raises:
        msgspec.MsgspecError: It is no such file.
    """
    return msgspec.json.decode(content, type=HeadsFile).heads
