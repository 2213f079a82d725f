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
    moments = [now + LONGEST]
    moments += _around_session(session, policy)
    moments += _around_talk(session, legs, policy, now)
    moments += [each.due_at for each in promises if each.state is CallBackState.DUE]
    official = find_official(legs)
    if official is None and session.official_due_at is not None:
        moments.append(session.official_due_at)
    if official is not None and official.state is CallState.ENTERING:
        moments.append(official.state_since + NEAR_AIR)
    return min(moment for moment in moments if moment > now)


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
    again = [now + OVERRUN_LOOKS] if any(end + policy.overrun <= now for end in ends) else []
    return again + [each for end in ends for each in (end - warned, end, end + policy.overrun)]
