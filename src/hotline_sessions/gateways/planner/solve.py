"""A quarter solved by CP-SAT here and now; whoever calls this waits."""

import time
from collections.abc import Callable
from typing import Final

from ortools.sat.python import cp_model

from hotline_sessions.domain.quarter_plans import (
    Impossible,
    NoPlanFound,
    Place,
    Problem,
    Progress,
    Proposal,
)
from hotline_sessions.gateways.planner.explain import find_clash
from hotline_sessions.gateways.planner.wishes import WishedQuarter


WORKERS: Final = 2
DAYS_SHARES: Final = (0.15, 0.7)
HOURS_SHARE: Final = 0.3
"""How much of the time that is left days may take in turn, and each time their hours."""
TINY: Final = 1e-6


class _Watch(cp_model.CpSolverSolutionCallback):
    """Notes every better plan."""

    def __init__(self, since: float, tell: Callable[[Progress], None]) -> None:
        super().__init__()
        self._since = since
        self._tell = tell
        self.first: float | None = None

    def on_solution_callback(self) -> None:
        seconds = time.monotonic() - self._since
        if self.first is None:
            self.first = seconds
        self._tell(
            Progress(
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
    tell: Callable[[Progress], None] = lambda _: None,
) -> Proposal | Impossible:
    """The cheapest plan that is found in ``seconds``, or the rules that leave none.

    ``near`` is an earlier plan, from which the search sets out.

    Raises:
        NoPlanFound: Time was too short.
    """
    search = _Search(problem, seconds=seconds, workers=workers, tell=tell)
    return search.run(near)


class _Search:
    """One search: days first, then their hours, then everything together.

    The days alone are a small problem. Their cost is a bound for the whole, and a good place
    to set out from: most wishes are about days.
    """

    def __init__(
        self, problem: Problem, *, seconds: float, workers: int, tell: Callable[[Progress], None]
    ) -> None:
        self._problem = problem
        self._since = time.monotonic()
        self._seconds = seconds
        self._workers = workers
        self._watch = _Watch(self._since, tell)
        self._bound = 0.0
        self._best: tuple[int, tuple[Place, ...]] | None = None

    def _left(self) -> float:
        return self._since + self._seconds - time.monotonic()

    def run(self, near: tuple[Place, ...]) -> Proposal | Impossible:
        """See ``solve``."""
        days = WishedQuarter(self._problem, has_hours=False)
        days.wish()
        for place in near:
            self._hint(days.model, days.by_day(place.official).get(place.on), 1)
        quarter: WishedQuarter | None = None
        for share in DAYS_SHARES:
            found = self._start(share)
            status = found.solve(days.model)
            if status == cp_model.INFEASIBLE:
                return self._explain()
            if quarter is None:
                quarter = WishedQuarter(self._problem)
                quarter.wish()
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                break
            self._bound = max(self._bound, found.best_objective_bound)
            self._give_hours(quarter, days, found)
            if self._is_best():
                break
            self._set_out(days.model, found)
        return self._finish(quarter or WishedQuarter(self._problem))

    def _finish(self, quarter: WishedQuarter) -> Proposal | Impossible:
        """Search hours and days together for what is left of the time."""
        if not self._is_best():
            solver = self._start(1.0)
            status = solver.solve(quarter.model, self._watch)
            if status == cp_model.INFEASIBLE:
                return self._explain()
            if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                self._bound = max(self._bound, solver.best_objective_bound)
                self._keep(quarter, solver)
        if self._best is None:
            raise NoPlanFound
        cost, places = self._best
        return Proposal(
            places=places,
            cost=cost,
            bound=min(self._bound, cost),
            seconds=time.monotonic() - self._since,
            first_seconds=self._watch.first or 0.0,
            is_best=self._is_best(),
        )

    def _give_hours(
        self, quarter: WishedQuarter, days: WishedQuarter, found: cp_model.CpSolver
    ) -> None:
        """Give the days that were found hours; the whole search sets out from the best of them."""
        fixed = quarter.model.clone()
        for who in self._problem.participants:
            for on, day in days.by_day(who.key).items():
                fixed.add(quarter.by_day(who.key)[on] == found.value(day))
        fixed.clear_hints()  # type: ignore[no-untyped-call]
        hours = self._start(HOURS_SHARE)
        if hours.solve(fixed, self._watch) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return
        if self._keep(quarter, hours):
            self._set_out(quarter.model, hours)

    def _keep(self, quarter: WishedQuarter, solver: cp_model.CpSolver) -> bool:
        cost = round(solver.objective_value)
        if self._best is not None and cost >= self._best[0]:
            return False
        self._best = (cost, quarter.read(solver))
        return True

    def _is_best(self) -> bool:
        # Costs are whole numbers.
        return self._best is not None and self._bound > self._best[0] - 1 + TINY

    def _set_out(self, model: cp_model.CpModel, found: cp_model.CpSolver) -> None:
        model.clear_hints()  # type: ignore[no-untyped-call]
        for index in range(len(model.proto.variables)):
            variable = model.get_int_var_from_proto_index(index)
            model.add_hint(variable, found.value(variable))

    def _hint(self, model: cp_model.CpModel, day: cp_model.LinearExprT | None, value: int) -> None:
        if isinstance(day, cp_model.IntVar):
            model.add_hint(day, value)

    def _start(self, share: float) -> cp_model.CpSolver:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = self._workers
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = max(0.1, share * self._left())
        return solver

    def _explain(self) -> Impossible:
        rules, is_minimal = find_clash(self._problem, workers=self._workers, left=self._left)
        return Impossible(
            rules=tuple(rules), seconds=time.monotonic() - self._since, is_minimal=is_minimal
        )
