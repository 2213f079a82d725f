import pytest

from hotline_sessions.rehearsal.drawing import CHANCES, FAULT_KINDS, draw_script
from hotline_sessions.rehearsal.faults import list_rules
from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.scripts import Fault


BUSY = Plan(sessions=6, callers=30, faults=frozenset(FAULT_KINDS))


def test_a_seed_always_gives_the_same_script() -> None:
    assert draw_script(BUSY, 7) == draw_script(BUSY, 7)
    assert draw_script(BUSY, 7) != draw_script(BUSY, 8)


def test_every_number_belongs_to_one_person() -> None:
    script = draw_script(BUSY, 1)
    numbers = [citizen.number for session in script.sessions for citizen in session.citizens]
    numbers += [session.official.number for session in script.sessions]
    numbers += [session.line for session in script.sessions]

    assert len(set(numbers)) == len(numbers)


def test_nobody_books_what_another_has_booked() -> None:
    for session in draw_script(BUSY, 3).sessions:
        slots = [citizen.slot for citizen in session.citizens if citizen.slot is not None]
        assert len(set(slots)) == len(slots)


def test_in_many_people_everything_odd_occurs() -> None:
    people = [each for seed in range(9) for session in draw_script(BUSY, seed).sessions
              for each in session.citizens]  # fmt: skip

    assert any(each.dials_at is None for each in people)
    assert any(each.is_withheld for each in people)
    assert any(each.is_silent for each in people)
    assert any(each.wrong_codes for each in people)
    assert any(each.drops_after is not None for each in people)
    assert any(each.second_call_after is not None for each in people)
    assert any("2" in each.keys for each in people)
    assert any("3" in each.keys for each in people)


def test_what_is_not_asked_for_does_not_go_wrong() -> None:
    plan = Plan(sessions=1, faults=frozenset({"duplicate"}))

    assert {fault.kind for fault in draw_script(plan, 1).faults} == {"duplicate"}
    assert draw_script(Plan(sessions=1), 1).faults == ()


@pytest.mark.parametrize("kind", sorted(set(CHANCES) - {"cut"}))
def test_the_network_knows_every_fault_of_its_own(kind: str) -> None:
    rules = list_rules(Fault(kind=kind, at=0, lasts=10, probability=0.5, seconds=4))

    assert rules
    assert all(rule.probability == 0.5 for rule in rules)
