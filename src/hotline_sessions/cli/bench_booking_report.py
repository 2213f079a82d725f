"""What ``hotline bench booking`` has found, and whether the goals are met."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct
from rich.console import Console

from hotline_sessions.cli.bench_booking_client import Outcome, Sample
from hotline_sessions.cli.bench_report import choose_percentile


CONFIRMED: Final = 303
"""The way to the booking that was made."""
REFUSED: Final = frozenset({409, 422})

RATIO_GOAL: Final = 0.5
CONTENDED_P99_MS: Final = 1000.0
CONSECUTIVE_P99_MS: Final = 100.0
AS_FAST: Final = 0.95
"""Two rates that differ by less cannot be told apart on a machine that does other things too."""
FREE_GOAL: Final = 3000.0
PAGE_GOAL: Final = 800.0
FLAT_GOAL: Final = 0.7


class Goal(Struct, frozen=True, kw_only=True):
    """What is expected, and whether it is so."""

    text: str
    is_met: bool


class Spent(Struct, frozen=True, kw_only=True):
    """Processor seconds, by who used them."""

    web: float
    database: float
    generator: float

    def per(self, count: int) -> "Spent":
        """The share of one of ``count``."""
        each = max(1, count)
        return Spent(
            web=self.web / each, database=self.database / each, generator=self.generator / each
        )


class BookingReport(Struct, frozen=True, kw_only=True):
    """A rush for slots."""

    scenario: str
    workers: int
    clients: int
    confirmed: int
    refused: int
    errors: int
    bookings_per_s: float
    answers_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_per_booking: Spent
    """Processor seconds per booking or, where most are refused, per answer."""
    faults: list[str]
    """What the database says otherwise."""
    ceiling_per_s: float = 0.0
    ratio: float = 0.0
    spread_per_s: float = 0.0
    """The same just before, with many sessions; 0 where that was not measured."""
    goals: list[Goal] = []

    @property
    def is_met(self) -> bool:
        """Whether every goal is met."""
        return all(goal.is_met for goal in self.goals)


class Reads(Struct, frozen=True, kw_only=True):
    """How often one address was read."""

    name: str
    slots: int
    reads_per_s: float
    errors: int
    p50_ms: float
    p99_ms: float
    cpu_per_read: Spent


class ReadsReport(Struct, frozen=True, kw_only=True):
    """How fast sessions and their free slots are read."""

    scenario: str
    workers: int
    clients: int
    reads: list[Reads]
    goals: list[Goal] = []

    @property
    def is_met(self) -> bool:
        """Whether every goal is met."""
        return all(goal.is_met for goal in self.goals)


def build_report(
    outcome: Outcome, spent: Spent, *, scenario: str, size: tuple[int, int], faults: list[str]
) -> BookingReport:
    """The report of a rush, still without its ceiling; ``size``: processes and clients."""
    statuses = Counter(status for status, _ in outcome.samples)
    confirmed = statuses[CONFIRMED]
    refused = sum(statuses[status] for status in REFUSED)
    answers = len(outcome.samples)
    p50, p95, p99 = list_percentiles(outcome.samples)
    return BookingReport(
        scenario=scenario,
        workers=size[0],
        clients=size[1],
        confirmed=confirmed,
        refused=refused,
        errors=answers - confirmed - refused + outcome.unanswered + len(faults),
        bookings_per_s=confirmed / outcome.seconds,
        answers_per_s=answers / outcome.seconds,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        cpu_per_booking=spent.per(confirmed if confirmed > refused else answers),
        faults=faults,
    )


def add_ceiling(report: BookingReport, before: float, after: float) -> BookingReport:
    """The report with what ``pgbench`` made in a second ``before`` the rush and ``after`` it."""
    ceiling = (before + after) / 2
    ratio = report.bookings_per_s / ceiling if ceiling else 0.0
    return msgspec.structs.replace(report, ceiling_per_s=ceiling, ratio=ratio)


def build_reads(parts: Sequence[tuple[Outcome, Spent]], *, name: str, slots: int) -> Reads:
    """How often ``name`` was read, in all the ``parts`` together."""
    samples = [sample for outcome, _ in parts for sample in outcome.samples]
    good = sum(status == 200 for status, _ in samples)  # noqa: PLR2004 - HTTP
    p50, _, p99 = list_percentiles(samples)
    spent = Spent(
        web=sum(each.web for _, each in parts),
        database=sum(each.database for _, each in parts),
        generator=sum(each.generator for _, each in parts),
    )
    return Reads(
        name=name,
        slots=slots,
        reads_per_s=good / sum(outcome.seconds for outcome, _ in parts),
        errors=len(samples) - good + sum(outcome.unanswered for outcome, _ in parts),
        p50_ms=p50,
        p99_ms=p99,
        cpu_per_read=spent.per(good),
    )


def list_percentiles(samples: Sequence[Sample]) -> tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds."""
    spent = sorted(seconds * 1000 for _, seconds in samples) or [0.0]
    return (
        choose_percentile(spent, 50),
        choose_percentile(spent, 95),
        choose_percentile(spent, 99),
    )


def judge_free(report: BookingReport) -> list[Goal]:
    """Where there is a slot for everybody."""
    goals = [
        Goal(text="no error, nobody refused", is_met=not report.errors and not report.refused),
        Goal(text=f"ratio ≥ {RATIO_GOAL}", is_met=report.ratio >= RATIO_GOAL),
    ]
    if report.spread_per_s:
        is_met = report.bookings_per_s >= AS_FAST * report.spread_per_s
        goals.append(Goal(text="not slower than over many sessions", is_met=is_met))
    return goals


def judge_contended(report: BookingReport, *, places: int, is_consecutive: bool) -> list[Goal]:
    """Where many want few slots."""
    most = CONSECUTIVE_P99_MS if is_consecutive else CONTENDED_P99_MS
    in_time = Goal(text=f"p99 ≤ {most:.0f} ms", is_met=report.p99_ms <= most)
    return [*judge_winners(report, places=places), in_time]


def judge_winners(report: BookingReport, *, places: int) -> list[Goal]:
    """Where nothing counts but that each slot is given once."""
    return [
        Goal(text=f"exactly {places} confirmed", is_met=report.confirmed == places),
        Goal(text="a proper answer for everybody else", is_met=not report.errors),
    ]


def judge_reads(reads: Sequence[Reads]) -> list[Goal]:
    """Where nothing is written."""
    goals = [Goal(text="no error", is_met=not any(each.errors for each in reads))]
    for name, least in (("free slots", FREE_GOAL), ("session page", PAGE_GOAL)):
        rates = {each.slots: each.reads_per_s for each in reads if each.name == name}
        few, many = rates[min(rates)], rates[max(rates)]
        goals += [
            Goal(text=f"{name}: at least {least:.0f}/s", is_met=min(few, many) >= least),
            Goal(text=f"{name}: as fast with many slots", is_met=many >= FLAT_GOAL * few),
        ]
    return goals


def print_bookings(report: BookingReport, console: Console) -> None:
    """A rush for people."""
    cost = report.cpu_per_booking
    console.print(
        f"{report.scenario}: {report.confirmed} confirmed, {report.refused} refused, "
        f"{report.errors} errors; {report.bookings_per_s:.0f} bookings/s "
        f"({report.answers_per_s:.0f} answers/s), {report.clients} at once, "
        f"{report.workers} processes.\n"
        f"p50 {report.p50_ms:.1f} ms, p95 {report.p95_ms:.1f} ms, p99 {report.p99_ms:.1f} ms.\n"
        f"Processor time of each: web {cost.web * 1000:.2f} ms, database "
        f"{cost.database * 1000:.2f} ms, generator {cost.generator * 1000:.2f} ms."
    )
    if report.spread_per_s:
        console.print(
            f"Over many sessions, before and after: {report.spread_per_s:.0f} bookings/s."
        )
    if report.ceiling_per_s:
        console.print(
            f"pgbench with the same statement: {report.ceiling_per_s:.0f}/s; ratio "
            f"{report.ratio:.2f}."
        )
    for fault in report.faults:
        console.print(f"The database says otherwise: {fault}.")
    print_goals(report.goals, console)


def print_reads(report: ReadsReport, console: Console) -> None:
    """Reads for people."""
    for each in report.reads:
        cost = each.cpu_per_read
        console.print(
            f"{each.name}, {each.slots} slots: {each.reads_per_s:.0f} reads/s, errors "
            f"{each.errors}, p50 {each.p50_ms:.1f} ms, p99 {each.p99_ms:.1f} ms; processor time: "
            f"web {cost.web * 1000:.2f} ms, database {cost.database * 1000:.2f} ms, generator "
            f"{cost.generator * 1000:.2f} ms."
        )
    print_goals(report.goals, console)


def print_goals(goals: Sequence[Goal], console: Console) -> None:
    """Each goal with its verdict."""
    for goal in goals:
        console.print(f"  {goal.text}: {'met' if goal.is_met else 'MISSED'}")
