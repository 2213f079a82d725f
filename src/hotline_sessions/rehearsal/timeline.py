"""A virtual timeline: an event loop whose time moves only when nobody has anything to do.

Work that needs no time takes none: the clock stands still while a statement is with the
database, and jumps to the next moment that anybody waits for when all is quiet. With one
statement at a time (see ``turnstile``) everything happens in one order, given by the seed.
"""

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVarTuple

from hotline_sessions.phonesim.clock import VirtualClock


START: Final = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""Monday, nine in the morning in Kyiv."""
PEEK_SECONDS: Final = 0.001
"""How long to wait in real time before looking whether a statement is held up by a lock."""
SHUT_OUT: Final = 10_000
"""Turns of the loop without rest after which answers of the database are looked for anyway."""

Values = TypeVarTuple("Values")
Events = list[tuple[selectors.SelectorKey, int]]


class _Quiet(selectors.DefaultSelector):
    """Asks the timeline what to do whenever the loop has nothing to run."""

    def __init__(self, timeline: "Timeline") -> None:
        super().__init__()
        self._timeline = timeline
        self._hurries = 0

    def select(self, timeout: float | None = None) -> Events:
        """Events of files; with none, let the timeline move on."""
        timeline = self._timeline
        if timeline.is_real:
            return self._poll(timeout)
        if timeout is not None and timeout <= 0:
            return self._hurry()
        self._hurries = 0
        if timeline.stir():
            return []
        if timeline.is_held:
            return self._poll(PEEK_SECONDS)
        if events := self._poll(0):
            return events
        if timeout is None:
            return self._poll(None)  # A thread is at work, or all is over.
        timeline.pass_time(timeout)
        return []

    def _hurry(self) -> Events:
        """There is more to run: answers of the database have to wait, as if they came later.

        So their real speed decides nothing. Whoever runs for ever must not shut them out.
        """
        self._hurries += 1
        return self._poll(0) if self._hurries % SHUT_OUT == 0 else []

    def _poll(self, timeout: float | None) -> Events:
        events: Events = super().select(timeout)
        return events


class Timeline(asyncio.SelectorEventLoop):
    """The loop. ``stir`` may be given more to do when all is quiet; it says whether it did."""

    is_real = False
    """Whether time passes as it does outside."""
    _ready: deque[asyncio.Handle]

    def __init__(self) -> None:
        self._virtual = 0.0
        self._holds = 0
        self._stirrers: list[Callable[[], bool]] = []
        super().__init__(_Quiet(self))

    def time(self) -> float:
        """Virtual seconds since the start."""
        return self._virtual

    @property
    def is_held(self) -> bool:
        """Whether something is under way that takes no virtual time."""
        return self._holds > 0

    @property
    def has_more(self) -> bool:
        """Whether anything else is to run at this very moment."""
        return bool(getattr(self, "_ready", True))

    def call_soon(
        self,
        callback: Callable[[*Values], object],
        *args: *Values,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """As the original does, without what only debugging needs: asked a million times."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def take_hold(self) -> None:
        """Keep time still until ``let_go``."""
        self._holds += 1

    def let_go(self) -> None:
        """The opposite of ``take_hold``."""
        self._holds -= 1

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep time still for the block."""
        self.take_hold()
        try:
            yield
        finally:
            self.let_go()

    def on_quiet(self, stirrer: Callable[[], bool]) -> None:
        """Ask ``stirrer`` when all is quiet; it says whether there is something to do now."""
        self._stirrers.append(stirrer)

    def stir(self) -> bool:
        """Whether anybody had something to do."""
        for stirrer in self._stirrers:  # noqa: SIM110 - asked a million times: no generator
            if stirrer():
                return True
        return False

    def pass_time(self, seconds: float) -> None:
        """Let virtual time pass."""
        self._virtual += seconds


class RealTimeline(Timeline):
    """The same in real time: nothing is put in order, and durations are measurements."""

    is_real = True

    def __init__(self) -> None:
        self._zero = 0.0
        super().__init__()
        self._zero = asyncio.SelectorEventLoop.time(self)

    def time(self) -> float:
        """Real seconds since the start."""
        return asyncio.SelectorEventLoop.time(self) - self._zero


class TimelineClock(VirtualClock):
    """The clock of the running loop, for the product and for the simulator alike."""

    def __init__(self, loop: asyncio.AbstractEventLoop, start: datetime = START) -> None:
        super().__init__(start)
        self._loop = loop
        self._began = loop.time()
        self._epoch = start

    def now(self) -> datetime:
        """This moment, in UTC."""
        return self._epoch + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Seconds since the world began."""
        return self._loop.time() - self._began

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(max(0.0, seconds))

    def call_later(self, seconds: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Call ``callback`` once ``seconds`` have passed."""
        return self._loop.call_later(max(0.0, seconds), callback)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Nothing: the loop knows by itself when all is quiet."""
        yield
