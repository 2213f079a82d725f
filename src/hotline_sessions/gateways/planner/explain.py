"""Why a quarter cannot be planned: the fewest rules that cannot hold together."""

from collections.abc import Callable, Sequence
from typing import Final

from ortools.sat.python import cp_model

from hotline_sessions.domain.quarter_plans import NamedRule, Problem
from hotline_sessions.domain.quarter_rules import list_rules
from hotline_sessions.gateways.planner.model import QuarterModel


LOOK_SECONDS: Final = 5.0
"""After so long without an answer rules count as compatible: one too many is named at worst."""


class _OutOfTime(Exception):
    """The search for the fewest rules has to end."""


def find_clash(
    problem: Problem, *, workers: int, left: Callable[[], float]
) -> tuple[list[NamedRule], bool]:
    """Rules that clash, and whether each of them is needed for it.

    Source: U. Junker, QUICKXPLAIN, AAAI 2004. Each look builds only what the rules in question
    need and lets CP-SAT presolve it; with assumptions it could not, and proofs by counting,
    which are the usual ones here, would take it very long.
    """

    def clash(rules: Sequence[NamedRule]) -> bool:
        if left() <= 0:
            raise _OutOfTime
        model = QuarterModel(problem, rules).model
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = min(LOOK_SECONDS, left())
        solver.parameters.num_workers = workers
        solver.parameters.random_seed = 1
        return solver.solve(model) == cp_model.INFEASIBLE

    rules = list_rules(problem)
    try:
        return sorted(_narrow(clash, [], rules, is_grown=False)), True
    except _OutOfTime:
        return sorted(rules), False


def _narrow(
    clash: Callable[[Sequence[NamedRule]], bool],
    kept: Sequence[NamedRule],
    rules: Sequence[NamedRule],
    *,
    is_grown: bool,
) -> list[NamedRule]:
    if is_grown and clash(kept):
        return []
    if len(rules) == 1:
        return list(rules)
    middle = len(rules) // 2
    first, second = rules[:middle], rules[middle:]
    of_second = _narrow(clash, [*kept, *first], second, is_grown=True)
    of_first = _narrow(clash, [*kept, *of_second], first, is_grown=bool(of_second))
    return [*of_first, *of_second]
