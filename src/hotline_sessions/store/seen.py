"""What a transaction has read of a live session, and need not read again.

A decision looks at its session and at the calls in it several times over, and whoever has
locked the session is the only one to write them. What is written is forgotten here, and so
is all that was read before the lock.
"""

from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.transaction import forget, remember


Key = tuple[str, SessionId]


def locked(session: SessionId) -> Key:
    """Under which a locked session is kept."""
    return ("locked session", session)


def live_legs(session: SessionId) -> Key:
    """Under which the live legs of a session are kept."""
    return ("live legs", session)


def legs_astir(session: SessionId) -> Key:
    """Under which those of its legs are kept on which a step may depend."""
    return ("legs astir", session)


def standing(session: SessionId) -> Key:
    """Under which the promised calls of a session are kept that still stand."""
    return ("standing promises", session)


def note_locked(session: Session) -> None:
    """The session has been locked just now: what was read before may be old."""
    forget_legs(session.id)
    forget_standing(session.id)
    remember(locked(session.id), session)


def forget_session(session: SessionId) -> None:
    """The session has been written."""
    forget(locked(session))


def forget_legs(session: SessionId) -> None:
    """A leg of the session has been written."""
    forget(live_legs(session))
    forget(legs_astir(session))


def forget_standing(session: SessionId) -> None:
    """A promise of the session has been written."""
    forget(standing(session))
