"""Write what happens to legs. Everything here runs inside a transaction with the session locked."""

from datetime import datetime
from typing import cast

import msgspec
import structlog

from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.calls import CallEvent, CallState, Leg, step
from hotline_sessions.domain.commands import Command, Destination, HangUp, Move, build_key
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.prompts import Parting, Prompt, Said
from hotline_sessions.domain.questions import QuestionOrigin
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.bookings import mark_booking
from hotline_sessions.store.bus import notify
from hotline_sessions.store.call_backs import keep_promise_of
from hotline_sessions.store.calls import mark_leg, mark_step
from hotline_sessions.store.outbox import add_command
from hotline_sessions.store.questions import add_question
from hotline_sessions.store.sessions import draw_turn


log = structlog.get_logger()

SESSION_TOPIC = "session"
"""Topic of hints that something about a session (by its public id) has changed."""
OUTBOX_TOPIC = "outbox"
"""Topic of hints that the outbox has something to send."""


def in_language(prompt: Said, leg: Leg) -> Prompt:
    """``prompt`` in the language that the person on ``leg`` has chosen."""
    return cast("Prompt", msgspec.structs.replace(prompt, language=leg.language))


async def note(leg: Leg, event: CallEvent, now: datetime, **detail: object) -> Leg:
    """The leg after ``event``, written down with its trace.

    An event that changes nothing leaves no trace: it is late or repeated. A talk that
    begins makes its question, so that none is lost, and ends the booking's waiting.

    Raises:
        ImpossibleEvent: A deed of ours does not follow from the leg's state.
    """
    after = step(leg, event, now)
    if after == leg:
        log.debug("call_event_ignored", call_id=leg.id, state=leg.state, event_name=event)
        return leg
    await mark_step(leg, after, event, now, detail)
    if after.state is CallState.TALKING and leg.on_air_at is None:
        await add_question(after, QuestionOrigin.TALK, now)
        if after.booking is not None:
            await mark_booking(after.booking, BookingState.HEARD, now)
            await keep_promise_of(after.booking, after.session, now)
    log.debug("call_advanced", call_id=leg.id, before=leg.state, after=after.state)
    return after


async def keep_short_talk(leg: Leg, now: datetime) -> None:
    """Keep the question of a talk that was over before anybody heard that it had begun."""
    if leg.on_air_at is None:
        ended_at = leg.ended_at or now
        await note_facts(leg, on_air_at=ended_at, off_air_at=ended_at)
        await add_question(leg, QuestionOrigin.TALK, now)


async def note_facts(leg: Leg, **changes: object) -> Leg:
    """The leg with other facts and the same state, written down."""
    after = msgspec.structs.replace(leg, **changes)
    if after != leg:
        await mark_leg(after)
    return after


async def command(order: Command, session: Session, leg: Leg | None, now: datetime) -> None:
    """Note a command to the network; the same one twice is noted once."""
    await add_command(
        order, key=build_key(order), session=session, call=leg.id if leg else None, now=now
    )
    await notify(OUTBOX_TOPIC, session.id)


async def tell_desk(session: PublicId) -> None:
    """Tell whoever watches the session that something has changed."""
    await notify(SESSION_TOPIC, session)


async def see_off(leg: Leg, why: Parting, session: Session, now: datetime) -> Leg:
    """Say goodbye to a citizen; whoever holds the air keeps it until he has left it."""
    after = await note(leg, CallEvent.DISMISSED, now, why=why.value)
    await command(Move(leg=leg.public_id, to=Destination.GOODBYE, why=why), session, leg, now)
    return after


async def ask_to_record(leg: Leg, why: Parting, session: Session, now: datetime) -> Leg:
    """Ask a citizen to leave the question instead; the air is kept until he has left it."""
    event = CallEvent.DISMISSED if leg.is_on_air else CallEvent.RECORDS
    after = await note(leg, event, now, why=why.value)
    turn = await draw_turn(session.id)
    move = Move(leg=leg.public_id, to=Destination.QUESTION, why=why, turn=turn)
    await command(move, session, leg, now)
    return after


async def send_back(leg: Leg, session: Session, now: datetime, *, why: str) -> Leg:
    """Take a citizen from the air, or from the operator, back to the head of the queue."""
    event = CallEvent.RETURNED if leg.is_on_air else CallEvent.SENT_BACK
    after = await note(leg, event, now, why=why)
    turn = await draw_turn(session.id)
    await command(Move(leg=leg.public_id, to=Destination.QUEUE, turn=turn), session, leg, now)
    return after


async def cut_off(leg: Leg, session: Session, now: datetime, *, why: str) -> Leg:
    """End a leg without a word."""
    after = await note(leg, CallEvent.HUNG_UP, now, why=why)
    await command(HangUp(leg=leg.public_id), session, leg, now)
    return after
