"""The end of a session on the telephone: everyone is seen off."""

from datetime import datetime

from hotline_sessions.domain.calls import CallState, find_official, list_citizens
from hotline_sessions.domain.commands import EndAir
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.legs import command, cut_off, see_off, tell_desk
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.sessions import mark_next_wanted


async def see_everyone_off(session: Session, why: Parting, now: datetime) -> None:
    """Say goodbye to all citizens, hang up on the official, end the conference.

    Runs inside a transaction with the session locked, after its state has been written.
    """
    legs = await list_live_legs(session.id)
    for leg in list_citizens(legs):
        if leg.state is not CallState.WRAPPING:
            await see_off(leg, why, session, now)
    official = find_official(legs)
    if official is not None:
        await cut_off(official, session, now, why=why.value)
        await command(EndAir(session=session.public_id), session, None, now)
    if session.next_wanted:
        await mark_next_wanted(session.id, wanted=False)
    await tell_desk(session.public_id)
