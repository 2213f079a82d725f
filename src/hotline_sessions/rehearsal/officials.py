"""The official's telephone: it rings, is answered or not, goes dead, and rings again."""

import asyncio
from contextlib import suppress
from typing import Final, TypeVar

from hotline_sessions.phonesim.engine import CannotDo, Engine
from hotline_sessions.phonesim.handsets import Handset
from hotline_sessions.rehearsal.scripts import Official
from hotline_sessions.rehearsal.truth import CallView, Truth


T = TypeVar("T")

PRESS_SECONDS: Final = 3.0
STAR: Final = "*"


class OfficialAtPhone:
    """One official, for the whole session; ``base`` is the second at which it starts."""

    def __init__(
        self, script: Official, *, engine: Engine, truth: Truth, handset: Handset, base: float
    ) -> None:
        self.script = script
        self._engine = engine
        self._truth = truth
        self._handset = handset
        self._base = base
        self._rings = 0
        self._menu_keys = list(script.menu_keys)
        self._ringing: asyncio.Queue[str] = asyncio.Queue()

    async def live(self) -> None:
        """Answer every ring as the script says, until cancelled."""
        self._truth.on_ring[self._handset.number] = self._ringing.put_nowait
        async with asyncio.TaskGroup() as group:
            for second in self.script.drops_at:
                group.create_task(self._drop(self._base + second))
            for second in self.script.stars_at:
                group.create_task(self._press_star(self._base + second))
            while True:
                await self._answer(await self._ringing.get())

    async def _answer(self, sid: str) -> None:
        ring, self._rings = self._rings, self._rings + 1
        after = _last(self.script.answers_after, ring)
        if after < 0:
            return
        await asyncio.sleep(after)
        with suppress(CannotDo):
            self._engine.pick_up(self._handset, answer=True)
        view = self._truth.call(sid)
        answered = 0
        while not view.is_over:
            view.changed.clear()
            await view.changed.wait()
            if view.questions > answered and not _last(self.script.is_machine, ring):
                answered = view.questions
                await asyncio.sleep(PRESS_SECONDS)
                self._press(view)

    def _press(self, view: CallView) -> None:
        keys = "1"
        if view.asked.endswith("/official/menu"):
            keys = self._menu_keys.pop(0) if self._menu_keys else "9"
        with suppress(CannotDo):
            self._engine.press(self._handset, keys)

    async def _drop(self, second: float) -> None:
        await _sleep_until(second)
        await self._engine.hang_up(self._handset)

    async def _press_star(self, second: float) -> None:
        await _sleep_until(second)
        with suppress(CannotDo):
            self._engine.press(self._handset, STAR)


def _last(values: tuple[T, ...], index: int) -> T:
    return values[min(index, len(values) - 1)]


async def _sleep_until(second: float) -> None:
    await asyncio.sleep(max(0.0, second - asyncio.get_running_loop().time()))
