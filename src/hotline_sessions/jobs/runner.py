"""Background work: every job is a loop that works, then waits for a hint or for its time.

Several processes may run them at once: what is worked on is locked or leased in the
database. A job that fails is logged and tried again; it never stops the others.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from hotline_sessions.jobs.appeals import choose_head_job, list_appeal_jobs, list_hook_jobs
from hotline_sessions.jobs.bookings import (
    choose_mailbox_job,
    list_booking_jobs,
    list_invitation_jobs,
)
from hotline_sessions.jobs.channels import list_channel_jobs
from hotline_sessions.jobs.digests import list_digest_jobs
from hotline_sessions.jobs.draws import choose_draw_job
from hotline_sessions.jobs.forms import list_form_jobs
from hotline_sessions.jobs.job import Job
from hotline_sessions.jobs.quarters import choose_quarter_job
from hotline_sessions.jobs.recordings import choose_stray_job, list_recording_jobs
from hotline_sessions.jobs.telephony import list_letter_jobs, list_telephony_jobs
from hotline_sessions.services.attendance_mailbox import Mailbox
from hotline_sessions.services.channel_ports import ChannelPoster
from hotline_sessions.services.hooks import HookSender
from hotline_sessions.services.plan_ports import QuarterSolver
from hotline_sessions.services.ports import Clock, MailSender, PhoneLine, TextSender, Watch
from hotline_sessions.services.recording_ports import Recorder, Storage
from hotline_sessions.services.strays import StrayFinder


log = structlog.get_logger()

FAILURE_SECONDS: Final = 1.0
"""Pause after a failure."""


def list_jobs(
    *,
    line: PhoneLine,
    texts: TextSender,
    clock: Clock,
    recorder: Recorder | None = None,
    storage: Storage | None = None,
    strays: StrayFinder | None = None,
    mails: MailSender | None = None,
    public_url: str = "",
    secret: bytes | None = None,
    hooks: HookSender | None = None,
    solver: QuarterSolver | None = None,
    poster: ChannelPoster | None = None,
    mailbox: Mailbox | None = None,
) -> list[Job]:
    """All the background work of the product; recordings where both their ends are there.

    ``public_url`` is how citizens reach the pages that messages lead to.
    Draws are made where there is the ``secret`` that makes codes of bookings; the register is
    signed with it.
    """
    jobs = list_telephony_jobs(line, texts, clock) + list_form_jobs(clock)
    jobs += list_appeal_jobs(clock, public_url=public_url)
    jobs += list_letter_jobs(mails, clock, public_url=public_url)
    jobs += list_booking_jobs(clock, public_url=public_url)
    if recorder is not None and storage is not None:
        jobs += list_recording_jobs(recorder, storage, clock)
    if strays is not None:
        jobs.append(choose_stray_job(strays, clock))
    if secret is not None:
        jobs.append(choose_draw_job(secret, clock))
        jobs += list_digest_jobs(secret, clock, public_url=public_url)
        jobs += list_invitation_jobs(secret, clock, public_url=public_url)
    if secret is not None and hooks is not None:
        jobs += list_hook_jobs(hooks, clock, secret=secret, public_url=public_url)
    if secret is not None and storage is not None:
        jobs.append(choose_head_job(secret, storage, clock))
    if mailbox is not None:
        jobs.append(choose_mailbox_job(mailbox, clock))
    if solver is not None:
        jobs.append(choose_quarter_job(solver, clock))
    if poster is not None:
        jobs += list_channel_jobs(poster, clock, public_url=public_url)
    return jobs


async def run_jobs(jobs: Sequence[Job], watch: Watch) -> None:
    """Run all jobs until cancelled."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_run(job, watch), name=f"job {job.name}")


async def _run(job: Job, watch: Watch) -> None:
    if job.topic is None:
        while True:
            await _work(job)
            await asyncio.sleep(job.every)
    with watch(job.topic) as listener:
        while True:
            await _work(job)
            await listener.next_within(job.every)


async def _work(job: Job) -> None:
    """Work until there is nothing left to do, or something goes wrong."""
    try:
        while await job.work():
            pass
    except Exception as error:  # noqa: BLE001 - the one place where every failure ends
        log.error("job_failed", job=job.name, error=type(error).__name__)  # noqa: TRY400 - no traceback: it may hold numbers
        await asyncio.sleep(FAILURE_SECONDS)
