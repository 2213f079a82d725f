"""Small worlds from beginning to end, on real PostgreSQL."""

import pytest
from tests.rehearsal.planted.bugs import BUGS, Bug

from hotline_sessions.rehearsal.drawing import FAULT_KINDS, draw_script
from hotline_sessions.rehearsal.outcomes import Outcome
from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.running import find_shortest, play_on_copy, play_seed


MOST_PLAYS = 4
SMALL = Plan(sessions=2, callers=5, minutes=10, oddity=0.5)
STORMY = Plan(sessions=2, callers=7, minutes=10, oddity=0.5, faults=frozenset(FAULT_KINDS))


def name_violations(outcome: Outcome) -> list[str]:
    return [f"{violation.name}: {violation.text}" for violation in outcome.violations]


def test_every_call_ends_well_whatever_happens(template: str) -> None:
    outcome = play_on_copy(draw_script(STORMY, 1), template)

    assert name_violations(outcome) == []
    assert outcome.talks > 0
    assert sum(outcome.faults.values()) > 0


@pytest.mark.alone
def test_a_script_takes_the_same_course_again(template: str) -> None:
    # The server has the last word on who gets a lock: once in a great while it matters.
    script, courses = draw_script(SMALL, 1), []
    for _ in range(MOST_PLAYS):
        outcome = play_on_copy(script, template)
        assert name_violations(outcome) == []
        if outcome.fingerprint in courses:
            return
        courses.append(outcome.fingerprint)
    pytest.fail("no two courses were the same")


def find_bug(name: str) -> Bug:
    return next(bug for bug in BUGS if bug.name == name)


def test_a_planted_bug_is_found_and_its_course_shortened(
    template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug = find_bug("no-walk-ins")
    bug.plant(monkeypatch)
    outcome = play_seed(SMALL, 1, template)
    assert bug.shows & {violation.name for violation in outcome.violations}

    failure = find_shortest(SMALL, outcome, template, plays=2)

    assert len(failure.script.sessions) == 1
    assert failure.outcome.violations[0].name == outcome.violations[0].name
    assert failure.outcome.trace
