"""All sessions under way of an institution at once: what an operator glances at."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.calls import (
    CallState,
    Leg,
    count_left,
    find_official,
    find_on_air,
    find_operators,
    is_official_present,
    list_waiting,
)
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.prompts import Host
from hotline_sessions.domain.sessions import ANSWERING, RUNNING, Session, SessionState
from hotline_sessions.store.desk import list_live_legs_of, list_sessions_under_way
from hotline_sessions.store.live import get_host


SOON: Final = timedelta(hours=12)
"""Sessions that begin so soon are on the board."""

LONG_WAIT: Final = timedelta(minutes=15)
"""Who waits longer makes the board ring the alarm."""

IDLE: Final = timedelta(seconds=10)
"""A present official and a free air are given so long before an idle one is told of."""


class Alarm(StrEnum):
    """What an operator should see to; the gravest come first."""

    OFFICIAL_MISSING = "official-missing"
    HELD = "held"
    PAUSED = "paused"
    OVERRUN = "overrun"
    LONG_WAIT = "long-wait"
    IDLE = "idle"


class BoardRow(Struct, frozen=True, kw_only=True):
    """One session: who is on the air and since when, who waits and for how long."""

    session: Session
    host: Host
    official: CallState | None
    on_air: CallState | None
    on_air_since: datetime | None
    waiting: int
    longest_since: datetime | None
    operators: int
    alarms: list[Alarm]

    @property
    def is_under_way(self) -> bool:
        """Whether calls are answered now."""
        return self.session.state in ANSWERING


async def list_board(
    *, institution: InstitutionId, now: datetime, locale: str = "uk"
) -> list[BoardRow]:
    """Sessions under way, and those that begin soon, in time's order."""
    sessions = await list_sessions_under_way(institution=institution, now=now, before=SOON)
    legs = await list_live_legs_of({session.id for session in sessions})
    return [
        build_row(
            session,
            [leg for leg in legs if leg.session == session.id],
            await get_host(session.id, locale=locale),
            now,
        )
        for session in sessions
    ]


def build_row(session: Session, legs: Sequence[Leg], host: Host, now: datetime) -> BoardRow:
    """A session at a glance."""
    waiting = list_waiting(legs)
    official, on_air = find_official(legs), find_on_air(legs)
    return BoardRow(
        session=session,
        host=host,
        official=official.state if official else None,
        on_air=on_air.state if on_air else None,
        on_air_since=(on_air.on_air_at or on_air.state_since) if on_air else None,
        waiting=len(waiting),
        longest_since=waiting[0].waiting_since if waiting else None,
        operators=len(find_operators(legs)),
        alarms=list_alarms(session, legs, now),
    )


def list_alarms(session: Session, legs: Sequence[Leg], now: datetime) -> list[Alarm]:
    """What somebody should see to in a session at ``now``, the gravest first."""
    if session.state not in ANSWERING:
        return []
    waiting, on_air = list_waiting(legs), find_on_air(legs)
    is_present = is_official_present(legs)
    waits = [now - (leg.waiting_since or leg.started_at) for leg in waiting]
    left = count_left(on_air, now, talk=timedelta(minutes=session.talk_minutes)) if on_air else None
    found = {
        Alarm.OFFICIAL_MISSING: session.state is SessionState.NO_OFFICIAL
        or (session.state in RUNNING and not is_present and now >= session.starts_at),
        Alarm.HELD: on_air is not None and on_air.state is CallState.HELD,
        Alarm.PAUSED: session.state is SessionState.PAUSED,
        Alarm.OVERRUN: left is not None and left < timedelta(),
        Alarm.LONG_WAIT: any(wait > LONG_WAIT for wait in waits),
        Alarm.IDLE: session.state is SessionState.LIVE
        and is_present
        and on_air is None
        and any(wait > IDLE for wait in waits),
    }
    return [alarm for alarm, is_so in found.items() if is_so]
