"""What ``hotline bench booking`` measures: the product, its database, and the generator."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from hotline_sessions.cli.bench_booking_client import Outcome, Plan
from hotline_sessions.cli.bench_booking_report import Spent
from hotline_sessions.cli.bench_booking_world import Stage
from hotline_sessions.cli.bench_cpu import measure_cpu
from hotline_sessions.cli.bench_run import Tell, build_environment, serve_child
from hotline_sessions.cli.demo_processes import Child, NotReadyError, choose_port


LOOK_EVERY: Final = 0.05

Scenario: TypeAlias = Literal["spread", "hot", "contended", "reads", "rounds"]


class Task(Struct, frozen=True, kw_only=True):
    """What is to be measured."""

    scenario: Scenario
    workers: int = 2
    clients: int = 64
    seconds: float = 10
    """How long a rush lasts in which everybody gets a slot, a reading, and pgbench."""
    count: int | None = None
    """So many bookings instead."""
    contended: int = 0
    """Citizens who want one of ``places``."""
    places: int = 0
    each: int = 0
    """So many of them want the same slot one after the other; 0: in no order."""
    rounds: int = 0
    warm_up: int = 200
    """Requests before each measurement: after them every process has loaded what it needs."""


class Site(Struct, frozen=True, kw_only=True):
    """A database with what is booked in it, and what is to be done there."""

    dsn: str
    folder: Path
    secret: str
    stage: Stage
    task: Task
    tell: Tell


class Server(Struct, frozen=True, kw_only=True):
    """The product as it listens on one port."""

    pid: int
    port: int


@contextmanager
def serve_product(site: Site, *, number: int = 0, workers: int | None = None) -> Iterator[Server]:
    """The product's pages on a port of their own, in so many processes.

    The jobs, which would send the messages, do not run: nothing sends them on here.

    Raises:
        NotReadyError: It does not come up.
    """
    port = choose_port(0)
    env = build_environment(site.dsn, site.folder, site.secret, port, port)
    count = str(workers or site.task.workers)
    child = Child(
        "web",
        ["serve", "--no-worker", "--port", str(port), "--workers", count],
        env=env,
        log=site.folder / f"web-{number}.log",
    )
    with serve_child(child, port):
        yield Server(pid=child.pid, port=port)


async def send(site: Site, servers: Sequence[Server], plan: Plan) -> tuple[Outcome, Spent]:
    """What came back from ``servers``, and what it has cost.

    Raises:
        NotReadyError: The generator has failed.
    """
    wanted, found = site.folder / "plan", site.folder / "outcome"
    found.unlink(missing_ok=True)
    ports = tuple(server.port for server in servers)
    wanted.write_bytes(msgspec.msgpack.encode(msgspec.structs.replace(plan, ports=ports)))
    client = Child(
        "generator",
        ["bench", "client", str(wanted), str(found)],
        env={},
        log=site.folder / "generator.log",
    )
    before = _read_costs(site, servers)
    try:
        client.start()
        while client.is_alive():  # noqa: ASYNC110 - a process tells by nothing else
            await asyncio.sleep(LOOK_EVERY)
    finally:
        client.stop()
    after = _read_costs(site, servers)
    if not found.exists():
        raise NotReadyError((site.folder / "generator.log").read_text()[-600:])
    outcome = msgspec.msgpack.decode(found.read_bytes(), type=Outcome)
    spent = Spent(web=after[0] - before[0], database=after[1] - before[1], generator=outcome.cpu)
    return outcome, spent


def _read_costs(site: Site, servers: Sequence[Server]) -> tuple[float, float]:
    """Processor seconds of web and database so far."""
    postmaster = site.folder / "postgres/data/postmaster.pid"
    database = int(postmaster.read_text().split()[0]) if postmaster.exists() else 0
    return measure_cpu([server.pid for server in servers]), measure_cpu([database])
