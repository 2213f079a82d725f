"""What came of a rehearsal, in numbers."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from hotline_sessions.rehearsal.product import Product
from hotline_sessions.rehearsal.scripts import Script
from hotline_sessions.rehearsal.truth import Event, Truth, Violation
from hotline_sessions.rehearsal.turnstile import Turnstile


class Spread(Struct, frozen=True, kw_only=True):
    """Seconds: the middle, nineteen of twenty, the worst."""

    p50: float = 0.0
    p95: float = 0.0
    worst: float = 0.0


class Outcome(Struct, frozen=True, kw_only=True):
    """One script played."""

    seed: int
    sessions: int
    people: int
    calls: int
    talks: int
    unheard: int
    """Calls that waited and were never put through."""
    questions: dict[str, int]
    """Questions kept in the product, by where they come from."""
    recordings: int
    webhooks: int
    rest: int
    faults: dict[str, int]
    violations: list[Violation]
    waits: list[float]
    idle_seconds: float
    turnarounds: list[float]
    fingerprint: str
    virtual_seconds: float
    statements: int
    races: int
    starts: int
    trace: list[Event] = []


def _order_events(events: list[Event]) -> list[Event]:
    """Each event once, by its moment; what happened at one moment keeps its order."""
    return sorted({id(event): event for event in events}.values(), key=lambda event: event.at)


def sum_up(
    script: Script,
    truth: Truth,
    product: Product,
    turnstile: Turnstile,
    questions: dict[str, int],
    books: list[Event],
) -> Outcome:
    """The outcome of ``script``."""
    counts = truth.simulator.counts
    views = [view for view in truth.calls.values() if not view.is_outbound]
    heard = [view for view in views if view.seats]
    return Outcome(
        seed=script.seed,
        sessions=len(script.sessions),
        people=script.people,
        calls=counts["calls"],
        talks=len(heard),
        unheard=sum(1 for view in views if view.waits and not view.seats),
        questions=questions,
        recordings=len(truth.simulator.carrier.recordings),
        webhooks=counts["webhooks"],
        rest=counts["rest"],
        faults=_list_faults(counts) | dict(truth.own_strikes),
        violations=truth.violations,
        waits=[view.seats[0].begins - view.waits[0].begins for view in heard if view.waits],
        idle_seconds=sum(air.idle_seconds for air in truth.airs.values()),
        turnarounds=truth.turnarounds,
        fingerprint=truth.fingerprint,
        virtual_seconds=truth.now,
        statements=turnstile.passed,
        races=turnstile.races,
        starts=product.starts,
        trace=_order_events([*truth.evidence, *truth.events, *books]) if books else [],
    )


def _list_faults(counts: Counter[str]) -> dict[str, int]:
    return {
        name.removeprefix("fault_"): number
        for name, number in sorted(counts.items())
        if name.startswith("fault_")
    }


def measure(seconds: Sequence[float]) -> Spread:
    """How ``seconds`` spread."""
    if not seconds:
        return Spread()
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return Spread(
        p50=round(ordered[last // 2], 2),
        p95=round(ordered[round(last * 0.95)], 2),
        worst=round(ordered[-1], 2),
    )
