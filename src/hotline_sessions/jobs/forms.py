"""The job of forms: what they led to is forgotten when nobody will send them again."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.sent_forms import forget_old_forms


FORGET_SECONDS: Final = 3600.0


def list_form_jobs(clock: Clock) -> list[Job]:
    """What a process has to run so that answers to forms are not kept for ever."""
    return [
        Job(
            name="forms",
            work=partial(forget_old_forms, clock=clock),
            every=FORGET_SECONDS,
        )
    ]
