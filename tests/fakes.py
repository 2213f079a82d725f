"""Stand-ins for what a test cannot have: they keep what they were asked to do."""

from datetime import datetime, timedelta


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment it shows."""
        return self._now

    def set(self, now: datetime) -> None:
        """Show another moment."""
        self._now = now

    def pass_time(self, length: timedelta) -> None:
        """Let time pass."""
        self._now += length
