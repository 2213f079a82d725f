"""``hotline bench register``: measure, print sizes side by side, say whether goals are met."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from hotline_sessions.cli.bench_register_run import RegisterReport, run_register_bench
from hotline_sessions.cli.installation import end_on_sigterm
from hotline_sessions.log import set_up_log
from hotline_sessions.store.embedded.errors import EmbeddedServerError


def measure_register(sizes: Sequence[int], *, as_json: bool) -> None:
    """Measure registers of so many cards each and print, for programs where ``as_json``.

    Raises:
        click.ClickException: It could not be measured.
        SystemExit: The goals are missed.
    """
    console = Console(highlight=False)
    set_up_log("json", "error")
    end_on_sigterm()
    reports = [_measure(size, console, as_json=as_json) for size in sizes]
    if as_json:
        print(msgspec.json.encode(reports).decode())
    else:
        print_registers(reports, console)
    if not all(report.is_met for report in reports):
        raise SystemExit(1)


def print_registers(reports: Sequence[RegisterReport], console: Console) -> None:
    """Sizes side by side, and what of the goals is met."""
    table = Table("", *(f"{report.cards:,} cards" for report in reports), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("loaded in, s", *(f"{report.load_s:.0f}" for report in reports))
    table.add_row("size, MB", *(f"{report.size_mb}" for report in reports))
    for number, each in enumerate(reports[0].lists):
        table.add_row(
            f"{each.name}, p50 / p95 ms",
            *(
                f"{report.lists[number].p50_ms:.1f} / {report.lists[number].p95_ms:.1f}"
                for report in reports
            ),
        )
    table.add_row("figures of a year, s", *(f"{report.report_s:.2f}" for report in reports))
    table.add_row("verified in, s", *(f"{report.verify_s:.1f}" for report in reports))
    table.add_row(
        "registrations/s (p95 ms)",
        *(f"{each.registered_per_s:.0f} ({each.registering_p95_ms:.0f})" for each in reports),
    )
    console.print(table)
    for report in reports:
        for goal in report.goals:
            verdict = "met" if goal.is_met else "MISSED"
            console.print(f"  {report.cards:,} cards: {goal.text}: {verdict}")


def _measure(size: int, console: Console, *, as_json: bool) -> RegisterReport:
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    folder.chmod(0o755)  # the database may run as another user
    try:
        return run_register_bench(folder, size, (lambda _: None) if as_json else console.print)
    except EmbeddedServerError as error:
        raise click.ClickException(str(error)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
