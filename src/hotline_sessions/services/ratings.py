"""Authors rate answers; staff see it on the card, and in figures that tell of no single one."""

from datetime import date, datetime

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.ratings import (
    NotAnsweredYet,
    RatingFigures,
    RatingWords,
    Stars,
    build_figures,
    check_rating_day,
)
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_steps import note
from hotline_sessions.services.following import lock_followed
from hotline_sessions.store.appeals import find_answer
from hotline_sessions.store.ratings import count_ratings, find_rating, mark_rating
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def rate(public_id: str, stars: Stars, words: RatingWords, *, now: datetime) -> None:
    """Write down what the author thinks of the answer; it takes the place of an earlier rating.

    Raises:
        NotFound: There is no such appeal.
        NotAnsweredYet: It has no answer.
        RatedTooLate: The days for it have passed.
    """
    async with transaction():
        appeal = await lock_followed(public_id)
        answer = await find_answer(appeal.id)
        if answer is None:
            raise NotAnsweredYet
        check_rating_day(local_date(answer.answered_at), local_date(now))
        known = await find_rating(appeal.id)
        if known is not None and (known.stars, known.words) == (stars, words):
            return
        await mark_rating(appeal.id, stars, words, now=now)
        note(
            "appeal_rated",
            appeal.id,
            institution=appeal.institution,
            account=None,
            now=now,
            facts={"stars": stars},
        )
    log.info("appeal_rated", appeal_id=appeal.id)


async def count_year_of_ratings(year: int, *, staff: Staff) -> RatingFigures:
    """How the answers to appeals of one year were rated in the institution of ``staff``."""
    count, average = await count_ratings(
        institution=staff.institution, since=date(year, 1, 1), until=date(year, 12, 31)
    )
    return build_figures(count, average)
