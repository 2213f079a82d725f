"""Reminders: noted when their moment comes, so that a booking itself has none to write."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

import structlog

from hotline_sessions.services.ports import Clock
from hotline_sessions.store.institutions import list_booking_policies
from hotline_sessions.store.told import Reminding, add_due_reminders


log = structlog.get_logger()

CATCH_UP: Final = timedelta(hours=24)
"""How late a reminder may still be noted, after the background work has stood still."""


async def plan_reminders(*, clock: Clock) -> int:
    """Note every reminder whose moment has come; always 0: nothing is left to be done at once.

    A reminder belongs to one version of a booking: it is noted once, and never again when
    the same moment is looked at by another process.
    """
    remindings = [
        Reminding(institution=home, before=before, closer=closer)
        for home, policy in (await list_booking_policies()).items()
        for before, closer in pair_with_closer(policy.reminder_minutes)
    ]
    counts = await add_due_reminders(remindings, catch_up=CATCH_UP, now=clock.now())
    for home, count in counts.items():
        log.info("reminders_noted", institution_id=home, count=count)
    return 0


def pair_with_closer(minutes: Sequence[int]) -> list[tuple[timedelta, timedelta]]:
    """Each time before the talk, with the next shorter one; 0 after the shortest."""
    lengths = [timedelta(minutes=each) for each in sorted(set(minutes), reverse=True)]
    return list(pairwise([*lengths, timedelta()]))
