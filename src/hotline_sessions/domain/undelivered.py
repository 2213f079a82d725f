"""Messages that have not reached their readers, so that a person can."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from hotline_sessions.domain.messages import Channel


class Undelivered(Struct, frozen=True, kw_only=True):
    """A message that was not delivered, without its text.

    ``why`` is the state it ended in, or the network's word for what became of it.
    """

    purpose: str
    channel: Channel
    recipient: str
    noted_at: datetime
    why: str
    caller_name: str | None = None
    session: str | None = None


class UndeliveredList(Struct, frozen=True, kw_only=True):
    """What has not been delivered lately; ``counts`` says how many by purpose, of all."""

    messages: list[Undelivered]
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        return sum(self.counts.values())
