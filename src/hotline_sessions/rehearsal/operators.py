"""The operator at the desk: puts the next one through where that is not automatic, ends talks."""

import asyncio
from contextlib import suppress
from typing import Final

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.gateways.twilio.addresses import room_of
from hotline_sessions.rehearsal.product import Product
from hotline_sessions.rehearsal.stage import Prepared
from hotline_sessions.rehearsal.truth import Truth
from hotline_sessions.services import dispatch
from hotline_sessions.services.ports import Clock


LOOK_SECONDS: Final = 5.0


class OperatorAtDesk:
    """Whoever leads one session."""

    def __init__(
        self, prepared: Prepared, *, truth: Truth, product: Product, clock: Clock, base: float
    ) -> None:
        self._prepared = prepared
        self._truth = truth
        self._product = product
        self._clock = clock
        self._base = base
        self._air = truth.air(room_of(prepared.session.public_id))

    async def live(self) -> None:
        """Lead the session until cancelled."""
        script = self._prepared.script
        await _sleep_until(self._base)
        longest = script.talk_minutes * 60 * script.operator.overrun
        while True:
            self._air.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._air.changed.wait()
            await asyncio.sleep(script.operator.reaction)
            if self._air.officials and not self._air.citizens:
                await self._put_next()
            for sid in list(self._air.citizens):
                seated_at = self._truth.call(sid).seated_at
                if seated_at is not None and _now() - seated_at > longest:
                    await self._end_talk()

    async def _put_next(self) -> None:
        await self._do(
            dispatch.put_next_through(
                self._prepared.session.id,
                institution=self._prepared.session.institution,
                by=self._prepared.staff.account,
                clock=self._clock,
            )
        )

    async def _end_talk(self) -> None:
        await self._do(
            dispatch.end_talk(
                self._prepared.session.id,
                institution=self._prepared.session.institution,
                by=self._prepared.staff.account,
                clock=self._clock,
            )
        )

    async def _do(self, deed: object) -> None:
        if not self._product.is_up:
            deed.close()
            return
        with suppress(Refusal):
            await deed


async def _sleep_until(second: float) -> None:
    await asyncio.sleep(max(0.0, second - _now()))


def _now() -> float:
    return asyncio.get_running_loop().time()
