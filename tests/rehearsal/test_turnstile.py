"""One statement at a time, on a real server."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from random import Random

import asyncpg

from hotline_sessions.rehearsal.database import Gate, Monitor, open_in_turns
from hotline_sessions.rehearsal.databases import copy_database
from hotline_sessions.rehearsal.hints import HintBoard
from hotline_sessions.rehearsal.timeline import Timeline
from hotline_sessions.rehearsal.turnstile import Turnstile
from hotline_sessions.store.bus import Hint, notify
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.transaction import transaction


NAMES = count(1)
Work = Callable[[Gate], Awaitable[None]]


def run(template: str, seed: int, work: Work) -> None:
    """Run ``work`` on a timeline, with a database that is spoken to in turns."""

    async def main(dsn: str) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Timeline)
        monitor = Monitor(dsn, loop)
        rng = Random(seed)  # noqa: S311 - dice, not secrets
        gate = Gate(Turnstile(loop, rng, monitor.find_blockers), HintBoard())
        async with open_in_turns(gate)(dsn):
            await work(gate)
        monitor.close()

    with (
        copy_database(template, f"turns_{next(NAMES)}") as dsn,
        asyncio.Runner(loop_factory=Timeline) as runner,
    ):
        runner.run(main(dsn))


def play_order(template: str, seed: int) -> list[str]:
    """In which order four tasks with three statements each get their turns."""
    order: list[str] = []

    async def speak(name: str) -> None:
        for _ in range(3):
            await fetch_value("select 1")
            order.append(name)

    async def work(_gate: Gate) -> None:
        await asyncio.gather(*(speak(name) for name in "abcd"))

    run(template, seed, work)
    return order


def test_the_seed_decides_who_speaks_next(template: str) -> None:
    assert play_order(template, 1) == play_order(template, 1)
    assert len({tuple(play_order(template, seed)) for seed in range(2, 5)}) > 1


def test_who_waits_for_a_lock_lets_the_others_go_on(template: str) -> None:
    """Whichever order is drawn: nobody waits for ever, and no addition is lost."""

    async def add() -> None:
        async with transaction():
            number = await fetch_value("select number from counted where true for update")
            await fetch_value("select 1")  # gives the others a chance to come between
            await run_sql("update counted set number = $1", number + 1)

    async def work(_gate: Gate) -> None:
        await run_sql("create table counted as select 0 as number")
        await asyncio.gather(*(add() for _ in range(4)))
        assert await fetch_value("select number from counted") == 4

    for seed in range(3):
        run(template, seed, work)


def test_without_the_lock_an_addition_would_be_lost(template: str) -> None:
    async def add() -> None:
        async with transaction():
            number = await fetch_value("select number from counted")
            await fetch_value("select 1")
            await run_sql("update counted set number = $1", number + 1)

    async def work(_gate: Gate) -> None:
        await run_sql("create table counted as select 0 as number")
        await asyncio.gather(*(add() for _ in range(4)))
        assert await fetch_value("select number from counted") < 4

    run(template, 1, work)


def test_hints_are_heard_when_their_transaction_has_committed(template: str) -> None:
    async def work(gate: Gate) -> None:
        with gate.hints.subscribe("session") as listener:
            assert await listener.next_within(1) == Hint("session")
            async with transaction():
                await notify("session", "abc")
                assert await listener.next_within(1) is None
            assert await listener.next_within(1) == Hint("session", "abc")

    run(template, 1, work)


def test_hints_of_a_transaction_that_fails_are_never_heard(template: str) -> None:
    async def fail() -> None:
        async with transaction():
            await notify("session", "abc")
            raise LookupError

    async def work(gate: Gate) -> None:
        with gate.hints.subscribe("session") as listener:
            await listener.next_within(1)
            assert isinstance(
                (await asyncio.gather(fail(), return_exceptions=True))[0], LookupError
            )
            assert await listener.next_within(1) is None

    run(template, 1, work)


def test_a_connection_that_is_cut_leaves_nothing_behind(template: str) -> None:
    async def work(gate: Gate) -> None:
        await run_sql("create table counted (number int)")
        gate.before = lambda statement: "before" if statement.startswith("insert into c") else ""
        try:
            async with transaction():
                await run_sql("insert into counted values ($1)", 1)
        except (asyncpg.InterfaceError, asyncpg.PostgresError):
            pass
        assert await fetch_value("select count(*) from counted") == 0

    run(template, 1, work)


def test_to_begin_a_transaction_takes_no_turn_and_it_is_one_all_the_same(template: str) -> None:
    passed: list[int] = []
    found: list[object] = []

    async def work(gate: Gate) -> None:
        start = gate.turnstile.passed
        async with transaction():
            pass
        passed.append(gate.turnstile.passed - start)
        async with transaction() as connection:
            first = await fetch_value("select pg_current_xact_id()::text")
            found.extend([first == await fetch_value("select pg_current_xact_id()::text")])
            found.append(connection.is_in_transaction())
        passed.append(gate.turnstile.passed - start)

    run(template, 1, work)

    assert passed == [0, 3]
    assert found == [True, True]
