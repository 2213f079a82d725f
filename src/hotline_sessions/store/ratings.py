"""What authors think of answers."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import AppealId, InstitutionId
from hotline_sessions.store.engine import fetch_row, run_sql


class Rating(Struct, frozen=True, kw_only=True):
    """One to five stars, and words if there were any."""

    stars: int
    words: str
    rated_at: datetime
    changed_at: datetime


async def find_rating(appeal: AppealId) -> Rating | None:
    """What the author of the appeal thinks of the answer."""
    row = await fetch_row(
        "select stars, words, rated_at, changed_at from appeal_rating where appeal = $1", appeal
    )
    return None if row is None else msgspec.convert(dict(row), Rating)


async def mark_rating(appeal: AppealId, stars: int, words: str, *, now: datetime) -> None:
    """A rating, or another one in its place."""
    await run_sql(
        """insert into appeal_rating (appeal, stars, words, rated_at, changed_at)
           values ($1, $2, $3, $4, $4)
           on conflict (appeal) do update set stars = excluded.stars, words = excluded.words,
              changed_at = excluded.changed_at""",
        appeal,
        stars,
        words,
        now,
    )


async def count_ratings(
    *, institution: InstitutionId, since: date, until: date
) -> tuple[int, float | None]:
    """How many answers to appeals received in these days were rated, and the average."""
    row = await fetch_row(
        """select count(*) as count, avg(r.stars)::float8 as average
             from appeal_rating r join appeal a on a.id = r.appeal
            where a.institution = $1 and a.received_on between $2 and $3""",
        institution,
        since,
        until,
    )
    return (row["count"], row["average"]) if row else (0, None)
