"""Caps on one-time codes: who earns on text messages asks for them by the thousand.

Numbers that differ in their last four digits only belong to one range; such ranges are rented
as a whole. A range is stopped early when its codes are not used, and in any case at a cap; the
installation as a whole has a cap of a day.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.codes import PUMPING_PERIOD, TooManyCodes, is_pumped


RANGE_PERIOD: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
STOP_SHOWN: Final = timedelta(hours=1)
"""How long after the last refusal a stop is shown to staff; what comes later is another one."""


class Cap(StrEnum):
    """What has been reached."""

    UNUSED = "unused"
    """A range that takes codes and does not use them."""
    RANGE = "range"
    """Codes of an hour for one range."""
    DAY = "day"
    """Codes of a day, whoever asks."""


RETRY_AFTER: Final = {Cap.UNUSED: PUMPING_PERIOD, Cap.RANGE: RANGE_PERIOD, Cap.DAY: RANGE_PERIOD}


class CodesStopped(TooManyCodes):
    """No codes are sent to such numbers, or to anybody. Facts: ``retry_after``, seconds."""

    code = "codes-stopped"


class Sent(Struct, frozen=True, kw_only=True):
    """Codes that were sent: lately to the range and proven, in an hour to it, in a day to all."""

    lately: int
    proven: int
    to_range: int
    to_all: int


def choose_cap(sent: Sent, policy: BookingPolicy) -> Cap | None:
    """The cap that one more code would pass, or none."""
    if sent.to_all >= policy.codes_a_day:
        return Cap.DAY
    if sent.to_range >= policy.codes_a_range:
        return Cap.RANGE
    if is_pumped(sent=sent.lately, proven=sent.proven):
        return Cap.UNUSED
    return None
