"""When time alone may next change something at a session."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.domain.call_backs import CallBack, CallBackState
from hotline_sessions.domain.calls import NEAR_AIR, CallState, Leg, count_left, find_official
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.sessions import Session, SessionState


LONGEST: Final = timedelta(seconds=60)
"""A session under way is looked at this often at least: a moment that was missed is made good."""
RUNG_IN: Final = frozenset({SessionState.OPEN, SessionState.LIVE, SessionState.NO_OFFICIAL})
"""States in which a missing official is rung."""
SOON: Final = timedelta(milliseconds=200)
"""When something is due already, it is looked at again after so short a time."""
WAITED_LONG: Final = timedelta(seconds=1)
"""What is due for longer than this and was not done waits for its turn."""
TURN_LOOKS: Final = timedelta(seconds=2)
"""Whether its turn has come is looked at this often."""
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
    pending = [each.due_at for each in promises if each.state is CallBackState.DUE]
    if official is None and session.official_due_at is not None and may_ring(session):
        pending.append(session.official_due_at)
    # What is due already waits for its turn, or for the next look: it is not forgotten.
    moments += [max(moment, now + choose_pause(moment, now)) for moment in pending]
    return min([now + LONGEST, *(moment for moment in moments if moment > now)])


def choose_pause(due_at: datetime, now: datetime) -> timedelta:
    """How soon to look again at what was due at ``due_at``: it may have long to wait."""
    return SOON if now - due_at < WAITED_LONG else TURN_LOOKS


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
