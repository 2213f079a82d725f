"""Wall time and moments, on ordinary days and in the nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.times import KYIV, Window, at_wall_time, days_from, local_date


SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (date(2026, 1, 15), time(10), datetime(2026, 1, 15, 8, tzinfo=UTC)),
        (date(2026, 7, 15), time(10), datetime(2026, 7, 15, 7, tzinfo=UTC)),
        (SPRING, time(2, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (SPRING, time(4), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (AUTUMN, time(2, 59), datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        (AUTUMN, time(4), datetime(2026, 10, 25, 2, tzinfo=UTC)),
    ],
)
def test_a_wall_time_is_the_moment_at_which_clocks_in_kyiv_show_it(
    day: date, clock: time, moment: datetime
) -> None:
    assert at_wall_time(day, clock) == moment


def test_in_the_hour_that_spring_skips_it_is_as_many_minutes_after_the_change() -> None:
    changes_at = datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert at_wall_time(SPRING, time(3, 30)) == changes_at + timedelta(minutes=30)


def test_in_the_hour_that_autumn_repeats_it_is_the_first_one() -> None:
    assert at_wall_time(AUTUMN, time(3, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_another_zone_has_its_own_moments() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")

    assert at_wall_time(date(2026, 1, 15), time(10), lisbon).hour == 10


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.times().map(lambda t: t.replace(fold=0)))
def test_a_wall_time_reads_back_as_itself_unless_spring_skips_it(day: date, clock: time) -> None:
    shown = at_wall_time(day, clock).astimezone(KYIV)

    assert shown.time() == clock or (shown.hour, clock.hour) == (4, 3)
    assert shown.date() == day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 21, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 6, 30, 20, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 21, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_kyiv(moment: datetime, day: date) -> None:
    assert local_date(moment) == day


def test_the_start_belongs_to_a_window_and_its_end_does_not() -> None:
    start = datetime(2026, 11, 25, 8, tzinfo=UTC)
    window = Window(starts_at=start, ends_at=start + timedelta(hours=1))

    assert window.covers(start)
    assert window.covers(window.ends_at - timedelta(microseconds=1))
    assert not window.covers(window.ends_at)
    assert not window.covers(start - timedelta(microseconds=1))
    assert window.length == timedelta(hours=1)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 1), (AUTUMN, 3), (date(2026, 11, 25), 2)])
def test_the_night_of_a_change_makes_a_window_shorter_or_longer(day: date, hours: int) -> None:
    window = Window(starts_at=at_wall_time(day, time(2)), ends_at=at_wall_time(day, time(4)))

    assert window.length == timedelta(hours=hours)


def test_days_follow_each_other_from_the_first_one() -> None:
    assert list(days_from(date(2026, 2, 27), 3)) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]
