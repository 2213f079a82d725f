"""The end of a session on the telephone: everyone is seen off."""

from datetime import datetime

from hotline_sessions.domain.calls import (
    RINGING,
    CallEvent,
    CallState,
    Leg,
    find_official,
    find_operators,
    list_citizens,
)
from hotline_sessions.domain.commands import Destination, EndAir, Move
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.legs import command, cut_off, note, see_off, tell_desk
from hotline_sessions.store.call_backs import cancel_call_backs
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.sessions import mark_next_wanted


async def see_everyone_off(session: Session, why: Parting, now: datetime) -> None:
    """Say goodbye to all citizens, to the official and to operators, end the conference.

    Runs inside a transaction with the session locked, after its state has been written.
    """
    legs = await list_live_legs(session.id)
    for leg in list_citizens(legs):
        if leg.state in RINGING:
            await cut_off(leg, session, now, why=why.value)
        elif leg.state is not CallState.WRAPPING:
            await _part(leg, why, session, now)
    official = find_official(legs)
    if official is not None:
        await part_with_staff(official, why, session, now)
        await command(EndAir(session=session.public_id), session, None, now)
    for operator in find_operators(legs):
        await part_with_staff(operator, why, session, now)
    await cancel_call_backs(session.id, now)
    if session.next_wanted:
        await mark_next_wanted(session.id, wanted=False)
    await tell_desk(session.public_id)


async def part_with_staff(leg: Leg, why: Parting, session: Session, now: datetime) -> Leg:
    """End the leg of an official or an operator: with a word, unless it still rings."""
    if leg.state in RINGING:
        return await cut_off(leg, session, now, why=why.value)
    after = await note(leg, CallEvent.HUNG_UP, now, why=why.value)
    await command(Move(leg=leg.public_id, to=Destination.GOODBYE, why=why), session, leg, now)
    return after


async def _part(leg: Leg, why: Parting, session: Session, now: datetime) -> None:
    if leg.state is CallState.QUESTION:
        await cut_off(leg, session, now, why=why.value)
    else:
        await see_off(leg, why, session, now)
