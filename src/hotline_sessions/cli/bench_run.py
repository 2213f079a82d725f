"""The phases of the bench: database, server, queues, load, and the constant to compare with."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import cycle
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from hotline_sessions.cli.bench_callers import ACCOUNT_SID, AUTH_TOKEN, Webhook
from hotline_sessions.cli.bench_cpu import measure_cpu
from hotline_sessions.cli.bench_http import Connections
from hotline_sessions.cli.bench_load import Load, replay
from hotline_sessions.cli.bench_network import Network
from hotline_sessions.cli.bench_report import (
    Cost,
    Phase,
    Report,
    count_errors,
    count_refused,
    measure_kinds,
    measure_latency,
)
from hotline_sessions.cli.bench_rest import Interface
from hotline_sessions.cli.bench_world import World, make_world, put_through
from hotline_sessions.cli.demo_processes import Child, choose_port
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database
from hotline_sessions.store.migrate import migrate


HOST: Final = "127.0.0.1"
CONNECTIONS: Final = 64
FILL_ABREAST: Final = 16
"""Requests at once while the queues are filled."""
PATIENCE: Final = 180.0
TALKS: Final = 0.01
"""Share of the rate at which operators press "next"."""
CONSTANT_SECONDS: Final = 10.0

Tell: TypeAlias = Callable[[str], None]
"""Says what is being done."""


class Rate(Struct, frozen=True, kw_only=True):
    """How many webhooks a second, and for how long."""

    name: str
    rate: float
    seconds: float


class Size(Struct, frozen=True, kw_only=True):
    """How much is going on."""

    sessions: int
    waiting: int
    workers: int


class Site(Struct, frozen=True, kw_only=True):
    """What is measured, and by what."""

    load: Load
    world: World
    web: Child
    folder: Path


def run_bench(folder: Path, size: Size, rates: list[Rate], tell: Tell) -> Report:
    """Measure the product in ``folder``, which must be empty.

    Raises:
        NotReadyError: A process did not come up.
        EmbeddedServerError: The database could not be run.
    """
    secret = secrets.token_urlsafe(32)
    tell("Starting the database")
    with run_embedded_server(folder) as dsn:
        asyncio.run(migrate(dsn))
        return asyncio.run(_measure(dsn, folder, secret, size, rates, tell))


async def _measure(
    dsn: str, folder: Path, secret: str, size: Size, rates: list[Rate], tell: Tell
) -> Report:
    async with open_database(dsn, application_name="hotline bench", pool_size=4):
        tell("Making sessions")
        world = await make_world(size.sessions, secret=secret.encode())
        port, rest_port = choose_port(0), choose_port(0)
        network = Network(f"http://{HOST}:{port}", world.lines)
        env = build_environment(dsn, folder, secret, port, rest_port)
        arguments = ["serve", "--port", str(port), "--workers", str(size.workers)]
        async with _listen(network, rest_port):
            with serve_child(Child("web", arguments, env=env, log=folder / "web.log"), port) as web:
                load = Load(Connections(HOST, port), network)
                site = Site(load=load, world=world, web=web, folder=folder)
                filled = await _fill(site, size, tell)
                measured = [await _measure_rate(site, rate, tell) for rate in rates]
                load.connections.close()
    return Report(
        workers=size.workers,
        sessions=size.sessions,
        waiting=size.waiting,
        fill_rate=filled,
        phases=[await _compare(phase, load.sent, folder, size, tell) for phase in measured],
    )


async def _fill(site: Site, size: Size, tell: Tell) -> float:
    """Let the officials pick up and the queues fill; webhooks a second meanwhile."""
    await site.load.connections.open(CONNECTIONS)
    tell(f"Officials pick up, and {size.waiting} people call")
    rate = await site.load.fill(waiting=size.waiting, officials=size.sessions, abreast=FILL_ABREAST)
    await site.load.connections.renew()
    return rate


async def _measure_rate(site: Site, rate: Rate, tell: Tell) -> Phase:
    """Keep one rate, while operators put callers through."""
    tell(f"{rate.rate:g} webhooks a second for {rate.seconds:g} s")
    load = site.load
    load.start_over()
    before = _read_costs(site)
    operators = asyncio.create_task(_operate(site.world, rate.rate * TALKS))
    await load.run(rate.rate, rate.seconds)
    operators.cancel()
    after = _read_costs(site)
    spent = [1000 * (b - a) / max(1, len(load.samples)) for a, b in zip(before, after, strict=True)]
    return Phase(
        name=rate.name,
        rate=rate.rate,
        seconds=rate.seconds,
        all=measure_latency(load.samples),
        by_kind=measure_kinds(load.samples),
        errors=count_errors(load.samples, load.unanswered),
        refused=count_refused(load.samples),
        generator_late_ms=load.late * 1000,
        cost=Cost(web=spent[0], database=spent[1], generator=spent[2]),
    )


async def _compare(
    phase: Phase, webhooks: list[Webhook], folder: Path, size: Size, tell: Tell
) -> Phase:
    """The phase with what the same requests cost a server that answers a constant."""
    seconds = min(phase.seconds, CONSTANT_SECONDS)
    tell(f"{phase.rate:g} requests a second to a server that answers a constant")
    port = choose_port(0)
    arguments = ["bench", "constant", "--port", str(port), "--workers", str(size.workers)]
    constant = Child("constant", arguments, env={}, log=folder / "constant.log")
    with serve_child(constant, port) as child:
        connections = Connections(HOST, port)
        await connections.open(CONNECTIONS)
        before = measure_cpu([child.pid])
        samples = await replay(connections, webhooks, rate=phase.rate, seconds=seconds)
        spent = measure_cpu([child.pid]) - before
        connections.close()
    return msgspec.structs.replace(
        phase,
        constant=measure_latency(samples),
        constant_cost=1000 * spent / max(1, len(samples)),
    )


async def _operate(world: World, rate: float) -> None:
    """Operators press "next", one after the other."""
    for session in cycle(world.sessions):
        await asyncio.sleep(1 / rate)
        await put_through(world, session)


@asynccontextmanager
async def _listen(network: Network, port: int) -> AsyncIterator[None]:
    """The network's interface on ``port``."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Interface(network), HOST, port)
    try:
        yield
    finally:
        server.close()


@contextmanager
def serve_child(child: Child, port: int) -> Iterator[Child]:
    """A server that answers."""
    try:
        child.start()
        child.wait_until_answers(f"http://{HOST}:{port}/readyz", seconds=PATIENCE)
        yield child
    finally:
        child.stop()


def build_environment(
    dsn: str, folder: Path, secret: str, port: int, rest_port: int
) -> dict[str, str]:
    """Settings of the product that is measured."""
    return {
        "DATABASE_URL": dsn,
        "HOTLINE_ENVIRONMENT": "demo",
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_PUBLIC_BASE_URL": f"http://{HOST}:{port}",
        "HOTLINE_SECRET_KEY": secret,
        "HOTLINE_LOG_FORMAT": "json",
        "HOTLINE_LOG_LEVEL": "info",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": f"http://{HOST}:{rest_port}",
        "TWILIO_CALLER_ID": "+380800500000",
        "TWILIO_SMS_SENDER": "BENCH",
    }


def _read_costs(site: Site) -> tuple[float, float, float]:
    """Processor seconds of web, database and this process."""
    postgres = int((site.folder / "postgres/data/postmaster.pid").read_text().split()[0])
    return measure_cpu([site.web.pid]), measure_cpu([postgres]), time.process_time()
