"""The job that lets lots fall when registration has closed."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.draws import run_due_draws
from hotline_sessions.services.ports import Clock


DRAW_SECONDS: Final = 5.0
"""How late the lots may fall."""


def choose_draw_job(secret: bytes, clock: Clock) -> Job:
    """What makes the draws; ``secret`` makes the codes of those on whom a lot falls."""
    return Job(
        name="draws", work=partial(run_due_draws, secret=secret, clock=clock), every=DRAW_SECONDS
    )
