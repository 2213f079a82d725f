"""Background work of the register of appeals."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.appeal_search import note_missing_words
from hotline_sessions.services.outer_appeals import erase_files_in_time
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.services.signed_heads import sign_heads


WORDS_SECONDS: Final = 3600.0
"""Words are written with the card; only cards of an older release, or loaded by hand, have none."""
SIGN_SECONDS: Final = 600.0
"""How often it is looked whether the ends of the chains of today are signed and stored."""
ERASE_SECONDS: Final = 600.0
"""How much longer than promised an imported file may be kept."""


def list_appeal_jobs(clock: Clock) -> list[Job]:
    """What a process has to run for the register; any number of them may."""
    return [
        Job(name="appeal-words", work=note_missing_words, every=WORDS_SECONDS),
        Job(
            name="import-files",
            work=partial(erase_files_in_time, clock=clock),
            every=ERASE_SECONDS,
        ),
    ]


def choose_head_job(secret: bytes, storage: Storage, clock: Clock) -> Job:
    """What signs the history of appeals once a day and keeps that outside of the database."""
    return Job(
        name="register-heads",
        work=partial(sign_heads, secret, storage, clock=clock),
        every=SIGN_SECONDS,
    )
