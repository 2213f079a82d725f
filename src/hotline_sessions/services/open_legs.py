"""Open a leg for a decision: its session locked, the leg read after that."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeAlias

from msgspec import Struct

from hotline_sessions.domain.calls import Leg
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.errors import Forbidden, NotFound
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import Prompt
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.legs import note_facts
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.open_legs import lock_leg


class Visit(Struct, frozen=True, kw_only=True):
    """A call that asks what comes next; ``turn`` is the summons or the prompt it comes from."""

    leg: PublicId
    sid: CallSid
    turn: int = 0
    is_over: bool = False
    """Whether the network says that the call has ended."""
    result: str = ""
    """What was keyed in, or why it has left the queue, in the network's words."""


Decide: TypeAlias = Callable[[Visit, datetime], Awaitable[Prompt]]
"""What comes next for a visit at a moment: opens its leg, changes what it has to, answers.

Runs inside the transaction that writes the webhook down.
"""


async def answer_visit(
    decide: Decide, visit: Visit, delivery: Delivery, speak: Speak, *, clock: Clock
) -> str:
    """Answer to a visit: by ``decide`` the first time, later the one kept.

    Raises:
        NotFound: There is no such leg.
        Forbidden: The leg belongs to another call.
    """
    now = clock.now()
    return await answer_once(delivery, partial(decide, visit, now), speak, now, leg=visit.leg)


async def open_leg(visit: Visit) -> tuple[Session, Leg]:
    """Session, locked, and leg of a webhook that names both the leg and the call.

    A leg whose call is not known yet (the answer to our ringing was lost) learns it.

    Raises:
        NotFound: There is no such leg.
        Forbidden: The leg belongs to another call.
    """
    opened = await lock_leg(visit.leg)
    if opened is None:
        raise NotFound
    session, leg = opened
    if leg.sid is None:
        leg = await note_facts(leg, sid=visit.sid)
    if leg.sid != visit.sid:
        raise Forbidden
    return session, leg
