"""Reminders: noted when their moment comes, so that a booking itself has none to write."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

import structlog

from hotline_sessions.services.ports import Clock
from hotline_sessions.store.institutions import get_booking_policy, list_institutions
from hotline_sessions.store.told import add_due_reminders


log = structlog.get_logger()

CATCH_UP: Final = timedelta(hours=24)
"""How late a reminder may still be noted, after the background work has stood still."""


async def plan_reminders(*, clock: Clock) -> int:
    """Note every reminder whose moment has come; always 0: nothing is left to be done at once.

    A reminder belongs to one version of a booking: it is noted once, and never again when
    the same moment is looked at by another process.
    """
    for home in await list_institutions():
        policy = await get_booking_policy(home.id)
        for before, closer in pair_with_closer(policy.reminder_minutes):
            count = await add_due_reminders(
                before, closer=closer, catch_up=CATCH_UP, institution=home.id, now=clock.now()
            )
            if count:
                log.info("reminders_noted", institution_id=home.id, count=count)
    return 0


def pair_with_closer(minutes: Sequence[int]) -> list[tuple[timedelta, timedelta]]:
    """Each time before the talk, with the next shorter one; 0 after the shortest."""
    lengths = [timedelta(minutes=each) for each in sorted(set(minutes), reverse=True)]
    return list(pairwise([*lengths, timedelta()]))
