"""What becomes of the sessions of a series when it is made or changed.

Drafts follow the series by themselves. What citizens have been told, or somebody has changed by
hand, is touched only where staff say so for that very day; what is over or under way, never.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from hashlib import sha256

import msgspec
from msgspec import Struct

from hotline_sessions.domain.conflicts import Obstacle
from hotline_sessions.domain.ids import LineId, OfficialId, PostId, PublicId, SessionId
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import Window


class Deed(StrEnum):
    """What is done about a day of a series."""

    MAKE = "make"
    CHANGE = "change"
    REMOVE = "remove"
    MOVE = "move"
    RETELL = "retell"
    CALL_OFF = "call-off"
    KEEP = "keep"
    SKIP = "skip"


class Why(StrEnum):
    """Why a day is left as it is, or has to be asked about."""

    SAME = "same"
    LEFT_OUT = "left-out"
    DAY_OFF = "day-off"
    SKIPPED_HOUR = "skipped-hour"
    AWAY = "away"
    PASSED = "passed"
    UNDER_WAY = "under-way"
    CALLED_OFF = "called-off"
    BY_HAND = "by-hand"
    ANNOUNCED = "announced"
    BOOKED = "booked"
    CLASH = "clash"


ASKED = frozenset({Deed.MOVE, Deed.RETELL, Deed.CALL_OFF})
"""Deeds that are done only where staff tick the day."""


class Held(Struct, frozen=True, kw_only=True):
    """What a session of a series is like: all that a change of the series can change."""

    window: Window
    opens_clock: time
    closes_clock: time
    post: PostId
    official: OfficialId | None
    line: LineId | None
    ring_number: str | None
    topic: str
    place: str
    community: str
    talk_minutes: int
    rest_minutes: int
    walk_in_percent: int
    is_automatic: bool
    is_recorded: bool
    is_transcribed: bool

    def is_told_apart(self, other: "Held") -> bool:
        """Whether ``other`` differs in no more than what is said of it."""
        told = msgspec.structs.replace(
            self, topic=other.topic, place=other.place, community=other.community
        )
        return told == other


class Occurrence(Struct, frozen=True, kw_only=True):
    """A session that belongs to a day of a series.

    ``booked`` counts who has booked a talk, ``waiting`` who waits for one. ``is_by_hand``:
    somebody has changed this one session alone.
    """

    on: date
    session: SessionId
    public_id: PublicId
    state: SessionState
    held: Held
    booked: int = 0
    waiting: int = 0
    is_by_hand: bool = False

    @property
    def concerned(self) -> int:
        """How many people a change would concern."""
        return self.booked + self.waiting


class Wanted(Struct, frozen=True, kw_only=True):
    """A day of the series as it is to be; ``left`` says why no session is held on it."""

    on: date
    held: Held | None = None
    left: Why | None = None


class Step(Struct, frozen=True, kw_only=True):
    """What is done about one day, and why."""

    on: date
    deed: Deed
    why: Why | None = None
    held: Held | None = None
    present: Occurrence | None = None
    obstacle: Obstacle | None = None

    @property
    def is_asked(self) -> bool:
        """Whether it is done only where staff say so."""
        return self.deed in ASKED


def plan_steps(
    wanted: Iterable[Wanted],
    present: Mapping[date, Occurrence],
    *,
    now: datetime,
    find_obstacle: Callable[[Held, SessionId | None], Obstacle | None],
) -> tuple[Step, ...]:
    """What is to be done so that ``present`` becomes what is ``wanted``, by day.

    ``find_obstacle`` says what stands in the way of a session that would be made or changed.
    """
    by_day = {each.on: each for each in wanted}
    return tuple(
        _plan_step(
            by_day.get(day) or Wanted(on=day),
            present.get(day),
            now=now,
            find_obstacle=find_obstacle,
        )
        for day in sorted(by_day.keys() | present.keys())
    )


def _plan_step(
    wanted: Wanted,
    there: Occurrence | None,
    *,
    now: datetime,
    find_obstacle: Callable[[Held, SessionId | None], Obstacle | None],
) -> Step:
    step = _plan_anew(wanted, now) if there is None else _plan_change(wanted, there, now)
    if step.held is None or step.deed not in {Deed.MAKE, Deed.CHANGE, Deed.MOVE, Deed.RETELL}:
        return step
    obstacle = find_obstacle(step.held, there.session if there else None)
    if obstacle is None:
        return step
    return Step(
        on=step.on,
        deed=Deed.SKIP if there is None else Deed.KEEP,
        why=Why.CLASH,
        held=step.held,
        present=there,
        obstacle=obstacle,
    )


def _plan_anew(wanted: Wanted, now: datetime) -> Step:
    if wanted.held is None:
        return Step(on=wanted.on, deed=Deed.SKIP, why=wanted.left)
    if wanted.held.window.starts_at <= now:
        return Step(on=wanted.on, deed=Deed.SKIP, why=Why.PASSED)
    return Step(on=wanted.on, deed=Deed.MAKE, held=wanted.held)


def _plan_change(wanted: Wanted, there: Occurrence, now: datetime) -> Step:
    if why := _find_reason_to_keep(wanted, there, now):
        return Step(on=wanted.on, deed=Deed.KEEP, why=why, present=there)
    is_draft = there.state is SessionState.DRAFT
    if wanted.held is None:
        deed = Deed.REMOVE if is_draft else Deed.CALL_OFF
    elif is_draft:
        deed = Deed.CHANGE
    elif there.held.is_told_apart(wanted.held):
        deed = Deed.RETELL
    elif there.held.window == wanted.held.window:
        # The same hour with other lines or talks: citizens have been told those.
        return Step(on=wanted.on, deed=Deed.KEEP, why=Why.ANNOUNCED, present=there)
    else:
        deed = Deed.MOVE
    why = None if is_draft else Why.BOOKED if there.concerned else Why.ANNOUNCED
    return Step(on=wanted.on, deed=deed, why=why, held=wanted.held, present=there)


def _find_reason_to_keep(wanted: Wanted, there: Occurrence, now: datetime) -> Why | None:
    if there.state is SessionState.CANCELLED:
        return Why.CALLED_OFF
    if there.state is SessionState.CLOSED or there.held.window.ends_at <= now:
        return Why.PASSED
    if (
        there.state not in {SessionState.DRAFT, SessionState.PUBLISHED}
        or there.held.window.starts_at <= now
    ):
        return Why.UNDER_WAY
    if wanted.held == there.held:
        return Why.SAME
    return Why.BY_HAND if there.is_by_hand else None


def list_done(steps: Iterable[Step], agreed: Collection[date]) -> list[Step]:
    """Those of ``steps`` that are carried out when staff agree to the days ``agreed``."""
    return [
        step
        for step in steps
        if step.deed not in {Deed.KEEP, Deed.SKIP} and (not step.is_asked or step.on in agreed)
    ]


def digest_steps(steps: Iterable[Step]) -> str:
    """Name of a preview: what is confirmed is what was seen."""
    return sha256(msgspec.json.encode(list(steps))).hexdigest()[:32]
