"""What a transaction has read of a live session, and need not read again.

A decision looks at its session and at the calls in it several times over, and whoever has
locked the session is the only one to write them. What is written is kept here as it was
written, or forgotten where that is not known; all that was read before the lock is forgotten.
"""

from collections.abc import Sequence
from typing import cast

import msgspec

from hotline_sessions.domain.calls import CallState, Leg
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.transaction import forget, recall, remember


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


def note_session(session: SessionId, **changes: object) -> None:
    """The session has been written: these of its facts are others now, the rest is as it was."""
    if (known := cast("Session | None", recall(locked(session)))) is not None:
        remember(locked(session), msgspec.structs.replace(known, **changes))


def note_leg(leg: Leg) -> None:
    """The leg has been written, whole, as it is here."""
    live, astir = live_legs(leg.session), legs_astir(leg.session)
    if (legs := cast("Sequence[Leg] | None", recall(live))) is not None:
        remember(live, _put_in(leg, legs))
    if (legs := cast("Sequence[Leg] | None", recall(astir))) is None:
        return
    waiting = [each for each in legs if each.state is CallState.WAITING]
    if leg.state is CallState.WAITING and any(each.id != leg.id for each in waiting):
        remember(astir, [each for each in legs if each.id != leg.id])
    elif leg.state is not CallState.WAITING and any(each.id == leg.id for each in waiting):
        forget(astir)  # Whether another one waits was not read.
    else:
        remember(astir, _put_in(leg, legs))


def _put_in(leg: Leg, legs: Sequence[Leg]) -> list[Leg]:
    """Live legs with ``leg`` as it is now; the oldest first."""
    others = [each for each in legs if each.id != leg.id]
    return sorted([*others, leg], key=lambda each: each.id) if leg.is_live else others


def forget_legs(session: SessionId) -> None:
    """A leg of the session has been written."""
    forget(live_legs(session))
    forget(legs_astir(session))


def forget_standing(session: SessionId) -> None:
    """A promise of the session has been written."""
    forget(standing(session))
