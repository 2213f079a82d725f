"""Figures of a session that is over: who was heard, how long all waited, what was lost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.timelines import ON_AIR, Kind, Outcome, Timeline, Track
from hotline_sessions.domain.times import Window


ZERO: Final = timedelta()
AT_THE_AIR: Final = frozenset({SessionState.LIVE, SessionState.NO_OFFICIAL})
"""States in which the official should be there for the citizens."""


class AirTime(Struct, frozen=True, kw_only=True):
    """Where the time of the session went; the four parts add up to all of it.

    ``busy``: a citizen held the air; ``idle``: the official was free while somebody waited;
    ``quiet``: the official was free and nobody waited; ``absent``: no official.
    """

    busy: timedelta = ZERO
    idle: timedelta = ZERO
    quiet: timedelta = ZERO
    absent: timedelta = ZERO

    @property
    def total(self) -> timedelta:
        """All of it."""
        return self.busy + self.idle + self.quiet + self.absent


class Figures(Struct, frozen=True, kw_only=True):
    """A session in numbers. Callers are people: who called twice is counted once.

    ``waits`` and ``talks`` are lengths, the shortest first.
    """

    callers: int
    heard: int
    not_heard: Mapping[Outcome, int]
    waits: tuple[timedelta, ...]
    talks: tuple[timedelta, ...]
    air: AirTime

    @property
    def longest_wait(self) -> timedelta:
        """The longest time that one caller has waited."""
        return self.waits[-1] if self.waits else ZERO

    @property
    def median_wait(self) -> timedelta:
        """Half of those who waited have waited longer."""
        return _median(self.waits)

    @property
    def longest_talk(self) -> timedelta:
        """Length of the longest talk."""
        return self.talks[-1] if self.talks else ZERO

    @property
    def median_talk(self) -> timedelta:
        """Half of the talks were longer."""
        return _median(self.talks)


def count_figures(timeline: Timeline) -> Figures:
    """The numbers of a session."""
    people: dict[int, list[Track]] = {}
    for track in timeline.of(Role.CITIZEN):
        people.setdefault(track.person, []).append(track)
    outcomes = [_tell_fate(tracks) for tracks in people.values()]
    waits = [sum((track.total(Kind.WAITING) for track in each), ZERO) for each in people.values()]
    talks = [sum((track.total(Kind.TALK) for track in each), ZERO) for each in people.values()]
    return Figures(
        callers=len(people),
        heard=outcomes.count(Outcome.HEARD),
        not_heard=dict(
            sorted(Counter(each for each in outcomes if each is not Outcome.HEARD).items())
        ),
        waits=tuple(sorted(each for each in waits if each > ZERO)),
        talks=tuple(sorted(each for each in talks if each > ZERO)),
        air=count_air(timeline),
    )


def count_air(timeline: Timeline) -> AirTime:
    """Where the time went in which the official should have been there."""
    spans = [phase.window for phase in timeline.phases if phase.state in AT_THE_AIR]
    present = _list_windows(timeline.of(Role.OFFICIAL), {Kind.PRESENT})
    on_air = _list_windows(timeline.of(Role.CITIZEN), ON_AIR)
    waiting = _list_windows(timeline.of(Role.CITIZEN), {Kind.WAITING})
    parts = {"busy": ZERO, "idle": ZERO, "quiet": ZERO, "absent": ZERO}
    for span, (is_live, is_there, is_busy, is_awaited) in _sweep([spans, present, on_air, waiting]):
        if is_live:
            free = "idle" if is_awaited else "quiet"
            part = "busy" if is_busy else free if is_there else "absent"
            parts[part] += span.length
    return AirTime(**parts)


def _tell_fate(tracks: Sequence[Track]) -> Outcome:
    """What became of a citizen with all the calls together."""
    outcomes = [track.outcome or Outcome.LOST for track in tracks]
    best = (Outcome.HEARD, Outcome.STILL_THERE, Outcome.QUESTION)
    return next((each for each in best if each in outcomes), outcomes[-1])


def _median(lengths: Sequence[timedelta]) -> timedelta:
    seconds = [length.total_seconds() for length in lengths]
    return timedelta(seconds=median(seconds)) if seconds else ZERO


def _list_windows(tracks: Iterable[Track], kinds: Iterable[Kind]) -> list[Window]:
    wanted = frozenset(kinds)
    return [each.window for track in tracks for each in track.stretches if each.kind in wanted]


def _sweep(groups: Sequence[Sequence[Window]]) -> list[tuple[Window, tuple[bool, ...]]]:
    """Time cut where any of the windows begins or ends, and which groups cover each piece."""
    turns: list[tuple[datetime, int, int]] = []
    for group, windows in enumerate(groups):
        turns += [(window.starts_at, group, 1) for window in windows]
        turns += [(window.ends_at, group, -1) for window in windows]
    depth = [0] * len(groups)
    pieces: list[tuple[Window, tuple[bool, ...]]] = []
    before = None
    for moment, group, step in sorted(turns):
        if before is not None and moment > before:
            span = Window(starts_at=before, ends_at=moment)
            pieces.append((span, tuple(count > 0 for count in depth)))
        depth[group] += step
        before = moment
    return pieces
