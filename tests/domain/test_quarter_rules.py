from datetime import time

import pytest
from tests.domain.quarters import FIVE, MON, NINE, TUE, make_official, make_quarter, place, stays

from hotline_sessions.domain.quarter_plans import Limits, NamedRule, Place, Problem, Rule
from hotline_sessions.domain.quarter_rules import find_breaches, list_rules
from hotline_sessions.domain.workdays import DateSpan


TWO = (make_official(1), make_official(2))
ONE_AWAY = make_official(away=(DateSpan(first_on=MON, last_on=MON),))


@pytest.mark.parametrize(
    ("problem", "places", "rule"),
    [
        pytest.param(make_quarter(), [place(clock=time(10))], Rule.CALENDAR, id="no-such-hour"),
        pytest.param(
            make_quarter(), [place(on=MON.replace(day=7))], Rule.CALENDAR, id="on-a-sunday"
        ),
        pytest.param(make_quarter(ONE_AWAY), [place()], Rule.AWAY, id="on-leave"),
        pytest.param(
            make_quarter(make_official(weekdays=(1,))), [place()], Rule.WHEN, id="wrong-weekday"
        ),
        pytest.param(
            make_quarter(make_official(clocks=(FIVE,))), [place()], Rule.WHEN, id="wrong-hour"
        ),
        pytest.param(
            make_quarter(make_official(lines=(2,))), [place()], Rule.OWN_LINES, id="foreign-line"
        ),
        pytest.param(
            make_quarter(), [place(), place(clock=FIVE)], Rule.ONE_A_DAY, id="twice-a-day"
        ),
        pytest.param(
            make_quarter(limits=Limits(gap_days=2)),
            [place(), place(on=TUE)],
            Rule.GAP,
            id="too-soon-again",
        ),
        pytest.param(
            make_quarter(limits=Limits(gap_days=2), standing=(stays(),)),
            [place(on=TUE)],
            Rule.GAP,
            id="too-soon-after-what-stays",
        ),
        pytest.param(make_quarter(make_official(least=1)), [], Rule.LEAST, id="never"),
        pytest.param(
            make_quarter(make_official(most=1)), [place(), place(on=TUE)], Rule.MOST, id="too-often"
        ),
        pytest.param(
            make_quarter(*TWO), [place(), place(official=2)], Rule.LINES, id="one-line-twice"
        ),
        pytest.param(
            make_quarter(standing=(stays(official=None),)), [place()], Rule.STANDING, id="line-busy"
        ),
        pytest.param(
            make_quarter(standing=(stays(line=2),)),
            [place(clock=FIVE)],
            Rule.STANDING,
            id="official-busy",
        ),
        pytest.param(
            make_quarter(*TWO, limits=Limits(per_day=1)),
            [place(), place(clock=FIVE, official=2)],
            Rule.PER_DAY,
            id="too-many-that-day",
        ),
        pytest.param(
            make_quarter(*TWO, limits=Limits(at_once=1)),
            [place(), place(official=2, line=2)],
            Rule.AT_ONCE,
            id="too-many-at-once",
        ),
        pytest.param(make_quarter(pins=(place(),)), [place(on=TUE)], Rule.PIN, id="pin-moved"),
    ],
)
def test_a_broken_rule_is_named(problem: Problem, places: list[Place], rule: Rule) -> None:
    assert rule in {each.rule for each in find_breaches(problem, places)}


def test_a_quarter_that_keeps_every_rule_has_no_breach() -> None:
    problem = make_quarter(
        make_official(1, least=1, weekdays=(0,), clocks=(NINE,), lines=(1,)),
        make_official(2, least=1),
        pins=(place(),),
        limits=Limits(gap_days=2, per_day=1, at_once=1),
    )

    assert find_breaches(problem, [place(), place(on=TUE, official=2)]) == []


def test_rules_are_listed_only_where_they_say_something() -> None:
    problem = make_quarter(make_official(1, least=1), make_official(2), pins=(place(),))

    named = list_rules(problem)

    assert NamedRule(rule=Rule.LEAST, official=1) in named
    assert NamedRule(rule=Rule.PIN, official=1, on=MON, clock=NINE) in named
    assert not {Rule.GAP, Rule.AWAY, Rule.WHEN, Rule.PER_DAY} & {each.rule for each in named}
