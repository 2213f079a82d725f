"""How many requests may be under way at once: fewer as soon as Twilio complains."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from anyio import CapacityLimiter


WAIT_SECONDS: Final = 5.0
"""How long a request waits for its turn; then it has certainly not been sent."""
GROW_AFTER: Final = 20
"""Requests that go well until one more is allowed at once."""


class NoTurnError(Exception):
    """Too much is under way: the request was not sent."""


class Turns:
    """Turns for requests: at most ``most`` at once, half of them after each complaint.

    Growing by one and shrinking by half finds the limit of an account without knowing it.
    Source: RFC 5681, section 3.1
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._limiter = CapacityLimiter(most)
        self._went_well = 0

    @property
    def allowed(self) -> int:
        """How many requests may be under way now."""
        return int(self._limiter.total_tokens)

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """A turn, until the block ends.

        Raises:
            NoTurnError: None became free in time.
        """
        owner = object()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._limiter.acquire_on_behalf_of(owner)
        except TimeoutError:
            raise NoTurnError from None
        try:
            yield
        finally:
            self._limiter.release_on_behalf_of(owner)

    def complain(self) -> None:
        """Twilio had too much to do."""
        self._went_well = 0
        self._limiter.total_tokens = max(1, self.allowed // 2)

    def praise(self) -> None:
        """A request went well."""
        self._went_well += 1
        if self._went_well >= GROW_AFTER and self.allowed < self._most:
            self._went_well = 0
            self._limiter.total_tokens = self.allowed + 1
