"""The jobs of subscribers: letters are written when they are due, addresses forgotten."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.digests import forget_addresses, write_letters
from hotline_sessions.services.ports import Clock


WRITE_SECONDS: Final = 60.0
"""How late a letter may be written."""
FORGET_SECONDS: Final = 3600.0
"""How often it is looked for addresses that nobody has confirmed."""


def list_digest_jobs(secret: bytes, clock: Clock, *, public_url: str) -> list[Job]:
    """What a process has to run so that subscribers are written to; any number of them may."""
    return [
        Job(
            name="digests",
            work=partial(write_letters, secret=secret, public_url=public_url, clock=clock),
            every=WRITE_SECONDS,
        ),
        Job(name="subscribers", work=partial(forget_addresses, clock=clock), every=FORGET_SECONDS),
    ]
