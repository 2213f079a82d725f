"""Judges what takes time to judge: idle officials, calls that never end, work left over.

It reads the product's database on a connection of its own, past the turnstile.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from hotline_sessions.rehearsal.database import Monitor
from hotline_sessions.rehearsal.fairness import Referee
from hotline_sessions.rehearsal.judging import judge
from hotline_sessions.rehearsal.product import Product
from hotline_sessions.rehearsal.shadows import list_strikes
from hotline_sessions.rehearsal.stage import Prepared
from hotline_sessions.rehearsal.timeline import START
from hotline_sessions.rehearsal.truth import AirView, CallView, Event, Truth


LONGEST_IDLE: Final = 5.0
"""Seconds that an official may be alone on the air while somebody waits."""
LONGEST_CLAIM: Final = 20.0
"""Seconds that a citizen may hold the air without being on it: summoned, or seen off."""
FAULT_SHADOW: Final = 90.0
"""Seconds after a fault in which it may be to blame for a wait."""
LONGEST_ANYHOW: Final = 180.0
"""What no single fault explains."""
BY_HAND: Final = 10.0
"""Seconds more where an operator has to press "next"."""
AGAIN: Final = 5.0
LONGEST_EAR: Final = 120.0
"""Seconds after which the recording of a citizen who has left the air has been stopped, even
if the network refused that a few times."""
LONGEST_GHOST: Final = 600.0
"""Seconds after which a lost report must have been found out: five looks at one who waits."""
GHOST: Final = "select state from call where sid = $1 and state <> 'ended'"

BOOKS: Final = """
select e.happened_at, e.event, e.state_before, e.state_after, e.detail::text, c.sid, c.role
  from call_event e join call c on c.id = e.call
union all
select e.happened_at, e.event, e.state_before, e.state_after, e.detail::text, null,
       'session ' || s.public_id
  from session_event e join session s on s.id = e.session
 order by 1
"""
ON_AIR: Final = (
    "summoned", "joining", "talking", "held", "returning", "wrapping",
)  # fmt: skip


class Umpire:
    """Watches over one world."""

    def __init__(self, truth: Truth, product: Product, monitor: Monitor) -> None:
        self._truth = truth
        self._product = product
        self._monitor = monitor
        self._prepared: dict[str, Prepared] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        truth.on_idle = self._on_idle
        truth.on_over = self._on_over
        truth.on_left = self._on_left

    def watch(self, prepared: Sequence[Prepared], *, has_faults: bool) -> None:
        """These are the sessions."""
        self._prepared = {f"s-{each.session.public_id}": each for each in prepared}
        Referee(self._truth, prepared, has_faults=has_faults)
        for name, each in self._prepared.items():
            self._truth.air(f"{name}-air").begins_at = each.script.starts_after

    async def is_under_way(self) -> bool:
        """Whether any session goes on."""
        rows = await self._monitor.fetch(
            "select 1 from session where state not in ('closed', 'cancelled') limit 1"
        )
        return bool(rows)

    async def count_questions(self) -> dict[str, int]:
        """Questions kept in the product, by where they come from."""
        rows = await self._monitor.fetch("select origin, count(*) from question group by 1")
        return {str(row[0]): int(row[1]) for row in rows}

    async def close(self) -> None:
        """All faults have ceased, and all sessions have ended: nothing may be left over."""
        for task in self._tasks:
            task.cancel()
        prepared = list(self._prepared.values())
        await judge(self._truth, self._product, self._monitor, prepared)

    async def tell_books(self) -> list[Event]:
        """What the product has written down of its calls and sessions, as lines of the trace."""
        rows = await self._monitor.fetch(BOOKS)
        return [
            Event(
                round((row["happened_at"] - START).total_seconds(), 3),
                "books",
                self._truth.call(row["sid"]).who if row["sid"] else row["role"],
                f"{row['event']}: {row['state_before']} → {row['state_after']} {row['detail']}",
            )
            for row in rows
        ]

    def _on_idle(self, air: AirView, since: float) -> None:
        self._begin(self._judge_idle(air, since))

    def _on_over(self, view: CallView) -> None:
        self._begin(self._judge_ghost(view))

    def _on_left(self, view: CallView) -> None:
        self._begin(self._judge_ear(view, len(view.seats)))

    def _begin(self, judging: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(judging)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _judge_ghost(self, view: CallView) -> None:
        """A call that is over must not go on in the books, whatever reports were lost."""
        await asyncio.sleep(LONGEST_GHOST)
        for row in await self._monitor.fetch(GHOST, view.sid):
            self._truth.violate("leg-outlives-call", f"{view.who}: {row['state']}")

    async def _judge_ear(self, view: CallView, seats: int) -> None:
        """Only the talk was agreed to: who waits again is not recorded."""
        await asyncio.sleep(LONGEST_EAR)
        if len(view.seats) == seats and self._truth.is_recorded(view):
            self._truth.violate("recorded-off-air", view.who)

    async def _judge_idle(self, air: AirView, since: float) -> None:
        begins = max(since, air.begins_at)
        await asyncio.sleep(begins + LONGEST_IDLE - self._truth.now)
        while air.idle_since == since:
            if reason := await self._find_blame(air, begins):
                self._truth.violate("official-idle", reason, air.name)
                return
            await asyncio.sleep(AGAIN)

    async def _find_blame(self, air: AirView, since: float) -> str:
        """Why this is a violation; empty when the plan, or a fault, explains it."""
        prepared = self._prepared.get(air.name)
        if prepared is None:
            return ""
        state = await self._look(prepared)
        if not state or state["waiting"] == 0:
            return ""
        live_since = (state["state_since"] - START).total_seconds()
        idle = self._truth.now - max(since, live_since)
        limit = LONGEST_CLAIM if state["claimed"] else LONGEST_IDLE
        if not prepared.script.operator.is_automatic:
            limit += BY_HAND
        if idle <= limit:
            return ""
        since = self._truth.now - FAULT_SHADOW
        if idle <= LONGEST_ANYHOW and await list_strikes(
            prepared, self._truth, self._monitor, since=since
        ):
            return ""
        number = prepared.script.number
        claim = state["claimed"] or "free"
        return f"session {number}: {state['waiting']} wait, {idle:.0f} s, air {claim}"

    async def _look(self, prepared: Prepared) -> dict[str, Any]:
        rows = await self._monitor.fetch(
            """select s.state_since, (select count(*) from call c where c.session = s.id
                                 and c.state = 'waiting') as waiting,
                      (select min(c.state) from call c where c.session = s.id
                        and c.role = 'citizen' and c.state = any($2)) as claimed
                 from session s
                where s.id = $1 and s.state = 'live' and s.ends_at > $3""",
            prepared.session.id,
            list(ON_AIR),
            self._truth.simulator.clock.now(),
        )
        return dict(rows[0]) if rows else {}
