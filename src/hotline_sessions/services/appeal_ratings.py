"""The author of an appeal rates the answer."""

from datetime import date, datetime

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_ratings import (
    NothingToRate,
    RatingFigures,
    RatingWords,
    Score,
    build_figures,
    may_rate,
)
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.appeals import get_followed
from hotline_sessions.store.appeal_ratings import count_ratings, find_rating, keep_rating
from hotline_sessions.store.appeals import find_answer, lock_appeal
from hotline_sessions.store.transaction import transaction


__all__ = ["find_rating", "rate"]

log = structlog.get_logger()


async def rate(public_id: str, score: Score, words: RatingWords, *, now: datetime) -> None:
    """Keep what the author thinks of the answer; a second rating replaces the first.

    The same one sent twice is kept once.

    Raises:
        NotFound: There is no such appeal.
        NothingToRate: There is no answer, or it was given too long ago.
    """
    home = (await get_followed(public_id)).institution.id
    async with transaction():
        appeal = await lock_appeal(public_id, institution=home)
        answer = await find_answer(appeal.id)
        answered_on = local_date(answer.answered_at) if answer else None
        if not may_rate(appeal.state, answered_on, local_date(now)):
            raise NothingToRate
        known = await find_rating(appeal.id)
        if known is not None and (known.score, known.words) == (score, words):
            return
        await keep_rating(appeal.id, score, words, now=now)
        facts: dict[str, object] = {"score": score}
        note("appeal_rated", appeal.id, institution=home, account=None, now=now, facts=facts)
    log.info("appeal_rated", appeal_id=appeal.id)


async def count_year_of_ratings(year: int, *, staff: Staff) -> RatingFigures:
    """How the answers to appeals of one year were rated in the institution of ``staff``."""
    count, average = await count_ratings(
        institution=staff.institution, since=date(year, 1, 1), until=date(year, 12, 31)
    )
    return build_figures(count, average)
