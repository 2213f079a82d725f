"""Days on which an official is away, and what becomes of the sessions planned for them."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import OfficialId, PublicId


class AbsenceKind(StrEnum):
    """Why an official is away. Staff alone see it; the public reads only that it is so."""

    LEAVE = "leave"
    TRIP = "trip"
    SICK = "sick"
    OTHER = "other"


class AwayAlready(Conflict):
    """The official is away on one of these days already."""

    code = "official-away-already"


class AwayEndsFirst(Invalid):
    """The last day comes before the first."""

    code = "away-ends-first"


class AwayTooEarly(Invalid):
    """The last day has passed."""

    code = "away-too-early"


class OfficialAbsence(Struct, frozen=True, kw_only=True):
    """Days on which an official is away, both ends included."""

    id: int
    public_id: PublicId
    official: OfficialId
    full_name: str
    kind: AbsenceKind
    from_on: date
    until_on: date

    def covers(self, day: date) -> bool:
        """Whether the official is away on ``day``."""
        return self.from_on <= day <= self.until_on


def check_away(from_on: date, until_on: date, *, today: date) -> None:
    """Whether such an absence may be noted.

    Raises:
        AwayEndsFirst, AwayTooEarly: See there.
    """
    if until_on < from_on:
        raise AwayEndsFirst
    if until_on < today:
        raise AwayTooEarly
