"""What comes while others are being written goes together in the next statement.

Nobody is kept waiting to fill a batch: whoever comes first goes at once, alone, and what
comes meanwhile goes next. So a quiet day costs nothing, and in a rush one commit is shared by
as many as came during the one before.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Final, Generic, TypeVar


Order = TypeVar("Order")
Result = TypeVar("Result")

MOST: Final = 64
"""Orders in one statement: the first of them waits for the last."""


class Lane(Generic[Order, Result]):
    """A lane of one process; ``write`` carries out many orders, ``alone`` one of those that failed.

    ``write`` carries out all of its orders or none.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Order]], Awaitable[list[Result]]],
        alone: Callable[[Order], Awaitable[Result]],
    ) -> None:
        self._write = write
        self._alone = alone
        self._waiting: deque[tuple[Order, asyncio.Future[Result]]] = deque()
        self._work: asyncio.Task[None] | None = None

    async def send(self, order: Order) -> Result:
        """What becomes of ``order``; it may be carried out although its sender has left."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((order, future))
        if self._work is None:
            # In a context of its own: the transaction and the log of who came first are his.
            self._work = asyncio.create_task(self._serve(), context=Context())
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

    async def _serve_batch(self, batch: list[tuple[Order, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await self._write([order for order, _ in batch])
        except Exception:  # noqa: BLE001 - each finds out by itself what is wrong
            for order, future in batch:
                await self._serve_alone(order, future)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)

    async def _serve_alone(self, order: Order, future: "asyncio.Future[Result]") -> None:
        """One of a batch that failed: only those fail that would have failed alone."""
        try:
            outcome = await self._alone(order)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits
            if not future.done():
                future.set_exception(error)
            return
        if not future.done():
            future.set_result(outcome)
