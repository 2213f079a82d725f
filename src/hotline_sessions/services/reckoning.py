"""Terms reckoned for anybody who asks: one answer for the page and for the command line.

It counts by the calendar of the product and by the law as it is written; an institution may
have its own days and readings.
"""

from datetime import date
from typing import Final

from hotline_sessions.domain.deadlines import Deadline, due
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.workdays import build_calendar


FURTHEST: Final = date(2100, 12, 31)
"""Beyond it nobody knows what is a day off."""


class TooFarAhead(Invalid):
    """Nobody can reckon days so far ahead. Facts: ``year``, the last one that can be asked."""

    code = "too-far-ahead"


def reckon_term(code: str, received_on: date, *, martial_law: bool) -> Deadline:
    """The deadline of term ``code``; under ``martial_law`` public holidays are worked.

    Raises:
        UnknownTerm: No such term applies on that day.
        TooFarAhead: ``received_on`` lies beyond all calendars.
    """
    if received_on > FURTHEST:
        raise TooFarAhead(year=FURTHEST.year)
    calendar = build_calendar() if martial_law else build_calendar(martial_law=())
    return due(code, received_on, calendar)
