"""Whatever moment a sender dies at: no reminder is sent twice, none is forgotten."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from tests.factories import make_booking, make_session
from tests.fakes import FrozenClock

from hotline_sessions.domain.messages import DROPPABLE
from hotline_sessions.services import messages
from hotline_sessions.services.messages import LEASE, send_messages
from hotline_sessions.services.reminders import plan_reminders
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

BOOKINGS = 1000
MOVED = 40
KILLS = 100


class Provider:
    """A network that writes down whom it was asked to reach, and may lose its answers."""

    def __init__(self, chance: random.Random) -> None:
        self.asked: Counter[str] = Counter()
        self._chance = chance

    async def send(self, recipient: str, body: str) -> str:
        del body
        self.asked[recipient] += 1
        await asyncio.sleep(self._chance.uniform(0, 0.01))
        return f"SM{sum(self.asked.values()):032x}"


async def make_due_reminders(count: int) -> FrozenClock:
    """That many bookings of one session, each an hour before its talk; the moment it is due."""
    taken = await make_booking(session=await make_session())
    await run_sql(
        """with added as (
                insert into slot (session, starts_at, ends_at)
                select session, starts_at + n * interval '1 ms', ends_at
                  from slot, generate_series(1, $2::int) n where slot.id = $1
                returning id)
            insert into booking (public_id, institution, session, slot, phone, caller_name,
                                 code_mac, code_hint, booked_at)
            select 'B' || a.id, b.institution, b.session, a.id, '+38067' || (1000000 + a.id),
                   'Марія', 'mac' || a.id, '00', b.booked_at - interval '30 days'
              from added a, booking b where b.slot = $1""",
        taken.booking.slot,
        count,
    )
    await run_sql("delete from message")
    await run_sql("delete from booking where slot = $1", taken.booking.slot)
    return FrozenClock(taken.booking.starts_at - timedelta(hours=1) + timedelta(seconds=2))


async def send_all(provider: Provider, clock: FrozenClock) -> None:
    while await send_messages(provider, clock=clock):
        pass


async def kill(works: list[asyncio.Task[None]]) -> None:
    for work in works:
        work.cancel()
    for work in works:
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def run_through_kills(provider: Provider, clock: FrozenClock, chance: random.Random) -> None:
    """Two senders side by side, killed at random moments; then one that is let live."""
    for _ in range(KILLS):
        works = [asyncio.create_task(send_all(provider, clock)) for _ in range(2)]
        await asyncio.sleep(chance.uniform(0, 0.06))
        await kill(works)
        if chance.random() < 0.3:
            clock.pass_time(LEASE + timedelta(seconds=1))
    clock.pass_time(LEASE + timedelta(seconds=1))
    await send_all(provider, clock)


async def read_states() -> dict[str, str]:
    rows = await fetch_rows("select recipient, state from message")
    return {row["recipient"]: row["state"] for row in rows}


async def test_of_a_thousand_reminders_none_is_sent_twice_or_lost_however_often_senders_die(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(4)  # noqa: S311 - a test that can be repeated
    monkeypatch.setattr(messages, "BATCH", 12)
    clock, provider = await make_due_reminders(BOOKINGS), Provider(chance)
    await plan_reminders(clock=clock)
    assert await fetch_value("select count(*) from message") == BOOKINGS
    await run_sql(
        "update booking set version = version + 1 "
        "where id in (select id from booking order by id desc limit $1)",
        MOVED,
    )
    moved = {
        row["phone"] for row in await fetch_rows("select phone from booking where version = 2")
    }

    await run_through_kills(provider, clock, chance)

    states = await read_states()
    assert max(provider.asked.values()) == 1, "nobody is asked for twice"
    assert not moved & set(provider.asked), "nothing is told of what was moved"
    assert {states[each] for each in moved} == {"cancelled"}
    rest = {each: state for each, state in states.items() if each not in moved}
    assert len(rest) == BOOKINGS - MOVED
    assert set(rest.values()) <= {"sent", "unknown"}, "nothing is left over"
    assert all(provider.asked[each] == 1 for each, state in rest.items() if state == "sent")


async def test_if_reminders_might_be_repeated_some_would_be_sent_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The guard is that a reminder is not asked for again; without it this harm is seen."""
    chance = random.Random(4)  # noqa: S311 - a test that can be repeated
    every = sorted(DROPPABLE)
    monkeypatch.setattr("hotline_sessions.store.messages._REPEATABLE", every)
    clock, provider = await make_due_reminders(100), Provider(chance)
    await plan_reminders(clock=clock)

    await run_through_kills(provider, clock, chance)

    assert max(provider.asked.values()) > 1


PROCESS = """
import asyncio, sys
from datetime import datetime, timedelta
from hotline_sessions.services.messages import send_messages
from hotline_sessions.store.engine import open_database

class Provider:
    async def send(self, recipient, body):
        with open(sys.argv[2], "a") as book:
            book.write(recipient + "\\n")
        await asyncio.sleep(0.002)
        return "SM" + recipient[1:]

class Clock:
    def now(self):
        return datetime.fromisoformat(sys.argv[3])

async def work():
    async with open_database(sys.argv[1], pool_size=4):
        print("open", flush=True)
        while await send_messages(Provider(), clock=Clock()):
            pass

asyncio.run(work())
"""


async def test_a_process_that_is_killed_leaves_nothing_to_be_sent_twice(
    database: str, tmp_path: Path
) -> None:
    clock, book = await make_due_reminders(200), tmp_path / "asked"
    await plan_reminders(clock=clock)

    deaths = [await live(database, book, clock, life=life) for life in (0.15, None)]

    asked, states = Counter(book.read_text().split()), await read_states()
    assert deaths[0] == -signal.SIGKILL
    assert deaths[-1] == 0
    assert max(asked.values()) == 1
    assert set(states.values()) <= {"sent", "unknown"}
    assert all(asked[each] == 1 for each, state in states.items() if state == "sent")
    assert len(states) == 200


async def live(dsn: str, book: Path, clock: FrozenClock, *, life: float | None) -> int:
    """How a process ends that sends reminders and is killed after ``life`` seconds of it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent(PROCESS),
        dsn,
        str(book),
        clock.now().isoformat(),
        stdout=subprocess.PIPE,
        env=os.environ,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    if life is not None:
        await asyncio.sleep(life)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.stdout.read()
    ended: int = await process.wait()
    clock.pass_time(LEASE + timedelta(seconds=1))
    return ended
