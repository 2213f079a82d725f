"""When time alone may next change something at a session."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.domain.call_backs import CallBack, CallBackState
from hotline_sessions.domain.calls import (
    NEAR_AIR,
    CallState,
    Leg,
    count_left,
    find_official,
    find_on_air,
    is_official_present,
    list_waiting,
)
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.sessions import RUNNING, Session, SessionState


LONGEST: Final = timedelta(seconds=60)
"""A session under way is looked at this often at least: a moment that was missed is made good."""
RUNG_IN: Final = frozenset({SessionState.OPEN, SessionState.LIVE, SessionState.NO_OFFICIAL})
"""States in which a missing official is rung."""
SOON: Final = timedelta(milliseconds=200)
"""When something is due already, it is looked at again after so short a time."""
WAITED_LONG: Final = timedelta(seconds=1)
"""What is due for longer than this and was not done waits for something else."""
FREE_LOOKS: Final = timedelta(seconds=2)
"""What is due is looked at again this often while the official has nobody to talk to."""
TURN_LOOKS: Final = timedelta(seconds=10)
"""Whether the turn of a promised call has come is looked at this often while others talk or
wait: it is rung well before it is put through, so that some seconds more cost nobody anything."""
OVERRUN_LOOKS: Final = timedelta(seconds=5)
"""A talk that has overrun is looked at this often: somebody may have begun to wait."""


def plan_look(
    session: Session,
    legs: Sequence[Leg],
    promises: Sequence[CallBack],
    policy: CallPolicy,
    now: datetime,
) -> datetime:
    """The earliest moment at which the clock may have something to do at ``session``."""
    moments = _around_session(session, policy)
    moments += _around_talk(session, legs, policy, now)
    official = find_official(legs)
    if official is not None and official.state is CallState.ENTERING:
        moments.append(official.state_since + NEAR_AIR)
    # What is due already waits for its turn, or for the next look: it is not forgotten.
    pause = FREE_LOOKS if is_official_free(session, legs) else TURN_LOOKS
    moments += [look_again(each.due_at, now, pause=pause) for each in promises if is_pending(each)]
    if official is None and session.official_due_at is not None and may_ring(session):
        moments.append(look_again(session.official_due_at, now, pause=FREE_LOOKS))
    return min([now + LONGEST, *(moment for moment in moments if moment > now)])


def look_again(due_at: datetime, now: datetime, *, pause: timedelta) -> datetime:
    """When to look at what is due at ``due_at``; after ``pause`` if it has been due for long."""
    return max(due_at, now + (SOON if now - due_at < WAITED_LONG else pause))


def is_pending(promise: CallBack) -> bool:
    """Whether the citizen is to be called, now or later, and is not being called."""
    return promise.state is CallBackState.DUE


def is_official_free(session: Session, legs: Sequence[Leg]) -> bool:
    """Whether the official is there, and nobody to talk to: only a promised call can help."""
    return (
        session.state in RUNNING
        and is_official_present(legs)
        and find_on_air(legs) is None
        and not list_waiting(legs)
    )


def may_ring(session: Session) -> bool:
    """Whether a missing official is rung: there is a number, and callers are kept waiting."""
    return bool(session.ring_number) and session.state in RUNG_IN


def _around_session(session: Session, policy: CallPolicy) -> list[datetime]:
    since = max(session.state_since, session.starts_at)
    match session.state:
        case SessionState.OPEN:
            return [session.starts_at, since + policy.late_official, session.closes_at]
        case SessionState.NO_OFFICIAL:
            return [session.starts_at, since + policy.missing_official, session.closes_at]
        case SessionState.PAUSED:
            return [session.state_since + policy.longest_pause]
        case SessionState.CLOSING:
            return [session.state_since + policy.farewell]
        case _:
            return [session.closes_at]


def _around_talk(
    session: Session, legs: Sequence[Leg], policy: CallPolicy, now: datetime
) -> list[datetime]:
    talk = timedelta(minutes=session.talk_minutes)
    talks = [leg for leg in legs if leg.state is CallState.TALKING]
    ends = [now + count_left(leg, now, talk=talk) for leg in talks]
    warned = timedelta(seconds=policy.warn_seconds)
    is_late = any(end + policy.overrun <= now for end in ends) or any(
        leg.warned_at is None and end - warned <= now for leg, end in zip(talks, ends, strict=True)
    )
    again = [now + OVERRUN_LOOKS] if is_late else []
    return again + [each for end in ends for each in (end - warned, end, end + policy.overrun)]
