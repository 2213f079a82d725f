"""Background work of the register of appeals."""

from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.appeal_search import note_missing_words


WORDS_SECONDS: Final = 3600.0
"""Words are written with the card; only cards of an older release, or loaded by hand, have none."""


def list_appeal_jobs() -> list[Job]:
    """What a process has to run so that every appeal can be found by its words."""
    return [Job(name="appeal-words", work=note_missing_words, every=WORDS_SECONDS)]
