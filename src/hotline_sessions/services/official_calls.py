"""The official's leg: rung, dialled in or from a browser; on the air for the whole session.

What answers a ``Visit`` here runs inside the transaction that writes the webhook down, and
refuses whom ``open_leg`` refuses.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from hotline_sessions.domain.calls import (
    ASKS_OPERATOR,
    FAREWELL,
    CallEvent,
    CallState,
    Leg,
    OfficialAbsent,
    Role,
    find_official,
    find_on_air,
)
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.prompts import (
    Alone,
    AskOfficial,
    EnterAir,
    Goodbye,
    Notice,
    OfficialMenu,
    Parting,
    Prompt,
    Silence,
    Whisper,
)
from hotline_sessions.domain.sessions import ANSWERING, Session
from hotline_sessions.services.air import settle_air
from hotline_sessions.services.legs import cut_off, note, note_facts, tell_desk
from hotline_sessions.services.open_legs import Visit, open_leg
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.talk_deeds import extend, go_on
from hotline_sessions.services.waiting import place_queue
from hotline_sessions.store.calls import find_leg, list_live_legs, mark_role
from hotline_sessions.store.live import get_host
from hotline_sessions.store.queues import read_queue
from hotline_sessions.store.sessions import mark_official_due
from hotline_sessions.store.transaction import reading


CONFIRM_ATTEMPTS: Final = 2
"""How often the person who picked up is asked to press 1; a machine never does."""
CONFIRM_KEY: Final = "1"
OVERRUN: Final = timedelta(minutes=60)
"""How long after the end of the session the network cuts the official's call at the latest."""
MENU_MINUTES: Final = 5
"""So much longer the official's key makes a talk."""
NEXT_KEY, EXTEND_KEY, OPERATOR_KEY = "1", "2", "3"


async def hang_up_official(session: Session, now: datetime) -> Leg:
    """End the official's leg; inside a transaction with the session locked.

    Raises:
        OfficialAbsent: There is none.
    """
    leg = find_official(await list_live_legs(session.id))
    if leg is None:
        raise OfficialAbsent
    return await cut_off(leg, session, now, why="operator")


async def greet_official(visit: Visit, now: datetime) -> Prompt:
    """Answer to the call that the official has picked up."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    leg = await note(leg, CallEvent.ANSWERED, now)
    await tell_desk(session.public_id)
    host = await get_host(session.id, locale=leg.language)
    return AskOfficial(leg=leg.public_id, attempt=1, host=host)


async def confirm_official(visit: Visit, now: datetime) -> Prompt:
    """Answer to the key that was pressed, or to silence."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    if visit.result == CONFIRM_KEY:
        leg = await note(leg, CallEvent.CONFIRMED, now)
        await settle_air(session, now)
        return _enter(session, leg, now, visit=1)
    if visit.turn < CONFIRM_ATTEMPTS:
        return AskOfficial(leg=leg.public_id, attempt=visit.turn + 1)
    await note(leg, CallEvent.HUNG_UP, now, why="not-confirmed")
    # The farewell is still being spoken: a call placed meanwhile would find the line busy.
    due_at = max(session.official_due_at or now, now + FAREWELL)
    await mark_official_due(session.id, due_at, tries=session.official_tries)
    await settle_air(session, now)
    return Goodbye(why=Parting.FAILED)


async def return_official(visit: Visit, now: datetime) -> Prompt:
    """Answer to the official's coming out of the conference: the menu, then back."""
    session, leg = await open_leg(visit)
    if visit.is_over:
        await note(leg, CallEvent.HUNG_UP, now)
        await settle_air(session, now)
        return Silence()
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    leg = await note(leg, CallEvent.LEFT_AIR, now)
    await settle_air(session, now)
    return OfficialMenu(leg=leg.public_id, visit=visit.turn + 1)


async def choose_from_menu(visit: Visit, now: datetime) -> Prompt:
    """Answer to the key pressed in the menu, or to silence: done, and back to the air."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    # Where there is nothing to go on with, the official is led back all the same.
    with suppress(Conflict):
        await _do(visit.result, session, now)
    await settle_air(session, now)
    entry = _enter(session, leg, now, visit=visit.turn)
    is_called = visit.result == OPERATOR_KEY
    return msgspec.structs.replace(entry, is_operator_called=is_called)


async def come_back(visit: Visit, now: datetime) -> Prompt:
    """Answer to an official whom we have sent to the air (again)."""
    session, leg = await open_leg(visit)
    if not leg.is_live or session.state not in ANSWERING:
        return Goodbye(why=Parting.CLOSED)
    return _enter(session, leg, now, visit=visit.turn)


async def read_alone(public_id: str, *, clock: Clock) -> Prompt:
    """What the official hears before the first citizen has come. Changes nothing."""
    del clock
    leg = await find_leg(public_id)
    return Silence() if leg is None else Alone(leg=leg.public_id)


async def read_notice(public_id: str, notice: Notice, *, clock: Clock) -> Prompt:
    """What is said into one ear. Changes nothing; names are said to the official alone."""
    async with reading(urgent=True):
        leg = await find_leg(public_id)
        if leg is None or not leg.is_live:
            return Silence()
        queue = await read_queue(leg.session, institution=leg.institution)
    waiting = len(place_queue(queue, clock.now()))
    on_air = find_on_air(queue.legs)
    if leg.role is not Role.OFFICIAL or on_air is None or notice is not Notice.BRIEFING:
        return Whisper(notice=notice, waiting=waiting, language=leg.language)
    booking = next((each for each in queue.bookings if each.id == on_air.booking), None)
    return Whisper(
        notice=notice,
        name=booking.caller_name if booking else "",
        community=booking.community if booking else "",
        topic=booking.question if booking else "",
        waiting=waiting,
    )


async def become_official(leg: Leg, session: Session, now: datetime) -> Prompt:
    """The caller on ``leg`` has shown to be the official: to the air; another such leg ends."""
    other = find_official(await list_live_legs(session.id))
    if other is not None and other.id != leg.id:
        await cut_off(other, session, now, why="replaced")
    leg = await mark_role(leg, Role.OFFICIAL, CallState.ENTERING, now)
    await settle_air(session, now)
    return _enter(session, leg, now, visit=1)


async def _do(key: str, session: Session, now: datetime) -> None:
    if key == NEXT_KEY:
        await go_on(session, now)
    elif key == EXTEND_KEY:
        await extend(session, timedelta(minutes=MENU_MINUTES), now)
    elif key == OPERATOR_KEY:
        official = find_official(await list_live_legs(session.id))
        if official is not None:
            await note_facts(official, step=ASKS_OPERATOR)
        await tell_desk(session.public_id)


def _enter(session: Session, leg: Leg, now: datetime, *, visit: int) -> EnterAir:
    limit = max(session.closes_at - now, timedelta()) + OVERRUN
    return EnterAir(
        leg=leg.public_id,
        session=session.public_id,
        visit=visit,
        limit_seconds=int(limit.total_seconds()),
        is_return=visit > 1,
    )
