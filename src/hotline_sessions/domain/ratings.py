"""What the author of an appeal thinks of its answer."""

from datetime import date, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, TooLate


Stars = Annotated[int, Meta(ge=1, le=5)]
RatingWords = Annotated[str, Meta(max_length=1000)]


class RatingRule(Struct, frozen=True, kw_only=True):
    """How long an answer can be rated, and how few ratings tell nothing."""

    name: str
    valid_from: date
    days: int
    fewest: int


RATING_RULE: Final = RatingRule(name="RATING_30D", valid_from=date(2026, 11, 1), days=30, fewest=5)
"""No law asks for ratings: a rule of the product, the same for all institutions.

From fewer ratings than ``fewest`` a reader could tell whose they are.
"""


class NotAnsweredYet(Conflict):
    """There is no answer that could be rated or disagreed with."""

    code = "not-answered-yet"


class RatedTooLate(TooLate):
    """The days in which an answer is rated have passed."""

    code = "rated-too-late"


class RatingFigures(Struct, frozen=True, kw_only=True):
    """Ratings of some time; ``average`` is None when there are too few to tell."""

    count: int
    average: float | None


def find_last_rating_day(answered_on: date) -> date:
    """The last day on which an answer can be rated, or its rating changed."""
    return answered_on + timedelta(days=RATING_RULE.days)


def check_rating_day(answered_on: date, today: date) -> None:
    """Whether an answer can be rated ``today``.

    Raises:
        RatedTooLate: It cannot any more.
    """
    if today > find_last_rating_day(answered_on):
        raise RatedTooLate


def build_figures(count: int, average: float | None) -> RatingFigures:
    """Figures that tell nothing of single ratings: small numbers are kept back."""
    is_enough = count >= RATING_RULE.fewest and average is not None
    return RatingFigures(count=count, average=average if is_enough else None)
