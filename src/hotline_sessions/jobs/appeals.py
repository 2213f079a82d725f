"""Background work of the register of appeals."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.appeal_search import note_missing_words
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_ports import Storage
from hotline_sessions.services.signed_heads import sign_heads


WORDS_SECONDS: Final = 3600.0
"""Words are written with the card; only cards of an older release, or loaded by hand, have none."""
SIGN_SECONDS: Final = 600.0
"""How often it is looked whether the ends of the chains of today are signed and stored."""


def list_appeal_jobs() -> list[Job]:
    """What a process has to run so that every appeal can be found by its words."""
    return [Job(name="appeal-words", work=note_missing_words, every=WORDS_SECONDS)]


def choose_head_job(secret: bytes, storage: Storage, clock: Clock) -> Job:
    """What signs the history of appeals once a day and keeps that outside of the database."""
    return Job(
        name="register-heads",
        work=partial(sign_heads, secret, storage, clock=clock),
        every=SIGN_SECONDS,
    )
