"""The jobs of recordings: taken in, erased when their days are over, compared with the network."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.recording_cleanup import (
    erase_expired,
    erase_words,
    reconcile_recordings,
)
from hotline_sessions.services.recording_copies import take_in_recordings
from hotline_sessions.services.recording_ports import Recorder, Storage
from hotline_sessions.services.recordings import RECORDINGS_TOPIC
from hotline_sessions.services.strays import StrayFinder, take_in_strays


POLL_SECONDS: Final = 10.0
"""How often it is looked for recordings when no hint comes."""
ERASE_SECONDS: Final = 15 * 60.0
RECONCILE_SECONDS: Final = 10 * 60.0
STRAY_SECONDS: Final = 10 * 60.0
"""How often it is looked for questions that were recorded while we did not answer."""


def list_recording_jobs(recorder: Recorder, storage: Storage, clock: Clock) -> list[Job]:
    """What a process has to run so that recordings come in and go; any number of processes may."""
    return [
        Job(
            name="recordings",
            work=partial(take_in_recordings, recorder, storage, clock=clock),
            every=POLL_SECONDS,
            topic=RECORDINGS_TOPIC,
        ),
        Job(
            name="recordings-erased",
            work=partial(erase_expired, storage, clock=clock),
            every=ERASE_SECONDS,
        ),
        Job(
            name="words-erased",
            work=partial(erase_words, clock=clock),
            every=ERASE_SECONDS,
        ),
        Job(
            name="recordings-reconciled",
            work=partial(reconcile_recordings, recorder, clock=clock),
            every=RECONCILE_SECONDS,
        ),
    ]


def choose_stray_job(finder: StrayFinder, clock: Clock) -> Job:
    """What takes in questions that were recorded without us."""
    return Job(
        name="strays", work=partial(take_in_strays, finder, clock=clock), every=STRAY_SECONDS
    )
