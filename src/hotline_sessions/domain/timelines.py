"""Timeline: what happened in a session, drawn from the events of its calls.

Every leg becomes a track of stretches that follow each other without gaps and never
overlap; the states of the session are a track of their own. Events count in the order in
which they were written: one that says it was earlier than the one before it was read from a
clock before it had to wait for the other, and counts as if it had happened at the same time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hotline_sessions.domain.calls import CallEvent, CallState, Role
from hotline_sessions.domain.ids import CallId
from hotline_sessions.domain.prompts import Parting
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import Window


class Kind(StrEnum):
    """What somebody on the line does for a while."""

    RINGING = "ringing"
    GREETING = "greeting"
    WAITING = "waiting"
    SCREENING = "screening"
    JOINING = "joining"
    TALK = "talk"
    HOLD = "hold"
    WAY_BACK = "way-back"
    FAREWELL = "farewell"
    QUESTION = "question"
    ENTERING = "entering"
    PRESENT = "present"


KINDS: Final[Mapping[CallState, Kind]] = MappingProxyType(
    {
        CallState.GREETING: Kind.GREETING,
        CallState.WAITING: Kind.WAITING,
        CallState.SCREENING: Kind.SCREENING,
        CallState.SUMMONED: Kind.JOINING,
        CallState.JOINING: Kind.JOINING,
        CallState.TALKING: Kind.TALK,
        CallState.HELD: Kind.HOLD,
        CallState.RETURNING: Kind.WAY_BACK,
        CallState.WRAPPING: Kind.FAREWELL,
        CallState.QUESTION: Kind.QUESTION,
        CallState.SUBMITTING: Kind.RINGING,
        CallState.DIALLING: Kind.RINGING,
        CallState.CONFIRMING: Kind.RINGING,
        CallState.ENTERING: Kind.ENTERING,
        CallState.PRESENT: Kind.PRESENT,
    }
)
"""State of a leg, to what it is called in a picture; an ended leg does nothing any more."""

ON_AIR: Final = frozenset({Kind.JOINING, Kind.TALK, Kind.HOLD, Kind.WAY_BACK, Kind.FAREWELL})
"""What only one citizen at a time can do."""


class Outcome(StrEnum):
    """How a call of a citizen ended, or that it has not."""

    HEARD = "heard"
    QUESTION = "question"
    LEFT_GREETING = "left-greeting"
    LEFT_WAITING = "left-waiting"
    LOST = "lost"
    NOT_REACHED = "not-reached"
    CALL_BACK = "call-back"
    REPLACED = "replaced"
    SEEN_OFF = "seen-off"
    NO_OFFICIAL = "no-official"
    SESSION_OVER = "session-over"
    STILL_THERE = "still-there"


PARTINGS: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        Parting.DISMISSED.value: Outcome.SEEN_OFF,
        Parting.CALL_BACK.value: Outcome.CALL_BACK,
        Parting.NO_OFFICIAL.value: Outcome.NO_OFFICIAL,
        Parting.CLOSED.value: Outcome.SESSION_OVER,
        Parting.CANCELLED.value: Outcome.SESSION_OVER,
        Parting.REPLACED.value: Outcome.REPLACED,
    }
)
"""Why a citizen was seen off, to how the call ended."""

LEAVING: Final[Mapping[Kind, Outcome]] = MappingProxyType(
    {
        Kind.RINGING: Outcome.NOT_REACHED,
        Kind.GREETING: Outcome.LEFT_GREETING,
        Kind.WAITING: Outcome.LEFT_WAITING,
        Kind.SCREENING: Outcome.LEFT_WAITING,
        Kind.QUESTION: Outcome.QUESTION,
    }
)
"""What a citizen was doing when the call ended by itself, to how it ended."""


class Stretch(Struct, frozen=True, kw_only=True):
    """One thing done from a moment to a later one."""

    kind: Kind
    window: Window

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.window.length


class LegStart(Struct, frozen=True, kw_only=True):
    """A leg as it began.

    Legs of one citizen have the same ``person``; a number that says nothing else.
    """

    call: CallId
    role: Role
    state: CallState
    started_at: datetime
    person: int = 0
    is_booked: bool = False


class LegChange(Struct, frozen=True, kw_only=True):
    """A leg changed its state; ``why`` is the reason that was written down, if any."""

    call: CallId
    event: CallEvent
    after: CallState
    happened_at: datetime
    why: str = ""


class SessionChange(Struct, frozen=True, kw_only=True):
    """The session changed its state."""

    after: SessionState
    happened_at: datetime


class Track(Struct, frozen=True, kw_only=True):
    """What one leg did; ``number`` counts legs of the same role in the order they began."""

    call: CallId
    role: Role
    number: int
    person: int
    is_booked: bool
    window: Window
    stretches: tuple[Stretch, ...]
    outcome: Outcome | None = None

    def total(self, *kinds: Kind) -> timedelta:
        """How long the leg did one of ``kinds``."""
        return sum((each.length for each in self.stretches if each.kind in kinds), timedelta())


class Phase(Struct, frozen=True, kw_only=True):
    """The session in one state."""

    state: SessionState
    window: Window


class Timeline(Struct, frozen=True, kw_only=True):
    """A session in tracks; ``planned`` is what was announced, ``window`` what is drawn."""

    planned: Window
    window: Window
    phases: tuple[Phase, ...]
    tracks: tuple[Track, ...]

    def of(self, role: Role) -> tuple[Track, ...]:
        """Tracks of one role, by number."""
        return tuple(track for track in self.tracks if track.role is role)


def build_timeline(
    planned: Window,
    starts: Sequence[LegStart],
    changes: Sequence[LegChange],
    states: Sequence[SessionChange],
    *,
    until: datetime,
) -> Timeline:
    """The session as it was until ``until``, from what was written down in this order."""
    by_call: dict[CallId, list[LegChange]] = {start.call: [] for start in starts}
    latest: datetime | None = None
    for change in changes:
        latest = change.happened_at if latest is None else max(latest, change.happened_at)
        if change.call in by_call:
            by_call[change.call].append(replace(change, happened_at=latest))
    numbers: dict[Role, int] = dict.fromkeys(Role, 0)
    tracks = []
    for start in sorted(starts, key=lambda each: (each.started_at, each.call)):
        numbers[start.role] += 1
        number = numbers[start.role]
        tracks.append(_build_track(start, by_call[start.call], number=number, until=until))
    phases = _build_phases(states, until)
    windows = [track.window for track in tracks] + [phase.window for phase in phases]
    return Timeline(
        planned=planned,
        window=Window(
            starts_at=min([planned.starts_at, *(each.starts_at for each in windows)]),
            ends_at=max([planned.ends_at, *(each.ends_at for each in windows)]),
        ),
        phases=phases,
        tracks=tuple(tracks),
    )


def find_two_on_air(tracks: Iterable[Track]) -> tuple[Track, Track] | None:
    """Two citizens who were on air at once; there never are, unless something was broken."""
    taken = sorted(
        (
            (stretch.window, track.number, track)
            for track in tracks
            if track.role is Role.CITIZEN
            for stretch in track.stretches
            if stretch.kind in ON_AIR
        ),
        key=lambda each: (each[0].starts_at, each[1]),
    )
    latest: tuple[datetime, Track] | None = None
    for window, _, track in taken:
        if latest and track.call != latest[1].call and window.starts_at < latest[0]:
            return latest[1], track
        if latest is None or window.ends_at > latest[0]:
            latest = (window.ends_at, track)
    return None


def _build_track(
    start: LegStart, changes: Sequence[LegChange], *, number: int, until: datetime
) -> Track:
    state, since = start.state, start.started_at
    stretches: list[Stretch] = []
    for change in changes:
        moment = max(since, change.happened_at)
        _append(stretches, state, since, moment)
        state, since = change.after, moment
    if state is not CallState.ENDED:
        _append(stretches, state, since, max(since, until))
        since = max(since, until)
    return Track(
        call=start.call,
        role=start.role,
        number=number,
        person=start.person,
        is_booked=start.is_booked,
        window=Window(starts_at=start.started_at, ends_at=since),
        stretches=tuple(stretches),
        outcome=_tell_outcome(stretches, changes, state) if start.role is Role.CITIZEN else None,
    )


def _append(stretches: list[Stretch], state: CallState, since: datetime, until: datetime) -> None:
    """Add what was done from ``since`` to ``until``; the same thing goes on in one stretch."""
    kind = KINDS.get(state)
    if kind is None or until <= since:
        return
    if stretches and stretches[-1].kind is kind and stretches[-1].window.ends_at == since:
        since = stretches.pop().window.starts_at
    stretches.append(Stretch(kind=kind, window=Window(starts_at=since, ends_at=until)))


def _tell_outcome(
    stretches: Sequence[Stretch], changes: Sequence[LegChange], state: CallState
) -> Outcome:
    if any(each.kind is Kind.TALK for each in stretches):
        return Outcome.HEARD
    if state is not CallState.ENDED:
        return Outcome.STILL_THERE
    last = stretches[-1].kind if stretches else Kind.GREETING
    if last is Kind.QUESTION:
        return Outcome.QUESTION
    if changes and changes[-1].event is CallEvent.REPLACED:
        return Outcome.REPLACED
    why = next((change.why for change in reversed(changes) if change.why in PARTINGS), "")
    return PARTINGS.get(why) or LEAVING.get(last, Outcome.LOST)


def _build_phases(states: Sequence[SessionChange], until: datetime) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    moment = None
    for place, change in enumerate(states):
        moment = change.happened_at if moment is None else max(moment, change.happened_at)
        following = states[place + 1].happened_at if place + 1 < len(states) else until
        ends_at = max(moment, following)
        if change.after in DRAWN and ends_at > moment:
            phases.append(
                Phase(state=change.after, window=Window(starts_at=moment, ends_at=ends_at))
            )
    return tuple(phases)


DRAWN: Final = frozenset(
    {
        SessionState.OPEN,
        SessionState.LIVE,
        SessionState.PAUSED,
        SessionState.NO_OFFICIAL,
        SessionState.QUESTIONS_ONLY,
        SessionState.CLOSING,
    }
)
"""States of a session while callers could be on its line."""
