"""What the provider allows an account: calls at one time, and outbound calls a second."""

from typing import Final

from hotline_sessions.phonesim.clock import Clock
from hotline_sessions.phonesim.config import Limits
from hotline_sessions.phonesim.errors import TwilioError


CALLS_AT_ONCE: Final = {"none": 2, "individual": 3, "trial": 5}
"""By profile; ``business`` has no limit."""


class Limiter:
    """Counts what the limits count."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._next_at = 0.0
        self.rest_requests = 0

    def has_room(self, calls: int) -> bool:
        """Whether one more call may be on beside ``calls``."""
        most = CALLS_AT_ONCE.get(self.limits.profile)
        return most is None or calls < most

    def reserve(self, calls: int) -> float:
        """Seconds after which the next outbound call may begin.

        Raises:
            TwilioError: 10004, too many calls are on; 22005, too many wait for their turn.
        """
        if not self.has_room(calls):
            raise TwilioError(400, 10004, "Call concurrency limit exceeded")
        if not self.limits.calls_per_second:
            return 0.0
        now = self._clock.elapsed()
        seconds = max(0.0, self._next_at - now)
        if seconds > self.limits.longest_queue_seconds:
            raise TwilioError(429, 22005, "The queue of outbound calls is full")
        self._next_at = now + seconds + 1.0 / self.limits.calls_per_second
        return seconds
