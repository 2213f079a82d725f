"""How ratings of answers are read and written."""

from datetime import date, datetime

import msgspec

from hotline_sessions.domain.appeal_ratings import Rating
from hotline_sessions.domain.ids import AppealId, InstitutionId
from hotline_sessions.store.engine import fetch_row, run_sql


async def keep_rating(appeal: AppealId, score: int, words: str, *, now: datetime) -> None:
    """The rating of an answer; a later one replaces it."""
    await run_sql(
        """insert into appeal_rating (appeal, score, words, rated_at) values ($1, $2, $3, $4)
           on conflict (appeal) do update set score = excluded.score, words = excluded.words,
              rated_at = excluded.rated_at""",
        appeal,
        score,
        words,
        now,
    )


async def find_rating(appeal: AppealId) -> Rating | None:
    """What its author thinks of the answer, if that was said."""
    row = await fetch_row(
        "select score, words, rated_at from appeal_rating where appeal = $1", appeal
    )
    return None if row is None else msgspec.convert(dict(row), Rating)


async def count_ratings(
    *, institution: InstitutionId, since: date, until: date
) -> tuple[int, float | None]:
    """How many answers to appeals received in these days were rated, and the average."""
    row = await fetch_row(
        """select count(*) as count, avg(r.score)::float8 as average
             from appeal_rating r join appeal a on a.id = r.appeal
            where a.institution = $1 and a.received_on between $2 and $3""",
        institution,
        since,
        until,
    )
    return (row["count"], row["average"]) if row else (0, None)
