"""Time inside the simulator: real, sped up, or moved by hand."""

import asyncio
import contextlib
import heapq
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, Final, Protocol, TypeVar


T = TypeVar("T")

VIRTUAL_EPOCH: Final = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SETTLE_TURNS: Final = 40
"""Turns of a loop that does not show its queue after which virtual time may move."""


class Timer(Protocol):
    """Something that will happen, unless it is taken back."""

    def cancel(self) -> None:
        """Take it back; nothing happens if it has happened."""
        ...


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

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call ``callback`` once ``seconds`` have passed."""
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

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call ``callback`` after ``seconds`` of the simulation."""
        return asyncio.get_running_loop().call_later(max(0.0, seconds) / self.factor, callback)

    def hold(self) -> contextlib.AbstractContextManager[None]:
        """Nothing: real time cannot be held."""
        return contextlib.nullcontext()


class RealClock(ScaledClock):
    """Time as it is."""

    def __init__(self) -> None:
        super().__init__(1.0)


class _Alarm:
    """A moment of virtual time at which something happens."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], object] | None) -> None:
        self.callback = callback

    def cancel(self) -> None:
        self.callback = None


class _Hold:
    """One reason to keep virtual time still."""

    __slots__ = ("is_counted", "is_over")

    def __init__(self) -> None:
        self.is_counted = True
        self.is_over = False


class VirtualClock:
    """Time that stands still until somebody moves it; several simulators may share one.

    It moves only when nothing is left to do at the present moment: no task is ready to
    run, and nobody holds it (``hold``) because he waits for something the event loop
    cannot see, such as a database.
    """

    def __init__(self, start: datetime = VIRTUAL_EPOCH) -> None:
        self._start = start
        self._seconds = 0.0
        self._order = count()
        self._alarms: list[tuple[float, int, _Alarm]] = []
        self._held = 0
        self._released: asyncio.Future[None] | None = None
        self._holding: ContextVar[tuple[_Hold, ...]] = ContextVar("holding", default=())

    def now(self) -> datetime:
        """Present virtual moment in UTC."""
        return self._start + timedelta(seconds=self._seconds)

    def elapsed(self) -> float:
        """Virtual seconds since the start."""
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        """Sleep until somebody advances the clock far enough.

        A sleeper does not hold the clock, even inside ``hold``: he would never wake.
        """
        future = asyncio.get_running_loop().create_future()
        alarm = self._set(seconds, partial(_resolve, future))
        suspended = self._suspend()
        try:
            await future
        finally:
            alarm.cancel()
            self._resume(suspended)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Call ``callback`` when the clock has been advanced by ``seconds``."""
        return self._set(seconds, callback)

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Keep time still inside the block."""
        hold = _Hold()
        self._held += 1
        token = self._holding.set((*self._holding.get(), hold))
        try:
            yield
        finally:
            self._holding.reset(token)
            hold.is_over = True
            if hold.is_counted:
                hold.is_counted = False
                self._release(1)

    def next_at(self) -> float | None:
        """Second at which the next sleeper wakes, if there is any."""
        while self._alarms and self._alarms[0][2].callback is None:
            heapq.heappop(self._alarms)
        return self._alarms[0][0] if self._alarms else None

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass, waking all sleepers of one moment together."""
        target = self._seconds + seconds
        await self.settle()
        while await self._step(target):
            await self.settle()
        self._seconds = max(self._seconds, target)
        await self.settle()

    async def step(self) -> bool:
        """Go on to the next moment at which anything happens; whether there was one."""
        await self.settle()
        moved = await self._step(float("inf"))
        await self.settle()
        return moved

    async def settle(self) -> None:
        """Let everything run that needs no time."""
        ready = getattr(asyncio.get_running_loop(), "_ready", None)
        quiet = 0
        while True:
            await asyncio.sleep(0)
            if self._held:
                quiet = 0
                if self._released is None or self._released.done():
                    self._released = asyncio.get_running_loop().create_future()
                await asyncio.shield(self._released)
            elif ready is None:
                quiet += 1
                if quiet >= SETTLE_TURNS:
                    return
            elif not ready:
                return

    async def _step(self, target: float) -> bool:
        at = self.next_at()
        if at is None or at > target:
            return False
        self._seconds = max(self._seconds, at)
        while self._alarms and self._alarms[0][0] <= self._seconds:
            _, _, alarm = heapq.heappop(self._alarms)
            if callback := alarm.callback:
                callback()
        return True

    def _set(self, seconds: float, callback: Callable[[], object]) -> _Alarm:
        alarm = _Alarm(callback)
        at = self._seconds + max(0.0, seconds)
        heapq.heappush(self._alarms, (at, next(self._order), alarm))
        return alarm

    def _suspend(self) -> list[_Hold]:
        suspended = [hold for hold in self._holding.get() if hold.is_counted]
        for hold in suspended:
            hold.is_counted = False
        self._release(len(suspended))
        return suspended

    def _resume(self, suspended: list[_Hold]) -> None:
        lasting = [hold for hold in suspended if not hold.is_over]
        for hold in lasting:
            hold.is_counted = True
        self._held += len(lasting)

    def _release(self, number: int) -> None:
        self._held -= number
        if not self._held and self._released is not None and not self._released.done():
            self._released.set_result(None)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def wait_at_most(clock: Clock, awaitable: Awaitable[T], seconds: float) -> T | None:
    """Result of ``awaitable``, or nothing if ``seconds`` pass first; it is cancelled then."""
    work = asyncio.ensure_future(awaitable)
    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(_: object = None) -> None:
        _resolve(waiter)

    timer = clock.call_later(seconds, wake)
    work.add_done_callback(wake)
    try:
        await waiter
        return work.result() if work.done() else None
    finally:
        timer.cancel()
        work.remove_done_callback(wake)
        work.cancel()


class Tasks:
    """Background work of one simulator: kept from the collector, stopped with it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_over = False

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run ``work`` in the background.

        Raises:
            asyncio.CancelledError: Everything has been stopped: nothing more is begun.
        """
        if self._is_over:
            work.close()
            raise asyncio.CancelledError
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run ``work`` in the background; nobody waits for it, nor misses it after the end."""
        if self._is_over:
            work.close()
            return
        task = self.start(work)
        task.add_done_callback(_surface)

    async def stop(self) -> None:
        """Cancel whatever still runs and wait for it; what that would begin is not begun."""
        self._is_over = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _surface(task: asyncio.Task[object]) -> None:
    """Let the loop's handler tell of work that broke."""
    if not task.cancelled() and (error := task.exception()):
        context = {"message": "background work broke", "exception": error, "task": task}
        task.get_loop().call_exception_handler(context)
