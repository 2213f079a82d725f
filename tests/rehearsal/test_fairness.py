"""Who is overtaken, judged from outside; where the judge cannot be sure he says nothing."""

from collections import defaultdict
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hotline_sessions.rehearsal.fairness import FAULT_TOLERANCE, TOLERANCE, Referee
from hotline_sessions.rehearsal.scripts import Citizen, Official, Operator, SessionScript
from hotline_sessions.rehearsal.stage import Prepared
from hotline_sessions.rehearsal.timeline import START
from hotline_sessions.rehearsal.truth import AirView, CallView, Stay


SLOTS = {"late": 1800.0, "in-time": 2040.0}
"""Booked times of two citizens, in seconds of the timeline."""


class Watched:
    """What the referee is told by, as ``Truth`` tells it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.strikes: list[tuple[float, str]] = []
        self.found: list[str] = []
        self.calls: defaultdict[str, list[CallView]] = defaultdict(list)

    def list_calls_of(self, person: str) -> list[CallView]:
        return self.calls[person]

    def violate(self, name: str, text: str, _session: str) -> None:
        self.found.append(f"{name}: {text}")


class Hall:
    """One session, in whose queue two citizens wait."""

    def __init__(self, *, has_faults: bool) -> None:
        self.watched, self.air = Watched(), AirView("s-1")
        people = tuple(Citizen(name=name, number="+380500000000", slot=1) for name in SLOTS)
        script = SessionScript(
            number=1,
            starts_after=0.0,
            minutes=60,
            talk_minutes=4,
            line="+380440000001",
            official=Official(name="official", number="+380320000001"),
            operator=Operator(name="operator"),
            citizens=people,
        )
        prepared = Prepared(
            script=script,
            session=cast("Any", SimpleNamespace(public_id="1", starts_at=START)),
            staff=cast("Any", None),
            codes={},
            slots={name: START + timedelta(seconds=at) for name, at in SLOTS.items()},
        )
        self.referee = Referee(cast("Any", self.watched), [prepared], has_faults=has_faults)

    def come(self, name: str, at: float) -> None:
        view = CallView(name)
        view.waits.append(Stay(begins=at))
        self.watched.calls[name].append(view)
        self.air.waiting[name] = view

    def send_for(self, name: str, at: float) -> list[str]:
        self.watched.now = at
        self.referee.look(self.air, self.air.waiting[name])
        return self.watched.found


@pytest.fixture(params=[False, True])
def hall(request: pytest.FixtureRequest) -> Hall:
    """The late one has come within grace, the other long before the booked time."""
    hall = Hall(has_faults=request.param)
    hall.come("late", 1850.0)
    hall.come("in-time", 1860.0)
    return hall


def test_who_is_late_comes_before_who_is_booked_for_soon(hall: Hall) -> None:
    assert hall.send_for("late", 2039.0) == []


def test_who_is_late_may_not_overtake_whose_time_has_come(hall: Hall) -> None:
    found = hall.send_for("late", 2040.0 + FAULT_TOLERANCE)

    assert found == ["overtaken: late before in-time, who has booked"]


def test_a_decision_of_a_moment_before_is_no_overtaking(hall: Hall) -> None:
    """The network refuses to move the first one; asked again, the time of the other has come."""
    assert hall.send_for("late", 2040.0 + TOLERANCE - 1) == []
