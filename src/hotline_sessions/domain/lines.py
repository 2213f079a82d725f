"""Line: a telephone number of an institution, for a span of days."""

from datetime import date

from msgspec import Struct

from hotline_sessions.domain.ids import InstitutionId, LineId
from hotline_sessions.domain.phones import PhoneNumber


class Line(Struct, frozen=True, kw_only=True):
    """A number on which sessions are held.

    ``number`` is E.164 or the digits of a short or internal number; ``valid_to`` is the
    first day on which it no longer serves.
    """

    id: LineId
    institution: InstitutionId
    number: PhoneNumber
    is_free: bool
    valid_from: date
    valid_to: date | None = None

    def serves_on(self, day: date) -> bool:
        """Whether calls to it reach the institution on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
