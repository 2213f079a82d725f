"""Which session belongs to which day of which series."""

from hotline_sessions.domain.ids import SessionId
from hotline_sessions.store.engine import run_sql


async def hand_over_day(session: SessionId, new: SessionId) -> None:
    """Let ``new`` be what ``session`` was to its series, if it was of one."""
    await run_sql("update occurrence set session = $2 where session = $1", session, new)


async def mark_by_hand(session: SessionId) -> None:
    """Write that somebody has changed this one session: its series no longer changes it."""
    await run_sql("update occurrence set is_by_hand = true where session = $1", session)
