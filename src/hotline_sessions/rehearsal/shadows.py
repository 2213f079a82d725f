"""Which faults may be to blame for what befell a session."""

import re
from functools import lru_cache
from typing import Final

from hotline_sessions.rehearsal.database import Monitor
from hotline_sessions.rehearsal.stage import Prepared
from hotline_sessions.rehearsal.truth import Truth


NAMES: Final = "select public_id, sid from call where session = $1"
NAME: Final = re.compile(r"[A-Za-z0-9]+")


async def list_strikes(
    prepared: Prepared, truth: Truth, monitor: Monitor, *, since: float = 0.0
) -> list[float]:
    """Seconds at which something went wrong with a call of the session, or with everything."""
    rows = await monitor.fetch(NAMES, prepared.session.id)
    names = {str(name) for row in rows for name in row if name}
    names.add(prepared.session.public_id)
    found: list[float] = []
    for at, subject in reversed(truth.strikes):
        if at < since:
            break
        if not subject or not names.isdisjoint(_find_names(subject)):
            found.append(at)
    return found


@lru_cache(maxsize=200_000)
def _find_names(subject: str) -> frozenset[str]:
    """Whatever may be a name in what was struck: every session asks about every strike."""
    return frozenset(NAME.findall(subject))
