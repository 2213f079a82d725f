import pytest
from msgspec.structs import replace
from tests.domain.quarters import (
    FIVE,
    MON,
    TUE,
    WED,
    make_official,
    make_quarter,
    only,
    place,
    stays,
)

from hotline_sessions.domain.quarter_plans import Goals, Place, PlanDay, Problem, Wish
from hotline_sessions.domain.quarter_wishes import Violation, count_cost, find_violations


TWO = (make_official(1, body="фінанси"), make_official(2, body="фінанси"))


@pytest.mark.parametrize(
    ("problem", "places", "missed"),
    [
        pytest.param(
            make_quarter(make_official(wanted=3)),
            [place()],
            Violation(wish=Wish.FREQUENCY, amount=2, found=1, asked=3, official=1),
            id="seldom",
        ),
        pytest.param(
            make_quarter(make_official(wanted=3)),
            [place()],
            Violation(wish=Wish.FAIRNESS, amount=1, found=1, asked=3, official=1),
            id="one-gives-up-more-than-others",
        ),
        pytest.param(
            make_quarter(
                days=tuple(PlanDay(on=MON.replace(day=day)) for day in (1, 8, 15)),
                participants=(make_official(wanted=3),),
            ),
            [place()],
            Violation(
                wish=Wish.BREAKS,
                amount=1,
                found=2,
                asked=1,
                official=1,
                on=MON.replace(day=8),
                until=MON.replace(day=21),
            ),
            id="not-heard-for-long",
        ),
        pytest.param(
            make_quarter(goals=Goals(distance_days=5)),
            [place(), place(on=WED)],
            Violation(
                wish=Wish.DISTANCE, amount=3, found=2, asked=5, official=1, on=MON, until=WED
            ),
            id="soon-again",
        ),
        pytest.param(
            make_quarter(*TWO),
            [place(), place(clock=FIVE, official=2)],
            Violation(wish=Wish.BODY, amount=1, found=2, asked=1, about="фінанси", on=MON),
            id="two-of-one-body",
        ),
        pytest.param(
            make_quarter(make_official(liked_weekdays=(1,))),
            [place()],
            Violation(wish=Wish.WEEKDAYS, amount=1, official=1, on=MON, clock=place().clock),
            id="another-weekday",
        ),
        pytest.param(
            make_quarter(make_official(liked_clocks=(FIVE,))),
            [place()],
            Violation(wish=Wish.HOURS, amount=1, official=1, on=MON, clock=place().clock),
            id="another-hour",
        ),
        pytest.param(
            make_quarter(make_official(favourite=2)),
            [place()],
            Violation(wish=Wish.LINE, amount=1, official=1, on=MON, clock=place().clock),
            id="another-line",
        ),
        pytest.param(
            make_quarter(make_official(topics=("дороги",))),
            [],
            Violation(wish=Wish.TOPICS, amount=1, asked=1, about="дороги", on=MON),
            id="topic-left-out",
        ),
        pytest.param(
            make_quarter(make_official(communities=("Комишуваська",))),
            [],
            Violation(wish=Wish.COMMUNITIES, amount=1, asked=1, about="Комишуваська", on=MON),
            id="community-left-out",
        ),
        pytest.param(
            make_quarter(),
            [place()],
            Violation(wish=Wish.EVENINGS, amount=1, asked=1, on=MON),
            id="no-evening",
        ),
        pytest.param(
            make_quarter(days=(PlanDay(on=MON, is_eve=True),)),
            [place()],
            Violation(wish=Wish.EVES, amount=1, official=1, on=MON, clock=place().clock),
            id="before-a-holiday",
        ),
        pytest.param(
            make_quarter(*TWO),
            [place(), place(clock=FIVE, official=2)],
            Violation(wish=Wish.PER_DAY, amount=1, found=2, asked=1, on=MON),
            id="too-many-that-day",
        ),
        pytest.param(
            make_quarter(*TWO),
            [place(), place(official=2, line=2)],
            Violation(wish=Wish.AT_ONCE, amount=1, found=2, asked=1, on=MON, clock=place().clock),
            id="too-many-at-once",
        ),
        pytest.param(
            make_quarter(),
            [place(), place(on=TUE), place(on=WED)],
            Violation(wish=Wish.WEEKS, amount=2, found=3, asked=1, on=MON),
            id="a-full-week",
        ),
    ],
)
def test_a_missed_wish_says_whose_when_and_by_how_much(
    problem: Problem, places: list[Place], missed: Violation
) -> None:
    alone = replace(problem, weights=only(missed.wish))

    assert find_violations(alone, places) == [missed]


def test_a_wish_without_weight_is_not_looked_at() -> None:
    assert find_violations(make_quarter(weights=only()), []) == []


def test_sessions_that_stay_count_to_the_wishes() -> None:
    problem = make_quarter(standing=(stays(),), weights=only(Wish.FREQUENCY))

    assert find_violations(problem, []) == []
    assert find_violations(problem, [place(on=TUE)])[0].found == 2


def test_the_cost_of_a_plan_is_what_each_missed_unit_weighs() -> None:
    problem = make_quarter(make_official(wanted=3), weights={Wish.FREQUENCY: 10, Wish.EVENINGS: 4})

    assert count_cost(problem, find_violations(problem, [place()])) == 2 * 10 + 4
