"""Talks that a pause has taken: their owners are asked once it is certain that they will not be.

While a session stands still nobody is asked anything. It goes on in the same order, slots and
end moved by as long as it stood: whoever waits loses nothing, whoever hangs up keeps the place,
and an answer given meanwhile would be about a talk that may still be held. Certain it is when a
session closes that was ended in a pause, by staff or as the longest pause was over. Then those
whose talks fell into it, and those who waited on the line as it began, are told and choose;
their talks are not missed.
"""

from datetime import datetime

import structlog

from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.tellings import tell_of_break
from hotline_sessions.store.booking_choices import ask_unheard, find_last_pause


log = structlog.get_logger()


async def ask_unheard_by_pause(session: Session, *, now: datetime) -> None:
    """Tell and ask them, if a pause has ended the session.

    Within the transaction that closes it, before those who have missed their talks are noted.
    """
    since = await find_last_pause(session.id)
    if since is None:
        return
    asked = await ask_unheard(session.id, since=since, version=session.sequence + 1, now=now)
    await tell_of_break(session, asked, now=now)
    log.info("talks_taken_by_pause", session_id=session.id, count=len(asked))
