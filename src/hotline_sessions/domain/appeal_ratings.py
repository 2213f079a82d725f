"""What the author of an appeal thinks of the answer."""

from datetime import date, datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.appeals import AppealState
from hotline_sessions.domain.errors import Conflict


Score = Annotated[int, Meta(ge=1, le=5)]
RatingWords = Annotated[str, Meta(max_length=1000)]

RATED_FOR: Final = timedelta(days=60)
"""How long after the answer it can be rated, and the rating be changed: a rule of the product."""
FEWEST_SHOWN: Final = 5
"""Ratings below which no mean is shown: of fewer each could be guessed."""

ANSWERED: Final = frozenset({AppealState.ANSWERED, AppealState.CLOSED})
"""States in which there is an answer that its author can rate, or disagree with."""


class NothingToRate(Conflict):
    """There is no answer, or it was given too long ago to be rated."""

    code = "nothing-to-rate"


class NothingToDispute(Conflict):
    """The appeal has no answer with which its author could disagree."""

    code = "nothing-to-dispute"


class Rating(Struct, frozen=True, kw_only=True):
    """From 1, nothing is solved, to 5, all is; ``words`` may be empty."""

    score: int
    words: str
    rated_at: datetime


class RatingFigures(Struct, frozen=True, kw_only=True):
    """Ratings of some time; ``average`` is None when there are too few to tell."""

    count: int
    average: float | None


def build_figures(count: int, average: float | None) -> RatingFigures:
    """Figures that tell nothing of single ratings: small numbers are kept back."""
    return RatingFigures(count=count, average=average if count >= FEWEST_SHOWN else None)


def may_rate(state: AppealState, answered_on: date | None, today: date) -> bool:
    """Whether an answer given on ``answered_on`` can be rated today."""
    return state in ANSWERED and answered_on is not None and today <= answered_on + RATED_FOR
