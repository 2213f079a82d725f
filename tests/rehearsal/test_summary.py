import msgspec
import pytest

from hotline_sessions.rehearsal.outcomes import Outcome, measure
from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.running import Failure
from hotline_sessions.rehearsal.scripts import Script
from hotline_sessions.rehearsal.summary import (
    as_json,
    as_plan,
    as_text,
    sum_outcomes,
    tell_failure,
)
from hotline_sessions.rehearsal.truth import Event, Violation


def make_outcome(seed: int, *violations: Violation) -> Outcome:
    return Outcome(
        seed=seed,
        sessions=2,
        people=10,
        calls=12,
        talks=8,
        unheard=1,
        questions={"talk": 8},
        recordings=3,
        webhooks=100,
        rest=40,
        faults={"delay": 4},
        violations=list(violations),
        waits=[10.0, 20.0, 90.0],
        idle_seconds=3.5,
        turnarounds=[0.1],
        fingerprint="f",
        virtual_seconds=3600,
        statements=1,
        races=2,
        starts=2,
        trace=[Event(1.0, "call", "citizen-0-1", "ringing"), Event(9.0, "call", "x", "later")],
    )


def test_outcomes_are_added_up() -> None:
    summary = sum_outcomes([make_outcome(2), make_outcome(1, Violation(5.0, "a", "b"))])

    assert summary.seeds == [1, 2]
    assert (summary.sessions, summary.people, summary.calls) == (4, 20, 24)
    assert summary.faults == {"delay": 8}
    assert summary.restarts == 2
    assert summary.virtual_hours == 2
    assert summary.violations == {"a": 1}
    assert summary.failing_seeds == [1]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([], (0, 0, 0)), ([4.0], (4, 4, 4)), ([float(n) for n in range(101)], (50, 95, 100))],
)
def test_waits_are_told_by_their_middle_and_their_end(
    seconds: list[float], expected: tuple[float, float, float]
) -> None:
    spread = measure(seconds)

    assert (spread.p50, spread.p95, spread.worst) == expected


def test_people_read_how_many_calls_there_were_and_what_went_wrong() -> None:
    text = "\n".join(as_text(sum_outcomes([make_outcome(7, Violation(5.0, "two", "of them"))])))

    assert "12 calls" in text
    assert "violations: two 1" in text
    assert "failing seeds: 7" in text


def test_who_tries_a_plan_reads_how_long_people_wait() -> None:
    plan = Plan(sessions=1, callers=40)
    text = "\n".join(as_plan(sum_outcomes([make_outcome(1)]), plan))

    assert "40 callers" in text
    assert "the longest 1.5 min" in text


def test_a_failure_is_told_up_to_the_moment_it_happens() -> None:
    violation = Violation(5.0, "official-idle", "2 wait")
    outcome = make_outcome(3, violation)
    failure = Failure(seed=3, script=Script(seed=3, sessions=()), outcome=outcome)

    text = "\n".join(tell_failure(failure))

    assert "seed 3" in text
    assert "official-idle: 2 wait" in text
    assert "citizen-0-1" in text
    assert "later" not in text


def test_programs_read_the_script_and_the_trace_of_a_failure() -> None:
    outcome = make_outcome(3, Violation(5.0, "official-idle", "2 wait"))
    failure = Failure(seed=3, script=Script(seed=3, sessions=()), outcome=outcome)

    content = msgspec.json.decode(as_json(sum_outcomes([outcome]), failure))

    assert content["summary"]["failing_seeds"] == [3]
    assert content["failure"]["script"]["seed"] == 3
    assert len(content["failure"]["trace"]) == 2
