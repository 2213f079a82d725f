"""Reading of what the plan of an institution takes up in a span of time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from hotline_sessions.domain.conflicts import GUARDS, REFUSALS, Busy
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.times import Window
from hotline_sessions.store.engine import fetch_rows


#: The predicate of the guards of the database.
STANDING: Final = "state not in ('cancelled', 'rescheduled', 'closed')"


async def list_busy(window: Window, *, institution: InstitutionId) -> list[Busy]:
    """Sessions that stand in the plan within ``window``, in time's order, drafts included."""
    rows = await fetch_rows(
        f"""select id, public_id, starts_at, ends_at, post,
                   coalesce(substitute, official) as official, line, place
              from session
             where institution = $1 and {STANDING}
               and starts_at < $3 and ends_at > $2
             order by starts_at, id""",
        institution,
        window.starts_at,
        window.ends_at,
    )
    return [
        Busy(
            session=row["id"],
            public_id=row["public_id"],
            window=Window(starts_at=row["starts_at"], ends_at=row["ends_at"]),
            post=row["post"],
            official=row["official"],
            line=row["line"],
            place=row["place"],
        )
        for row in rows
    ]


@asynccontextmanager
async def clashes_refused() -> AsyncIterator[None]:
    """Say in the words of the plan what a guard of the database refuses.

    Two who plan at once do not see each other; the second is refused here. Its transaction is
    over then.

    Raises:
        Clashing: Another session has been planned meanwhile that takes up the same.
    """
    try:
        yield
    except asyncpg.ExclusionViolationError as error:
        clash = GUARDS.get(error.constraint_name or "")
        if clash is None:
            raise
        raise REFUSALS[clash](day="", hours="") from None
