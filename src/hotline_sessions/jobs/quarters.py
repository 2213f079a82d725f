"""The job that has quarters planned."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.plan_ports import QuarterSolver
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.quarter_plans import solve_queued


LOOK_SECONDS: Final = 2.0
"""How long whoever asked for a plan waits until the search begins."""


def choose_quarter_job(solver: QuarterSolver, clock: Clock) -> Job:
    """What searches for plans that are waited for."""
    return Job(
        name="quarters",
        work=partial(solve_queued, solver=solver, clock=clock),
        every=LOOK_SECONDS,
    )
