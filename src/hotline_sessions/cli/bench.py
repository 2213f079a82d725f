"""``hotline bench``: how much the product bears on this machine."""

from typing import Final

import click

from hotline_sessions.cli.bench_constant import build_constant
from hotline_sessions.cli.servers import run_servers


WORKERS: Final = 2


@click.group()
def bench() -> None:
    """Measure how much the product bears on this machine."""


@bench.command()
@click.option("--rate", type=click.FloatRange(min=1), default=300, show_default=True)
@click.option("--seconds", type=click.FloatRange(min=1), default=60, show_default=True)
@click.option("--burst", type=click.FloatRange(min=0), default=600, show_default=True)
@click.option("--burst-seconds", type=click.FloatRange(min=0), default=20, show_default=True)
@click.option("--sessions", type=click.IntRange(1, 999), default=40, show_default=True)
@click.option("--waiting", type=click.IntRange(1, 5000), default=800, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=WORKERS, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def webhooks(
    *,
    rate: float,
    seconds: float,
    burst: float,
    burst_seconds: float,
    sessions: int,
    waiting: int,
    workers: int,
    as_json: bool,
) -> None:
    """Send signed webhooks at a constant rate to the real product, with its own database.

    About half are announcements to people who wait; the others are calls that come in,
    give up, are put on the air and end. Latency counts from the moment at which each was
    due. The command fails when p95 is above 300 ms, p99 above 500 ms, or anything goes
    wrong; it prints the ratio to a server that answers the same requests by a constant.
    """
    # Loads the whole product; the constant, which is started for every phase, needs none of it.
    from hotline_sessions.cli.bench_webhooks import measure_webhooks  # noqa: PLC0415

    measure_webhooks(
        rates={"sustained": (rate, seconds), "burst": (burst, burst_seconds)},
        size=(sessions, waiting, workers),
        as_json=as_json,
    )


@bench.command(hidden=True)
@click.option("--port", type=click.IntRange(1, 65535), required=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1)
def constant(*, port: int, workers: int) -> None:
    """Serve a constant: what the product is compared with."""
    run_servers(build_constant, host="127.0.0.1", port=port, workers=workers)
