"""Wishes that come while others are being written go together in the next statement.

Nobody is kept waiting to fill a batch: whoever comes first goes at once, alone, and what
comes meanwhile goes next. So a quiet day costs nothing, and in a rush one commit is shared by
as many as came during the one before.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import asyncpg

from hotline_sessions.domain.bookings import BookingBusy
from hotline_sessions.store.book_many import BookingOrder, BookingResult, book_many


MOST: Final = 64
"""Wishes in one statement: the first of them waits for the last."""
ATTEMPTS: Final = 4
"""How often one wish is tried when the server breaks circles of waiting."""
PAUSE: Final = 0.05
"""Seconds before another attempt; it grows with each."""

Write: TypeAlias = Callable[[Sequence[BookingOrder]], Awaitable[list[BookingResult]]]
_Waiting: TypeAlias = tuple[BookingOrder, "asyncio.Future[BookingResult]"]


class BookingLane:
    """The lane of one process; ``write`` gives the slots."""

    def __init__(self, write: Write = book_many) -> None:
        self._write = write
        self._waiting: deque[_Waiting] = deque()
        self._work: asyncio.Task[None] | None = None

    async def book(self, order: BookingOrder) -> BookingResult:
        """What becomes of ``order``; whoever gives up waiting may have got the slot.

        Raises:
            BookingBusy: The database had no time for it; it may be tried again.
        """
        future: asyncio.Future[BookingResult] = asyncio.get_running_loop().create_future()
        self._waiting.append((order, future))
        if self._work is None:
            self._work = asyncio.create_task(self._serve())
        return await asyncio.shield(future)

    async def _serve(self) -> None:
        """Write until nobody waits."""
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                await self._serve_batch(batch)
        finally:
            # In the same step in which nobody was found waiting: else the next would wait on.
            self._work = None

    async def _serve_batch(self, batch: list[_Waiting]) -> None:
        try:
            results = await self._write([order for order, _ in batch])
        except Exception:  # noqa: BLE001 - each finds out by itself what is wrong
            for order, future in batch:
                await self._serve_alone(order, future)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)

    async def _serve_alone(
        self, order: BookingOrder, future: "asyncio.Future[BookingResult]"
    ) -> None:
        """One of a batch that failed: only those fail that would have failed alone."""
        try:
            outcome: BookingResult | Exception = await write_alone(order, self._write)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            outcome = error
        if future.done():
            return
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


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
