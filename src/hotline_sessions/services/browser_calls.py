"""The official takes part from a browser instead of a telephone."""

from datetime import datetime
from functools import partial

from hotline_sessions.domain.calls import CallState, Role
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.prompts import Goodbye, Parting, Prompt
from hotline_sessions.domain.sessions import ANSWERING
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.official_calls import become_official
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.calls import add_leg
from hotline_sessions.store.sessions import find_session, lock_session


async def connect_official(
    session: PublicId, sid: CallSid, delivery: Delivery, speak: Speak, *, clock: Clock
) -> str:
    """Answer to the official's browser: onto the air; a telephone of the same official ends.

    The browser has shown who it is by a token that only the official's own page gives out.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_connect, session, sid, now), speak, now)


async def _connect(name: PublicId, sid: CallSid, now: datetime) -> Prompt:
    found = await find_session(name)
    if found is None:
        return Goodbye(why=Parting.CLOSED)
    session = await lock_session(found.id)
    if session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    leg = await add_leg(session, Role.CITIZEN, CallState.GREETING, now, sid=sid, is_browser=True)
    return await become_official(leg, session, now)
