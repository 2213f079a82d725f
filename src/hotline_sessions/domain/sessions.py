"""Session: one live phone line of an official, and its life."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import (
    InstitutionId,
    LineId,
    OfficialId,
    PostId,
    PublicId,
    SessionId,
)
from hotline_sessions.domain.times import Window


class SessionState(StrEnum):
    """Where a session stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    LIVE = "live"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"


class SessionEvent(StrEnum):
    """What can happen to a session."""

    PUBLISH = "publish"
    OPEN = "open"
    START = "start"
    CLOSE = "close"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"


NEXT: Final[Mapping[tuple[SessionState, SessionEvent], SessionState]] = MappingProxyType(
    {
        (SessionState.DRAFT, SessionEvent.PUBLISH): SessionState.PUBLISHED,
        (SessionState.DRAFT, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.PUBLISHED, SessionEvent.OPEN): SessionState.OPEN,
        (SessionState.PUBLISHED, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.PUBLISHED, SessionEvent.RESCHEDULE): SessionState.RESCHEDULED,
        (SessionState.OPEN, SessionEvent.START): SessionState.LIVE,
        (SessionState.OPEN, SessionEvent.CLOSE): SessionState.CLOSED,
        (SessionState.OPEN, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.LIVE, SessionEvent.CLOSE): SessionState.CLOSED,
        (SessionState.LIVE, SessionEvent.CANCEL): SessionState.CANCELLED,
    }
)

ADMITTING: Final = frozenset({SessionState.OPEN, SessionState.LIVE})
"""States in which callers are let into the queue."""

PUBLIC: Final = frozenset(SessionState) - {SessionState.DRAFT}
"""States in which citizens can see a session."""

SHOWN_IN_CALENDARS: Final = frozenset(
    {SessionState.PUBLISHED, SessionState.CANCELLED, SessionState.RESCHEDULED}
)
"""States whose coming changes what a calendar shows of a session."""

BOOKABLE: Final = frozenset({SessionState.PUBLISHED, SessionState.OPEN, SessionState.LIVE})
"""States in which a slot that is still ahead may be booked."""


class ImpossibleStep(Conflict):
    """The session is not in a state from which this follows.

    Facts: ``state``, ``event``.
    """

    code = "impossible-step"


class IncompleteSession(Conflict):
    """A fact is missing without which a session cannot be published.

    Facts: ``missing``: ``line`` or ``slots``.
    """

    code = "incomplete-session"


class NewSession(Struct, frozen=True, kw_only=True):
    """A session that is being planned; the fields are those of ``Session``.

    ``source`` says where it came from: a schedule and its line, or nothing.
    """

    post: PostId
    official: OfficialId | None = None
    line: LineId | None = None
    ring_number: str | None = None
    topic: str = ""
    held_on: date
    opens_clock: time
    closes_clock: time
    time_zone: str = "Europe/Kyiv"
    starts_at: datetime
    ends_at: datetime
    talk_minutes: Annotated[int, Meta(ge=1, le=240)] = 5
    rest_minutes: Annotated[int, Meta(ge=0, le=60)] = 0
    walk_in_percent: Annotated[int, Meta(ge=0, le=100)] = 30
    source: str = ""


class Session(Struct, frozen=True, kw_only=True):
    """A live phone session; what was announced is the wall time in ``time_zone``."""

    id: SessionId
    public_id: PublicId
    institution: InstitutionId
    post: PostId
    official: OfficialId | None = None
    line: LineId | None = None
    ring_number: str | None = None
    topic: str = ""
    held_on: date
    opens_clock: time
    closes_clock: time
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    talk_minutes: int
    rest_minutes: int
    walk_in_percent: int
    state: SessionState
    state_since: datetime
    cancel_reason: str = ""
    rescheduled_to: SessionId | None = None
    sequence: int = 0
    turn: int = 0
    next_wanted: bool = False
    updated_at: datetime

    @property
    def window(self) -> Window:
        """From the first call to the last."""
        return Window(starts_at=self.starts_at, ends_at=self.ends_at)


def advance(state: SessionState, event: SessionEvent) -> SessionState:
    """State of a session after ``event``.

    Raises:
        ImpossibleStep: The event does not follow from ``state``.
    """
    try:
        return NEXT[state, event]
    except KeyError:
        raise ImpossibleStep(state=state, event=event) from None


class Moment(Struct, frozen=True, kw_only=True):
    """What the clock of a session has to know to decide whether something is due."""

    now: datetime
    lobby: timedelta
    is_official_present: bool
    is_air_taken: bool


def plan_step(session: Session, moment: Moment) -> SessionEvent | None:
    """What time alone makes happen to ``session`` now, if anything.

    The line opens ``lobby`` before the start, goes live at the start as soon as the
    official is there, and closes at the end when the last talk is over.
    """
    match session.state:
        case SessionState.PUBLISHED if moment.now >= session.starts_at - moment.lobby:
            return SessionEvent.OPEN
        case SessionState.OPEN if moment.now >= session.ends_at:
            return SessionEvent.CLOSE
        case SessionState.OPEN if moment.is_official_present and moment.now >= session.starts_at:
            return SessionEvent.START
        case SessionState.LIVE if moment.now >= session.ends_at and not moment.is_air_taken:
            return SessionEvent.CLOSE
        case _:
            return None
