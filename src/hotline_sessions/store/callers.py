"""What a session knows of somebody who calls: asked in one trip for what is there at all."""

import msgspec
from msgspec import Struct

from hotline_sessions.domain.calls import Leg
from hotline_sessions.store.engine import fetch_row


class Traces(Struct, frozen=True, kw_only=True):
    """Whether there is anything to look for; what it is must still be read and judged."""

    has_called: bool = False
    """Another call from this number, past or live."""
    is_promised: bool = False
    """A call to this number that is to be made."""
    has_booked: bool = False
    """A booking under this number that waits to be heard."""
    is_booked_by_somebody: bool = False
    """Any booking that waits to be heard."""
    stands_by: bool = False
    """The number is on the waiting list and has no slot."""


async def find_traces(leg: Leg) -> Traces:
    """What the session of ``leg`` knows of the number that calls; little if it is withheld."""
    row = await fetch_row(
        """select exists (select 1 from call
                           where session = $1 and peer_number = $2 and id <> $3) as has_called,
                  exists (select 1 from call_back
                           where session = $1 and phone = $2
                             and state in ('due', 'ringing')) as is_promised,
                  exists (select 1 from booking
                           where session = $1 and phone = $2
                             and state = 'booked') as has_booked,
                  exists (select 1 from booking
                           where session = $1 and state = 'booked') as is_booked_by_somebody,
                  exists (select 1 from waiting_entry
                           where session = $1 and phone = $2 and not wants_earlier
                             and (not is_draw or place is not null)
                             and state in ('waiting', 'offered')) as stands_by""",
        leg.session,
        leg.peer_number,
        leg.id,
    )
    return msgspec.convert(dict(row or {}), Traces)
