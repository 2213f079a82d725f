"""What CP-SAT proposes is judged by rules and wishes that know nothing of it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, product

import pytest
from msgspec.structs import replace
from tests.domain.quarters import FIVE, MON, NINE, TUE, make_official, make_quarter, place, stays

from hotline_sessions.cli.bench_plan_world import make_problem
from hotline_sessions.domain.quarter_plans import (
    Goals,
    Impossible,
    Limits,
    NamedRule,
    NoPlanFound,
    Place,
    PlanDay,
    PlanLine,
    Problem,
    Progress,
    Proposal,
    Rule,
)
from hotline_sessions.domain.quarter_rules import find_breaches, list_rules
from hotline_sessions.domain.quarter_wishes import count_cost, find_violations
from hotline_sessions.domain.workdays import DateSpan
from hotline_sessions.gateways.planner.model import QuarterModel
from hotline_sessions.gateways.planner.process import ProcessSolver
from hotline_sessions.gateways.planner.solve import solve


SECONDS = 20.0
"""Long enough for a busy machine; small quarters are done in tenths of a second."""


def plan(problem: Problem, near: tuple[Place, ...] = ()) -> Proposal:
    answer = solve(problem, seconds=SECONDS, near=near)
    assert isinstance(answer, Proposal)
    return answer


def explain(problem: Problem) -> tuple[NamedRule, ...]:
    answer = solve(problem, seconds=SECONDS)
    assert isinstance(answer, Impossible)
    assert answer.is_minimal
    return answer.rules


def every_plan(problem: Problem) -> Iterator[tuple[Place, ...]]:
    """All plans that break no rule, by trying every set of sessions."""
    choices = [
        Place(on=day.on, clock=clock, official=who.key, line=line.key)
        for day, clock, who, line in product(
            problem.days, problem.clocks, problem.participants, problem.lines
        )
    ]
    for size in range(5):
        for places in combinations(choices, size):
            if not find_breaches(problem, places):
                yield places


TINY = [
    pytest.param(
        make_quarter(
            make_official(1, wanted=2, liked_weekdays=(0,), liked_clocks=(NINE,), body="а"),
            make_official(2, wanted=2, least=1, liked_weekdays=(0,), body="а", topics=("дороги",)),
            days=(PlanDay(on=MON), PlanDay(on=TUE, is_eve=True)),
        ),
        id="two-of-one-body-want-monday",
    ),
    pytest.param(
        make_quarter(
            make_official(1, wanted=2, favourite=1),
            make_official(2, wanted=1, favourite=1, lines=(1,), clocks=(NINE,)),
            days=(PlanDay(on=MON), PlanDay(on=TUE + timedelta(days=6))),
            lines=(PlanLine(key=1), PlanLine(key=2, until_on=TUE)),
            standing=(stays(opens=FIVE, official=2, line=2),),
            goals=Goals(distance_days=9, at_once=1, per_day=1),
        ),
        id="one-line-is-favourite-of-both",
    ),
    pytest.param(
        make_quarter(
            make_official(1, wanted=2, communities=("Комишуваська",)),
            make_official(2, wanted=2, most=1, communities=("Комишуваська",)),
            days=(PlanDay(on=MON), PlanDay(on=TUE)),
            standing=(stays(opens=NINE, official=None, line=7), stays(opens=NINE, official=None)),
            lines=(PlanLine(key=1), PlanLine(key=2)),
            limits=Limits(gap_days=2, per_day=4),
        ),
        id="more-at-once-than-wished-already",
    ),
]


@pytest.mark.parametrize("problem", TINY)
def test_no_plan_at_all_is_better_than_the_one_called_best(problem: Problem) -> None:
    found = plan(problem)

    cheapest = min(
        count_cost(problem, find_violations(problem, places)) for places in every_plan(problem)
    )
    assert found.is_best
    assert (found.cost, find_breaches(problem, found.places)) == (cheapest, [])
    assert count_cost(problem, find_violations(problem, found.places)) == cheapest


def test_a_made_up_quarter_is_planned_and_planned_again_around_pins() -> None:
    problem = make_problem(weeks=4, officials=8, lines=3)

    found = plan(problem)
    pinned = replace(problem, pins=found.places[::2])
    again = plan(pinned, near=found.places)

    assert find_breaches(problem, found.places) == []
    assert count_cost(problem, find_violations(problem, found.places)) == found.cost
    assert found.bound <= found.cost
    assert find_breaches(pinned, again.places) == []
    assert set(pinned.pins) <= set(again.places)


@pytest.mark.parametrize(
    ("problem", "rules"),
    [
        pytest.param(
            make_quarter(
                make_official(1, least=2, weekdays=(0, 1)),
                make_official(2, least=1),
                limits=Limits(gap_days=2),
            ),
            {Rule.CALENDAR, Rule.WHEN, Rule.GAP, Rule.LEAST, Rule.ONE_A_DAY},
            id="days-left-are-too-near",
        ),
        pytest.param(
            make_quarter(
                make_official(away=(DateSpan(first_on=MON, last_on=MON),)), pins=(place(),)
            ),
            {Rule.AWAY, Rule.PIN},
            id="pinned-to-a-leave",
        ),
        pytest.param(
            make_quarter(
                *(make_official(key, least=2) for key in range(4)),
                limits=Limits(per_day=2),
                lines=(PlanLine(key=1), PlanLine(key=2)),
            ),
            {Rule.PER_DAY, Rule.LEAST},
            id="more-than-the-days-hold",
        ),
        pytest.param(
            make_quarter(make_official(most=0), pins=(place(),)),
            {Rule.MOST, Rule.PIN},
            id="pinned-though-none-is-allowed",
        ),
        pytest.param(
            make_quarter(standing=(stays(official=None),), pins=(place(),)),
            {Rule.STANDING, Rule.LINES, Rule.PIN},
            id="pinned-to-a-busy-line",
        ),
    ],
)
def test_an_impossible_quarter_names_rules_none_of_which_could_be_spared(
    problem: Problem, rules: set[Rule]
) -> None:
    named = explain(problem)

    assert {each.rule for each in named} <= rules
    assert {Rule.LEAST, Rule.PIN} & {each.rule for each in named}
    for spared in named:
        rest = [each for each in named if each != spared]
        assert _can_hold(problem, rest), f"{spared} is not needed"
    assert not _can_hold(problem, named)
    assert set(named) <= set(list_rules(problem))


def _can_hold(problem: Problem, rules: list[NamedRule] | tuple[NamedRule, ...]) -> bool:
    from ortools.sat.python import cp_model  # noqa: PLC0415

    solver = cp_model.CpSolver()
    return solver.solve(QuarterModel(problem, rules).model) != cp_model.INFEASIBLE


@pytest.mark.anyio
async def test_another_process_plans_and_tells_how_far_it_is() -> None:
    told: list[Progress] = []

    found = await ProcessSolver().solve(
        make_quarter(pins=(place(),)), seconds=SECONDS, tell=told.append
    )

    assert isinstance(found, Proposal)
    assert place() in found.places
    assert told[-1].cost == found.cost


@pytest.mark.anyio
async def test_a_search_without_time_finds_nothing() -> None:
    with pytest.raises(NoPlanFound):
        await ProcessSolver().solve(make_problem(), seconds=0.1)


def test_a_quarter_without_days_holds_nothing_and_cannot_hold_what_must_be() -> None:
    empty = make_quarter(days=())

    assert plan(empty).places == ()
    named = explain(replace(empty, participants=(make_official(least=1),)))
    assert {each.rule for each in named} == {Rule.LEAST}
    pinned = explain(replace(empty, pins=(place(),)))
    assert {each.rule for each in pinned} == {Rule.CALENDAR, Rule.PIN}
