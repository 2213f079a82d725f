"""Time inside the simulator: real, sped up, or moved by hand."""

import asyncio
import contextlib
import heapq
import time
from collections.abc import Awaitable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, Protocol, TypeVar


T = TypeVar("T")

VIRTUAL_EPOCH: Final = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SETTLE_TURNS: Final = 40
"""Turns of the event loop without new work after which virtual time may move."""


class Clock(Protocol):
    """What the simulator knows of time; seconds are those of the simulated world."""

    def now(self) -> datetime:
        """Present moment in UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds since the simulator started."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let ``seconds`` of the simulated world pass."""
        ...

    def hold(self) -> contextlib.AbstractContextManager[None]:
        """Keep virtual time still while a request is under way; nothing for other clocks."""
        ...


class ScaledClock:
    """Time that runs ``factor`` times as fast as the wall clock."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor
        self._began_at = datetime.now(UTC)  # noqa: TID251 - the simulator's own clock
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Present moment in UTC; it moves with the speed of the simulation."""
        return self._began_at + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Simulated seconds since the start."""
        return (time.monotonic() - self._began) * self.factor

    async def sleep(self, seconds: float) -> None:
        """Sleep ``seconds`` of the simulation."""
        await asyncio.sleep(max(0.0, seconds) / self.factor)

    def hold(self) -> contextlib.AbstractContextManager[None]:
        """Nothing: real time cannot be held."""
        return contextlib.nullcontext()


class RealClock(ScaledClock):
    """Time as it is."""

    def __init__(self) -> None:
        super().__init__(1.0)


class VirtualClock:
    """Time that stands still until a test moves it."""

    def __init__(self, start: datetime = VIRTUAL_EPOCH) -> None:
        self._start = start
        self._seconds = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._held = 0

    def now(self) -> datetime:
        """Present virtual moment in UTC."""
        return self._start + timedelta(seconds=self._seconds)

    def elapsed(self) -> float:
        """Virtual seconds since the start."""
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        """Sleep until somebody advances the clock far enough."""
        future = asyncio.get_running_loop().create_future()
        entry = (self._seconds + max(0.0, seconds), next(self._order), future)
        heapq.heappush(self._sleepers, entry)
        await future

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep time still inside the block."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass, waking every sleeper at its own moment."""
        target = self._seconds + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= target:
            at, _, future = heapq.heappop(self._sleepers)
            if future.done():
                continue
            self._seconds = max(self._seconds, at)
            future.set_result(None)
            await self.settle()
        self._seconds = target
        await self.settle()

    async def settle(self) -> None:
        """Let everything run that needs no time."""
        quiet = 0
        while quiet < SETTLE_TURNS:
            await asyncio.sleep(0.0005 if self._held else 0)
            quiet = 0 if self._held else quiet + 1


async def wait_at_most(clock: Clock, awaitable: Awaitable[T], seconds: float) -> T | None:
    """Result of ``awaitable``, or nothing if ``seconds`` pass first."""
    work = asyncio.ensure_future(awaitable)
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({work, timer}, return_when=asyncio.FIRST_COMPLETED)
        return work.result() if work.done() else None
    finally:
        timer.cancel()
        work.cancel()


class Tasks:
    """Background work of one simulator: kept from the collector, stopped with it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``work`` in the background."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run ``work`` in the background; nobody waits for it."""
        task = self.start(work)
        task.add_done_callback(_surface)

    async def stop(self) -> None:
        """Cancel whatever still runs and wait for it."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _surface(task: asyncio.Task[object]) -> None:
    """Let the loop's handler tell of work that broke."""
    if not task.cancelled() and (error := task.exception()):
        context = {"message": "background work broke", "exception": error, "task": task}
        task.get_loop().call_exception_handler(context)
