"""One statement at a time, in an order drawn by the seed.

Requests and jobs that are due at the same virtual moment run side by side and meet in
the database, where locks decide: that is what is to be tried. Which of them speaks next
is drawn here, so that the same seed meets the same races again. A statement that waits
for a lock lets those go on who hold it, for only they can free it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from random import Random
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from hotline_sessions.rehearsal.timeline import Timeline


T = TypeVar("T")

LOOKS: Final = 2
"""A statement that is not done by the second look may wait for a lock. One that does not is
only slow, and is given twice as long until it is asked about again."""
MOST_LOOKS: Final = 8
"""Where the server is slow, as on a machine with much to do, every statement is given longer."""
NOBODY: Final = 0
"""The number of a server process that is only just begun: it waits for nobody's lock."""
FindBlockers = Callable[[int], Awaitable[frozenset[int]]]
"""Numbers of the server processes that the one with this number waits for."""


class _Statement:
    def __init__(self, work: int, number: int, backend: int, patience: int) -> None:
        self.order = (work, number)
        self.backend = backend
        self.is_held_up = False
        self.was_held_up = False
        self.blockers: frozenset[int] = frozenset()
        self.looks = 0
        self.patience = patience
        self.may_go: asyncio.Future[None] | None = None


class Turnstile:
    """Lets statements through. ``find_blockers`` asks the server about one that does not end."""

    def __init__(self, loop: Timeline, rng: Random, find_blockers: FindBlockers) -> None:
        self.loop = loop
        self._rng = rng
        self._find_blockers = find_blockers
        self._works = count(1)
        self._tickets: WeakKeyDictionary[asyncio.Task[Any], int] = WeakKeyDictionary()
        self._numbers = count(1)
        self._waiting: list[_Statement] = []
        self._under_way: set[_Statement] = set()
        self._holders: set[int] = set()
        """Server processes in the midst of a transaction: they may hold a lock."""
        self._patience = LOOKS
        self._peek: asyncio.Task[None] | None = None
        self.passed = 0
        self.races = 0
        loop.on_quiet(self._let_next)

    async def run(
        self,
        backend: int,
        statement: Callable[[], Awaitable[T]],
        *,
        frees: Callable[[], bool] = lambda: True,
    ) -> T:
        """Run ``statement`` when its turn comes.

        ``frees`` says afterwards whether its server process may have let go of a lock.
        """
        if self.loop.is_real:
            self.passed += 1
            return await statement()
        mine = _Statement(self._ticket(), next(self._numbers), backend, self._patience)
        self.loop.take_hold()
        try:
            if self._waiting or self._under_way or self._peek or self.loop.has_more:
                await self._wait_for_turn(mine)
            else:
                self._under_way.add(mine)
                self.passed += 1
            try:
                return await statement()
            finally:
                self._under_way.discard(mine)
                if frees():
                    self._holders.discard(backend)
                    self._look_again_after(backend)
                else:
                    self._holders.add(backend)
                if mine.was_held_up:
                    # Its answer comes at about the same moment as that of what freed it.
                    await self._wait_for_turn(mine)
                    self._under_way.discard(mine)
        finally:
            self.loop.let_go()

    def forget_holder(self, backend: int) -> None:
        """This server process comes to its end: nobody need free it."""
        self._holders.discard(backend)

    def forget_holders(self) -> None:
        """All server processes so far have come to their end."""
        self._holders.clear()

    def _look_again_after(self, backend: int) -> None:
        """What this server process held up may go on: it is not until it is looked at again."""
        for other in self._under_way:
            if backend in other.blockers:
                other.is_held_up = False
                other.patience = self._patience

    async def _wait_for_turn(self, mine: _Statement) -> None:
        mine.may_go = self.loop.create_future()
        self._waiting.append(mine)
        try:
            await mine.may_go
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)

    def _ticket(self) -> int:
        """Number of the task that speaks, in the order in which they first spoke."""
        task = asyncio.current_task()
        if task is None:
            return 0
        if task not in self._tickets:
            self._tickets[task] = next(self._works)
        return self._tickets[task]

    def _let_next(self) -> bool:
        if self._peek is not None:
            return False
        pending = [each for each in self._under_way if not each.is_held_up]
        if pending:
            return bool(self._waiting) and self._look(pending)
        if not self._waiting:
            return False
        chosen = self._draw()
        self._under_way.add(chosen)
        self.passed += 1
        if chosen.may_go is not None and not chosen.may_go.done():
            chosen.may_go.set_result(None)
        return True

    def _draw(self) -> _Statement:
        """One of those who wait. Where there is one only, no dice are thrown.

        Whether it had to wait at all may depend on how long the server really took.
        """
        chosen = (candidates := self._list_candidates())[0]
        if len(candidates) > 1:
            self.races += 1
            chosen = self._rng.choice(candidates)
        self._waiting.remove(chosen)
        return chosen

    def _list_candidates(self) -> list[_Statement]:
        """Those who wait; only those who free somebody, where a lock holds somebody up.

        Which of two that wait for one row gets it first would be the server's choice: so
        nobody comes to wait beside another.
        """
        self._waiting.sort(key=lambda each: each.order)
        blockers = {pid for each in self._under_way if each.is_held_up for pid in each.blockers}
        return [each for each in self._waiting if each.backend in blockers] or self._waiting

    def _look(self, pending: list[_Statement]) -> bool:
        for each in pending:
            each.looks += 1
        doubtful = [
            each
            for each in pending
            if each.looks >= each.patience and each.backend != NOBODY and self._may_wait(each)
        ]
        if not doubtful:
            return False
        self._peek = self.loop.create_task(self._look_at(doubtful))
        return True

    def _may_wait(self, statement: _Statement) -> bool:
        """Whether there is anybody who may hold a lock that ``statement`` waits for.

        A connection that was cut lets go of its locks by itself, at once or when whoever it
        waits for does, who is asked about in his turn.
        """
        own = statement.backend
        return any(pid != own for pid in self._holders) or any(
            each.backend != own for each in self._under_way
        )

    async def _look_at(self, doubtful: list[_Statement]) -> None:
        """Find out which of ``doubtful`` wait for a lock: they do not hold up the others."""
        try:
            with self.loop.hold():
                for each in doubtful:
                    each.looks, each.patience = 0, each.patience * 2
                    if each not in self._under_way:
                        continue
                    if blockers := await self._find_blockers(each.backend):
                        each.blockers = blockers
                        each.is_held_up = each.was_held_up = each in self._under_way
                    change = -1 if blockers else 1
                    self._patience = min(max(self._patience + change, LOOKS), MOST_LOOKS)
        finally:
            self._peek = None
