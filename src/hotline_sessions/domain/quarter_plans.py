"""A quarter that is to be planned: who answers, when they can, what must be and what is wished."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.workdays import DateSpan


HARDEST: Final = 10
"""The greatest weight of a wish; 0 leaves a wish out."""


class Wish(StrEnum):
    """What a plan should be like; each unit by which it is missed costs the wish's weight."""

    FREQUENCY = "frequency"
    FAIRNESS = "fairness"
    BREAKS = "breaks"
    DISTANCE = "distance"
    BODY = "body"
    WEEKDAYS = "weekdays"
    HOURS = "hours"
    LINE = "line"
    TOPICS = "topics"
    COMMUNITIES = "communities"
    EVENINGS = "evenings"
    EVES = "eves"
    PER_DAY = "per-day"
    AT_ONCE = "at-once"
    WEEKS = "weeks"


DEFAULT_WEIGHTS: Final[Mapping[Wish, int]] = MappingProxyType(
    {
        Wish.FREQUENCY: 10,
        Wish.FAIRNESS: 10,
        Wish.BREAKS: 5,
        Wish.DISTANCE: 3,
        Wish.BODY: 5,
        Wish.WEEKDAYS: 3,
        Wish.HOURS: 1,
        Wish.LINE: 1,
        Wish.TOPICS: 5,
        Wish.COMMUNITIES: 5,
        Wish.EVENINGS: 3,
        Wish.EVES: 3,
        Wish.PER_DAY: 3,
        Wish.AT_ONCE: 3,
        Wish.WEEKS: 1,
    }
)


class PlanDay(Struct, frozen=True, kw_only=True):
    """A working day; ``is_eve`` if a holiday follows it."""

    on: date
    is_eve: bool = False


class Participant(Struct, frozen=True, kw_only=True):
    """An official who is to answer in the quarter.

    ``wanted`` is how many sessions are desired, ``least`` and ``most`` are limits. Of
    ``weekdays`` (0 is Monday), ``clocks`` and ``lines`` others are impossible; empty is any.
    ``liked_*`` and ``favourite`` are wishes. ``topics`` and ``communities`` are what a
    session of this official is about; ``body`` is a unit whose people should not answer on
    one day.
    """

    key: int
    wanted: int
    least: int = 0
    most: int = 99
    body: str = ""
    topics: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    clocks: tuple[time, ...] = ()
    lines: tuple[int, ...] = ()
    away: tuple[DateSpan, ...] = ()
    liked_weekdays: tuple[int, ...] = ()
    liked_clocks: tuple[time, ...] = ()
    favourite: int | None = None


class PlanLine(Struct, frozen=True, kw_only=True):
    """A line on which sessions may be held from ``from_on`` to the day before ``until_on``."""

    key: int
    from_on: date | None = None
    until_on: date | None = None

    def serves_on(self, day: date) -> bool:
        """Whether it is ours on ``day``."""
        return (self.from_on is None or self.from_on <= day) and (
            self.until_on is None or day < self.until_on
        )


class Place(Struct, frozen=True, kw_only=True, order=True):
    """A proposed session: who answers when, and on which line. Clocks are those of the wall."""

    on: date
    clock: time
    official: int
    line: int


class Standing(Struct, frozen=True, kw_only=True):
    """A session that is planned or announced already: it stays, and everything goes around it."""

    on: date
    opens: time
    closes: time
    official: int | None = None
    line: int | None = None


class Limits(Struct, frozen=True, kw_only=True):
    """What no plan may exceed; ``gap_days`` lead from one session of an official to the next."""

    gap_days: int = 1
    per_day: int | None = None
    at_once: int | None = None


class Goals(Struct, frozen=True, kw_only=True):
    """What the wishes are about, in numbers; months are those of the calendar."""

    distance_days: int = 7
    per_day: int = 6
    at_once: int = 3
    evening_from: time = time(17)
    evenings_a_week: int = 1
    topic_a_month: int = 1
    community_a_month: int = 1


class Problem(Struct, frozen=True, kw_only=True):
    """Everything a plan is made from. ``clocks`` are starts, at least ``minutes`` apart."""

    days: tuple[PlanDay, ...]
    clocks: tuple[time, ...]
    minutes: int
    participants: tuple[Participant, ...]
    lines: tuple[PlanLine, ...]
    standing: tuple[Standing, ...] = ()
    pins: tuple[Place, ...] = ()
    limits: Limits = Limits()
    goals: Goals = Goals()
    weights: dict[Wish, int] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))

    def weight(self, wish: Wish) -> int:
        """What missing ``wish`` by one costs."""
        return self.weights.get(wish, 0)


class NoPlanFound(Conflict):
    """Neither a plan nor a proof that there is none was found in time."""

    code = "no-plan-found"


class Progress(Struct, frozen=True, kw_only=True):
    """How far the search for a plan has come after so many seconds."""

    seconds: float
    cost: int
    bound: float


class Proposal(Struct, frozen=True, kw_only=True):
    """A plan: ``cost`` is what its missed wishes add up to, ``bound`` what none can go below."""

    places: tuple[Place, ...]
    cost: int
    bound: float
    seconds: float
    first_seconds: float
    is_best: bool


class Rule(StrEnum):
    """What a plan must not break."""

    CALENDAR = "calendar"
    AWAY = "away"
    WHEN = "when"
    ONE_A_DAY = "one-a-day"
    GAP = "gap"
    LEAST = "least"
    MOST = "most"
    LINES = "lines"
    OWN_LINES = "own-lines"
    PER_DAY = "per-day"
    AT_ONCE = "at-once"
    STANDING = "standing"
    PIN = "pin"


class NamedRule(Struct, frozen=True, kw_only=True, order=True):
    """A rule as it concerns one official, or all of them; a pin is named by its place."""

    rule: Rule
    official: int | None = None
    on: date | None = None
    clock: time | None = None


class Impossible(Struct, frozen=True, kw_only=True):
    """Rules that cannot hold together; leave any one of them out, and the others can.

    ``is_minimal`` is false if time ran out before that was certain.
    """

    rules: tuple[NamedRule, ...]
    seconds: float
    is_minimal: bool = True


def week_of(day: date) -> date:
    """Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> tuple[int, int]:
    """Year and month of ``day``."""
    return day.year, day.month


def list_weeks(problem: Problem) -> list[date]:
    """Mondays of the weeks in which sessions can be held, in order."""
    return sorted({week_of(day.on) for day in problem.days})


def overlaps(standing: Standing, on: date, clock: time, minutes: int) -> bool:
    """Whether a session that starts then would be held at the same time."""
    starts = datetime.combine(on, clock)
    return (
        standing.on == on
        and datetime.combine(on, standing.opens) < starts + timedelta(minutes=minutes)
        and starts < datetime.combine(on, standing.closes)
    )


def is_open_to(participant: Participant, on: date, clock: time) -> bool:
    """Whether the official works at such hours and is not away."""
    return (
        (not participant.weekdays or on.weekday() in participant.weekdays)
        and (not participant.clocks or clock in participant.clocks)
        and not any(span.covers(on) for span in participant.away)
    )


def list_open_days(problem: Problem, participant: Participant) -> Iterator[date]:
    """Days on which the official could hold a session as far as the hours go."""
    for day in problem.days:
        if any(is_open_to(participant, day.on, clock) for clock in problem.clocks):
            yield day.on


def break_weeks(problem: Problem, participant: Participant) -> Iterator[tuple[date, ...]]:
    """Runs of weeks, each of which should see a session of the official.

    A run is a week longer than an even spread needs. Runs in which the official is away all
    the time do not count.
    """
    weeks = list_weeks(problem)
    if participant.wanted < 1:
        return
    length = -(-len(weeks) // participant.wanted) + 1
    possible = {week_of(day) for day in list_open_days(problem, participant)}
    for first in range(len(weeks) - length + 1):
        run = tuple(weeks[first : first + length])
        if possible & set(run):
            yield run


def week_shares(problem: Problem) -> dict[date, tuple[int, int]]:
    """Fewest and most sessions that an even plan has in each week; short weeks have fewer."""
    wanted = sum(each.wanted for each in problem.participants)
    days = len(problem.days)
    shares = {}
    for week in list_weeks(problem):
        own = sum(1 for day in problem.days if week_of(day.on) == week)
        shares[week] = (wanted * own // days, -(-wanted * own // days))
    return shares
