"""Promises to call citizens: made, kept, broken. Runs with the session locked."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.call_backs import (
    AFTER_DROP,
    CallBack,
    CallBackKind,
    CallBackState,
    plan_again,
)
from hotline_sessions.domain.calls import FAREWELL, CallState, Leg, list_citizens
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.queueing import Place
from hotline_sessions.domain.sessions import ADMITTING, RUNNING, Session, SessionState
from hotline_sessions.services.legs import tell_desk
from hotline_sessions.services.ringing import ring_citizen
from hotline_sessions.services.tellings import tell_of_missed_call
from hotline_sessions.services.waiting import list_places
from hotline_sessions.store.call_backs import (
    add_call_back,
    find_call_back_of_leg,
    list_standing,
    mark_call_back,
    mark_due,
)
from hotline_sessions.store.calls import get_leg_by_id, list_live_legs
from hotline_sessions.store.lines import get_line
from hotline_sessions.store.live import list_bookings_by_id
from hotline_sessions.store.sessions import hasten_look


log = structlog.get_logger()

NEAR_POSITION = 2
"""Who is to be called back instead of holding is rung from this place in the queue on."""


async def promise_instead_of_holding(leg: Leg, session: Session, now: datetime) -> bool:
    """Keep the caller's place while he puts the receiver down; whether that is possible.

    It is not when the number is withheld or cannot be called.
    """
    if not may_be_called(leg.peer_number):
        return False
    unfinished = leg.id if leg.on_air_at is not None else leg.resumes
    # The caller hears first that this is so: a call placed meanwhile would find the line busy.
    due_at = now + FAREWELL
    made = await add_call_back(
        session,
        CallBackKind.HOLD,
        str(leg.peer_number),
        now,
        due_at=due_at,
        place_since=leg.waiting_since or now,
        booking=None if unfinished is not None else leg.booking,
        resumes=unfinished,
        language=leg.language,
    )
    if made is not None:
        await hasten_look(session.id, due_at)
    return made is not None


async def promise_after_drop(leg: Leg, session: Session, now: datetime) -> None:
    """Call a citizen again whose talk was cut, unless he calls first."""
    if not may_be_called(leg.peer_number) or leg.is_browser:
        return
    await add_call_back(
        session,
        CallBackKind.DROPPED,
        str(leg.peer_number),
        now,
        due_at=now + AFTER_DROP,
        place_since=leg.waiting_since or leg.started_at,
        resumes=leg.id,
        language=leg.language,
    )
    await hasten_look(session.id, now + AFTER_DROP)


async def keep_promises(session: Session, policy: CallPolicy, now: datetime) -> None:
    """Ring everyone whose call is due."""
    if session.state not in ADMITTING:
        return
    promises = [each for each in await list_standing(session.id) if each.due_at <= now]
    if not promises:
        return
    legs = await list_live_legs(session.id)
    places = await list_places(session, legs, now, policy=policy)
    for promise in promises:
        if promise.state is CallBackState.RINGING:
            continue
        if is_on_line(promise, legs):
            await mark_call_back(promise, CallBackState.REACHED, now)
        elif await _is_void(promise):
            await mark_call_back(promise, CallBackState.CANCELLED, now)
        elif is_turn(promise, session, places):
            resumed = await get_leg_by_id(promise.resumes) if promise.resumes else None
            await ring_citizen(session, promise, resumed, now)


async def note_answered(leg: Leg, now: datetime) -> None:
    """The citizen who was called back takes part: the promise is kept."""
    promise = await find_call_back_of_leg(leg.id)
    if promise is not None and promise.is_standing:
        await mark_call_back(promise, CallBackState.REACHED, now)


async def note_unanswered(leg: Leg, session: Session, policy: CallPolicy, now: datetime) -> None:
    """The citizen who was called back does not take part: once more, or an SMS."""
    promise = await find_call_back_of_leg(leg.id)
    if promise is None or promise.state is not CallBackState.RINGING:
        return
    starts_at = None
    if promise.booking is not None:
        booking = (await list_bookings_by_id([promise.booking])).get(promise.booking)
        starts_at = booking.starts_at + session.shift if booking else None
    again = plan_again(promise, now, slot_starts_at=starts_at, policy=policy)
    if again is not None and session.state in ADMITTING:
        await mark_due(promise, again)
        await hasten_look(session.id, again)
        return
    await mark_call_back(promise, CallBackState.MISSED, now)
    if session.line is not None and session.state in ADMITTING:
        line = await get_line(session.line, institution=session.institution)
        await tell_of_missed_call(promise, session, line.number, now=now)
    await tell_desk(session.public_id)


async def find_promise(session: Session, number: str) -> CallBack | None:
    """The standing promise to this number."""
    promises = await list_standing(session.id)
    return next((each for each in promises if each.phone == number), None)


def may_be_called(number: str | None) -> bool:
    """Whether we call this number at all: only numbers of Ukraine, and never a stranger's cost."""
    return number is not None and number.startswith("+380")


def is_on_line(promise: CallBack, legs: Sequence[Leg]) -> bool:
    """Whether the citizen is on the line already, by a call of his own."""
    return any(
        leg.peer_number == promise.phone
        or (promise.booking is not None and leg.booking == promise.booking)
        for leg in list_citizens(legs)
        if leg.state is not CallState.GREETING
    )


def is_turn(promise: CallBack, session: Session, places: Sequence[Place]) -> bool:
    """Whether it is time to ring: at the slot, when the queue has moved up, or after a drop."""
    match promise.kind:
        case CallBackKind.SLOT:
            return session.state is not SessionState.PAUSED
        case CallBackKind.DROPPED:
            return session.state in RUNNING
        case CallBackKind.HOLD:
            place = next((each for each in places if each.waiter.call_back == promise.id), None)
            return (
                session.state in RUNNING and place is not None and place.position <= NEAR_POSITION
            )


async def _is_void(promise: CallBack) -> bool:
    """Whether the booking for which a call was promised stands no more."""
    if promise.booking is None:
        return False
    booking = (await list_bookings_by_id([promise.booking])).get(promise.booking)
    return booking is None or booking.state is not BookingState.BOOKED
