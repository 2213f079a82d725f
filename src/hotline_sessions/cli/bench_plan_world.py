"""A made-up quarter of an oblast: officials of three ranks, their hours, leaves and wishes."""

import itertools
from datetime import date, time, timedelta
from random import Random
from typing import Final

from msgspec.structs import replace

from hotline_sessions.domain.quarter_plans import (
    Limits,
    Participant,
    PlanDay,
    PlanLine,
    Problem,
    Standing,
)
from hotline_sessions.domain.workdays import DateSpan, build_calendar, working_days


FIRST_ON: Final = date(2027, 4, 5)
CLOCKS: Final = tuple(time(hour) for hour in (9, 10, 11, 14, 15, 16, 17))
TOPICS: Final = (
    "тарифи", "дороги", "освіта", "медицина", "земля", "соціальний захист", "екологія",
    "житло", "транспорт", "культура", "ветерани", "безпека",
)  # fmt: skip
RANKS: Final = ((4, 13), (12, 6), (24, 4))
"""How many of forty officials want how many sessions in thirteen weeks."""


def make_problem(*, weeks: int = 13, officials: int = 40, lines: int = 6, seed: int = 1) -> Problem:
    """A quarter with everything that is wished for; the same for the same ``seed``."""
    random = Random(seed)  # noqa: S311 - a made-up world, the same every time
    last_on = FIRST_ON + timedelta(weeks=weeks, days=-1)
    calendar = build_calendar(martial_law=())
    days = list(working_days(FIRST_ON, last_on, calendar))
    next_days = dict(itertools.pairwise(days))
    off = calendar.days_off(FIRST_ON.year)
    return Problem(
        days=tuple(
            PlanDay(on=on, is_eve=any(on < each <= next_days.get(on, on) for each in off))
            for on in days
        ),
        clocks=CLOCKS,
        minutes=60,
        participants=tuple(
            _make_participant(key, weeks, officials, lines, random) for key in range(officials)
        ),
        lines=tuple(PlanLine(key=key) for key in range(lines)),
        standing=tuple(_make_standing(officials, days, random)),
        limits=Limits(gap_days=2, per_day=12, at_once=lines),
    )


def _make_participant(
    key: int, weeks: int, officials: int, lines: int, random: Random
) -> Participant:
    place = key * sum(count for count, _ in RANKS) // officials
    wanted = next(times for reached, times in _up_to() if place < reached)
    wanted = max(1, wanted * weeks // 13)
    leave = FIRST_ON + timedelta(weeks=random.randrange(weeks))
    works = random.sample(range(5), k=random.choice((3, 4, 5)))
    clocks = random.sample(CLOCKS, k=random.choice((4, 5, 7)))
    return Participant(
        key=key,
        wanted=wanted,
        least=max(1, wanted // 2),
        most=wanted + 1,
        body=f"управління {key % 12}",
        topics=tuple(random.sample(TOPICS, k=random.choice((1, 2)))),
        communities=(f"громада {key % 16}",),
        weekdays=tuple(sorted(works)),
        clocks=tuple(sorted(clocks)),
        lines=tuple(random.sample(range(lines), k=max(1, lines // 2))) if key % 5 == 0 else (),
        away=(DateSpan(first_on=leave, last_on=leave + timedelta(days=random.choice((4, 11)))),),
        liked_weekdays=tuple(works[:2]),
        liked_clocks=tuple(clocks[:2]),
        favourite=random.randrange(lines) if key % 2 and key % 5 else None,
    )


def _up_to() -> list[tuple[int, int]]:
    reached, steps = 0, []
    for count, times in RANKS:
        reached += count
        steps.append((reached, times))
    return steps


def _make_standing(officials: int, days: list[date], random: Random) -> list[Standing]:
    standing = {}
    for key in random.sample(range(officials), k=officials // 5):
        on = random.choice(days)
        standing[on] = Standing(on=on, opens=time(11), closes=time(12, 30), official=key, line=0)
    return list(standing.values())


def make_impossible(problem: Problem) -> Problem:
    """The same with one official who must answer oftener than the hours left to them allow."""
    first, *others = problem.participants
    away = DateSpan(first_on=problem.days[0].on, last_on=problem.days[-1].on - timedelta(days=8))
    stuck = replace(first, least=4, wanted=4, weekdays=(1, 3), away=(away,))
    return replace(problem, participants=(stuck, *others))
