"""Citizens at their telephones, as tasks that follow their scripts."""

import asyncio
from contextlib import suppress
from random import Random
from typing import Final

from hotline_sessions.phonesim.engine import CannotDo, Engine
from hotline_sessions.phonesim.handsets import Handset
from hotline_sessions.rehearsal.scripts import Citizen
from hotline_sessions.rehearsal.truth import CallView, Truth


SHORTEST_WAIT: Final = 0.001
GIVES_UP_AGAIN: Final = 1.0
"""When to put the receiver down once more: the network may not be ready for it at once."""
THINKS_SECONDS: Final = (0.8, 3.5)
"""From a question to the first key."""
QUESTION: Final = "Коли відремонтують дорогу?"


class CitizenAtPhone:
    """One citizen. ``code`` is the booking's; ``base`` the second that times count from."""

    def __init__(
        self,
        script: Citizen,
        *,
        engine: Engine,
        truth: Truth,
        handset: Handset,
        other: Handset,
        line: str,
        code: str,
        base: float,
        seed: str,
    ) -> None:
        self.script = script
        self._engine = engine
        self._truth = truth
        self._handset = handset
        self._other = other
        self._line = line
        self._code = code
        self._base = base
        self._rng = Random(seed)  # noqa: S311 - dice, not secrets
        self._wrong_codes = script.wrong_codes
        self._drops_after = script.drops_after
        self._keys = list(script.keys)
        self._rings: set[asyncio.Task[None]] = set()
        self.talked = 0.0

    async def live(self) -> None:
        """Call when it is time, and again after a broken talk; answer when called back."""
        self._truth.on_ring[self._handset.number] = self._ring
        if self.script.dials_at is None:
            return
        await _sleep_until(self._base + self.script.dials_at)
        await self._call(self._handset)
        again = self.script.calls_again_after
        if again is not None and self.talked < self.script.talks - 1:
            await asyncio.sleep(again)
            await self._call(self._handset)
        more = self.script.asks_again_after
        if more is not None and self.talked >= self.script.talks - 1:
            self.talked = 0.0
            await asyncio.sleep(more)
            await self._call(self._handset)

    async def _call(self, handset: Handset) -> None:
        shown = None if self.script.is_withheld else self._handset.number
        if self._truth.is_over:
            return
        try:
            leg = self._engine.dial(handset, self._line, shown_as=shown)
        except CannotDo:
            return
        view = self._truth.call(leg.sid)
        if self.script.second_call_after is not None and handset is self._handset:
            second = asyncio.create_task(self._call_twice(self.script.second_call_after))
            self._rings.add(second)
            second.add_done_callback(self._rings.discard)
        await self._converse(handset, view)

    async def _call_twice(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._call(self._other)

    def _ring(self, sid: str) -> None:
        ring = asyncio.create_task(self._answer_ring(sid))
        self._rings.add(ring)
        ring.add_done_callback(self._rings.discard)

    async def _answer_ring(self, sid: str) -> None:
        answers = self.script.answers_call_back
        await asyncio.sleep(self._rng.uniform(2, 12))
        if answers == "no":
            return
        with suppress(CannotDo):
            self._engine.pick_up(self._handset, answer=answers != "declines")
        if answers == "yes":
            await self._converse(self._handset, self._truth.call(sid))

    async def _converse(self, handset: Handset, view: CallView) -> None:
        began, answered, recorded = _now(), 0, 0
        while not view.is_over:
            if view.seated_at is not None:
                await self._talk(handset, view)
            elif view.records > recorded:
                recorded = view.records
                await self._leave_question(handset, view)
            elif view.questions > answered and view.asked:
                answered = view.questions
                await self._answer(handset, view)
            elif (left := began + self.script.patience - _now()) > 0:
                await _change(view, left)
            else:
                await self._engine.hang_up(handset)
                await _change(view, GIVES_UP_AGAIN)

    async def _talk(self, handset: Handset, view: CallView) -> None:
        wants = max(1.0, self.script.talks - self.talked)
        if self._drops_after is not None:
            wants = min(wants, self._drops_after)
            self._drops_after = None
        began = _now()
        while view.seated_at is not None and not view.is_over and _now() - began < wants:
            await _change(view, wants - (_now() - began))
        self.talked += _now() - began
        if view.seated_at is not None and not view.is_over:
            await self._engine.hang_up(handset)

    async def _leave_question(self, handset: Handset, view: CallView) -> None:
        await asyncio.sleep(self._rng.uniform(8, 20))
        if self.script.is_silent or view.is_over or view.seated_at is not None:
            return
        with suppress(CannotDo):
            self._engine.say(handset, QUESTION)
        await asyncio.sleep(self._rng.uniform(2, 10))
        await self._give_up(handset, view)

    async def _give_up(self, handset: Handset, view: CallView) -> None:
        if not view.is_over and view.seated_at is None:
            await self._engine.hang_up(handset)

    async def _answer(self, handset: Handset, view: CallView) -> None:
        asked, digits = view.asked, view.digits
        await asyncio.sleep(self._rng.uniform(*THINKS_SECONDS))
        if view.is_over:
            return
        if asked.endswith("/menu/step"):
            await self._engine.hang_up(handset)
            return
        keys = self._choose_keys(asked, digits)
        if keys and not self.script.is_silent:
            with suppress(CannotDo):
                self._engine.press(handset, keys)

    def _choose_keys(self, asked: str, digits: int) -> str:
        if asked.endswith("/in/code"):
            return self._choose_code(digits)
        if asked.endswith("/q/key"):
            return self._keys.pop(0) if self._keys and self._rng.random() < KEY_CHANCE else ""
        if asked.endswith("/in/consent"):
            return "1" if self.script.consents else "2"
        return "1"

    def _choose_code(self, digits: int) -> str:
        if not self._code:
            return "#"
        if self._wrong_codes:
            self._wrong_codes -= 1
            return "".join(str((int(each) + 1) % 10) for each in self._code[-digits:])
        return self._code[-digits:]


KEY_CHANCE: Final = 0.5
"""How likely a key of the script is pressed in one round of waiting."""


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
