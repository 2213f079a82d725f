"""What staff enter to have a quarter planned, and what becomes of it."""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import InstitutionId, LineId, OfficialId, PostId, PublicId
from hotline_sessions.domain.quarter_plans import (
    DEFAULT_WEIGHTS,
    Goals,
    Impossible,
    Limits,
    Place,
    PlanDay,
    Progress,
    Wish,
)
from hotline_sessions.domain.workdays import SATURDAY, WorkCalendar


MOST_SEATS: Final = 80
MOST_WANTED: Final = 26
QUARTER_MONTHS: Final = 3


class QuarterOver(Invalid):
    """The quarter has passed: no day of it can be planned."""

    code = "quarter-over"


class StartsTooNear(Invalid):
    """Sessions that start at the chosen hours would overlap."""

    code = "starts-too-near"


class StillPlanned(Conflict):
    """The plan is being made: wait until it is ready."""

    code = "still-planned"


class PlanChanged(Conflict):
    """Somebody has changed the plan meanwhile."""

    code = "plan-changed"


class PlanState(StrEnum):
    """How far a plan is."""

    DRAFT = "draft"
    QUEUED = "queued"
    READY = "ready"
    IMPOSSIBLE = "impossible"
    FAILED = "failed"


class Seat(Struct, frozen=True, kw_only=True):
    """A post whose holder is to answer in the quarter; the fields are those of Participant."""

    post: PostId
    wanted: int
    least: int = 0
    weekdays: tuple[int, ...] = ()
    clocks: tuple[time, ...] = ()
    liked_weekdays: tuple[int, ...] = ()
    liked_clocks: tuple[time, ...] = ()
    favourite: LineId | None = None


class QuarterSettings(Struct, frozen=True, kw_only=True):
    """What staff have entered; ``quarter`` is 1 to 4."""

    year: int
    quarter: int
    clocks: tuple[time, ...]
    minutes: int
    lines: tuple[LineId, ...]
    seats: tuple[Seat, ...]
    limits: Limits = Limits()
    goals: Goals = Goals()
    weights: dict[Wish, int] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))

    @property
    def first_on(self) -> date:
        """First day of the quarter."""
        return date(self.year, QUARTER_MONTHS * (self.quarter - 1) + 1, 1)

    @property
    def last_on(self) -> date:
        """Last day of the quarter."""
        year, quarter = next_quarter(self.year, self.quarter)
        return date(year, QUARTER_MONTHS * (quarter - 1) + 1, 1) - timedelta(days=1)


class Answer(Struct, frozen=True, kw_only=True):
    """What the last search came to."""

    cost: int = 0
    bound: float = 0.0
    seconds: float = 0.0
    is_best: bool = False
    impossible: Impossible | None = None


class PlacedSession(Struct, frozen=True, kw_only=True):
    """A proposed session of a plan; ``session`` is the draft that it has become.

    ``place.official`` is the number of the post, ``official`` who holds it. ``refusal`` is the
    code of why it could not become one.
    """

    post: PostId
    official: OfficialId | None = None
    place: Place
    is_pinned: bool = False
    session: PublicId | None = None
    refusal: str = ""


class QuarterPlan(Struct, frozen=True, kw_only=True):
    """A plan of a quarter with its proposal; ``version`` grows with each change."""

    id: int
    public_id: PublicId
    institution: InstitutionId
    version: int
    state: PlanState
    settings: QuarterSettings
    progress: Progress | None = None
    answer: Answer | None = None
    places: tuple[PlacedSession, ...] = ()
    asked_at: datetime | None = None


def next_quarter(year: int, quarter: int) -> tuple[int, int]:
    """The quarter after."""
    return (year, quarter + 1) if quarter < 12 // QUARTER_MONTHS else (year + 1, 1)


def quarter_of(day: date) -> tuple[int, int]:
    """Year and quarter of ``day``."""
    return day.year, (day.month - 1) // QUARTER_MONTHS + 1


def list_plan_days(
    settings: QuarterSettings, calendar: WorkCalendar, *, today: date
) -> Iterator[PlanDay]:
    """Working days of the quarter after ``today``; those before a holiday are marked."""
    day = max(settings.first_on, today + timedelta(days=1))
    while day <= settings.last_on:
        if calendar.is_working(day):
            yield PlanDay(on=day, is_eve=_is_eve(day, calendar))
        day += timedelta(days=1)


def _is_eve(day: date, calendar: WorkCalendar) -> bool:
    following = day + timedelta(days=1)
    while not calendar.is_working(following):
        if following.weekday() < SATURDAY:
            return True
        following += timedelta(days=1)
    return False


def check_settings(settings: QuarterSettings, *, today: date) -> None:
    """Whether a quarter can be planned by ``settings`` at all.

    Raises:
        QuarterOver, StartsTooNear: See there.
    """
    if settings.last_on <= today:
        raise QuarterOver
    starts = sorted(clock.hour * 60 + clock.minute for clock in settings.clocks)
    near = any(later - earlier < settings.minutes for earlier, later in itertools.pairwise(starts))
    if near or (starts and starts[-1] + settings.minutes > 24 * 60):
        raise StartsTooNear
