"""The operator at the desk: "next" where that is not automatic, and deeds at their time."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final

import asyncpg

from hotline_sessions.domain.dispatching import PauseReason, ReorderReason
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.rehearsal.database import Monitor
from hotline_sessions.rehearsal.product import Product
from hotline_sessions.rehearsal.scripts import Deed
from hotline_sessions.rehearsal.stage import Prepared
from hotline_sessions.rehearsal.truth import Truth
from hotline_sessions.services import dispatch, pauses
from hotline_sessions.services.ports import Clock
from hotline_sessions.store.piccolo_conf import DatabaseNotOpenError


LOOK_SECONDS: Final = 5.0
EXTENDS_TALK: Final = 2
EXTENDS_SESSION: Final = 10
FIND_WAITING: Final = """
select public_id from call where session = $1 and role = 'citizen' and state = 'waiting'
 order by id limit 1
"""
FIND_TALKING: Final = """
select public_id from call where session = $1 and role = 'citizen' and state = 'talking'
"""


class OperatorAtDesk:
    """Whoever leads one session."""

    def __init__(
        self,
        prepared: Prepared,
        *,
        truth: Truth,
        product: Product,
        monitor: Monitor,
        clock: Clock,
        base: float,
    ) -> None:
        self._prepared = prepared
        self._truth = truth
        self._product = product
        self._monitor = monitor
        self._base = base
        self._air = truth.air(f"s-{prepared.session.public_id}-air")
        self._call: dict[str, Any] = {
            "institution": prepared.session.institution,
            "by": prepared.staff.account,
            "clock": clock,
        }

    async def live(self) -> None:
        """Lead the session until cancelled."""
        script = self._prepared.script
        async with asyncio.TaskGroup() as group:
            for deed in script.operator.deeds:
                group.create_task(self._do_at(deed))
            await _sleep_until(self._base)
            while not script.operator.is_automatic:
                await self._lead()

    async def _lead(self) -> None:
        script = self._prepared.script
        self._air.changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._air.changed.wait()
        await asyncio.sleep(script.operator.reaction)
        if self._air.officials and not self._air.citizens and self._air.waiting:
            if self._air.turn_at is not None:
                self._air.turn_at = self._truth.now
            await self._do(dispatch.put_next_through(self._session, **self._call))
        longest = script.talk_minutes * 60 * script.operator.overrun
        for view in list(self._air.citizens.values()):
            if view.seated_at is not None and _now() - view.seated_at > longest:
                await self._do(dispatch.end_talk(self._session, **self._call))

    async def _do_at(self, deed: Deed) -> None:
        await _sleep_until(self._base + deed.at)
        self._truth.note("deed", self._prepared.script.operator.name, deed.what)
        session, call = self._session, self._call
        match deed.what:
            case "end-talk":
                await self._do(dispatch.end_talk(session, **call))
            case "extend-talk":
                await self._do(dispatch.extend_talk(session, EXTENDS_TALK, **call))
            case "extend-session":
                await self._do(dispatch.extend_session(session, EXTENDS_SESSION, **call))
            case "pause":
                await self._do(pauses.pause_session(session, PauseReason.OUTAGE, **call))
            case "alert":
                await self._do(pauses.pause_session(session, PauseReason.AIR_ALERT, **call))
            case "resume":
                await self._insist(partial(pauses.resume_session, session, **call))
            case "end":
                await self._do(dispatch.end_session(session, **call))
            case "dismiss":
                if name := await self._find(FIND_WAITING):
                    await self._do(dispatch.dismiss_caller(session, name, **call))
            case "prefer":
                if name := await self._find(FIND_WAITING):
                    reason = ReorderReason.HEALTH
                    await self._do(
                        dispatch.reorder(session, name, first=True, reason=reason, **call)
                    )
            case "return":
                if name := await self._find(FIND_TALKING):
                    await self._do(dispatch.return_to_queue(session, name, **call))
            case _:
                raise ValueError(deed.what)

    @property
    def _session(self) -> Any:  # noqa: ANN401 - an identifier
        return self._prepared.session.id

    async def _find(self, sql: str) -> PublicId | None:
        rows = await self._monitor.fetch(sql, self._session)
        return PublicId(rows[0][0]) if rows else None

    async def _do(self, deed: Coroutine[Any, Any, object]) -> bool:
        """Whether the product did it or said why not; one that is down or dies over it did not."""
        if not self._product.is_up:
            deed.close()
            return False
        try:
            await deed
        except Refusal:
            return True
        except (asyncpg.PostgresError, asyncpg.InterfaceError, DatabaseNotOpenError):
            return False
        return True

    async def _insist(self, deed: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Try again until the page answers: no person leaves all callers waiting for ever."""
        while not await self._do(deed()):  # noqa: ASYNC110 - nothing tells that a page answers again
            await asyncio.sleep(LOOK_SECONDS)


async def _sleep_until(second: float) -> None:
    await asyncio.sleep(max(0.0, second - _now()))


def _now() -> float:
    return asyncio.get_running_loop().time()
