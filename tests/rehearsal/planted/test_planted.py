"""A rehearsal finds bugs: each of those planted, within a few seeds of small worlds."""

import pytest
from tests.rehearsal.planted.bugs import BUGS, Bug

from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.running import play_seed


SEEDS = range(1, 21)


def small_world(bug: Bug) -> Plan:
    return Plan(
        sessions=3,
        callers=bug.callers,
        minutes=bug.minutes,
        talk_minutes=3,
        talk_seconds=110,
        oddity=0.6,
        faults=frozenset(bug.faults),
        storm=bug.storm,
    )


def is_given_away(bug: Bug, seed: int, template: str) -> bool:
    outcome = play_seed(small_world(bug), seed, template)
    return bool(bug.shows & {violation.name for violation in outcome.violations})


def find_seed(bug: Bug, template: str) -> int | None:
    """The first seed whose rehearsal gives ``bug`` away."""
    return next((seed for seed in SEEDS if is_given_away(bug, seed, template)), None)


@pytest.mark.planted
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found_within_twenty_seeds(
    bug: Bug, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        bug.plant(patch)
        seed = find_seed(bug, template)

    assert seed is not None, bug.name
    assert not is_given_away(bug, seed, template), "without the bug nothing may seem wrong"
