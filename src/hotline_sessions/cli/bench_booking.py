"""``hotline bench booking``: measure, print, and say whether the goals are met."""

import shutil
import tempfile
from pathlib import Path

import click
import msgspec
from rich.console import Console

from hotline_sessions.cli.bench_booking_report import BookingReport, print_bookings, print_reads
from hotline_sessions.cli.bench_booking_run import run_bench
from hotline_sessions.cli.bench_booking_site import Task
from hotline_sessions.cli.demo_processes import NotReadyError
from hotline_sessions.cli.installation import end_on_sigterm
from hotline_sessions.log import set_up_log
from hotline_sessions.store.embedded.errors import EmbeddedServerError


def measure_booking(task: Task, *, as_json: bool) -> None:
    """Measure and print, for programs instead of people where ``as_json``.

    Raises:
        click.ClickException: It could not be measured.
        SystemExit: The goals are missed.
    """
    console = Console(highlight=False)
    set_up_log("json", "error")
    end_on_sigterm()
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    folder.chmod(0o755)  # the database may run as another user
    try:
        report = run_bench(folder, task, (lambda _: None) if as_json else console.print)
    except (NotReadyError, EmbeddedServerError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        print(msgspec.json.encode(report).decode())
    elif isinstance(report, BookingReport):
        print_bookings(report, console)
    else:
        print_reads(report, console)
    if not report.is_met:
        raise SystemExit(1)
