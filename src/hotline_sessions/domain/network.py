"""What the telephone network says of calls, and how it fails to do what was asked."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class NetworkError(Exception):
    """The telephone network did not do what was asked. Says nothing of persons."""


class CallOver(NetworkError):
    """The call is not in progress any more."""


class RetryLater(NetworkError):
    """It was certainly not done; the same request may be sent again."""


class OutcomeUnknown(NetworkError):
    """It may or may not have been done: the answer was lost."""


class NetworkRefusal(NetworkError):
    """It was certainly not done and never will be."""


class Seat(Struct, frozen=True, kw_only=True):
    """A call that is in a conference, and since when."""

    since: datetime
    is_held: bool = False


class LineStatus(StrEnum):
    """What the network says of a call."""

    UNDER_WAY = "under-way"
    ANSWERED = "answered"
    OVER = "over"
