"""Forget what services by phone need no more: dialogues, read-out codes, counted tries."""

from datetime import timedelta
from typing import Final

from hotline_sessions.domain.phone_menu import TRIES_PERIOD
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.dialogues import forget_dialogues, forget_tries
from hotline_sessions.store.transaction import transaction


KEPT: Final = timedelta(hours=1)
"""How long after its last key a dialogue is kept: longer than any call in the menu lasts."""
FORGOTTEN: Final = "<Response><Hangup/></Response>"
"""What a webhook that comes again much later is answered."""


async def clean_dialogues(*, clock: Clock) -> int:
    """Forget what is old; how many dialogues it was."""
    now = clock.now()
    async with transaction():
        count = await forget_dialogues(before=now - KEPT, reply=FORGOTTEN)
        await forget_tries(before=now - TRIES_PERIOD)
    return count
