"""Free slots as forms offer them."""

from collections.abc import Sequence
from datetime import datetime

from hotline_sessions.domain.slots import Slot
from hotline_sessions.domain.times import Window


def choose_nearest(free: Sequence[Slot], wanted: datetime | None) -> Slot | None:
    """The free slot nearest to the one that was wanted, or the first one."""
    if wanted is None:
        return free[0] if free else None
    return min(free, key=lambda slot: abs(slot.starts_at - wanted), default=None)


def list_times(free: Sequence[Slot]) -> list[tuple[str, Window]]:
    """What a form sends for each slot, and what the reader sees."""
    return [
        (slot.starts_at.isoformat(), Window(starts_at=slot.starts_at, ends_at=slot.ends_at))
        for slot in free
    ]
