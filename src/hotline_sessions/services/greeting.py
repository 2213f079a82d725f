"""A citizen calls: which session, whose booking, and into the queue."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.calls import CallEvent, CallState, Identity, Leg, Role
from hotline_sessions.domain.codes import CODE_DIGITS
from hotline_sessions.domain.commands import HangUp
from hotline_sessions.domain.deliveries import Delivery
from hotline_sessions.domain.errors import Forbidden
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.lines import Line
from hotline_sessions.domain.prompts import (
    AskCode,
    AskTail,
    Goodbye,
    Host,
    NoSession,
    Parting,
    Prompt,
    Wait,
)
from hotline_sessions.domain.sessions import ADMITTING, Session
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.bookings import build_booking_mac
from hotline_sessions.services.inbox import Speak, answer_once
from hotline_sessions.services.legs import command, note, note_facts, tell_desk
from hotline_sessions.services.open_legs import Visit, open_leg
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.bookings import find_booking_by_code, find_live_booking
from hotline_sessions.store.calls import add_leg, list_live_legs
from hotline_sessions.store.lines import list_lines_of_number
from hotline_sessions.store.live import (
    count_open_bookings,
    find_next_session,
    get_host,
    list_bookings_by_id,
)
from hotline_sessions.store.sessions import list_admitting, lock_session


CODE_ATTEMPTS: Final = 3
"""Tries to key in a code; then the caller waits like one without a booking."""
NO_BOOKING: Final = frozenset({"", "0"})
"""Silence, or the key for "I have no booking"."""


class Incoming(Struct, frozen=True, kw_only=True):
    """A call that comes in; ``caller`` is None when the number is withheld."""

    sid: CallSid
    line: str
    caller: str | None = None


async def greet(incoming: Incoming, delivery: Delivery, speak: Speak, *, clock: Clock) -> str:
    """Answer to a call that comes in.

    Raises:
        Forbidden: The number that was called is no line of ours.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_greet, incoming, now), speak, now)


async def accept_code(
    keyed: Visit, delivery: Delivery, speak: Speak, *, secret: bytes, clock: Clock
) -> str:
    """Answer to a code, or to silence.

    Raises:
        NotFound: There is no such leg.
        Forbidden: The leg belongs to another call.
    """
    now = clock.now()
    return await answer_once(delivery, partial(_accept, keyed, secret, now), speak, now)


async def _greet(incoming: Incoming, now: datetime) -> Prompt:
    lines = await list_lines_of_number(incoming.line, on=local_date(now))
    if not lines:
        raise Forbidden
    session = await _lock_admitting(lines)
    if session is None:
        following = await find_next_session([line.id for line in lines], now)
        if following is None:
            return NoSession()
        return NoSession(starts_at=following.starts_at, time_zone=following.time_zone)
    booking = await _find_booking(session, incoming.caller)
    leg = await add_leg(
        session,
        Role.CITIZEN,
        CallState.GREETING,
        now,
        sid=incoming.sid,
        peer_number=incoming.caller,
        booking=booking.id if booking else None,
    )
    leg = await _take_over(leg, session, now)
    await tell_desk(session.public_id)
    host = await get_host(session.id, locale=leg.language)
    if booking:
        return AskTail(leg=leg.public_id, attempt=1, host=host)
    if await count_open_bookings(session.id):
        return AskCode(leg=leg.public_id, attempt=1, host=host)
    return await _admit(leg, session, now, host=host)


async def _accept(keyed: Visit, secret: bytes, now: datetime) -> Prompt:
    session, leg = await open_leg(keyed)
    if not leg.is_live or session.state not in ADMITTING:
        return Goodbye(why=Parting.CLOSED)
    if leg.state is not CallState.GREETING:
        return build_wait(leg, session)
    if keyed.result in NO_BOOKING:
        return await _admit(await note_facts(leg, booking=None), session, now)
    booking, identity = await _match(leg, keyed.result, session, secret)
    if booking is not None:
        await _take_over_booking(leg, booking, session, now)
        leg = await note_facts(leg, booking=booking.id, identity=identity)
        return await _admit(leg, session, now, booking=booking)
    leg = await note_facts(leg, code_tries=leg.code_tries + 1)
    if leg.code_tries >= CODE_ATTEMPTS:
        return await _admit(await note_facts(leg, booking=None), session, now)
    ask = AskTail if leg.booking is not None else AskCode
    return ask(leg=leg.public_id, attempt=keyed.turn + 1)


async def _match(
    leg: Leg, digits: str, session: Session, secret: bytes
) -> tuple[Booking | None, Identity]:
    """Booking that ``digits`` open: the one of the caller's number by two, any by all six."""
    if leg.booking is not None:
        booking = (await list_bookings_by_id([leg.booking])).get(leg.booking)
        if booking and booking.state is BookingState.BOOKED and digits == booking.code_hint:
            return booking, Identity.WEAK
    if len(digits) == CODE_DIGITS:
        mac = build_booking_mac(secret, session.public_id, digits)
        return await find_booking_by_code(session.id, mac), Identity.CODE
    return None, Identity.NONE


async def _admit(
    leg: Leg,
    session: Session,
    now: datetime,
    *,
    booking: Booking | None = None,
    host: Host | None = None,
) -> Wait:
    leg = await note(leg, CallEvent.ADMITTED, now, identity=leg.identity.value)
    await tell_desk(session.public_id)
    return build_wait(leg, session, booking=booking, host=host)


def build_wait(
    leg: Leg,
    session: Session,
    *,
    booking: Booking | None = None,
    host: Host | None = None,
    is_return: bool = False,
) -> Wait:
    """The queue of ``session`` for ``leg``."""
    return Wait(
        leg=leg.public_id,
        session=session.public_id,
        visit=leg.turn,
        slot_starts_at=booking.starts_at if booking else None,
        time_zone=session.time_zone,
        host=host,
        is_return=is_return,
    )


async def _lock_admitting(lines: Sequence[Line]) -> Session | None:
    for line in lines:
        for candidate in await list_admitting(line=line.id):
            session = await lock_session(candidate.id)
            if session.state in ADMITTING:
                return session
    return None


async def _find_booking(session: Session, caller: str | None) -> Booking | None:
    if caller is None:
        return None
    booking = await find_live_booking(session.id, caller)
    return booking if booking and booking.state is BookingState.BOOKED else None


async def _take_over(leg: Leg, session: Session, now: datetime) -> Leg:
    """A second call from one number takes the place of the first; a talk is never cut by it."""
    if leg.peer_number is None:
        return leg
    since = leg.waiting_since
    for other in await list_live_legs(session.id):
        is_same = other.peer_number == leg.peer_number and other.role is Role.CITIZEN
        if not is_same or other.id == leg.id or other.is_on_air:
            continue
        since = min(filter(None, (since, other.waiting_since)), default=None)
        await _replace(other, session, now)
    return await note_facts(leg, waiting_since=since)


async def _take_over_booking(leg: Leg, booking: Booking, session: Session, now: datetime) -> None:
    """A booking has one place in the queue: the latest call that has proven it holds it."""
    for other in await list_live_legs(session.id):
        if other.booking == booking.id and other.id != leg.id and not other.is_on_air:
            await _replace(other, session, now)


async def _replace(leg: Leg, session: Session, now: datetime) -> None:
    await note(leg, CallEvent.REPLACED, now)
    await command(HangUp(leg=leg.public_id), session, leg, now)
