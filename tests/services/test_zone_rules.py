"""A country changes its clocks: sessions ahead keep their hour, and who must hears of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from tests.factories import (
    NOW,
    make_booking,
    make_institution,
    make_session,
    make_slots,
    make_staff,
)
from tests.fakes import FrozenClock
from tests.zones import give_zone_rules_of

from hotline_sessions.domain.announcements import Filter
from hotline_sessions.domain.registration import RegistrationPlan, WallMoment
from hotline_sessions.domain.zone_rules import Outcome
from hotline_sessions.gateways.ics import build_calendar
from hotline_sessions.i18n import load_catalogues
from hotline_sessions.services.feeds import list_entries
from hotline_sessions.services.zone_rules import (
    derive_again,
    follow_zone_rules,
    list_differing,
    list_own_shifts,
)
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.sessions import get_session, list_slots


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

ZONE = "Europe/Kyiv"
SUMMER = date(2027, 7, 1)
HOUR = timedelta(hours=1)
CLOCK = FrozenClock(NOW)


@contextmanager
def no_summer_time(folder: Path) -> Iterator[None]:
    """Ukraine has given up summer time: +02:00 for ever."""
    with give_zone_rules_of("Africa/Tripoli", ZONE, folder):
        yield


async def read_feed() -> bytes:
    words = load_catalogues().words("uk")
    entries = await list_entries(Filter(), public_url="https://lines.example", words=words, now=NOW)
    return build_calendar(entries, name="Прямі лінії", zone=ZONE, feed_url="https://lines.example/")


async def test_sessions_ahead_keep_their_hour_and_their_bookings_and_calendars_notice(
    tmp_path: Path,
) -> None:
    past = await make_session(held_on=date(2026, 7, 1), now=datetime(2026, 6, 1, tzinfo=UTC))
    winter = await make_session()
    summer = await make_session(held_on=SUMMER)
    slots = await make_slots(summer)
    booked = await make_booking(session=summer, slot=slots[1])
    await follow_zone_rules(clock=CLOCK)
    before = await read_feed()
    told = await fetch_value("select count(*) from message")

    with no_summer_time(tmp_path):
        await follow_zone_rules(clock=CLOCK)
        after = await read_feed()
        again = await derive_again(ZONE, now=NOW)
        now_held = await get_session(summer.id, institution=summer.institution)
        assert again == []
        assert await read_feed() == after

    assert now_held.starts_at == summer.starts_at + HOUR
    assert now_held.starts_at == datetime(2027, 7, 1, 8, tzinfo=UTC)
    assert (now_held.opens_clock, now_held.held_on) == (summer.opens_clock, summer.held_on)
    assert now_held.sequence == summer.sequence + 1
    moved = await list_slots(summer.id)
    assert len(moved) == 6
    assert moved[0].starts_at == now_held.starts_at
    of_booking = await fetch_rows(
        "select t.id, t.starts_at, b.version from booking b join slot t on t.id = b.slot"
        " where b.public_id = $1",
        booked.booking.public_id,
    )
    assert [tuple(row) for row in of_booking] == [(slots[1].id, slots[1].starts_at + HOUR, 1)]
    for session in (past, winter):
        same = await get_session(session.id, institution=session.institution)
        assert (same.window, same.sequence) == (session.window, session.sequence)
    assert before != after
    assert b"DAYLIGHT" in before
    assert b"DAYLIGHT" not in after
    wall = b"DTSTART;TZID=Europe/Kyiv:20270701T100000"
    assert wall in before
    assert wall in after
    assert await fetch_value("select count(*) from message") == told


async def test_sessions_one_after_another_make_room_for_each_other(tmp_path: Path) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    for hour in (10, 11, 12):
        await make_session(
            institution=home, held_on=SUMMER, opens_clock=time(hour), closes_clock=time(hour + 1)
        )
    await follow_zone_rules(clock=CLOCK)

    with no_summer_time(tmp_path):
        await follow_zone_rules(clock=CLOCK)
        shifts = await list_own_shifts(staff=staff, now=NOW)

    assert [(each.outcome, each.minutes) for each in shifts] == [(Outcome.MOVED, 60)] * 3
    rows = await fetch_rows("select starts_at from session order by starts_at")
    assert [row["starts_at"].hour for row in rows] == [8, 9, 10]


async def test_what_cannot_be_moved_waits_for_staff_until_they_have_decided(
    tmp_path: Path,
) -> None:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    old = await make_session(institution=home, held_on=SUMMER)
    await follow_zone_rules(clock=CLOCK)

    with no_summer_time(tmp_path):
        # Another process with the new rules has put a session there before this one looked.
        new = await make_session(institution=home, held_on=SUMMER)
        await follow_zone_rules(clock=CLOCK)
        await follow_zone_rules(clock=CLOCK)
        waiting = await list_own_shifts(staff=staff, now=NOW)
        kept = await get_session(old.id, institution=home.id)
        await run_sql("update session set state = 'cancelled' where id = $1", new.id)
        await follow_zone_rules(clock=CLOCK)
        decided = await list_own_shifts(staff=staff, now=NOW)

    assert [(each.public_id, each.outcome) for each in waiting] == [(old.public_id, Outcome.CLASH)]
    assert kept.window == old.window
    assert [(each.public_id, each.outcome) for each in decided] == [(old.public_id, Outcome.MOVED)]


async def test_a_process_with_older_rules_does_not_undo_what_newer_ones_have_done(
    tmp_path: Path,
) -> None:
    session = await make_session(held_on=SUMMER)
    await follow_zone_rules(clock=CLOCK)
    with no_summer_time(tmp_path):
        await follow_zone_rules(clock=CLOCK)

    assert await list_differing(ZONE, now=NOW) != []
    assert await derive_again(ZONE, now=NOW) == []
    kept = await get_session(session.id, institution=session.institution)
    assert kept.starts_at == session.starts_at + HOUR
    taken_back = await derive_again(ZONE, now=NOW, by_hand=True)
    assert [each.outcome for each in taken_back] == [Outcome.MOVED]
    back = await get_session(session.id, institution=session.institution)
    assert (back.window, back.sequence) == (session.window, session.sequence + 2)


async def test_a_session_under_way_is_left_alone(tmp_path: Path) -> None:
    session = await make_session(held_on=SUMMER)
    await follow_zone_rules(clock=CLOCK)
    await run_sql("update session set state = 'live' where id = $1", session.id)

    with no_summer_time(tmp_path):
        found = await derive_again(ZONE, now=session.starts_at + timedelta(minutes=5))

    assert [each.outcome for each in found] == [Outcome.UNDER_WAY]
    kept = await get_session(session.id, institution=session.institution)
    assert kept.window == session.window


async def test_registration_opens_at_the_same_hour_of_the_clock(tmp_path: Path) -> None:
    session = await make_session(
        held_on=SUMMER,
        registration=RegistrationPlan(
            opens=WallMoment(on=date(2027, 6, 1), clock=time(9)),
            closes=WallMoment(on=date(2027, 6, 30), clock=time(18)),
        ),
    )
    await follow_zone_rules(clock=CLOCK)

    with no_summer_time(tmp_path):
        await follow_zone_rules(clock=CLOCK)
        await follow_zone_rules(clock=CLOCK)

    kept = await get_session(session.id, institution=session.institution)
    assert kept.registration_opens_at == datetime(2027, 6, 1, 7, tzinfo=UTC)
    assert kept.registration_closes_at == datetime(2027, 6, 30, 16, tzinfo=UTC)


async def test_a_night_that_becomes_shorter_does_not_lose_a_booked_talk(tmp_path: Path) -> None:
    """By the old rules the night of October had an hour more: nobody's talk may fall off."""
    night = date(2027, 10, 31)
    session = await make_session(
        held_on=night, opens_clock=time(2), closes_clock=time(5), talk_minutes=30
    )
    slots = await make_slots(session)
    await follow_zone_rules(clock=CLOCK)
    last = await make_booking(session=session, slot=slots[-1])

    with no_summer_time(tmp_path):
        refused = await derive_again(ZONE, now=NOW)
        await run_sql(
            "update booking set state = 'cancelled', ended_at = now() where public_id = $1",
            last.booking.public_id,
        )
        done = await derive_again(ZONE, now=NOW)

    assert [each.outcome for each in refused] == [Outcome.CUT]
    assert [each.outcome for each in done] == [Outcome.MOVED]
    kept = await list_slots(session.id)
    assert kept[-1].ends_at == datetime(2027, 10, 31, 3, tzinfo=UTC)
