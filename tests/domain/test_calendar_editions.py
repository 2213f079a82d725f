from datetime import date

import pytest

from hotline_sessions.domain.calendar_editions import (
    PRODUCT_EDITION,
    BadPeriod,
    DayMovedTwice,
    build_edition,
)
from hotline_sessions.domain.term_policies import TermPolicy
from hotline_sessions.domain.workdays import DateSpan, DayOverride


WAR = DateSpan(first_on=date(2022, 2, 24))
PAST = DateSpan(first_on=date(2018, 11, 28), last_on=date(2018, 12, 26))


def off(day: date, reason: str = "рішення") -> DayOverride:
    return DayOverride(day=day, works=False, reason=reason)


def test_periods_and_days_stand_in_order() -> None:
    days = (off(date(2027, 1, 8)), off(date(2026, 12, 24)))

    edition = build_edition(1, (WAR, PAST), days, TermPolicy())

    assert edition.martial_law == (PAST, WAR)
    assert [each.day for each in edition.moved_days] == [date(2026, 12, 24), date(2027, 1, 8)]


@pytest.mark.parametrize(
    "periods",
    [
        pytest.param(
            (DateSpan(first_on=date(2026, 2, 2), last_on=date(2026, 2, 1)),), id="backwards"
        ),
        pytest.param((WAR, DateSpan(first_on=date(2027, 1, 1))), id="after an open end"),
        pytest.param(
            (PAST, DateSpan(first_on=date(2018, 12, 26), last_on=None)), id="a day in both"
        ),
    ],
)
def test_periods_that_make_no_sense_together_are_refused(periods: tuple[DateSpan, ...]) -> None:
    with pytest.raises(BadPeriod):
        build_edition(1, periods, (), TermPolicy())


def test_a_day_is_moved_once() -> None:
    day = date(2026, 12, 24)

    with pytest.raises(DayMovedTwice) as refusal:
        build_edition(1, (WAR,), (off(day), off(day, "інше")), TermPolicy())
    assert refusal.value.facts == {"on": "2026-12-24"}


def test_an_edition_is_compared_by_what_it_says() -> None:
    assert build_edition(7, (WAR,), (), TermPolicy()).says_the_same(PRODUCT_EDITION)
    assert not build_edition(0, (), (), TermPolicy()).says_the_same(PRODUCT_EDITION)
    assert not build_edition(0, (WAR,), (), TermPolicy(carry_over=False)).says_the_same(
        PRODUCT_EDITION
    )
