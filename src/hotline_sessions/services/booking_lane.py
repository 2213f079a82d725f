"""Wishes for slots that come while others are being written go together. See ``lanes``."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, TypeAlias

import asyncpg

from hotline_sessions.domain.bookings import BookingBusy
from hotline_sessions.services.lanes import Lane
from hotline_sessions.store.book_many import BookingOrder, BookingResult, book_many


ATTEMPTS: Final = 4
"""How often one wish is tried when the server breaks circles of waiting."""
PAUSE: Final = 0.05
"""Seconds before another attempt; it grows with each."""

Write: TypeAlias = Callable[[Sequence[BookingOrder]], Awaitable[list[BookingResult]]]


class BookingLane(Lane[BookingOrder, BookingResult]):
    """The lane of one process; ``write`` gives the slots."""

    def __init__(self, write: Write = book_many) -> None:
        super().__init__(write, partial(write_alone, write=write))

    async def book(self, order: BookingOrder) -> BookingResult:
        """What becomes of ``order``; whoever gives up waiting may have got the slot.

        Raises:
            BookingBusy: The database had no time for it; it may be tried again.
        """
        return await self.send(order)


async def write_alone(order: BookingOrder, write: Write = book_many) -> BookingResult:
    """What becomes of one order.

    Raises:
        BookingBusy: It waited too long for others, or was ended several times to let them go on.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return (await write([order]))[0]
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            await asyncio.sleep(PAUSE * attempt)
        except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError):
            break
    raise BookingBusy(retry_after=1)
