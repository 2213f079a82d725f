import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline_sessions.domain.recurrences import MOST_SESSIONS
from hotline_sessions.domain.schedule_columns import (
    ALIASES,
    BadSheet,
    MissingColumns,
    SheetRow,
    choose_columns,
)
from hotline_sessions.domain.schedules import RowReading, read_row, read_rows
from hotline_sessions.domain.times import KYIV


PUBLISHED = Path(__file__).parents[1] / "data" / "published_sessions.csv"

GOOD = {
    "institution": "Закарпатська ОДА",
    "date": "2026-05-05",
    "time_from": "17:00",
    "time_to": "18:00",
    "phone": "0 800 502 70 80",
    "official_position": "голова ОДА",
    "topic": "питання мешканців",
}


def read(year: int | None = None, /, **cells: str) -> RowReading:
    return read_row({**GOOD, **cells}, line=2, year=year)


def codes(reading: RowReading) -> list[str]:
    return [f"{mistake.column} {mistake.code}" for mistake in reading.mistakes]


def remarks(reading: RowReading) -> list[str]:
    return [remark.code for remark in reading.remarks]


def days(reading: RowReading) -> list[str]:
    return [f"{window.starts_at.astimezone(KYIV):%m-%d}" for window in reading.windows]


def test_a_full_row_is_a_session_in_kyiv_time() -> None:
    reading = read()

    (window,) = reading.windows
    assert reading.accepted
    assert not reading.remarks
    assert window.starts_at == datetime(2026, 5, 5, 14, tzinfo=UTC)
    assert window.length == timedelta(hours=1)
    assert reading.phone == "+3808005027080"
    assert reading.is_free is True


@pytest.mark.parametrize("text", [
    "2026-05-05", "05.05.2026", "5.5.26", "05/05/2026", "5 травня 2026", "5 травня 2026 р.",
    "5 травня 2026 року", "вівторок, 5 травня 2026 року", "5 May 2026", "May 5, 2026",
    "5 травня 2026 (вівторок)", "2026-05-05 00:00:00", "5-го травня 2026", "5 ТРАВНЯ  2026",
])  # fmt: skip
def test_a_day_is_read_in_any_usual_notation(text: str) -> None:
    assert days(read(date=text)) == ["05-05"]


@pytest.mark.parametrize("text", ["5 травня", "05.05", "5 May", "5 травня (вт)"])
def test_a_day_without_a_year_takes_the_one_of_the_import(text: str) -> None:
    reading = read(2027, date=text)

    assert [window.starts_at.year for window in reading.windows] == [2027]
    assert remarks(reading) == ["year-assumed"]
    assert codes(read(date=text)) == ["date missing-year"]


@pytest.mark.parametrize("text", [
    "2026-05-04..2026-05-08", "2026-05-04 – 2026-05-08", "2026-05-04/2026-05-08",
    "4–8 травня 2026", "4-8 травня 2026 р.", "4 - 8 May 2026", "з 4 до 8 травня 2026",
    "04.05–08.05.2026", "04.05.2026 - 08.05.2026", "04-08.05.2026", "4 травня – 8 травня 2026",
])  # fmt: skip
def test_a_span_of_dates_makes_a_session_each_day(text: str) -> None:
    reading = read(date=text)

    assert days(reading) == ["05-04", "05-05", "05-06", "05-07", "05-08"]
    assert remarks(reading) == ["each-day"]


@pytest.mark.parametrize(("text", "code"), [
    pytest.param("31.04.2026", "no-such-date", id="april-has-thirty-days"),
    pytest.param("29 лютого 2026", "no-such-date", id="not-a-leap-year"),
    pytest.param("0206-05-05", "no-such-date", id="slip-in-the-year"),
    pytest.param("8–4 травня 2026", "dates-reversed", id="reversed"),
    pytest.param("уточнити в приймальні", "unreadable-date", id="words"),
    pytest.param("04.05 – 05.05 – 06.05", "unreadable-date", id="three-ends"),
    pytest.param("2026", "date-without-day", id="year-alone"),
    pytest.param("травень 2026", "date-without-day", id="month-alone"),
    pytest.param("2020-01-01..2026-01-01", "too-many-sessions", id="six-years"),
    pytest.param("", "missing-date", id="empty"),
    pytest.param("not shown", "date-not-shown", id="said-to-be-unknown"),
])  # fmt: skip
def test_a_date_that_names_no_days_is_refused(text: str, code: str) -> None:
    reading = read(date=text)

    assert codes(reading) == [f"date {code}"]
    assert reading.windows == ()


def test_the_day_of_publication_is_not_the_day_of_the_session() -> None:
    assert codes(read(date_precision="publication day")) == ["date date-is-publication"]
    assert codes(read(date_precision="дата публікації")) == ["date date-is-publication"]


def test_a_day_is_found_in_the_note_on_precision() -> None:
    reading = read(2026, date="", date_precision="20 April, year not shown")

    assert days(reading) == ["04-20"]
    assert remarks(reading) == ["year-assumed"]


@pytest.mark.parametrize(("rule", "expected"), [
    ("FREQ=MONTHLY;BYDAY=1TU", 12),
    ("freq=monthly;byday=1tu;", 12),
    ("RRULE:FREQ=MONTHLY;BYDAY=4MO (weekday UNVERIFIED)", 12),
    ("FREQ=MONTHLY;BYDAY=1MO,3MO", 24),
    ("FREQ=MONTHLY;BYDAY=5TU", 4),
    ("FREQ=MONTHLY;BYDAY=-1FR", 12),
    ("FREQ=WEEKLY;BYDAY=TU", 52),
    ("FREQ=WEEKLY;BYDAY=TU;COUNT=10", 10),
    ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20260131", 4),
    ("FREQ=MONTHLY;BYMONTHDAY=31", 7),
    ("FREQ=YEARLY;BYMONTH=5;BYDAY=TU", 4),
    ("FREQ=DAILY", 365),
])  # fmt: skip
def test_a_recurrence_fills_its_year(rule: str, expected: int) -> None:
    reading = read(date="2026", date_precision="year", recurrence=rule)

    assert codes(reading) == []
    assert len(reading.windows) == expected
    assert {window.starts_at.astimezone(KYIV).hour for window in reading.windows} == {17}
    assert len({window.starts_at.hour for window in reading.windows}) <= 2


def test_a_recurrence_without_a_date_fills_the_year_of_the_import() -> None:
    rule = "FREQ=MONTHLY;BYDAY=1TU"

    assert len(read(2026, date="", recurrence=rule).windows) == 12
    assert codes(read(date="", recurrence=rule)) == [
        "date missing-date", "recurrence recurrence-without-year",
    ]  # fmt: skip


def test_a_series_goes_from_its_first_day_to_the_end_of_the_year() -> None:
    reading = read(date="2018-06-12", recurrence="FREQ=WEEKLY;BYDAY=TU")

    assert (days(reading)[0], days(reading)[-1], len(reading.windows)) == ("06-12", "12-25", 29)
    assert remarks(reading) == ["series-from-day"]


def test_a_series_needs_no_weekday_when_it_has_a_first_day() -> None:
    assert days(read(date="2026-12-01", recurrence="FREQ=WEEKLY"))[:2] == ["12-01", "12-08"]


def test_a_recurrence_within_a_span_or_a_month_stays_there() -> None:
    rule = "FREQ=WEEKLY;BYDAY=TU"

    assert days(read(date="4–20 травня 2026", recurrence=rule)) == ["05-05", "05-12", "05-19"]
    assert len(read(date="травень 2026", recurrence=rule).windows) == 4


@pytest.mark.parametrize(("cells", "code"), [
    ({"recurrence": "by approved schedule (hours not published)"}, "unreadable-recurrence"),
    ({"recurrence": "FREQ=WEEKLY;BYDAY=" + "TU," * 100 + "TU"}, "unreadable-recurrence"),
    ({"recurrence": "FREQ=SECONDLY"}, "unreadable-recurrence"),
    ({"recurrence": "FREQ=WEEKLY;BYDAY=1TU"}, "unreadable-recurrence"),
    ({"recurrence": "FREQ=WEEKLY;BYDAY=TU;BYDAY=WE"}, "unreadable-recurrence"),
    ({"recurrence": "FREQ=WEEKLY;X=1"}, "unreadable-recurrence"),
    ({"recurrence": "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261399"}, "unreadable-recurrence"),
    ({"recurrence": "FREQ=WEEKLY;BYDAY=WE"}, "date-not-in-recurrence"),
    ({"date": "2026", "recurrence": "FREQ=WEEKLY (planned)"}, "recurrence-without-day"),
    ({"date": "2026", "recurrence": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}, "recurrence-without-day"),
    ({"date": "2026", "recurrence": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "recurrence-is-empty"),
    ({"date": "2020-01-01..2026-01-01", "recurrence": "FREQ=DAILY"}, "too-many-sessions"),
])  # fmt: skip
def test_a_recurrence_that_cannot_be_followed_is_refused(cells: dict[str, str], code: str) -> None:
    assert codes(read(**cells)) == [f"recurrence {code}"]


@pytest.mark.parametrize("text", ["9:00", "09:00", "9.00", "09-00", "9", "9 год", "о 9 год.",
                                  "09:00:00", "з 9:00", "9h"])  # fmt: skip
def test_a_start_is_read_in_any_usual_notation(text: str) -> None:
    (window,) = read(time_from=text).windows

    assert window.starts_at == datetime(2026, 5, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("text", ["13:00–14:30", "13.00-14.30", "з 13:00 до 14:30",
                                  "13-00 – 14-30", "13:00 - 14:30"])  # fmt: skip
def test_start_and_end_may_share_a_cell(text: str) -> None:
    (window,) = read(time_from=text, time_to="").windows

    assert window.length == timedelta(minutes=90)


@pytest.mark.parametrize("text", ["25:00", "9-15", "вранці", "17:60", "9.5", "-1"])
def test_what_may_be_another_time_is_refused(text: str) -> None:
    assert codes(read(time_from=text)) == ["time_from unreadable-time"]


@pytest.mark.parametrize(("text", "minutes"), [
    ("60 min", 60), ("60", 60), ("90 хв", 90), ("1 год", 60), ("1 год 30 хв", 90),
    ("1,5 год", 90), ("1:30", 90), ("PT1H30M", 90), ("2 h", 120), ("1 година", 60),
])  # fmt: skip
def test_a_duration_stands_for_the_end(text: str, minutes: int) -> None:
    (window,) = read(time_to="", duration=text).windows

    assert window.length == timedelta(minutes=minutes)


@pytest.mark.parametrize(("cells", "expected"), [
    ({"time_to": ""}, ["time_to missing-end"]),
    ({"time_from": ""}, ["time_from missing-start"]),
    ({"time_to": "17:00"}, ["time_to end-not-after-start"]),
    ({"time_to": "16:00"}, ["time_to end-not-after-start"]),
    ({"time_from": "1:00", "time_to": "23:00"}, ["time_to impossible-duration"]),
    ({"time_to": "", "duration": "довго"}, ["duration unreadable-duration"]),
    ({"time_to": "", "duration": "0"}, ["duration impossible-duration"]),
    ({"time_to": "", "duration": "99 год"}, ["duration impossible-duration"]),
    ({"institution": " "}, ["institution missing-institution"]),
    ({"phone": "зателефонуйте"}, ["phone unreadable-phone"]),
    ({"phone": "0 800 502 70 80, (063) 192-26-60"}, ["phone unreadable-phone"]),
    ({"official_position": "", "topic": "—"}, ["official_position nothing-to-show"]),
    ({"topic": "я" * 1001}, ["topic too-long"]),
    ({"community": "я" * 121}, ["community too-long"]),
])  # fmt: skip
def test_a_row_without_the_facts_of_a_session_is_refused(
    cells: dict[str, str], expected: list[str]
) -> None:
    assert codes(read(**cells)) == expected


def test_all_mistakes_of_a_row_are_told_in_the_order_of_columns() -> None:
    reading = read(
        institution="", date="скоро", time_from="", time_to="", recurrence="іноді", phone="?!",
    )  # fmt: skip

    assert codes(reading) == [
        "institution missing-institution",
        "date unreadable-date",
        "time_from missing-start",
        "time_to missing-end",
        "recurrence unreadable-recurrence",
        "phone unreadable-phone",
    ]


def test_an_end_stronger_than_a_duration_is_remarked() -> None:
    reading = read(duration="90 хв")

    assert reading.windows[0].length == timedelta(hours=1)
    assert remarks(reading) == ["duration-differs"]


@pytest.mark.parametrize("text", ["", "not published", "не опубліковано", "—", "н/д"])
def test_a_missing_phone_is_no_mistake(text: str) -> None:
    reading = read(phone=text)

    assert (reading.accepted, reading.phone, remarks(reading)) == (True, None, ["missing-phone"])


def test_a_short_number_inside_an_institution_is_kept() -> None:
    assert read(phone="15-06").phone == "1506"


def test_the_community_that_a_session_is_for_is_read_where_there_is_one() -> None:
    assert read(community=" Клеванська  громада ").community == "Клеванська громада"
    assert read(community="—").community == read().community == ""


def test_a_missing_position_is_remarked_while_there_is_a_topic() -> None:
    assert remarks(read(official_position="")) == ["missing-position"]


@pytest.mark.parametrize(("text", "expected"), [
    ("yes", True), ("так", True), ("ні", False), ("no", False), ("", True), ("може", True),
])  # fmt: skip
def test_whether_a_call_is_free_is_said_or_follows_from_the_number(
    text: str, *, expected: bool
) -> None:
    assert read(free_call=text).is_free is expected


def test_a_time_that_spring_skips_is_refused() -> None:
    reading = read(date="2026-03-29", time_from="03:30", time_to="04:30")

    assert codes(reading) == ["time_from skipped-hour"]


def test_of_a_time_that_autumn_repeats_the_first_is_taken() -> None:
    reading = read(date="2026-10-25", time_from="03:30", time_to="", duration="30")

    assert reading.windows[0].starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert remarks(reading) == ["repeated-hour"]


def test_a_reason_repeats_only_the_beginning_of_a_long_cell() -> None:
    (mistake,) = read(date="слово " * 1000).mistakes

    assert len(mistake.facts["text"]) == 81


def test_control_signs_never_reach_a_reading() -> None:
    assert read(topic="а\x00б\nв").topic == "а б в"


@given(st.dictionaries(st.sampled_from(sorted(ALIASES)), st.text(max_size=40)))
def test_any_row_is_either_accepted_or_has_a_reason(cells: dict[str, str]) -> None:
    reading = read_row(cells, line=2, year=2026)

    assert bool(reading.windows) == reading.accepted
    assert all(window.length > timedelta() for window in reading.windows)
    assert len(reading.windows) <= MOST_SESSIONS


@given(st.dates(date(1991, 1, 1), date(2100, 12, 31)))
def test_every_written_day_is_read_back(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d.%m.%Y}"):
        (window,) = read(date=text).windows
        assert window.starts_at.astimezone(KYIV).date() == day


def test_columns_are_known_by_ukrainian_and_english_names() -> None:
    columns = choose_columns(["№", "Установа:", "ДАТА", "Час  проведення", "Посадова_особа"])

    assert columns == {
        "institution": "Установа:", "date": "ДАТА", "time_from": "Час  проведення",
        "official_position": "Посадова_особа",
    }  # fmt: skip


def test_no_header_means_two_columns() -> None:
    names = [alias for aliases in ALIASES.values() for alias in aliases]

    assert len(names) == len(set(names))


def test_missing_columns_are_named() -> None:
    with pytest.raises(MissingColumns) as refusal:
        choose_columns(["Телефон", "Початок"])

    assert refusal.value.facts == {"columns": "institution, date/recurrence, time_to/duration"}


def test_the_institution_may_be_known_without_the_file() -> None:
    row = SheetRow(line=2, cells={"Дата": "05.05.2026", "Час": "10:00–11:00", "Тема": "тарифи"})

    (reading,) = read_rows([row], year=None, institution="oda")
    assert (reading.accepted, reading.institution) == (True, "oda")


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(BadSheet):
        choose_columns(["date", "Дата", "установа", "час"])


def test_the_collected_schedule_is_taken_where_it_has_the_facts() -> None:
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as stream:
        published = list(csv.DictReader(stream))
    rows = [SheetRow(line=line, cells=cells) for line, cells in enumerate(published, start=2)]

    readings = read_rows(rows, year=2026)

    accepted = {
        cells["id"]: len(reading.windows)
        for cells, reading in zip(published, readings, strict=True)
        if reading.accepted
    }
    assert accepted == {
        "S01": 1, "S02": 1, "S04": 1, "S25": 29, "S30": 12, "S32": 12, "S33": 12, "S35": 1,
    }  # fmt: skip
    assert sum(len(reading.windows) for reading in readings) == sum(accepted.values())
    reasons = {
        cells["id"]: codes(reading) for cells, reading in zip(published, readings, strict=True)
    }
    assert reasons["S37"] == ["time_to missing-end"]
    assert reasons["S15"] == ["date date-is-publication", "time_from missing-start"]
    assert reasons["S29"] == [
        "date date-not-shown", "time_from missing-start", "time_to missing-end",
        "recurrence unreadable-recurrence",
    ]  # fmt: skip
    assert reasons["S44"] == [
        "date date-not-shown", "time_from missing-start", "recurrence recurrence-without-day",
    ]  # fmt: skip
