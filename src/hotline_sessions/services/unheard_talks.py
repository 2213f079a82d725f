"""Talks that were not held through no fault of their owners, who are asked what they want.

While a session stands still nobody is asked anything. It goes on in the same order, slots and
end moved by as long as it stood: whoever waits loses nothing, whoever hangs up keeps the place,
and an answer given meanwhile would be about a talk that may still be held. Neither is anybody
asked while an official is late, who may still come. Certain it is when a session closes. Then
those are told and choose whose talks fell into the pause or the absence in which it ended, or
behind an early end; and those who were on the line by then and were not heard. None of these
talks is missed.
"""

from datetime import datetime

import structlog

from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.tellings import tell_of_unheard
from hotline_sessions.store.booking_choices import ask_unheard, find_last_talk


log = structlog.get_logger()


async def ask_unheard_owners(session: Session, *, now: datetime) -> None:
    """Tell and ask those who could not be heard.

    Within the transaction that closes it, before those who have missed their talks are noted.
    """
    last = await find_last_talk(session.id)
    if last is None:
        return
    asked = await ask_unheard(
        session.id, last.cause, since=last.since, version=session.sequence + 1, now=now
    )
    await tell_of_unheard(session, asked, last.cause, now=now)
    log.info("talks_not_held", session_id=session.id, cause=last.cause.value, count=len(asked))
