"""Numbers set aside for cards on paper, for when the register cannot be reached.

The counter moves on at once, so that no such number is ever given here; each of them ends as
the number of a card or as cancelled with a reason, and so none is missing.
"""

from datetime import date, datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, Invalid, NotFound
from hotline_sessions.domain.ids import InstitutionId, PublicId


MOST: Final = 200
"""Numbers of one block: a day of a busy contact centre on paper."""

BlockSize = Annotated[int, Meta(ge=1, le=MOST)]
CancelReason = Annotated[str, Meta(min_length=5, max_length=300)]


class NumberNotOpen(NotFound):
    """The number is not one of an open block, or has been used or cancelled."""

    code = "number-not-open"


class BadPaperDay(Invalid):
    """The card cannot be of this day: it is ahead, before the block, or of another year."""

    code = "bad-paper-day"


class NumbersLeft(Conflict):
    """A block is closed only when each of its numbers is used or cancelled."""

    code = "numbers-left"


class Block(Struct, frozen=True, kw_only=True):
    """Numbers ``first`` to ``last`` of a year; ``left`` counts those still open."""

    id: int
    public_id: PublicId
    institution: InstitutionId
    year: int
    first: int
    last: int
    reason: str
    made_at: datetime
    closed_at: datetime | None
    left: int


class ReservedNumber(Struct, frozen=True, kw_only=True):
    """A number set aside: of a card, cancelled, or open."""

    number: int
    register_index: str | None
    public_id: PublicId | None
    cancelled_for: str

    @property
    def is_open(self) -> bool:
        """Whether it is neither used nor cancelled."""
        return self.register_index is None and not self.cancelled_for


def check_paper_day(received_on: date, block: Block, *, made_on: date, today: date) -> None:
    """Refuse a day of which a card with a number of ``block`` cannot be.

    Raises:
        BadPaperDay: It is before the block was made, ahead, or of another year.
    """
    if not made_on <= received_on <= today or received_on.year != block.year:
        raise BadPaperDay
