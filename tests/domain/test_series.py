"""Days of a series: weekdays of the month, days left out, nights on which clocks change."""

import calendar
import csv
from datetime import UTC, date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hotline_sessions.domain.ids import PostId
from hotline_sessions.domain.recurrences import parse_recurrence
from hotline_sessions.domain.schedules import read_row
from hotline_sessions.domain.series import (
    BadRecurrence,
    Leave,
    NoDayLeft,
    SeriesEndsFirst,
    SeriesFacts,
    SeriesTooLong,
    list_days,
)
from hotline_sessions.domain.times import KYIV, at_wall_time
from hotline_sessions.domain.weekday_rules import (
    EVERY,
    LAST,
    NoWeekday,
    WeekdayRule,
    WeeksOfMonth,
    read_rule,
    write_rule,
)
from hotline_sessions.domain.workdays import DayOverride, WorkCalendar


PUBLISHED = Path(__file__).parents[1] / "data" / "published_sessions.csv"
CALENDAR = WorkCalendar(version="test")
YEAR = SeriesFacts(
    post=PostId(1),
    recurrence="FREQ=WEEKLY;BYDAY=FR",
    opens_clock=time(9),
    closes_clock=time(13),
    from_on=date(2026, 1, 1),
    until_on=date(2026, 12, 31),
)


def days(facts: SeriesFacts) -> list[date]:
    return [each.on for each in list_days(facts, calendar=CALENDAR, zone=KYIV)]


def count_weekdays(year: int, month: int, weekday: int) -> list[date]:
    """All days of the month with this weekday, by the calendar alone."""
    return [
        day
        for day in calendar.Calendar().itermonthdates(year, month)
        if day.month == month and day.weekday() == weekday
    ]


#: By the calendar of 2026, written down by hand.
RIGHT = {
    "S25": ["2026-01-06", "2026-01-13", "2026-01-20", "2026-01-27", "2026-02-03"],
    "S30": ["2026-01-06", "2026-02-03", "2026-03-03", "2026-04-07", "2026-05-05", "2026-06-02",
            "2026-07-07", "2026-08-04", "2026-09-01", "2026-10-06", "2026-11-03", "2026-12-01"],
    "S32": ["2026-01-20", "2026-02-17", "2026-03-17", "2026-04-21", "2026-05-19", "2026-06-16",
            "2026-07-21", "2026-08-18", "2026-09-15", "2026-10-20", "2026-11-17", "2026-12-15"],
    "S33": ["2026-01-26", "2026-02-23", "2026-03-23", "2026-04-27", "2026-05-25", "2026-06-22",
            "2026-07-27", "2026-08-24", "2026-09-28", "2026-10-26", "2026-11-23", "2026-12-28"],
}  # fmt: skip

#: Rows that say that lines come again but not on which days: no series can be made of them.
DAYLESS = {"S29": "unreadable-recurrence", "S44": "recurrence-without-day"}


def test_every_published_recurrence_has_the_right_days_of_2026() -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["recurrence"]]
    assert {row["id"] for row in rows} == set(RIGHT) | set(DAYLESS)
    for row in rows:
        reading = read_row(row, line=1, year=2026)
        if row["id"] in DAYLESS:
            assert DAYLESS[row["id"]] in {mistake.code for mistake in reading.mistakes}
            continue
        assert reading.accepted, reading.mistakes
        found = days(replace(YEAR, recurrence=reading.rule))
        expected = [date.fromisoformat(day) for day in RIGHT[row["id"]]]
        assert found[: len(expected)] == expected, row["id"]
        assert len(found) == (52 if row["id"] == "S25" else 12)


def test_a_fifth_tuesday_is_there_only_in_months_that_have_one() -> None:
    assert days(replace(YEAR, recurrence="FREQ=MONTHLY;BYDAY=5TU")) == [
        date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 29), date(2026, 12, 29),
    ]  # fmt: skip


rules = st.builds(
    WeekdayRule,
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    ordinals=st.sets(st.sampled_from([1, 2, 3, 4, 5, LAST]), min_size=1).map(tuple)
    | st.just((EVERY,)),
)


@given(st.lists(rules, min_size=1, max_size=2), st.integers(2020, 2035))
def test_a_rule_names_the_days_that_the_calendar_shows(
    chosen: list[WeekdayRule], year: int
) -> None:
    expected: set[date] = set()
    for rule in chosen:
        for month in range(1, 13):
            for weekday in rule.weekdays:
                there = count_weekdays(year, month, weekday)
                for ordinal in rule.ordinals:
                    if ordinal == EVERY:
                        expected.update(there)
                    elif ordinal == LAST:
                        expected.add(there[-1])
                    else:
                        expected.update(there[ordinal - 1 : ordinal])
    text = write_rule(chosen)
    facts = replace(YEAR, recurrence=text, from_on=date(year, 1, 1), until_on=date(year, 12, 31))

    if not expected:
        with pytest.raises(NoDayLeft):
            days(facts)
    else:
        assert days(facts) == sorted(expected)
    back = read_rule(parse_recurrence(text))
    assert back is not None
    again = write_rule(back[0], weeks=back[1])
    assert not expected or days(replace(facts, recurrence=again)) == sorted(expected)


@given(
    st.integers(0, 364 * 3), st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    st.integers(10, 300),
)  # fmt: skip
def test_clocks_show_the_hours_of_every_session_whatever_night_it_is(
    offset: int, opens: time, minutes: int
) -> None:
    day = date(2026, 1, 1) + timedelta(days=offset)
    ends = (opens.hour * 60 + opens.minute + minutes) % (24 * 60)
    closes = time(ends // 60, ends % 60)
    facts = replace(
        YEAR,
        recurrence="FREQ=DAILY",
        from_on=day,
        until_on=day,
        opens_clock=opens,
        closes_clock=closes,
        skips_days_off=False,
    )

    (found,) = list_days(facts, calendar=CALENDAR, zone=KYIV)

    ends_on = day if closes > opens else day + timedelta(days=1)
    shown = [
        at_wall_time(each, clock, KYIV).astimezone(UTC).astimezone(KYIV).replace(tzinfo=None)
        for each, clock in ((day, opens), (ends_on, closes))
    ]
    if found.left is None:
        assert [(moment.date(), moment.time()) for moment in shown] == [
            (day, opens),
            (ends_on, closes),
        ]
    else:
        assert found.left is Leave.SKIPPED_HOUR
        assert {day, ends_on} & {date(2026, 3, 29), date(2027, 3, 28), date(2028, 3, 26)}


def test_the_hour_that_spring_skips_is_left_out_and_nothing_else() -> None:
    nightly = replace(
        YEAR,
        recurrence="FREQ=DAILY",
        opens_clock=time(3, 15),
        closes_clock=time(3, 45),
        from_on=date(2027, 3, 27),
        until_on=date(2027, 3, 29),
        skips_days_off=False,
    )

    found = list_days(nightly, calendar=CALENDAR, zone=KYIV)

    assert [each.left for each in found] == [None, Leave.SKIPPED_HOUR, None]


def test_days_are_left_out_for_their_reasons() -> None:
    rest = DayOverride(day=date(2026, 1, 16), works=False, reason="Розпорядження")
    facts = replace(YEAR, until_on=date(2026, 1, 31), left_out=(date(2026, 1, 2),))

    found = list_days(
        facts,
        calendar=replace(CALENDAR, overrides=(rest,)),
        zone=KYIV,
        is_away=lambda day: day == date(2026, 1, 23),
    )

    assert [each.left for each in found] == [
        Leave.LEFT_OUT, None, Leave.DAY_OFF, Leave.AWAY, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"until_on": date(2025, 12, 31)}, SeriesEndsFirst),
        ({"until_on": date(2029, 1, 1)}, SeriesTooLong),
        ({"recurrence": "FREQ=DAILY", "until_on": date(2027, 6, 1)}, SeriesTooLong),
        ({"recurrence": "FREQ=SECONDLY"}, BadRecurrence),
        ({"recurrence": "що п’ятниці"}, BadRecurrence),
        ({"until_on": date(2026, 1, 1)}, NoDayLeft),
    ],
)
def test_what_makes_no_series_is_refused(
    changes: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        days(replace(YEAR, **changes))


def test_every_second_week_counts_from_the_first_day() -> None:
    text = write_rule([WeekdayRule(weekdays=(2,))], weeks=2)
    span = replace(YEAR, from_on=date(2026, 1, 7), until_on=date(2026, 2, 10))

    assert days(replace(span, recurrence=text)) == [
        date(2026, 1, 7), date(2026, 1, 21), date(2026, 2, 4),
    ]  # fmt: skip
    with pytest.raises(WeeksOfMonth):
        write_rule([WeekdayRule(weekdays=(2,), ordinals=(1,))], weeks=2)
    with pytest.raises(NoWeekday):
        write_rule([WeekdayRule(weekdays=())])
