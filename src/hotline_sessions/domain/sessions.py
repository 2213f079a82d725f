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
from hotline_sessions.domain.policies import CallPolicy
from hotline_sessions.domain.times import Window


class SessionState(StrEnum):
    """Where a session stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    LIVE = "live"
    PAUSED = "paused"
    NO_OFFICIAL = "no-official"
    QUESTIONS_ONLY = "questions-only"
    CLOSING = "closing"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"


class BookingMode(StrEnum):
    """In which order the slots of a session are given."""

    FIRST_COME = "first-come"
    DRAW = "draw"


class SessionEvent(StrEnum):
    """What can happen to a session."""

    PUBLISH = "publish"
    OPEN = "open"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    LOSE_OFFICIAL = "lose-official"
    REGAIN_OFFICIAL = "regain-official"
    GIVE_UP = "give-up"
    END = "end"
    EXTEND = "extend"
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
        (SessionState.OPEN, SessionEvent.LOSE_OFFICIAL): SessionState.NO_OFFICIAL,
        (SessionState.OPEN, SessionEvent.PAUSE): SessionState.PAUSED,
        (SessionState.OPEN, SessionEvent.END): SessionState.CLOSING,
        (SessionState.OPEN, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.LIVE, SessionEvent.LOSE_OFFICIAL): SessionState.NO_OFFICIAL,
        (SessionState.LIVE, SessionEvent.PAUSE): SessionState.PAUSED,
        (SessionState.LIVE, SessionEvent.END): SessionState.CLOSING,
        (SessionState.LIVE, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.NO_OFFICIAL, SessionEvent.REGAIN_OFFICIAL): SessionState.LIVE,
        (SessionState.NO_OFFICIAL, SessionEvent.GIVE_UP): SessionState.QUESTIONS_ONLY,
        (SessionState.NO_OFFICIAL, SessionEvent.PAUSE): SessionState.PAUSED,
        (SessionState.NO_OFFICIAL, SessionEvent.END): SessionState.CLOSING,
        (SessionState.NO_OFFICIAL, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.PAUSED, SessionEvent.RESUME): SessionState.NO_OFFICIAL,
        (SessionState.PAUSED, SessionEvent.END): SessionState.CLOSING,
        (SessionState.PAUSED, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.QUESTIONS_ONLY, SessionEvent.REGAIN_OFFICIAL): SessionState.LIVE,
        (SessionState.QUESTIONS_ONLY, SessionEvent.END): SessionState.CLOSING,
        (SessionState.QUESTIONS_ONLY, SessionEvent.CANCEL): SessionState.CANCELLED,
        (SessionState.CLOSING, SessionEvent.EXTEND): SessionState.LIVE,
        (SessionState.CLOSING, SessionEvent.CLOSE): SessionState.CLOSED,
    }
)

ADMITTING: Final = frozenset(
    {SessionState.OPEN, SessionState.LIVE, SessionState.PAUSED, SessionState.NO_OFFICIAL}
)
"""States in which callers are let into the queue."""

ANSWERING: Final = ADMITTING | {SessionState.QUESTIONS_ONLY, SessionState.CLOSING}
"""States in which calls are answered, if only to take down a question."""

ENDED: Final = frozenset({SessionState.CLOSED, SessionState.CANCELLED, SessionState.RESCHEDULED})
"""States after which nothing more is said in a session."""

RUNNING: Final = frozenset({SessionState.OPEN, SessionState.LIVE})
"""States in which the next citizen may be put on the air, once the official is there."""

PUBLIC: Final = frozenset(SessionState) - {SessionState.DRAFT}
"""States in which citizens can see a session."""

SHOWN_IN_CALENDARS: Final = frozenset(
    {SessionState.PUBLISHED, SessionState.CANCELLED, SessionState.RESCHEDULED}
)
"""States whose coming changes what a calendar shows of a session."""

BOOKABLE: Final = frozenset({SessionState.PUBLISHED, *ADMITTING})
"""States in which a slot that is still ahead may be booked."""


class TooLong(Conflict):
    """The session cannot be made so long.

    Facts: ``minutes``: how much longer it may still become.
    """

    code = "extension-too-long"


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

    ``place`` is where the official sits for it: a desk that holds one session at a time.
    ``community`` is the one whose people it is for; empty: for all.
    ``source`` says where it came from: a schedule and its line, or nothing.
    """

    post: PostId
    official: OfficialId | None = None
    line: LineId | None = None
    ring_number: str | None = None
    topic: str = ""
    place: str = ""
    community: str = ""
    held_on: date
    opens_clock: time
    closes_clock: time
    time_zone: str = "Europe/Kyiv"
    starts_at: datetime
    ends_at: datetime
    talk_minutes: Annotated[int, Meta(ge=1, le=240)] = 5
    rest_minutes: Annotated[int, Meta(ge=0, le=60)] = 0
    walk_in_percent: Annotated[int, Meta(ge=0, le=100)] = 30
    is_automatic: bool = False
    is_recorded: bool = False
    is_transcribed: bool = False
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    booking_mode: BookingMode = BookingMode.FIRST_COME
    source: str = ""


class Session(Struct, frozen=True, kw_only=True):
    """A live phone session; what was announced is the wall time in ``time_zone``.

    ``is_automatic``: the next citizen is put through by itself, without an operator.
    ``substitute`` answers instead of ``official``. ``official_tries`` counts how often the
    official was rung since last on the line; at ``official_due_at`` it is tried again.
    """

    id: SessionId
    public_id: PublicId
    institution: InstitutionId
    post: PostId
    official: OfficialId | None = None
    line: LineId | None = None
    ring_number: str | None = None
    topic: str = ""
    place: str = ""
    community: str = ""
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
    is_automatic: bool = False
    is_recorded: bool = False
    is_transcribed: bool = False
    substitute: OfficialId | None = None
    runs_until: datetime | None = None
    shift_seconds: int = 0
    official_tries: int = 0
    official_due_at: datetime | None = None
    wrong_codes: int = 0
    look_at: datetime | None = None
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    booking_mode: BookingMode = BookingMode.FIRST_COME
    updated_at: datetime

    @property
    def window(self) -> Window:
        """From the first call to the last, as announced."""
        return Window(starts_at=self.starts_at, ends_at=self.ends_at)

    @property
    def closes_at(self) -> datetime:
        """When nobody is put through any more: the announced end, or the one it was moved to."""
        return self.runs_until or self.ends_at

    @property
    def shift(self) -> timedelta:
        """How much later than planned the slots begin, because the session was paused."""
        return timedelta(seconds=self.shift_seconds)

    @property
    def hands_over(self) -> bool:
        """Whether the next citizen is put through as soon as the air is free."""
        return self.is_automatic or self.next_wanted


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
    """What the clock of a session has to know to decide whether something is due.

    The official is ``near`` when on the air, or on the way back to it; the line is
    ``quiet`` when no citizen is on it.
    """

    now: datetime
    lobby: timedelta
    policy: CallPolicy
    is_official_present: bool
    is_official_near: bool
    is_line_quiet: bool


def plan_step(session: Session, moment: Moment) -> SessionEvent | None:
    """What time alone makes happen to ``session`` now, if anything.

    The line opens ``lobby`` before the start and goes live at the start, once the official
    is there. Without the official callers are kept for a while, then only their questions
    are taken down. From the end on nobody is put through; the session closes when the line
    is quiet, or after the longest farewell.
    """
    now, state = moment.now, session.state
    if state is SessionState.PUBLISHED:
        return SessionEvent.OPEN if now >= session.starts_at - moment.lobby else None
    if state is SessionState.CLOSING:
        is_long = now >= session.state_since + moment.policy.farewell
        return SessionEvent.CLOSE if moment.is_line_quiet or is_long else None
    if state is SessionState.PAUSED:
        is_long = now >= session.state_since + moment.policy.longest_pause
        return SessionEvent.END if is_long else None
    if state not in ANSWERING:
        return None
    if now >= session.closes_at:
        return SessionEvent.END
    if now < session.starts_at:
        return None
    return _plan_around_official(session, moment)


def _plan_around_official(session: Session, moment: Moment) -> SessionEvent | None:
    """What the official's coming and going makes happen between start and end."""
    since = max(session.state_since, session.starts_at)
    absent = moment.now - since
    match session.state:
        case SessionState.OPEN if moment.is_official_present:
            return SessionEvent.START
        case SessionState.OPEN if absent >= moment.policy.late_official:
            return SessionEvent.LOSE_OFFICIAL
        case SessionState.LIVE if not moment.is_official_near:
            return SessionEvent.LOSE_OFFICIAL
        case SessionState.NO_OFFICIAL if moment.is_official_present:
            return SessionEvent.REGAIN_OFFICIAL
        case SessionState.NO_OFFICIAL if absent >= moment.policy.missing_official:
            return SessionEvent.GIVE_UP
        case SessionState.QUESTIONS_ONLY if moment.is_official_present:
            return SessionEvent.REGAIN_OFFICIAL
        case _:
            return None
