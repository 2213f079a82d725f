"""Text message to a citizen, on its way out."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct


class MessageState(StrEnum):
    """Where a message stands."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"


class Message(Struct, frozen=True, kw_only=True):
    """A message that is due; ``attempts`` counts this one too."""

    id: int
    recipient: str
    body: str
    attempts: int
    expires_at: datetime | None = None


PATIENCE: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)
"""Pauses between the attempts to send a message; after the last one it is given up."""


def plan_retry(attempts: int, now: datetime) -> datetime | None:
    """Moment of the next attempt after ``attempts`` failed ones; None to give up."""
    if attempts > len(PATIENCE):
        return None
    return now + PATIENCE[attempts - 1]
