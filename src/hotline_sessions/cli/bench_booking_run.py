"""The rushes and readings of ``hotline bench booking``, one after the other."""

import asyncio
import secrets
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from hotline_sessions.cli.bench_booking_ceiling import measure_ceiling
from hotline_sessions.cli.bench_booking_client import Outcome, Plan, build_get
from hotline_sessions.cli.bench_booking_report import (
    CONFIRMED,
    BookingReport,
    ReadsReport,
    Spent,
    add_ceiling,
    build_reads,
    build_report,
    judge_contended,
    judge_free,
    judge_reads,
    judge_winners,
)
from hotline_sessions.cli.bench_booking_site import Server, Site, Task, send, serve_product
from hotline_sessions.cli.bench_booking_world import (
    SLOTS,
    Place,
    add_citizens,
    add_places,
    build_wish,
    list_faults,
    set_stage,
)
from hotline_sessions.cli.bench_run import HOST, Tell
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.migrate import migrate


MOST_PER_SECOND: Final = 6000
"""Citizens that are made ready for each second of a rush in which all get a slot."""
LONGEST_CEILING: Final = 6
"""Seconds of pgbench: half of them before a rush, half of them after it."""
SEED: Final = 1
SIZES: Final = (50, 5000)
"""Slots of the sessions that are read."""
READ: Final = (("free slots", "/free.json"), ("session page", ""))
"""What is read, and how its address ends."""
RUSHES: Final = 3
"""Rushes for one session that are compared with as many, and one, for many sessions."""
TURNS: Final = 2
"""How often each is read: what else the machine does then weighs on all of them."""
CITIZENS: Final = 200
"""Who want the one slot of a round, all at once."""
DOORS: Final = 2
"""Servers of a round, each on a port of its own."""


def run_bench(folder: Path, task: Task, tell: Tell) -> BookingReport | ReadsReport:
    """Measure the product in ``folder``, which must be empty.

    Raises:
        NotReadyError: A process did not come up.
        EmbeddedServerError: The database could not be run.
    """
    tell("Starting the database")
    with run_embedded_server(folder) as dsn:
        asyncio.run(migrate(dsn))
        return asyncio.run(_measure(dsn, folder, task, tell))


async def _measure(dsn: str, folder: Path, task: Task, tell: Tell) -> BookingReport | ReadsReport:
    secret = secrets.token_urlsafe(32)
    async with open_database(
        dsn, application_name="hotline bench", pool_size=4, statement_timeout_ms=0
    ):
        stage = await set_stage(secret.encode())
        site = Site(dsn=dsn, folder=folder, secret=secret, stage=stage, task=task, tell=tell)
        if task.scenario == "reads":
            return await measure_reads(site)
        if task.scenario == "rounds":
            return await measure_rounds(site)
        if task.scenario == "contended":
            return await measure_contended(site)
        return await measure_free(site)


async def measure_free(site: Site) -> BookingReport:
    """Everybody gets a slot: in many sessions, or in one."""
    is_hot = site.task.scenario == "hot"
    before = await _measure_ceiling(site, "c", is_hot=is_hot)
    with serve_product(site) as server:
        report = (
            await _compare_rushes(site, [server])
            if is_hot
            else await _rush_for_free(site, [server], is_hot=False)
        )
    report = add_ceiling(report, before, await _measure_ceiling(site, "d", is_hot=is_hot))
    return msgspec.structs.replace(report, goals=judge_free(report))


async def _compare_rushes(site: Site, servers: Sequence[Server]) -> BookingReport:
    """The middle one of several rushes for one session, with the middle one of those for many.

    By turns, one more of those for many: the database grows with every rush, and what else
    the machine does comes and goes. Where anybody was refused or met an error, that rush.
    """
    spread = [await _rush_for_free(site, servers, is_hot=False)]
    hot = []
    for _ in range(RUSHES):
        hot.append(await _rush_for_free(site, servers, is_hot=True))
        spread.append(await _rush_for_free(site, servers, is_hot=False))
    middle = sorted(hot, key=lambda each: each.bookings_per_s)[RUSHES // 2]
    report = next((each for each in hot if each.errors or each.refused), middle)
    rate = statistics.median(each.bookings_per_s for each in spread)
    return msgspec.structs.replace(report, spread_per_s=rate)


async def measure_contended(site: Site) -> BookingReport:
    """Many citizens want few slots of one session, each of them one."""
    task = site.task
    places = await add_places(site.stage, 1, slots=task.places)
    wanted = [number % task.places for number in range(task.contended)]
    if task.each:
        wanted.sort()
    else:
        Random(SEED).shuffle(wanted)  # noqa: S311 - no secret
    cookies = await add_citizens(site.stage, len(wanted))
    requests = [
        build_wish(places[0], slot, cookie) for slot, cookie in zip(wanted, cookies, strict=True)
    ]
    before = await _measure_ceiling(site, "c", is_hot=True)
    with serve_product(site) as server:
        site.tell(f"{len(wanted)} citizens want {task.places} slots")
        report = await _rush(site, [server], places, requests)
    report = add_ceiling(report, before, await _measure_ceiling(site, "d", is_hot=True))
    goals = judge_contended(report, places=task.places, is_consecutive=bool(task.each))
    return msgspec.structs.replace(report, goals=goals)


async def measure_rounds(site: Site) -> BookingReport:
    """In each round many citizens want one slot at the same moment, at two servers."""
    task = site.task
    places = await add_places(site.stage, task.rounds, slots=1)
    cookies = iter(await add_citizens(site.stage, task.rounds * CITIZENS))
    requests = [build_wish(place, 0, next(cookies)) for place in places for _ in range(CITIZENS)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serve_product(site, number=number, workers=1))
            for number in range(DOORS)
        ]
        site.tell(f"{task.rounds} rounds: {CITIZENS} citizens want one slot at {DOORS} servers")
        report = await _rush(site, servers, places, requests, together=CITIZENS)
    goals = judge_winners(report, places=task.rounds)
    return msgspec.structs.replace(report, goals=goals)


async def measure_reads(site: Site) -> ReadsReport:
    """Free slots, and pages of sessions, with few slots and with many, by turns."""
    task = site.task
    places = [(await add_places(site.stage, 1, slots=size))[0] for size in SIZES]
    addresses = [(name, end, place) for name, end in READ for place in places]
    found: list[list[tuple[Outcome, Spent]]] = [[] for _ in addresses]
    with serve_product(site) as server:
        for _ in range(TURNS):
            for (name, end, place), parts in zip(addresses, found, strict=True):
                site.tell(f"Reading: {name} of {place.slots}")
                requests = [build_get(f"/sessions/{place.public_id}{end}")]
                await send(site, [server], _plan(site, requests * task.warm_up))
                plan = _plan(site, requests, seconds=task.seconds / TURNS, repeat=True)
                parts.append(await send(site, [server], plan))
    reads = [
        build_reads(parts, name=name, slots=place.slots)
        for (name, _, place), parts in zip(addresses, found, strict=True)
    ]
    return ReadsReport(
        scenario=task.scenario,
        workers=task.workers,
        clients=task.clients,
        reads=reads,
        goals=judge_reads(reads),
    )


async def _rush_for_free(site: Site, servers: Sequence[Server], *, is_hot: bool) -> BookingReport:
    task = site.task
    count = task.count or int(task.seconds * MOST_PER_SECOND)
    site.tell(f"Making slots for {count} citizens")
    places = (
        await add_places(site.stage, 1, slots=count)
        if is_hot
        else await add_places(site.stage, -(-count // SLOTS))
    )
    cookies = await add_citizens(site.stage, count)
    requests = [
        build_wish(places[number % len(places)], number // len(places), cookie)
        for number, cookie in enumerate(cookies)
    ]
    site.tell("They book, " + ("all in one session" if is_hot else "in many sessions"))
    return await _rush(
        site, servers, places, requests, seconds=None if task.count else task.seconds
    )


async def _rush(
    site: Site,
    servers: Sequence[Server],
    places: list[Place],
    requests: list[bytes],
    *,
    seconds: float | None = None,
    together: int | None = None,
) -> BookingReport:
    """Send all the wishes and compare what was answered with what the database holds."""
    await send(site, servers, _plan(site, await _build_warm_up(site)))
    clients = together or site.task.clients
    plan = _plan(site, requests, seconds=seconds, together=together, clients=clients)
    outcome, spent = await send(site, servers, plan)
    confirmed = sum(status == CONFIRMED for status, _ in outcome.samples)
    return build_report(
        outcome,
        spent,
        scenario=site.task.scenario,
        size=(site.task.workers, clients),
        faults=await list_faults(places, confirmed=confirmed),
    )


async def _build_warm_up(site: Site) -> list[bytes]:
    """Wishes in a session of their own, every other one for a slot that is gone."""
    count = site.task.warm_up
    places = await add_places(site.stage, 1, slots=count)
    cookies = await add_citizens(site.stage, count)
    return [build_wish(places[0], number // 2, each) for number, each in enumerate(cookies)]


def _plan(site: Site, requests: list[bytes], **how: object) -> Plan:
    plan = Plan(host=HOST, ports=(), clients=site.task.clients, requests=requests)
    return msgspec.structs.replace(plan, **how)


async def _measure_ceiling(site: Site, letter: str, *, is_hot: bool) -> float:
    """What the database alone bears, while nothing else uses it."""
    seconds = max(1, round(min(site.task.seconds, LONGEST_CEILING) / 2))
    site.tell(f"pgbench with the same statement for {seconds} s")
    return await measure_ceiling(
        site.stage, site.dsn, site.folder, letter=letter, seconds=seconds, is_hot=is_hot
    )
