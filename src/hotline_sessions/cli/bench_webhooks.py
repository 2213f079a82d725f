"""``hotline bench webhooks``: measure, print, and say whether the goals are met."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec
from rich.console import Console

from hotline_sessions.cli.bench_load import QueuesNotFilled
from hotline_sessions.cli.bench_report import print_report
from hotline_sessions.cli.bench_run import Rate, Size, run_bench
from hotline_sessions.cli.demo_processes import NotReadyError
from hotline_sessions.cli.installation import end_on_sigterm
from hotline_sessions.log import set_up_log
from hotline_sessions.store.embedded.errors import EmbeddedServerError


def measure_webhooks(
    *, rates: Mapping[str, tuple[float, float]], size: tuple[int, int, int], as_json: bool
) -> None:
    """Measure and print.

    Args:
        rates: For each phase webhooks a second, and seconds; a phase of nothing is left out.
        size: Sessions, people who wait, processes of the product.
        as_json: For programs instead of people.

    Raises:
        click.ClickException: It could not be measured.
        SystemExit: The goals are missed.
    """
    console = Console(highlight=False)
    sessions, waiting, workers = size
    phases = [
        Rate(name=name, rate=rate, seconds=seconds)
        for name, (rate, seconds) in rates.items()
        if rate and seconds
    ]
    set_up_log("json", "error")
    end_on_sigterm()
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    folder.chmod(0o755)  # the database may run as another user
    try:
        report = run_bench(
            folder,
            Size(sessions=sessions, waiting=waiting, workers=workers),
            phases,
            (lambda _: None) if as_json else console.print,
        )
    except (NotReadyError, QueuesNotFilled, EmbeddedServerError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        print(msgspec.json.encode(report).decode())
    else:
        print_report(report, console)
    if not report.is_met:
        raise SystemExit(1)
