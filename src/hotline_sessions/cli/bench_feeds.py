"""``hotline bench feeds``: a calendar of 500 events, beside nginx with the same bytes in a file."""

import asyncio
import multiprocessing
import secrets
import shutil
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
import httpx
import msgspec
from msgspec import Struct
from rich.console import Console

from hotline_sessions.cli.bench_booking_site import Site, Task, serve_product
from hotline_sessions.cli.bench_booking_world import Stage, add_places, set_stage
from hotline_sessions.cli.bench_feeds_load import HOST, NotAnswered, Rate, Target, run_load
from hotline_sessions.cli.bench_feeds_nginx import PATH, address_on, serve_nginx
from hotline_sessions.cli.bench_run import Tell
from hotline_sessions.cli.demo_processes import NotReadyError
from hotline_sessions.cli.installation import end_on_sigterm
from hotline_sessions.domain.announcements import Filter
from hotline_sessions.gateways.ics import build_calendar
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.log import set_up_log
from hotline_sessions.services.feeds import list_entries
from hotline_sessions.store.embedded.errors import EmbeddedServerError
from hotline_sessions.store.embedded.supervisor import run_embedded_server
from hotline_sessions.store.engine import open_database, run_sql
from hotline_sessions.store.migrate import migrate
from hotline_sessions.web.ready import build_ready


EVENTS: Final = 500
CONNECTIONS: Final = 16
TURNS: Final = 3
"""How often each is measured, by turns: what else the machine does weighs on all of them."""
OK_GOAL: Final = 0.6
NOT_MODIFIED_GOAL: Final = 0.4
CHANGES: Final = 5
"""Changes whose publication is timed."""


class FeedsReport(Struct, frozen=True, kw_only=True):
    """Answers a second of one process each; times in milliseconds."""

    events: int
    bytes: int
    ok_per_s: float
    not_modified_per_s: float
    nginx_ok_per_s: float
    nginx_not_modified_per_s: float
    ok_ratio: float
    not_modified_ratio: float
    first_publication_ms: float
    """The whole feed, of which nothing was written before."""
    publication_ms: float
    """The feed after a change of one session: reading, writing, packing."""
    generator_cpu: float
    """At most; near 1 the generator was the limit, and the ratios say too much."""
    is_met: bool


class Change(Struct, frozen=True, kw_only=True):
    """What the first publication cost, and one after a change of a session, in milliseconds."""

    first_ms: float
    next_ms: float


def measure_feeds(*, seconds: float, as_json: bool) -> None:
    """Measure and print.

    Raises:
        click.ClickException: nginx is missing, or it could not be measured.
        SystemExit: The goals are missed.
    """
    if shutil.which("nginx") is None:
        raise click.ClickException(
            "nginx, with which the calendars are compared, is not installed: "
            "apt-get install nginx-light"
        )
    console = Console(highlight=False)
    set_up_log("json", "error")
    end_on_sigterm()
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    folder.chmod(0o755)  # the database and nginx may run as other users
    try:
        report = run_bench(folder, seconds, (lambda _: None) if as_json else console.print)
    except (NotReadyError, NotAnswered, EmbeddedServerError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        print(msgspec.json.encode(report).decode())
    else:
        print_report(report, console)
    if not report.is_met:
        raise SystemExit(1)


def run_bench(folder: Path, seconds: float, tell: Tell) -> FeedsReport:
    """Measure the product in ``folder``, which must be empty.

    Raises:
        NotReadyError: A process did not come up.
        NotAnswered: A server did not answer as it must.
        EmbeddedServerError: The database could not be run.
    """
    tell("Starting the database")
    secret = secrets.token_urlsafe(32)
    with run_embedded_server(folder) as dsn:
        asyncio.run(migrate(dsn))
        stage, change = asyncio.run(_prepare(dsn, secret))
        task = Task(scenario="reads", workers=1)
        site = Site(dsn=dsn, folder=folder, secret=secret, stage=stage, task=task, tell=tell)
        with serve_product(site) as server:
            answer = httpx.get(address_on(server.port), headers={"accept-encoding": "identity"})
            file = folder / "www"
            file.mkdir()
            (file / "calendar.ics").write_bytes(answer.content)
            with serve_nginx(file) as port:
                other = httpx.get(address_on(port), headers={"accept-encoding": "identity"})
                if other.content != answer.content:
                    raise NotAnswered("nginx serves other bytes")
                ours = {"etag": answer.headers["etag"], "port": server.port}
                theirs = {"etag": other.headers["etag"], "port": port}
                rates = _measure_by_turns(ours, theirs, seconds, tell)
    return build_report(answer.content, rates, change)


async def _prepare(dsn: str, secret: str) -> tuple[Stage, Change]:
    """Five hundred sessions, and what it costs to publish them and a change of one."""
    words = load_catalogues().words("uk")
    async with open_database(
        dsn, application_name="hotline bench", pool_size=2, statement_timeout_ms=0
    ):
        stage = await set_stage(secret.encode())
        places = await add_places(stage, EVENTS - 1, slots=1)

        async def publish() -> float:
            began = time.perf_counter()
            entries = await list_entries(
                Filter(), public_url=f"http://{HOST}", words=words, now=stage.now
            )
            content = build_calendar(
                entries, name="bench", zone="Europe/Kyiv", feed_url=f"http://{HOST}{PATH}"
            )
            build_ready(
                content, media_type="text/calendar", cache_control="public", changed_at=None
            )
            return (time.perf_counter() - began) * 1000

        first = await publish()
        following = []
        for number in range(CHANGES):
            await run_sql(
                "update session set sequence = sequence + 1, updated_at = $2 where id = $1",
                places[number].id,
                stage.now + timedelta(seconds=number),
            )
            following.append(await publish())
    return stage, Change(first_ms=first, next_ms=statistics.median(following))


def _measure_by_turns(
    ours: dict[str, object], theirs: dict[str, object], seconds: float, tell: Tell
) -> dict[str, list[Rate]]:
    """Each kind of answer of each server, several times, one after the other."""
    targets = {
        f"{name}{kind}": Target(
            port=int(str(server["port"])),
            request=_request(str(server["etag"]) if status == 304 else None),  # noqa: PLR2004 - Not Modified
            status=status,
        )
        for kind, status in (("ok", 200), ("not_modified", 304))
        for name, server in (("", ours), ("nginx_", theirs))
    }
    rates: dict[str, list[Rate]] = {name: [] for name in targets}
    for turn in range(TURNS):
        tell(f"Measuring, {turn + 1} of {TURNS}")
        for name, target in targets.items():
            rates[name].append(_load(target, seconds))
    return rates


def _request(etag: str | None) -> bytes:
    held = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {PATH} HTTP/1.1\r\nHost: {HOST}\r\n{held}\r\n".encode()


def _load(target: Target, seconds: float) -> Rate:
    """From a process of its own.

    Raises:
        NotAnswered: The server does not answer as it must.
    """
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=run_load, args=(far, target, CONNECTIONS, seconds))
    process.start()
    found = near.recv() if near.poll(seconds + 30) else NotAnswered("the generator is silent")
    process.join(10)
    if isinstance(found, NotAnswered):
        raise found
    rate: Rate = found
    return rate


def build_report(content: bytes, rates: dict[str, list[Rate]], change: Change) -> FeedsReport:
    """The middle of the turns of each."""
    middle = {
        name: statistics.median(each.per_s for each in found) for name, found in rates.items()
    }
    ok = middle["ok"] / middle["nginx_ok"]
    not_modified = middle["not_modified"] / middle["nginx_not_modified"]
    return FeedsReport(
        events=content.count(b"BEGIN:VEVENT"),
        bytes=len(content),
        ok_per_s=round(middle["ok"], 1),
        not_modified_per_s=round(middle["not_modified"], 1),
        nginx_ok_per_s=round(middle["nginx_ok"], 1),
        nginx_not_modified_per_s=round(middle["nginx_not_modified"], 1),
        ok_ratio=round(ok, 3),
        not_modified_ratio=round(not_modified, 3),
        first_publication_ms=round(change.first_ms, 1),
        publication_ms=round(change.next_ms, 1),
        generator_cpu=round(max(each.cpu for found in rates.values() for each in found), 2),
        is_met=ok >= OK_GOAL and not_modified >= NOT_MODIFIED_GOAL,
    )


def print_report(report: FeedsReport, console: Console) -> None:
    """The report for people."""
    console.print(f"A calendar of {report.events} events, {report.bytes} bytes; one process each.")
    console.print(
        f"200: {report.ok_per_s:.0f} a second, nginx {report.nginx_ok_per_s:.0f}: "
        f"{report.ok_ratio:.2f} (goal {OK_GOAL})"
    )
    console.print(
        f"304: {report.not_modified_per_s:.0f} a second, "
        f"nginx {report.nginx_not_modified_per_s:.0f}: "
        f"{report.not_modified_ratio:.2f} (goal {NOT_MODIFIED_GOAL})"
    )
    console.print(
        f"Publishing one change: {report.publication_ms:.0f} ms; the whole feed for the first "
        f"time: {report.first_publication_ms:.0f} ms"
    )
    console.print(f"Generator: at most {report.generator_cpu:.0%} of a processor")
