"""The official's link: it opens one session for one person, without an account.

It is made of the session and of the person who answers in it: a substitute gets another
link, and the old one opens nothing any more.
"""

from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.domain.errors import TooLate
from hotline_sessions.domain.links import BadLink, LinkExpired, read, sign
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.store.sessions import find_session


LINK_KEPT: Final = timedelta(days=1)
"""How long after the end of the session the official can still look and note."""

CLOSED_TO_OFFICIALS: Final = frozenset(
    {SessionState.DRAFT, SessionState.CANCELLED, SessionState.RESCHEDULED}
)
"""States in which there is nothing for the official to do."""


class SessionLinkExpired(TooLate):
    """The session is over, and the official's link with it."""

    code = "session-link-expired"


def build_official_token(session: Session, *, secret: bytes) -> str:
    """What the address of the official's page ends with; the same until somebody substitutes."""
    until = session.ends_at + LINK_KEPT
    return sign(secret, _purpose_of(session), session.public_id, until)


async def open_by_token(token: str, *, secret: bytes, now: datetime) -> Session:
    """The session that a link opens.

    Raises:
        BadLink: We have not signed it, or for somebody who does not answer any more.
        SessionLinkExpired: Its time has passed.
    """
    session = await find_session(token.partition(".")[0])
    if session is None or session.state in CLOSED_TO_OFFICIALS:
        raise BadLink
    try:
        read(secret, _purpose_of(session), token, now)
    except LinkExpired:
        raise SessionLinkExpired from None
    return session


def _purpose_of(session: Session) -> str:
    """Whom the link is for: who substitutes, else who was announced."""
    return f"official-{session.substitute or session.official or 0}"
