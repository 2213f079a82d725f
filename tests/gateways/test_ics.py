import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from msgspec.structs import replace
from tests.gateways.judges.expansions import (
    expand_entries,
    expand_with_ical_js,
    expand_with_python_ical,
)

from hotline_sessions.domain.calendars import CalendarEntry
from hotline_sessions.domain.times import KYIV, Window, at_wall_time
from hotline_sessions.gateways.ics import (
    build_calendar,
    build_event,
    clean_line,
    clean_text,
    strong_etag,
)
from hotline_sessions.gateways.timezones import build_timezone, list_transitions


HOSTILE = 'Тариф, "дахи"; \\n \\, C:\\нова\nBEGIN:VEVENT\r\nUID:чужий\x00\x1f\u2028кінець :;='


def make_entry(
    uid: str, day: date, clock: time, *, zone: str = "Europe/Kyiv", minutes: int = 60
) -> CalendarEntry:
    starts_at = at_wall_time(day, clock, ZoneInfo(zone))
    return CalendarEntry(
        uid=f"{uid}@example.test",
        sequence=2,
        stamped_at=datetime(2026, 1, 9, 8, 30, tzinfo=UTC),
        window=Window(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)),
        zone=zone,
        summary=f"Голова ОДА, питання мешканців {uid}",
        description="Телефонуйте: 0 800 500 238;\nдзвінок безкоштовний. " + "Слово " * 30,
        url="https://example.test/s/0123456789?a=b,c;d",
        location="телефон 0 800 500 238",
        phone="+380800500238",
        phone_label='Лінія: "область", безкоштовно',
        categories=("Житло, тарифи", "Кіровоградська ОДА"),
    )


def make_year(zone: str = "Europe/Kyiv") -> list[CalendarEntry]:
    """Sessions all year, near both changes of the clocks and in the twofold hour itself."""
    weekly = [
        make_entry(f"w{at}", date(2026, 1, 6) + timedelta(weeks=at), time(13), zone=zone)
        for at in range(60)
    ]
    nights = [
        make_entry(f"n{day}{hour}", date(2026, month, day), time(hour, 30), zone=zone)
        for month, days in ((3, (28, 29, 30)), (10, (24, 25, 26)))
        for day in days
        for hour in (1, 2, 3, 4)
    ]
    twofold = Window(
        starts_at=datetime(2026, 10, 25, 1, 15, tzinfo=UTC),
        ends_at=datetime(2026, 10, 25, 1, 45, tzinfo=UTC),
    )
    second = replace(make_entry("second", date(2026, 10, 25), time(3)), window=twofold, zone=zone)
    return [*weekly, *nights, second, replace(weekly[5], uid="off", is_cancelled=True)]


def walk_events(feed: bytes) -> list[Any]:
    """Events as our own library reads them back; their values have too many types to name."""
    return Calendar.from_ical(feed).walk("VEVENT")


def build(entries: list[CalendarEntry], zone: str = "Europe/Kyiv") -> bytes:
    return build_calendar(
        entries,
        name="Телефонні сеанси",
        zone=zone,
        feed_url="https://example.test/calendar.ics?institution=oda&topic=1",
    )


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/New_York", "Asia/Tokyo", "UTC"])
def test_two_independent_calendars_show_what_we_meant(zone: str, tmp_path: Path) -> None:
    entries = make_year(zone)
    feed = build(entries, zone)

    assert expand_with_python_ical(feed) == expand_entries(entries)
    assert expand_with_ical_js(feed, tmp_path) == expand_entries(entries)


def test_a_client_without_time_zones_gets_the_same_moments_in_utc(tmp_path: Path) -> None:
    entries = make_year()
    feed = build(entries, "UTC")

    assert b"VTIMEZONE" not in feed
    assert b"TZID" not in feed
    assert expand_with_ical_js(feed, tmp_path) == expand_entries(entries)


def test_the_judge_notices_a_wrong_time_zone(tmp_path: Path) -> None:
    entries = make_year()
    spoilt = build(entries).replace(b"TZOFFSETTO:+0300", b"TZOFFSETTO:+0400")

    assert expand_with_ical_js(spoilt, tmp_path) != expand_entries(entries)


@pytest.mark.parametrize("hostile", ["", HOSTILE], ids=["plain", "hostile"])
def test_every_line_of_the_feed_keeps_the_protocol(hostile: str) -> None:
    entries = [
        replace(
            entry, summary=entry.summary + hostile, phone_label=hostile, uid=entry.uid + hostile
        )
        for entry in make_year()
    ]
    feed = build(entries)

    lines = feed.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert not [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line]
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", feed)
    unfolded = feed.replace(b"\r\n ", b"").split(b"\r\n")
    assert unfolded.count(b"BEGIN:VEVENT") == len(entries)
    assert not [line for line in unfolded if re.match(rb"(METHOD|ORGANIZER|ATTENDEE|RDATE)", line)]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in unfolded
    assert b"X-PUBLISHED-TTL:PT1H" in unfolded
    for once in (b"PRODID:", b"VERSION:2.0", b"X-WR-CALNAME:", b"NAME:", b"BEGIN:VTIMEZONE"):
        assert sum(line.startswith(once) for line in unfolded) == 1


def test_every_session_is_one_event_with_its_own_uid_and_a_later_end() -> None:
    entries = make_year()
    events = walk_events(build(entries))

    assert len({str(event["UID"]) for event in events}) == len(entries) == len(events)
    for event in events:
        assert event["DTEND"].dt > event["DTSTART"].dt
        assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt
        assert event["SEQUENCE"] == 2
        assert "RRULE" not in event


def test_the_line_can_be_called_from_the_calendar() -> None:
    feed = build_event(make_entry("a", date(2026, 5, 4), time(10))).replace(b"\r\n ", b"")

    assert 'CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL="Лінія: ”область”'.encode() in feed
    assert b":tel:+380800500238\r\n" in feed


def test_a_short_number_is_not_offered_as_an_address() -> None:
    entry = replace(make_entry("a", date(2026, 5, 4), time(10)), phone="1506")

    assert b"CONFERENCE" not in build_event(entry)


def test_equal_entries_in_any_order_give_equal_bytes() -> None:
    entries = make_year()
    mixed = entries.copy()
    Random(7).shuffle(mixed)  # noqa: S311 - an order, not a secret

    assert build(entries) == build(mixed)
    assert strong_etag(build(entries)) == strong_etag(build(mixed))


def test_a_change_of_one_session_changes_the_tag() -> None:
    entries = make_year()
    changed = [replace(entries[0], sequence=3), *entries[1:]]

    assert strong_etag(build(entries)) != strong_etag(build(changed))


def test_an_entity_tag_is_strong_and_quoted() -> None:
    assert re.fullmatch(r'"[0-9a-f]{32}"', strong_etag(b""))


def test_two_sessions_with_one_uid_are_a_fault_of_ours() -> None:
    entry = make_entry("a", date(2026, 5, 4), time(10))

    with pytest.raises(ValueError, match="one uid"):
        build([entry, entry])


def test_an_empty_feed_is_still_a_calendar(tmp_path: Path) -> None:
    feed = build([])

    assert b"BEGIN:VTIMEZONE" in feed
    assert expand_with_python_ical(feed) == []
    assert expand_with_ical_js(feed, tmp_path) == []


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=120))
def test_any_text_survives_the_way_to_a_calendar(text: str) -> None:
    entry = replace(make_entry("a", date(2026, 5, 4), time(10)), summary=text, description=text)
    feed = build_event(entry)

    (event,) = walk_events(feed)
    assert str(event["SUMMARY"]) == clean_text(text)
    assert str(event.get("DESCRIPTION", "")) == clean_text(text)
    assert str(event["UID"]) == entry.uid


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_another_parser_reads_the_text_that_ours_wrote(text: str) -> None:
    feed = build_event(replace(make_entry("a", date(2026, 5, 4), time(10)), summary=text))

    (event,) = IcsCalendarStream.calendar_from_ics(feed.decode()).events
    assert (event.summary or "").strip() == clean_text(text).strip()


def test_control_signs_go_and_line_breaks_stay() -> None:
    assert clean_text("а\x00б\r\nв\u2028г\rд\x85е\tє\ud800") == "аб\nв\nг\nд\nе\tє?"
    assert clean_line(" а\r\nб ") == "а б"


def test_the_european_rule_is_told_by_two_rules_without_end() -> None:
    zone = build_timezone("Europe/Kyiv", first_year=2026, last_year=2027)

    parts: dict[str | None, Any] = {part.name: part for part in zone.subcomponents}
    assert parts["DAYLIGHT"]["DTSTART"].dt == datetime(1996, 3, 31, 3)  # noqa: DTZ001
    assert parts["STANDARD"]["DTSTART"].dt == datetime(1996, 10, 27, 4)  # noqa: DTZ001
    assert all("RRULE" in part and "RDATE" not in part for part in parts.values())


def test_other_rules_are_told_change_by_change() -> None:
    zone = build_timezone("America/New_York", first_year=2026, last_year=2026)

    assert len(zone.subcomponents) == 1 + 6
    assert not any("RRULE" in part or "RDATE" in part for part in zone.subcomponents)


def test_a_zone_without_changes_has_one_part() -> None:
    assert len(build_timezone("Asia/Tokyo", first_year=2026, last_year=2026).subcomponents) == 1


def test_changes_are_found_to_the_second() -> None:
    spring, autumn = list_transitions("Europe/Kyiv", first_year=2026, last_year=2026)

    assert (spring.at, spring.name) == (datetime(2026, 3, 29, 1, tzinfo=UTC), "EEST")
    assert (autumn.at, autumn.name) == (datetime(2026, 10, 25, 1, tzinfo=UTC), "EET")
    assert spring.at.astimezone(KYIV).hour == 4
