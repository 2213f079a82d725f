"""``hotline bench plan``: how well and how fast a quarter is planned on this machine."""

import asyncio
import json
import time
from typing import Final

import click
from msgspec import Struct
from msgspec.structs import asdict, replace

from hotline_sessions.cli.bench_plan_world import make_impossible, make_problem
from hotline_sessions.domain.quarter_plans import Impossible, Place, Problem, Proposal
from hotline_sessions.domain.quarter_rules import find_breaches
from hotline_sessions.domain.quarter_wishes import count_cost, find_violations
from hotline_sessions.gateways.planner.process import ProcessSolver


GOAL_SECONDS: Final = 30.0
SOLVE_SECONDS: Final = 25.0
"""What the search is given, so that with start and end the goal is kept."""


class PlanReport(Struct, frozen=True, kw_only=True):
    """What planning came to; ``cost`` is what the missed wishes add up to.

    ``bound`` is what no plan can go below; times are wall time and include the start of the
    process and the building of the model.
    """

    weeks: int
    officials: int
    lines: int
    wishes: int
    sessions: int
    standing: int
    seconds: float
    first_seconds: float
    cost: int
    bound: float
    is_best: bool
    missed: dict[str, int]
    broken_rules: int
    pins: int
    pinned_seconds: float
    pinned_first_seconds: float
    pinned_cost: int
    pinned_bound: float
    pinned_broken_rules: int
    pins_kept: int
    impossible_seconds: float
    impossible_rules: list[str]

    def list_failures(self) -> list[str]:
        """Goals that were missed, in words."""
        failures = []
        if self.broken_rules or self.pinned_broken_rules:
            failures.append("a plan breaks a rule")
        if max(self.seconds, self.pinned_seconds, self.impossible_seconds) > GOAL_SECONDS:
            failures.append(f"planning took more than {GOAL_SECONDS:.0f} s")
        if self.pins_kept != self.pins:
            failures.append("a pinned session has moved")
        if not self.impossible_rules:
            failures.append("the rules that clash were not named")
        return failures


def measure_plan(*, size: tuple[int, int, int], pins: int, seconds: float, as_json: bool) -> None:
    """Plan a made-up quarter of ``size`` weeks, officials and lines; print what came of it."""
    report = asyncio.run(_measure(size, pins, min(seconds, SOLVE_SECONDS)))
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        for line in _lines(report):
            click.echo(line)
    if failures := report.list_failures():
        raise click.ClickException("; ".join(failures))


async def _measure(size: tuple[int, int, int], pins: int, seconds: float) -> PlanReport:
    weeks, officials, lines = size
    problem = make_problem(weeks=weeks, officials=officials, lines=lines)
    solver = ProcessSolver()
    plan, took = await _solve(solver, problem, seconds)
    places = plan.places if isinstance(plan, Proposal) else ()
    held = places[:: max(1, len(places) // pins)][:pins] if pins else ()
    pinned = replace(problem, pins=held)
    again, again_took = await _solve(solver, pinned, seconds, near=places)
    clash, clash_took = await _solve(solver, make_impossible(problem), seconds)
    if not (isinstance(plan, Proposal) and isinstance(again, Proposal)):
        raise click.ClickException("no plan was found")
    violations = find_violations(problem, plan.places)
    if count_cost(problem, violations) != plan.cost:
        raise click.ClickException("the solver counts the wishes in another way than the checker")
    missed: dict[str, int] = {}
    for each in violations:
        missed[each.wish.value] = missed.get(each.wish.value, 0) + each.amount
    return PlanReport(
        weeks=weeks,
        officials=officials,
        lines=lines,
        wishes=sum(1 for weight in problem.weights.values() if weight),
        sessions=len(plan.places),
        standing=len(problem.standing),
        seconds=took,
        first_seconds=plan.first_seconds,
        cost=plan.cost,
        bound=plan.bound,
        is_best=plan.is_best,
        missed=missed,
        broken_rules=len(find_breaches(problem, plan.places)),
        pins=len(held),
        pinned_seconds=again_took,
        pinned_first_seconds=again.first_seconds,
        pinned_cost=again.cost,
        pinned_bound=again.bound,
        pinned_broken_rules=len(find_breaches(pinned, again.places)),
        pins_kept=len(set(held) & set(again.places)),
        impossible_seconds=clash_took,
        impossible_rules=_name(clash),
    )


async def _solve(
    solver: ProcessSolver, problem: Problem, seconds: float, *, near: tuple[Place, ...] = ()
) -> tuple[Proposal | Impossible, float]:
    since = time.monotonic()
    answer = await solver.solve(problem, seconds=seconds, near=near)
    return answer, time.monotonic() - since


def _name(answer: Proposal | Impossible) -> list[str]:
    if isinstance(answer, Proposal):
        return []
    return [
        " ".join(
            str(part)
            for part in (rule.rule.value, rule.official, rule.on or "", rule.clock or "")
            if part not in (None, "")
        )
        for rule in answer.rules
    ]


def _lines(report: PlanReport) -> list[str]:
    missed = ", ".join(f"{wish} {amount}" for wish, amount in sorted(report.missed.items()))
    return [
        (
            f"{report.weeks} weeks, {report.officials} officials, {report.lines} lines, "
            f"{report.wishes} wishes: {report.sessions} sessions beside {report.standing} that stay"
        ),
        f"first plan after {report.first_seconds:.1f} s, done after {report.seconds:.1f} s; "
        f"cost {report.cost}, no plan below {report.bound:.0f}"
        + (" (the best there is)" if report.is_best else ""),
        f"missed: {missed or 'nothing'}; rules broken: {report.broken_rules}",
        (
            f"again with {report.pins} pins: first plan after {report.pinned_first_seconds:.1f} s, "
            f"done after {report.pinned_seconds:.1f} s; cost {report.pinned_cost}, no plan below "
            f"{report.pinned_bound:.0f}; pins kept: {report.pins_kept}; "
            f"rules broken: {report.pinned_broken_rules}"
        ),
        f"an impossible quarter explained after {report.impossible_seconds:.1f} s: "
        + "; ".join(report.impossible_rules),
    ]
