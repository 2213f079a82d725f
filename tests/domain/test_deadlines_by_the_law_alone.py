"""Two implementations that share nothing, over nine years, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.the_law_alone import CALENDAR_DAYS, WORKING_DAYS, WallCalendar, last_days

from hotline_sessions.domain.deadlines import MonthReading, Reading, due
from hotline_sessions.domain.terms import TERM_CODES
from hotline_sessions.domain.workdays import DateSpan, DayOverride, build_calendar


FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
DAYS = [FIRST + timedelta(days=each) for each in range((LAST - FIRST).days + 1)]

codes = st.sampled_from(TERM_CODES)
days = st.dates(FIRST, LAST)


def test_the_second_way_knows_every_term() -> None:
    assert {*CALENDAR_DAYS, *WORKING_DAYS, "ART20_MONTH"} == set(TERM_CODES)


@pytest.mark.parametrize("wartime", [True, False])
def test_both_ways_agree_on_which_days_are_worked(wartime: bool) -> None:  # noqa: FBT001 - a parameter
    calendar = build_calendar() if wartime else build_calendar(martial_law=())
    wall = WallCalendar(wartime=wartime)

    assert [day for day in DAYS if calendar.is_working(day) != wall.people_work(day)] == []


@pytest.mark.parametrize("code", TERM_CODES)
def test_both_ways_agree_on_every_day_of_nine_years(code: str) -> None:
    for wartime in (True, False):
        calendar = build_calendar() if wartime else build_calendar(martial_law=())
        wall = WallCalendar(wartime=wartime)
        for day in DAYS:
            found = due(code, day, calendar)

            days = (found.nominal_on, found.legal_on, found.internal_on)
            assert days == last_days(code, day, wall), (code, day, wartime)


@given(codes, days, st.booleans(), st.dictionaries(days, st.booleans(), max_size=20))
def test_both_ways_agree_with_moved_days_and_a_cautious_month(
    code: str,
    received_on: date,
    wartime: bool,  # noqa: FBT001 - drawn
    moved: dict[date, bool],
) -> None:
    overrides = tuple(
        DayOverride(day=day, works=works, reason="рішення") for day, works in moved.items()
    )
    spans = (DateSpan(first_on=date(2022, 2, 24)),) if wartime else ()
    calendar = build_calendar(martial_law=spans, overrides=overrides)
    reading = Reading(month=MonthReading.NOT_OVER_THIRTY_DAYS)

    found = due(code, received_on, calendar, reading)

    wall = WallCalendar(wartime=wartime, moved=moved)
    days = (found.nominal_on, found.legal_on, found.internal_on)
    assert days == last_days(code, received_on, wall, at_most_thirty=True)
