"""Four programs that know nothing of each other show the same sessions as we meant.

They judge the sessions of the published data, of both nights of 2027 in which the clocks
change, with hostile titles, and after a change of the rules of the zone itself.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace
from tests.gateways.judges.expansions import (
    Shown,
    expand_entries,
    expand_with_ical_js,
    expand_with_python_ical,
    expand_with_recurring_ical_events,
)
from tests.gateways.judges.libical import judge_with_libical
from tests.zones import give_zone_rules_of

from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.times import Window, at_wall_time
from hotline_sessions.gateways.ics import build_calendar, clean_line, clean_text


ZONE = "Europe/Kyiv"
PUBLISHED = Path(__file__).parents[1] / "data" / "published_sessions.csv"
TITLES = (
    "Голова ОДА, питання мешканців",
    'Тариф, "дахи"; \\n \\, C:\\нова',
    "BEGIN:VEVENT\r\nUID:чужий\r\nEND:VCALENDAR",
    "Ї" * 74,
    "а" * 70 + "🏛️",
    '\tпробіли  =: ;LABEL="x"',
)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def make_entry(number: int, day: date, clock: time, title: str = TITLES[0]) -> CalendarEntry:
    starts_at = at_wall_time(day, clock, ZoneInfo(ZONE))
    return CalendarEntry(
        uid=f"{number}@hotline-sessions",
        sequence=number % 3,
        stamped_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
        window=Window(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=50)),
        zone=ZONE,
        summary=f"{title} {number}",
        description=title,
        url=f"https://example.test/sessions/{number}",
        location="Кіровоградська ОДА",
        phone="+380800500238",
        phone_label="Лінія",
        categories=("Житло, тарифи",),
        is_cancelled=number % 7 == 0,
    )


def make_nights() -> list[CalendarEntry]:
    """Each half hour of the nights in which clocks change in 2027, and of those beside them."""
    moments = [
        (night + timedelta(days=offset), time(hour, minute))
        for night in (SPRING, AUTUMN)
        for offset in (-1, 0, 1)
        for hour in (1, 2, 3, 4, 5)
        for minute in (0, 30)
    ]
    entries = [
        make_entry(number, day, clock, TITLES[number % len(TITLES)])
        for number, (day, clock) in enumerate(moments)
    ]
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    twofold = Window(starts_at=second, ends_at=second + timedelta(minutes=20))
    return [*entries, replace(make_entry(900, AUTUMN, time(3)), window=twofold)]


def make_today() -> list[CalendarEntry]:
    """A quarter from today, every working day."""
    return [
        make_entry(number, date(2026, 11, 23) + timedelta(days=number), time(9 + number % 9, 15))
        for number in range(91)
    ]


def read_published() -> list[CalendarEntry]:
    """The sessions that institutions have published, as far as day and hour are known."""
    with PUBLISHED.open(encoding="utf-8") as rows:
        known = [row for row in csv.DictReader(rows) if row["date_precision"] == "day"]
    return [
        make_entry(number, date.fromisoformat(row["date"]), _clock(row["time_from"]), row["topic"])
        for number, row in enumerate(known)
        if row["time_from"]
    ]


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def build(entries: list[CalendarEntry]) -> bytes:
    return build_calendar(
        entries,
        name="Телефонні сеанси",
        zone=ZONE,
        feed_url="https://example.test/calendar.ics",
    )


def clean(shown: Shown) -> Shown:
    """Clients differ in which blanks around a title they keep."""
    return sorted(
        (start, end, clean_text(title).strip(), state) for start, end, title, state in shown
    )


def assert_all_agree(entries: list[CalendarEntry], folder: Path) -> None:
    feed = build(entries)
    meant = clean(expand_entries(entries))
    assert clean(expand_with_python_ical(feed)) == meant
    assert clean(expand_with_ical_js(feed, folder)) == meant
    assert clean(expand_with_recurring_ical_events(feed)) == meant
    judged = judge_with_libical(feed)
    assert [(start, end, title.strip()) for start, end, title in judged.shown] == [
        (start, end, title) for start, end, title, _ in meant
    ]
    assert (judged.errors, judged.is_allowed) == (0, True)


@pytest.mark.parametrize("make", [make_today, make_nights, read_published, list])
def test_four_programs_show_what_we_meant(
    make: Callable[[], list[CalendarEntry]], tmp_path: Path
) -> None:
    assert_all_agree(make(), tmp_path)


@pytest.fixture
def no_summer_time(tmp_path: Path) -> Iterator[None]:
    """Rules of zones as they would be had Ukraine given up summer time: +02:00 for ever."""
    rules = ZoneInfo("Africa/Tripoli")
    assert rules.utcoffset(datetime(2027, 7, 1, tzinfo=UTC)) == timedelta(hours=2)
    with give_zone_rules_of("Africa/Tripoli", ZONE, tmp_path):
        yield


@pytest.mark.usefixtures("no_summer_time")
def test_they_agree_after_the_rules_of_the_zone_have_changed(tmp_path: Path) -> None:
    summer = make_entry(901, date(2027, 7, 1), time(13))
    entries = [summer, *make_nights()]

    assert summer.window.starts_at == datetime(2027, 7, 1, 11, tzinfo=UTC)
    assert b"DAYLIGHT" not in build(entries)
    assert_all_agree(entries, tmp_path)


def test_the_judges_would_notice_a_wrong_hour_and_a_forbidden_part(tmp_path: Path) -> None:
    entries = [make_entry(1, date(2027, 7, 1), time(13))]
    feed = build(entries)
    wrong = feed.replace(b"TZOFFSETTO:+0300", b"TZOFFSETTO:+0400")
    begging = feed.replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:PUBLISH\r\n")

    assert expand_with_ical_js(wrong, tmp_path) != expand_entries(entries)
    assert judge_with_libical(wrong).shown != judge_with_libical(feed).shown
    assert not judge_with_libical(begging).is_allowed


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), max_size=90).filter(clean_line),
    label=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
def test_no_title_breaks_a_feed(title: str, label: str) -> None:
    entry = replace(
        make_entry(1, AUTUMN, time(13)),
        summary=title,
        description=title,
        phone_label=label,
        categories=(label,),
    )
    feed = build([entry, make_entry(2, SPRING, time(13))])

    lines = feed.split(b"\r\n")
    assert lines.pop() == b""
    assert not [line for line in lines if len(line) > 75 or b"\r" in line or b"\n" in line]
    unfolded = feed.replace(b"\r\n ", b"").split(b"\r\n")
    assert sum(line.startswith(b"DTSTAMP:") for line in unfolded) == 2
    assert len({line for line in unfolded if line.startswith(b"UID:")}) == 2
    judged = judge_with_libical(feed)
    assert (len(judged.shown), judged.errors, judged.is_allowed) == (2, 0, True)
    assert len(Calendar.from_ical(feed).events) == 2
