"""A quarter solved by CP-SAT here and now; whoever calls this waits."""

import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from ortools.sat.python import cp_model

from hotline_sessions.domain.quarter_plans import Impossible, Place, Problem, Proposal
from hotline_sessions.gateways.planner.explain import find_clash
from hotline_sessions.gateways.planner.wishes import WishedQuarter


WORKERS: Final = 2
GOOD_ENOUGH: Final = 0.0


class Found(Struct, frozen=True, kw_only=True):
    """How far the search has come."""

    seconds: float
    cost: int
    bound: float


class NothingFound(Exception):
    """Neither a plan nor a proof that there is none was found in time."""


class _Watch(cp_model.CpSolverSolutionCallback):
    """Notes every better plan."""

    def __init__(self, since: float, tell: Callable[[Found], None]) -> None:
        super().__init__()
        self._since = since
        self._tell = tell
        self.first: float | None = None

    def on_solution_callback(self) -> None:
        seconds = time.monotonic() - self._since
        if self.first is None:
            self.first = seconds
        self._tell(
            Found(
                seconds=seconds,
                cost=round(self.objective_value),
                bound=self.best_objective_bound,
            )
        )


def solve(
    problem: Problem,
    *,
    seconds: float,
    workers: int = WORKERS,
    near: tuple[Place, ...] = (),
    tell: Callable[[Found], None] = lambda _: None,
) -> Proposal | Impossible:
    """The cheapest plan that is found in ``seconds``, or the rules that leave none.

    ``near`` is an earlier plan, from which the search sets out.

    Raises:
        NothingFound: Time was too short.
    """
    since = time.monotonic()
    quarter = WishedQuarter(problem)
    quarter.wish()
    for place in near:
        literal = quarter.held.get(place.official, {}).get((place.on, place.clock))
        if literal is not None:
            quarter.model.add_hint(literal, 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = max(0.1, seconds - (time.monotonic() - since))
    watch = _Watch(since, tell)
    status = solver.solve(quarter.model, watch)
    if status == cp_model.INFEASIBLE:
        rules, is_minimal = find_clash(
            problem, workers=workers, left=lambda: since + seconds - time.monotonic()
        )
        return Impossible(
            rules=tuple(rules), seconds=time.monotonic() - since, is_minimal=is_minimal
        )
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NothingFound
    return Proposal(
        places=quarter.read(solver),
        cost=round(solver.objective_value),
        bound=solver.best_objective_bound,
        seconds=time.monotonic() - since,
        first_seconds=watch.first or 0.0,
        is_best=status == cp_model.OPTIMAL,
    )
