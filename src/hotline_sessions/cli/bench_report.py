"""What the bench has found: latencies, errors, costs, and whether the goals are met."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from hotline_sessions.cli.bench_load import LONGEST, Sample


P95_GOAL_MS: Final = 300.0
P99_GOAL_MS: Final = 500.0


class Latency(Struct, frozen=True, kw_only=True):
    """How long webhooks of one kind took, in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    longest: float


class Cost(Struct, frozen=True, kw_only=True):
    """Processor time of one webhook, in milliseconds."""

    web: float
    database: float
    generator: float


class Phase(Struct, frozen=True, kw_only=True):
    """One rate that was kept for a while."""

    name: str
    rate: float
    seconds: float
    all: Latency
    by_kind: dict[str, Latency]
    errors: int
    """Without an answer, or with one that came after Twilio had given up."""
    refused: dict[str, int]
    """Answers other than 2xx, by status."""
    generator_late_ms: float
    cost: Cost
    constant: Latency | None = None
    """The same requests, answered by a constant."""
    constant_cost: float = 0.0
    """Processor time of one of them in that server, in milliseconds."""

    @property
    def is_met(self) -> bool:
        """Whether the goals are met."""
        return (
            not self.errors
            and not self.refused
            and self.all.p95 <= P95_GOAL_MS
            and self.all.p99 <= P99_GOAL_MS
        )


class Report(Struct, frozen=True, kw_only=True):
    """The whole bench."""

    workers: int
    sessions: int
    waiting: int
    fill_rate: float
    """Webhooks a second while the queues were filled, as fast as answers came."""
    phases: list[Phase]

    @property
    def is_met(self) -> bool:
        """Whether the goals are met in every phase."""
        return all(phase.is_met for phase in self.phases)


def measure_latency(samples: Sequence[Sample]) -> Latency:
    """Latencies of ``samples``."""
    spent = sorted(sample.seconds * 1000 for sample in samples) or [0.0]
    return Latency(
        count=len(samples),
        p50=choose_percentile(spent, 50),
        p95=choose_percentile(spent, 95),
        p99=choose_percentile(spent, 99),
        longest=spent[-1],
    )


def choose_percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest of ``ordered`` that ``percent`` of them do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def measure_kinds(samples: Sequence[Sample]) -> dict[str, Latency]:
    """Latencies of each kind, the most frequent first."""
    ordered = sorted(samples, key=lambda sample: sample.kind)
    kinds = {
        kind: measure_latency(list(group))
        for kind, group in groupby(ordered, key=lambda sample: sample.kind)
    }
    return dict(sorted(kinds.items(), key=lambda item: -item[1].count))


def count_errors(samples: Sequence[Sample], unanswered: int) -> int:
    """Webhooks that got no answer in time."""
    return unanswered + sum(not each.status or each.seconds > LONGEST for each in samples)


def count_refused(samples: Sequence[Sample]) -> dict[str, int]:
    """Answers other than 2xx, by status."""
    return dict(
        Counter(str(each.status) for each in samples if each.status and each.status // 100 != 2)  # noqa: PLR2004 - HTTP
    )


def print_report(report: Report, console: Console) -> None:
    """The report for people."""
    console.print(
        f"{report.sessions} sessions, {report.waiting} waiting, {report.workers} processes; "
        f"the queues were filled at {report.fill_rate:.0f} webhooks/s."
    )
    for phase in report.phases:
        console.print(_build_table(phase))
        cost = phase.cost
        console.print(
            f"Processor time per webhook: web {cost.web:.2f} ms, database {cost.database:.2f} ms, "
            f"generator {cost.generator:.2f} ms (late by {phase.generator_late_ms:.0f} ms at "
            f"most); a constant costs {phase.constant_cost:.2f} ms."
        )
        verdict = "met" if phase.is_met else "MISSED"
        console.print(
            f"{phase.name}: errors {phase.errors}, refused {phase.refused or 0}; goals p95 ≤ "
            f"{P95_GOAL_MS:.0f} ms and p99 ≤ {P99_GOAL_MS:.0f} ms without errors: {verdict}.\n"
        )


def _build_table(phase: Phase) -> Table:
    table = Table(title=f"{phase.name}: {phase.rate:g} webhooks/s for {phase.seconds:g} s")
    table.add_column("kind")
    for heading in ("count", "p50 ms", "p95 ms", "p99 ms", "max ms"):
        table.add_column(heading, justify="right")
    for kind, latency in phase.by_kind.items():
        table.add_row(kind, *_cells(latency))
    table.add_row("[bold]all[/bold]", *_cells(phase.all))
    if phase.constant is not None:
        table.add_row("answering a constant", *_cells(phase.constant))
        table.add_row("ratio", "", *list_ratios(phase.all, phase.constant))
    return table


def _cells(latency: Latency) -> list[str]:
    spent = (latency.p50, latency.p95, latency.p99, latency.longest)
    return [str(latency.count), *(f"{each:.1f}" for each in spent)]


def list_ratios(ours: Latency, constant: Latency) -> list[str]:
    """How many times longer the product takes."""
    pairs = (
        (ours.p50, constant.p50),
        (ours.p95, constant.p95),
        (ours.p99, constant.p99),
        (ours.longest, constant.longest),
    )
    return [f"{mine / theirs:.1f}" if theirs else "" for mine, theirs in pairs]
