"""The alarm of messages: what has not reached its reader, by no channel."""

from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.undelivered import UndeliveredList
from hotline_sessions.store.undelivered import count_undelivered, list_undelivered


KEPT: Final = timedelta(days=7)
"""How long staff are reminded of a message; by then the talk is over, too."""
MOST: Final = 100


async def list_lost_messages(*, staff: Staff, now: datetime) -> UndeliveredList:
    """Messages of the institution that were not delivered in the last days."""
    since = now - KEPT
    return UndeliveredList(
        messages=await list_undelivered(staff.institution, since=since, limit=MOST),
        counts=await count_undelivered(staff.institution, since=since),
    )


async def count_lost_messages(*, staff: Staff, now: datetime) -> int:
    """How many there are."""
    return sum((await count_undelivered(staff.institution, since=now - KEPT)).values())
