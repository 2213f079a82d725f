"""Wishes that a proposed quarter misses: which, whose, when and by how much."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time, timedelta
from itertools import pairwise

from msgspec import Struct

from hotline_sessions.domain.quarter_plans import (
    Place,
    Problem,
    Wish,
    break_weeks,
    list_weeks,
    month_of,
    overlaps,
    week_of,
    week_shares,
)


class Violation(Struct, frozen=True, kw_only=True):
    """A wish that is missed by ``amount``: ``found`` is how it is, ``asked`` how it should be.

    ``about`` is a body, topic or community; ``on`` and ``until`` are days, or the first days
    of weeks or months, ``clock`` a start.
    """

    wish: Wish
    amount: int
    found: int = 0
    asked: int = 0
    official: int | None = None
    about: str = ""
    on: date | None = None
    until: date | None = None
    clock: time | None = None


class _Quarter:
    """The sessions of a proposal with those that stood before, counted once."""

    def __init__(self, problem: Problem, places: Sequence[Place]) -> None:
        self.problem = problem
        self.places = sorted(places)
        self.days: dict[int, list[date]] = defaultdict(list)
        for place in places:
            self.days[place.official].append(place.on)
        for each in problem.standing:
            if each.official is not None:
                self.days[each.official].append(each.on)
        self.all_days = [place.on for place in places] + [each.on for each in problem.standing]
        self.starts = [(place.on, place.clock) for place in places]
        self.starts += [(each.on, each.opens) for each in problem.standing]


def find_violations(problem: Problem, places: Sequence[Place]) -> list[Violation]:
    """All wishes of ``problem`` that ``places`` miss, the dearest kinds first."""
    quarter = _Quarter(problem, places)
    found = [
        violation
        for wish, look in _LOOKS.items()
        if problem.weight(wish)
        for violation in look(quarter)
    ]
    return sorted(found, key=lambda each: -problem.weight(each.wish))


def count_cost(problem: Problem, violations: Sequence[Violation]) -> int:
    """What ``violations`` add up to."""
    return sum(problem.weight(each.wish) * each.amount for each in violations)


def _frequency(quarter: _Quarter) -> Iterator[Violation]:
    for who in quarter.problem.participants:
        held = len(quarter.days[who.key])
        if held != who.wanted:
            yield Violation(
                wish=Wish.FREQUENCY,
                amount=abs(held - who.wanted),
                found=held,
                asked=who.wanted,
                official=who.key,
            )


def _fairness(quarter: _Quarter) -> Iterator[Violation]:
    for who in quarter.problem.participants:
        held = len(quarter.days[who.key])
        if held < who.wanted - 1:
            yield Violation(
                wish=Wish.FAIRNESS,
                amount=who.wanted - 1 - held,
                found=held,
                asked=who.wanted,
                official=who.key,
            )


def _breaks(quarter: _Quarter) -> Iterator[Violation]:
    for who in quarter.problem.participants:
        weeks = {week_of(day) for day in quarter.days[who.key]}
        for run in break_weeks(quarter.problem, who):
            if not weeks & set(run):
                yield Violation(
                    wish=Wish.BREAKS,
                    amount=1,
                    found=len(run),
                    asked=len(run) - 1,
                    official=who.key,
                    on=run[0],
                    until=run[-1] + timedelta(days=6),
                )


def _distance(quarter: _Quarter) -> Iterator[Violation]:
    asked = quarter.problem.goals.distance_days
    for who in quarter.problem.participants:
        for one, other in pairwise(sorted(quarter.days[who.key])):
            days = (other - one).days
            if days < asked:
                yield Violation(
                    wish=Wish.DISTANCE,
                    amount=asked - days,
                    found=days,
                    asked=asked,
                    official=who.key,
                    on=one,
                    until=other,
                )


def _body(quarter: _Quarter) -> Iterator[Violation]:
    held: Counter[tuple[date, str]] = Counter()
    for who in quarter.problem.participants:
        if who.body:
            held.update((day, who.body) for day in quarter.days[who.key])
    for (day, body), count in sorted(held.items()):
        if count > 1:
            yield Violation(
                wish=Wish.BODY, amount=count - 1, found=count, asked=1, about=body, on=day
            )


def _weekdays(quarter: _Quarter) -> Iterator[Violation]:
    liked = {who.key: who.liked_weekdays for who in quarter.problem.participants}
    for place in quarter.places:
        if liked[place.official] and place.on.weekday() not in liked[place.official]:
            yield _about_place(Wish.WEEKDAYS, place)


def _hours(quarter: _Quarter) -> Iterator[Violation]:
    liked = {who.key: who.liked_clocks for who in quarter.problem.participants}
    for place in quarter.places:
        if liked[place.official] and place.clock not in liked[place.official]:
            yield _about_place(Wish.HOURS, place)


def _line(quarter: _Quarter) -> Iterator[Violation]:
    favourite = {who.key: who.favourite for who in quarter.problem.participants}
    for place in quarter.places:
        if favourite[place.official] not in (None, place.line):
            yield _about_place(Wish.LINE, place)


def _eves(quarter: _Quarter) -> Iterator[Violation]:
    eves = {day.on for day in quarter.problem.days if day.is_eve}
    for place in quarter.places:
        if place.on in eves:
            yield _about_place(Wish.EVES, place)


def _about_place(wish: Wish, place: Place) -> Violation:
    return Violation(wish=wish, amount=1, official=place.official, on=place.on, clock=place.clock)


def _topics(quarter: _Quarter) -> Iterator[Violation]:
    yield from _left_out(quarter, Wish.TOPICS, quarter.problem.goals.topic_a_month)


def _communities(quarter: _Quarter) -> Iterator[Violation]:
    yield from _left_out(quarter, Wish.COMMUNITIES, quarter.problem.goals.community_a_month)


def _left_out(quarter: _Quarter, wish: Wish, asked: int) -> Iterator[Violation]:
    held: Counter[tuple[tuple[int, int], str]] = Counter()
    names: set[str] = set()
    for who in quarter.problem.participants:
        about = who.topics if wish is Wish.TOPICS else who.communities
        names.update(about)
        for name in about:
            held.update((month_of(day), name) for day in quarter.days[who.key])
    for month in sorted({month_of(day.on) for day in quarter.problem.days}):
        for name in sorted(names):
            count = held[month, name]
            if count < asked:
                yield Violation(
                    wish=wish,
                    amount=asked - count,
                    found=count,
                    asked=asked,
                    about=name,
                    on=date(*month, 1),
                )


def _evenings(quarter: _Quarter) -> Iterator[Violation]:
    goals = quarter.problem.goals
    held = Counter(week_of(on) for on, clock in quarter.starts if clock >= goals.evening_from)
    for week in list_weeks(quarter.problem):
        if held[week] < goals.evenings_a_week:
            yield Violation(
                wish=Wish.EVENINGS,
                amount=goals.evenings_a_week - held[week],
                found=held[week],
                asked=goals.evenings_a_week,
                on=week,
            )


def _per_day(quarter: _Quarter) -> Iterator[Violation]:
    asked = quarter.problem.goals.per_day
    held = Counter(quarter.all_days)
    for day in quarter.problem.days:
        if held[day.on] > asked:
            yield Violation(
                wish=Wish.PER_DAY,
                amount=held[day.on] - asked,
                found=held[day.on],
                asked=asked,
                on=day.on,
            )


def _at_once(quarter: _Quarter) -> Iterator[Violation]:
    problem, asked = quarter.problem, quarter.problem.goals.at_once
    held = Counter((place.on, place.clock) for place in quarter.places)
    for (on, clock), count in sorted(held.items()):
        found = count + sum(overlaps(each, on, clock, problem.minutes) for each in problem.standing)
        if found > asked:
            yield Violation(
                wish=Wish.AT_ONCE,
                amount=found - asked,
                found=found,
                asked=asked,
                on=on,
                clock=clock,
            )


def _weeks(quarter: _Quarter) -> Iterator[Violation]:
    held = Counter(week_of(on) for on in quarter.all_days)
    for week, (fewest, most) in week_shares(quarter.problem).items():
        if not fewest <= held[week] <= most:
            asked = most if held[week] > most else fewest
            yield Violation(
                wish=Wish.WEEKS,
                amount=abs(held[week] - asked),
                found=held[week],
                asked=asked,
                on=week,
            )


_LOOKS: dict[Wish, Callable[[_Quarter], Iterator[Violation]]] = {
    Wish.FREQUENCY: _frequency,
    Wish.FAIRNESS: _fairness,
    Wish.BREAKS: _breaks,
    Wish.DISTANCE: _distance,
    Wish.BODY: _body,
    Wish.WEEKDAYS: _weekdays,
    Wish.HOURS: _hours,
    Wish.LINE: _line,
    Wish.TOPICS: _topics,
    Wish.COMMUNITIES: _communities,
    Wish.EVENINGS: _evenings,
    Wish.EVES: _eves,
    Wish.PER_DAY: _per_day,
    Wish.AT_ONCE: _at_once,
    Wish.WEEKS: _weeks,
}
