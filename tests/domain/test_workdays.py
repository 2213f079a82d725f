from datetime import UTC, date, datetime, time

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.times import KYIV
from hotline_sessions.domain.workdays import (
    DateSpan,
    DayOverride,
    add_working_days,
    build_calendar,
    end_martial_law,
    next_working_day,
    previous_working_day,
    registered_on,
    working_days,
)


WARTIME = build_calendar()
PEACE = build_calendar(martial_law=())

days = st.dates(min_value=date(2022, 1, 1), max_value=date(2045, 12, 31))


@pytest.mark.parametrize("year", range(2018, 2022))
def test_days_off_are_those_that_were_kept_before_martial_law(year: int) -> None:
    known = holidays.country_holidays("UA", years=year, language="uk")
    kept = {day for day, name in known.items() if "перенесено" not in name}

    assert PEACE.days_off(year) == kept


@pytest.mark.parametrize("year", range(2023, 2036))
def test_holidays_are_those_that_martial_law_suspends(year: int) -> None:
    suspended = holidays.country_holidays("UA", years=year, categories=("workday",))

    assert list(PEACE.holidays(year)) == sorted(suspended)
    assert WARTIME.holidays(year) == ()


def test_holidays_were_kept_in_the_first_weeks_of_martial_law() -> None:
    assert not WARTIME.is_working(date(2022, 3, 8))
    assert WARTIME.is_suspended(date(2022, 3, 15))
    assert not WARTIME.is_suspended(date(2022, 3, 14))


@pytest.mark.parametrize(
    ("day", "wartime", "peace"),
    [
        pytest.param(date(2026, 12, 25), True, False, id="christmas-friday"),
        pytest.param(date(2026, 6, 29), True, False, id="monday-after-a-sunday-holiday"),
        pytest.param(date(2027, 5, 3), True, False, id="monday-given-for-easter"),
        pytest.param(date(2027, 5, 4), True, False, id="tuesday-given-for-the-first-of-may"),
        pytest.param(date(2026, 11, 21), False, False, id="saturday"),
        pytest.param(date(2026, 11, 20), True, True, id="friday"),
    ],
)
def test_holidays_are_worked_under_martial_law_only(
    *, day: date, wartime: bool, peace: bool
) -> None:
    assert WARTIME.is_working(day) is wartime
    assert PEACE.is_working(day) is peace


def test_a_decision_makes_an_exception_of_a_single_day() -> None:
    saturday, friday = date(2026, 11, 21), date(2026, 11, 20)
    calendar = build_calendar(
        overrides=(
            DayOverride(day=saturday, works=True, reason="розпорядження 17-р"),
            DayOverride(day=friday, works=False, reason="розпорядження 17-р"),
        )
    )

    assert calendar.is_working(saturday)
    assert not calendar.is_working(friday)


def test_holidays_return_after_the_last_day_of_martial_law() -> None:
    calendar = end_martial_law(WARTIME, date(2026, 12, 24))

    assert calendar.is_suspended(date(2026, 12, 24))
    assert not calendar.is_working(date(2026, 12, 25))
    assert end_martial_law(calendar, date(2027, 1, 1)) == calendar


def test_calendars_that_know_different_things_have_different_versions() -> None:
    moved = DayOverride(day=date(2026, 11, 21), works=True, reason="")
    versions = {
        WARTIME.version,
        PEACE.version,
        end_martial_law(WARTIME, date(2027, 1, 1)).version,
        build_calendar(overrides=(moved,)).version,
    }

    assert len(versions) == 4
    assert build_calendar().version == WARTIME.version


def test_a_span_without_a_last_day_is_open() -> None:
    span = DateSpan(first_on=date(2026, 1, 1))

    assert span.covers(date.max)
    assert not span.covers(date(2025, 12, 31))
    assert not DateSpan(first_on=date(2026, 1, 1), last_on=date(2026, 1, 2)).covers(
        date(2026, 1, 3)
    )


@given(days)
def test_the_nearest_working_days_lie_on_both_sides(day: date) -> None:
    for each in (WARTIME, PEACE):
        after, before = next_working_day(day, each), previous_working_day(day, each)

        assert before <= day <= after
        assert each.is_working(before)
        assert each.is_working(after)
        assert (before == after) is each.is_working(day)


@given(days, st.integers(min_value=0, max_value=30))
def test_working_days_are_added_and_taken_away_one_by_one(day: date, count: int) -> None:
    start = next_working_day(day, PEACE)
    end = add_working_days(start, count, PEACE)

    assert len(list(working_days(start, end, PEACE))) == count + 1
    assert add_working_days(end, -count, PEACE) == start


@pytest.mark.parametrize(
    ("received", "registered"),
    [
        pytest.param("2026-11-20T11:00", date(2026, 11, 20), id="in-office-hours"),
        pytest.param("2026-11-20T07:00", date(2026, 11, 20), id="before-opening"),
        pytest.param("2026-11-20T18:00", date(2026, 11, 23), id="at-closing"),
        pytest.param("2026-11-20T19:30", date(2026, 11, 23), id="friday-evening"),
        pytest.param("2026-11-21T11:00", date(2026, 11, 23), id="saturday"),
        pytest.param("2026-11-23T23:59", date(2026, 11, 24), id="monday-night"),
    ],
)
def test_an_appeal_after_hours_is_registered_on_the_next_working_day(
    received: str, registered: date
) -> None:
    received_at = datetime.fromisoformat(received).replace(tzinfo=KYIV).astimezone(UTC)

    assert registered_on(received_at, WARTIME) == registered


@given(days, st.times())
def test_an_appeal_is_never_registered_before_it_came(day: date, clock: time) -> None:
    received_at = datetime.combine(day, clock, tzinfo=UTC)

    entered = registered_on(received_at, WARTIME)

    assert received_at.astimezone(KYIV).date() <= entered
    assert WARTIME.is_working(entered)
