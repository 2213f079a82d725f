from collections.abc import Callable

from hotline_sessions.rehearsal.drawing import draw_script
from hotline_sessions.rehearsal.plan import Plan
from hotline_sessions.rehearsal.scripts import Script
from hotline_sessions.rehearsal.shortening import shorten


PLAN = Plan(sessions=5, callers=12, faults=frozenset({"duplicate", "lose", "restart"}))


def count_plays(goes_wrong: Callable[[Script], bool]) -> tuple[Callable[[Script], bool], list[int]]:
    plays = [0]

    def counted(script: Script) -> bool:
        plays[0] += 1
        return goes_wrong(script)

    return counted, plays


def test_only_what_is_to_blame_remains() -> None:
    def goes_wrong(script: Script) -> bool:
        people = {citizen.name for session in script.sessions for citizen in session.citizens}
        kinds = {fault.kind for fault in script.faults}
        return "citizen-3-7" in people and "lose" in kinds

    shortest = shorten(draw_script(PLAN, 1), goes_wrong, plays=500)

    assert [session.number for session in shortest.sessions] == [3]
    assert [citizen.name for citizen in shortest.sessions[0].citizens] == ["citizen-3-7"]
    assert [fault.kind for fault in shortest.faults] == ["lose"]


def test_what_is_odd_about_people_is_left_out_too() -> None:
    shortest = shorten(draw_script(PLAN, 2), lambda _script: True, plays=500)

    assert len(shortest.sessions) == 1
    assert shortest.sessions[0].citizens == ()
    assert shortest.sessions[0].operator.deeds == ()
    assert shortest.sessions[0].official.drops_at == ()


def test_no_more_plays_are_spent_than_allowed() -> None:
    goes_wrong, plays = count_plays(lambda script: script.people > 20)

    shorten(draw_script(PLAN, 1), goes_wrong, plays=7)

    assert plays[0] == 7


def test_a_script_that_cannot_be_shortened_stays_as_it_is() -> None:
    script = draw_script(PLAN, 1)

    assert shorten(script, lambda shorter: shorter == script, plays=300) == script
