"""A rehearsal in a few lines, for people and for programs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from hotline_sessions.rehearsal.outcomes import Outcome, Spread, measure
from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.running import Failure
from hotline_sessions.rehearsal.truth import Event, Violation


SHOWN_VIOLATIONS: Final = 12
SHOWN_EVENTS: Final = 120
PERSON: Final = re.compile(r"\b(?:citizen|official|operator)-(\d+)")
"""Name of somebody in a rehearsal, with the number of the session."""


class Summary(Struct, frozen=True, kw_only=True):
    """All seeds together; times in seconds."""

    seeds: list[int]
    sessions: int
    people: int
    calls: int
    talks: int
    unheard: int
    questions: dict[str, int]
    recordings: int
    webhooks: int
    rest_requests: int
    faults: dict[str, int]
    restarts: int
    waits: Spread
    official_idle_seconds: float
    turnaround: Spread
    virtual_hours: float
    races: int
    violations: dict[str, int]
    failing_seeds: list[int]


def sum_outcomes(outcomes: Sequence[Outcome]) -> Summary:
    """The summary of ``outcomes``."""
    faults: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    violations: Counter[str] = Counter()
    for outcome in outcomes:
        faults.update(outcome.faults)
        questions.update(outcome.questions)
        violations.update(each.name for each in outcome.violations)
    return Summary(
        seeds=sorted(each.seed for each in outcomes),
        sessions=sum(each.sessions for each in outcomes),
        people=sum(each.people for each in outcomes),
        calls=sum(each.calls for each in outcomes),
        talks=sum(each.talks for each in outcomes),
        unheard=sum(each.unheard for each in outcomes),
        questions=dict(sorted(questions.items())),
        recordings=sum(each.recordings for each in outcomes),
        webhooks=sum(each.webhooks for each in outcomes),
        rest_requests=sum(each.rest for each in outcomes),
        faults=dict(sorted(faults.items())),
        restarts=sum(each.starts - 1 for each in outcomes),
        waits=measure([second for each in outcomes for second in each.waits]),
        official_idle_seconds=round(sum(each.idle_seconds for each in outcomes), 1),
        turnaround=measure([second for each in outcomes for second in each.turnarounds]),
        virtual_hours=round(sum(each.virtual_seconds for each in outcomes) / 3600, 1),
        races=sum(each.races for each in outcomes),
        violations=dict(sorted(violations.items())),
        failing_seeds=sorted(each.seed for each in outcomes if each.violations),
    )


def as_json(summary: Summary, failure: Failure | None) -> str:
    """The summary for programs; the failure with its script and its trace."""
    content: dict[str, Any] = {"summary": summary}
    if failure is not None:
        content["failure"] = {
            "seed": failure.seed,
            "violations": failure.outcome.violations,
            "script": failure.script,
            "trace": failure.outcome.trace,
        }
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def as_text(summary: Summary) -> Iterator[str]:
    """The summary for people, line by line."""
    yield (
        f"{summary.sessions} sessions, {summary.people} people, {summary.calls} calls, "
        f"{summary.virtual_hours} hours of the virtual clock"
    )
    yield f"{summary.webhooks} webhooks, {summary.rest_requests} requests to the network"
    yield (
        f"heard: {summary.talks}; waited and were not heard: {summary.unheard}; "
        f"questions: {_list(summary.questions)}; "
        f"recordings left at the network: {summary.recordings}"
    )
    yield f"wait until heard, s: {_spread(summary.waits)}"
    yield f"officials idle while somebody waited, s: {summary.official_idle_seconds}"
    yield f"citizen left, or “next” pressed → next one sent for, s: {_spread(summary.turnaround)}"
    yield f"faults: {_list(summary.faults)}; restarts: {summary.restarts}"
    yield f"violations: {_list(summary.violations)}"
    if summary.failing_seeds:
        yield f"failing seeds: {', '.join(map(str, summary.failing_seeds))}"


def as_plan(summary: Summary, plan: Plan) -> Iterator[str]:
    """The answer to "how long will they wait?", line by line."""
    runs, waits = len(summary.seeds), summary.waits
    yield (
        f"{plan.callers} callers in {plan.minutes} minutes, talks of {plan.talk_minutes} minutes "
        f"planned; played {runs} times with {plan.sessions} sessions each"
    )
    yield f"heard: {summary.talks} of {summary.people} people"
    yield (
        f"waited until heard: half at most {_minutes(waits.p50)}, 19 of 20 at most "
        f"{_minutes(waits.p95)}, the longest {_minutes(waits.worst)}"
    )
    yield f"waited and were not heard: {summary.unheard}"
    if summary.violations:
        yield f"violations: {_list(summary.violations)}"


def tell_failure(failure: Failure) -> Iterator[str]:
    """What went wrong, with the shortest trace found."""
    script = failure.script
    yield (
        f"seed {failure.seed}, shortened to {len(script.sessions)} sessions, "
        f"{script.people} people, {len(script.faults)} faults:"
    )
    for violation in failure.outcome.violations[:SHOWN_VIOLATIONS]:
        yield f"  {_tell(violation)}"
    for fault in script.faults:
        yield f"  fault {fault.kind} from {fault.at:.0f} s"
    first = failure.outcome.violations[0]
    before = [event for event in failure.outcome.trace if event.at <= first.at]
    for event in _choose_events(before, first)[-SHOWN_EVENTS:]:
        yield f"  {event.at:9.1f}  {event.kind:9} {event.who:18} {event.what}"


def _choose_events(events: Sequence[Event], violation: Violation) -> Sequence[Event]:
    """Events of the session in which it happened: of hundreds that go on at once, one matters.

    All of them where it is not known which session that was.
    """
    numbers = {found[1] for found in PERSON.finditer(violation.text)}
    if not numbers:
        return events
    return [
        event
        for event in events
        if (found := PERSON.match(event.who)) is not None and found[1] in numbers
    ]


def _tell(violation: Violation) -> str:
    return f"at {violation.at:.1f} s: {violation.name}: {violation.text}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} min"


def _spread(spread: Spread) -> str:
    return f"half within {spread.p50:g}, 95 % within {spread.p95:g}, the longest {spread.worst:g}"


def _list(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none"
