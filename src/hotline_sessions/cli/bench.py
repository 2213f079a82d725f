"""``hotline bench``: how much the product bears on this machine."""

from pathlib import Path
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


@bench.command()
@click.option("--spread", "kind", flag_value="spread", default=True, help="A slot for everybody.")
@click.option("--hot", "kind", flag_value="hot", help="The same, in a single session.")
@click.option("--reads", "kind", flag_value="reads", help="Read sessions and their free slots.")
@click.option("--contended", type=click.IntRange(min=1), help="So many want few slots.")
@click.option("--places", type=click.IntRange(1, 5000), default=40, show_default=True)
@click.option("--each", type=click.IntRange(min=1), help="Consecutive attempts on each slot.")
@click.option("--rounds", type=click.IntRange(min=1), help="Two servers, one slot in a round.")
@click.option("--clients", type=click.IntRange(1, 5000), default=64, show_default=True)
@click.option("--seconds", type=click.FloatRange(min=1), default=10, show_default=True)
@click.option("--count", type=click.IntRange(1, 500_000), help="So many bookings instead.")
@click.option("--workers", type=click.IntRange(1, 64), default=WORKERS, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def booking(
    *,
    kind: str,
    contended: int | None,
    places: int,
    each: int | None,
    rounds: int | None,
    clients: int,
    seconds: float,
    count: int | None,
    workers: int,
    as_json: bool,
) -> None:
    """Let citizens book over HTTP, as fast as they are answered, on a durable database.

    They are as many as `--clients` at once, in a process of their own, with phones that have
    been proven; whatever goes with a booking is written, but no message is sent. What was
    answered is compared with what the database holds. The same run tells how many bookings
    `pgbench` makes by the same statement. The command fails when a goal is missed.
    """
    from hotline_sessions.cli.bench_booking import measure_booking  # noqa: PLC0415 - see above
    from hotline_sessions.cli.bench_booking_site import Task  # noqa: PLC0415

    scenario = "contended" if contended else "rounds" if rounds else kind
    task = Task(
        scenario=scenario,  # type: ignore[arg-type]
        workers=workers,
        clients=clients,
        seconds=seconds,
        count=count,
        contended=contended or 0,
        places=places,
        each=each or 0,
        rounds=rounds or 0,
    )
    measure_booking(task, as_json=as_json)


@bench.command("register")
@click.option(
    "--cards",
    "sizes",
    type=click.IntRange(1, 20_000_000),
    multiple=True,
    default=(50_000,),
    show_default=True,
    help="Cards in the register; given several times, sizes are measured one after the other.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def measure_cards(*, sizes: tuple[int, ...], as_json: bool) -> None:
    """Fill a register with cards and measure how fast it is then.

    Measured are the use cases themselves, with the product's own database: registering with
    sixteen clients at once, searching, the lists of work, the figures of a year. The command
    fails when a goal is missed.
    """
    from hotline_sessions.cli.bench_register import measure_register  # noqa: PLC0415 - see above

    measure_register(sizes, as_json=as_json)


@bench.command("plan")
@click.option("--weeks", type=click.IntRange(2, 26), default=13, show_default=True)
@click.option("--officials", type=click.IntRange(2, 100), default=40, show_default=True)
@click.option("--lines", type=click.IntRange(1, 20), default=6, show_default=True)
@click.option("--pins", type=click.IntRange(0, 500), default=100, show_default=True)
@click.option("--seconds", type=click.FloatRange(1, 25), default=25, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def quarter(
    *, weeks: int, officials: int, lines: int, pins: int, seconds: float, as_json: bool
) -> None:
    """Plan a made-up quarter, plan it again around pins, and explain an impossible one.

    The solver is given `--seconds` each time and two threads, in a process of its own. Every
    plan is checked by rules that know nothing of the solver. The command fails when a plan
    breaks a rule, a pin moves, the reasons are not named, or it takes more than 30 seconds.
    """
    from hotline_sessions.cli.bench_plan import measure_plan  # noqa: PLC0415 - see above

    measure_plan(size=(weeks, officials, lines), pins=pins, seconds=seconds, as_json=as_json)


@bench.command()
@click.option("--seconds", type=click.FloatRange(min=0.2), default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def feeds(*, seconds: float, as_json: bool) -> None:
    """Serve a calendar of 500 events, beside nginx with the same bytes in a file.

    One process of each is asked by turns for the whole calendar and by who holds it already;
    the ratios compare like with like. Also told is what publishing one change costs. The
    command needs nginx, and fails when a goal is missed.
    """
    from hotline_sessions.cli.bench_feeds import measure_feeds  # noqa: PLC0415 - see above

    measure_feeds(seconds=seconds, as_json=as_json)


@bench.command(hidden=True)
@click.argument("plan", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("outcome", type=click.Path(dir_okay=False, path_type=Path))
def client(*, plan: Path, outcome: Path) -> None:
    """Send what PLAN says and write to OUTCOME what came back."""
    from hotline_sessions.cli.bench_booking_client import run_client  # noqa: PLC0415

    run_client(plan, outcome)


@bench.command(hidden=True)
@click.option("--port", type=click.IntRange(1, 65535), required=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1)
def constant(*, port: int, workers: int) -> None:
    """Serve a constant: what the product is compared with."""
    run_servers(build_constant, host="127.0.0.1", port=port, workers=workers)
