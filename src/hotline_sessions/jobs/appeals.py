"""Background work of the register of appeals."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.appeal_reminders import remind_of_appeals
from hotline_sessions.services.appeal_search import note_missing_words
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.services.signed_heads import sign_heads


WORDS_SECONDS: Final = 3600.0
"""Words are written with the card; only cards of an older release, or loaded by hand, have none."""
SIGN_SECONDS: Final = 600.0
"""How often it is looked whether the ends of the chains of today are signed and stored."""


REMIND_SECONDS: Final = 3600.0
"""How late somebody may be reminded of a last day; nobody is outside of office hours."""


def list_appeal_jobs(clock: Clock, *, public_url: str) -> list[Job]:
    """What a process has to run so that appeals can be found, and are answered in time."""
    return [
        Job(name="appeal-words", work=note_missing_words, every=WORDS_SECONDS),
        Job(
            name="appeal-reminders",
            work=partial(remind_of_appeals, public_url=public_url, clock=clock),
            every=REMIND_SECONDS,
        ),
    ]


def choose_head_job(secret: bytes, storage: Storage, clock: Clock) -> Job:
    """What signs the history of appeals once a day and keeps that outside of the database."""
    return Job(
        name="register-heads",
        work=partial(sign_heads, secret, storage, clock=clock),
        every=SIGN_SECONDS,
    )
