"""A small quarter: one official may answer on three days, at nine and at five."""

from datetime import date, time

from msgspec.structs import replace

from hotline_sessions.domain.quarter_plans import (
    Goals,
    Limits,
    Participant,
    Place,
    PlanDay,
    PlanLine,
    Problem,
    Standing,
    Wish,
)


MON, TUE, WED = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)
NINE, FIVE = time(9), time(17)


def make_official(key: int = 1, **changes: object) -> Participant:
    return replace(Participant(key=key, wanted=1), **changes)


def make_quarter(*officials: Participant, **changes: object) -> Problem:
    problem = Problem(
        days=tuple(PlanDay(on=on) for on in (MON, TUE, WED)),
        clocks=(NINE, FIVE),
        minutes=60,
        participants=officials or (make_official(),),
        lines=(PlanLine(key=1),),
        limits=Limits(),
        goals=Goals(distance_days=2, per_day=1, at_once=1),
    )
    return replace(problem, **changes)


def place(on: date = MON, clock: time = NINE, official: int = 1, line: int = 1) -> Place:
    return Place(on=on, clock=clock, official=official, line=line)


def stays(on: date = MON, opens: time = NINE, official: int | None = 1, line: int = 1) -> Standing:
    return Standing(
        on=on, opens=opens, closes=opens.replace(minute=30), official=official, line=line
    )


def only(*wishes: Wish) -> dict[Wish, int]:
    return {wish: (1 if wish in wishes else 0) for wish in Wish}
