"""Background work of the register of appeals."""

from functools import partial
from typing import Final

from hotline_sessions.jobs.job import Job
from hotline_sessions.services.appeal_reminders import remind_of_appeals
from hotline_sessions.services.appeal_search import note_missing_words
from hotline_sessions.services.hooks import (
    HookSender,
    forget_told,
    note_deliveries,
    tell_systems,
)
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
TELL_SECONDS: Final = 2.0
"""How long after a step systems are told of it at most."""
FORGET_SECONDS: Final = 3600.0
"""How often it is looked what was told long ago."""


REMIND_SECONDS: Final = 3600.0
"""How late somebody may be reminded of a last day; nobody is outside of office hours."""


def list_appeal_jobs(clock: Clock, *, public_url: str) -> list[Job]:
    """What a process has to run for the register; any number of them may."""
    return [
        Job(name="appeal-words", work=note_missing_words, every=WORDS_SECONDS),
        Job(
            name="appeal-reminders",
            work=partial(remind_of_appeals, public_url=public_url, clock=clock),
            every=REMIND_SECONDS,
        ),
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


def list_hook_jobs(
    sender: HookSender, clock: Clock, *, secret: bytes, public_url: str
) -> list[Job]:
    """What a process has to run so that document systems are told of steps."""
    tell = partial(tell_systems, sender, secret=secret, public_url=public_url, clock=clock)
    return [
        Job(name="hook-steps", work=partial(note_deliveries, clock=clock), every=TELL_SECONDS),
        Job(name="hooks", work=tell, every=TELL_SECONDS),
        Job(name="hooks-past", work=partial(forget_told, clock=clock), every=FORGET_SECONDS),
    ]
