"""People at their telephones, as tasks that follow their scripts."""

import asyncio
from contextlib import suppress
from random import Random
from typing import Final

from hotline_sessions.phonesim.engine import CannotDo, Engine
from hotline_sessions.phonesim.handsets import Handset
from hotline_sessions.rehearsal.scripts import Citizen
from hotline_sessions.rehearsal.truth import CallView, Truth


SHORTEST_WAIT: Final = 0.001
THINKS_SECONDS: Final = (0.8, 3.5)
"""From a question to the first key."""


class CitizenAtPhone:
    """One citizen. ``code`` is the booking's; ``base`` the timeline's second times count from."""

    def __init__(
        self,
        script: Citizen,
        *,
        engine: Engine,
        truth: Truth,
        handset: Handset,
        line: str,
        code: str,
        base: float,
        seed: str,
    ) -> None:
        self.script = script
        self._engine = engine
        self._truth = truth
        self._handset = handset
        self._line = line
        self._code = code
        self._base = base
        self._rng = Random(seed)  # noqa: S311 - dice, not secrets
        self._wrong_codes = script.wrong_codes
        self._drops_after = script.drops_after
        self.talked = 0.0

    async def live(self) -> None:
        """Call when it is time, and again after a broken talk."""
        if self.script.dials_at is None:
            return
        await _sleep_until(self._base + self.script.dials_at)
        await self._call()
        if self.script.calls_again_after is not None and self.talked < self.script.talks - 1:
            await asyncio.sleep(self.script.calls_again_after)
            await self._call()

    async def _call(self) -> None:
        try:
            leg = self._engine.dial(self._handset, self._line)
        except CannotDo:
            return
        view = self._truth.call(leg.sid)
        began, answered = _now(), 0
        while not view.is_over:
            if view.seated_at is not None:
                await self._talk(view)
                continue
            if view.questions > answered and view.asked:
                answered = view.questions
                await self._answer(view)
                continue
            left = began + self.script.patience - _now()
            if left <= 0:
                await self._engine.hang_up(self._handset)
                return
            await _change(view, left)

    async def _talk(self, view: CallView) -> None:
        wants = max(1.0, self.script.talks - self.talked)
        if self._drops_after is not None:
            wants = min(wants, self._drops_after)
            self._drops_after = None
        began = _now()
        while view.seated_at is not None and not view.is_over and _now() - began < wants:
            await _change(view, wants - (_now() - began))
        self.talked += _now() - began
        if view.seated_at is not None and not view.is_over:
            await self._engine.hang_up(self._handset)

    async def _answer(self, view: CallView) -> None:
        asked, digits = view.asked, view.digits
        await _change(view, self._rng.uniform(*THINKS_SECONDS))
        if self.script.is_silent or view.is_over:
            return
        with suppress(CannotDo):
            self._engine.press(self._handset, self._choose_keys(asked, digits))

    def _choose_keys(self, asked: str, digits: int) -> str:
        if asked.endswith("/in/code"):
            if not self._code:
                return "#"
            if self._wrong_codes:
                self._wrong_codes -= 1
                return "".join(str((int(each) + 1) % 10) for each in self._code[-digits:])
            return self._code[-digits:]
        return "1" if self.script.consents else "2"


async def _sleep_until(second: float) -> None:
    await asyncio.sleep(max(0.0, second - _now()))


async def _change(view: CallView, seconds: float) -> None:
    """Wait until something changes, or ``seconds`` have passed."""
    view.changed.clear()
    with suppress(TimeoutError):
        async with asyncio.timeout(max(seconds, SHORTEST_WAIT)):
            await view.changed.wait()


def _now() -> float:
    return asyncio.get_running_loop().time()
