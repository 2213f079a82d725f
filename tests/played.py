"""A session that is played by hand: legs that come, wait, talk and go, at moments of choice.

Used where a page is looked at and not the telephone: what the network would report is
written down as if it had.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec
from tests.factories import NOW, make_booking, make_institution, make_post, make_session, make_slots

from hotline_sessions.domain.calls import CallEvent, CallState, Identity, Leg, Role
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import Session, SessionEvent, SessionState
from hotline_sessions.services.legs import note, note_facts, tell_desk
from hotline_sessions.store.calls import add_leg, get_leg, list_live_legs
from hotline_sessions.store.sessions import (
    add_session_event,
    get_session,
    lock_session,
    mark_state,
)
from hotline_sessions.store.transaction import transaction


TODAY: Final = date(2026, 11, 23)
YESTERDAY: Final = NOW - timedelta(days=1)


async def plan_session(home: Institution | None = None, *, talk_minutes: int = 10) -> Session:
    """A session of this morning: from ten to eleven, announced the day before."""
    institution = home or await make_institution()
    post = await make_post(institution=institution.id)
    return await make_session(
        institution=institution,
        post=post,
        held_on=TODAY,
        opens_clock=time(10),
        closes_clock=time(11),
        talk_minutes=talk_minutes,
        now=YESTERDAY,
    )


async def step(
    session: Session, event: SessionEvent, state: SessionState, now: datetime = NOW
) -> Session:
    """The session in ``state``, with its trace."""
    async with transaction():
        locked = await lock_session(session.id)
        await mark_state(session.id, state, now)
        await add_session_event(locked, state, event, now)
        await tell_desk(session.public_id)
    return await get_session(session.id, institution=session.institution)


async def open_session(
    home: Institution | None = None, *, now: datetime = NOW, talk_minutes: int = 10
) -> Session:
    """A session of this morning that goes on."""
    session = await plan_session(home, talk_minutes=talk_minutes)
    await step(session, SessionEvent.OPEN, SessionState.OPEN, now)
    return await step(session, SessionEvent.START, SessionState.LIVE, now)


async def bring_official(session: Session, now: datetime = NOW) -> Leg:
    """The official on the air."""
    async with transaction():
        locked = await lock_session(session.id)
        leg = await add_leg(locked, Role.OFFICIAL, CallState.DIALLING, now)
        leg = await note_facts(leg, sid=CallSid(f"CA{leg.id:032}"))
        for event in (CallEvent.ANSWERED, CallEvent.CONFIRMED, CallEvent.ENTERED_AIR):
            leg = await note(leg, event, now)
        await tell_desk(session.public_id)
        return leg


async def call_in(
    session: Session,
    *,
    name: str = "",
    question: str = "Коли буде перерахунок субсидії?",
    number: str | None = None,
    now: datetime = NOW,
    slot: int = 0,
) -> Leg:
    """A citizen in the queue; with a name, one who has booked and keyed in the code."""
    booking = None
    if name:
        chosen = (await make_slots(session))[slot]
        taken = await make_booking(
            session=session, slot=chosen, name=name, question=question, now=YESTERDAY
        )
        booking = taken.booking.id
    async with transaction():
        locked = await lock_session(session.id)
        leg = await add_leg(
            locked, Role.CITIZEN, CallState.GREETING, now, peer_number=number, booking=booking
        )
        known = msgspec.structs.replace(
            leg,
            identity=Identity.CODE if name else Identity.NONE,
            sid=CallSid(f"CA{leg.id:032}"),
        )
        leg = await note(known, CallEvent.ADMITTED, now + timedelta(seconds=20))
        await tell_desk(session.public_id)
        return leg


async def happen(leg: Leg, *events: CallEvent, now: datetime = NOW, why: str = "") -> Leg:
    """The leg after ``events``, all at once."""
    async with transaction():
        session = await lock_session(leg.session)
        leg = await get_leg(leg.public_id)
        for event in events:
            leg = await note(leg, event, now, **({"why": why} if why else {}))
        await tell_desk(session.public_id)
    return leg


async def put_on_air(leg: Leg, now: datetime = NOW) -> Leg:
    """A waiting citizen who talks."""
    return await happen(leg, CallEvent.SUMMONED, CallEvent.CAME, CallEvent.ENTERED_AIR, now=now)


async def leave_air(leg: Leg, now: datetime = NOW) -> Leg:
    """A citizen who has hung up after the talk."""
    return await happen(leg, CallEvent.LEFT_AIR, now=now)


async def list_states(session: Session) -> list[CallState]:
    """States of the live legs, the oldest first."""
    return [leg.state for leg in await list_live_legs(session.id)]
