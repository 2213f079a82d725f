"""The official's telephone: it rings, is answered or not, goes dead, and rings again."""

import asyncio
from contextlib import suppress
from typing import Final, TypeVar

from hotline_sessions.phonesim.engine import CannotDo, Engine
from hotline_sessions.phonesim.handsets import Handset
from hotline_sessions.rehearsal.scripts import Official
from hotline_sessions.rehearsal.truth import Truth


T = TypeVar("T")

LOOK_SECONDS: Final = 1.0
PRESS_SECONDS: Final = 3.0


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

    async def live(self) -> None:
        """Answer every ring as the script says, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for second in self.script.drops_at:
                group.create_task(self._drop(self._base + second))
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                if self._handset.call_sid:
                    await self._answer(self._handset.call_sid)

    async def _answer(self, sid: str) -> None:
        ring, self._rings = self._rings, self._rings + 1
        after = _last(self.script.answers_after, ring)
        view = self._truth.call(sid)
        if after >= 0:
            await asyncio.sleep(after)
            with suppress(CannotDo):
                self._engine.pick_up(self._handset, answer=True)
        answered = 0
        while self._handset.call_sid == sid and not view.is_over:
            view.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(30):
                    await view.changed.wait()
            if view.questions > answered and not _last(self.script.is_machine, ring):
                answered = view.questions
                await asyncio.sleep(PRESS_SECONDS)
                with suppress(CannotDo):
                    self._engine.press(self._handset, "1")

    async def _drop(self, second: float) -> None:
        await asyncio.sleep(max(0.0, second - asyncio.get_running_loop().time()))
        await self._engine.hang_up(self._handset)


def _last(values: tuple[T, ...], index: int) -> T:
    return values[min(index, len(values) - 1)]
