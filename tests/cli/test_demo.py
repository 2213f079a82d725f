"""What the demo puts into a database, however often it is started."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.factories import NOW, SECRET

from hotline_sessions.cli.demo_setup import (
    HORIZON,
    import_schedules,
    publish_drafts,
    put_on_air,
    set_up_institutions,
)
from hotline_sessions.cli.demo_world import (
    CITIZENS,
    CITY,
    COUNCIL,
    HOTLINE,
    ON_AIR,
    PASSWORD,
    STAFF,
)
from hotline_sessions.domain.announcements import Filter
from hotline_sessions.domain.phones import parse_mobile, parse_phone
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.accounts import sign_in
from hotline_sessions.services.announcements import get_announcement, list_coming
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.sessions import find_session, lock_answering, mark_state
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def prepare(now: datetime = NOW) -> str:
    await set_up_institutions(now)
    await import_schedules(now)
    await publish_drafts(now)
    return (await put_on_air(now)).on_air


async def count(table: str) -> int:
    return int(await fetch_value(f"select count(*) from {table}"))  # noqa: S608 - our own names


async def test_a_month_of_announced_sessions_of_two_institutions_is_there() -> None:
    await prepare()

    coming = await list_coming(Filter(), now=NOW)

    assert len(coming) >= 15
    assert {each.institution_slug for each in coming} == {COUNCIL.slug, CITY.slug}
    assert all(each.starts_at < NOW + HORIZON for each in coming)
    assert max(each.starts_at for each in coming) > NOW + timedelta(days=21)


async def test_one_session_is_under_way_and_can_be_called() -> None:
    on_air = await get_announcement(await prepare())

    assert on_air.starts_at <= NOW < on_air.ends_at
    assert on_air.ends_at - NOW > timedelta(hours=3)
    assert (on_air.line_number, on_air.official_name) == (HOTLINE, ON_AIR.name)
    session = await find_session(on_air.public_id)
    assert session is not None
    assert session.ring_number == ON_AIR.phone


async def test_its_staff_can_sign_in() -> None:
    await prepare()

    for member in STAFF:
        assert await sign_in(member.login, PASSWORD, secret=SECRET, now=NOW)


async def test_starting_the_demo_again_adds_nothing() -> None:
    tables = ("institution", "account", "post", "line", "official", "session", "slot")
    first = await prepare()
    counted = [await count(table) for table in tables]

    again = await prepare(NOW + timedelta(seconds=30))

    assert again == first
    assert [await count(table) for table in tables] == counted


async def test_a_session_that_is_open_is_used_again_until_it_nears_its_end() -> None:
    first = await prepare()
    session = await find_session(first)
    assert session is not None
    await mark_state(session.id, SessionState.LIVE, NOW)

    assert (await put_on_air(session.ends_at - timedelta(minutes=61))).on_air == first
    assert (await put_on_air(session.ends_at - timedelta(minutes=60))).on_air != first


async def test_of_two_sessions_on_its_line_the_calls_go_to_the_one_that_is_shown() -> None:
    """The older one would get them all, and the desk of the newer would stay empty."""
    first = await prepare()
    older = await find_session(first)
    assert older is not None
    await mark_state(older.id, SessionState.LIVE, NOW)
    later = older.ends_at - timedelta(minutes=30)

    second = await prepare(later)
    async with transaction():
        answering = await lock_answering(HOTLINE, on=local_date(later))

    cancelled = await find_session(first)
    assert cancelled is not None
    assert cancelled.state is SessionState.CANCELLED
    assert second != first
    assert answering is None, "the new one is let open by the clock"


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 23, 21, 30, tzinfo=UTC),
        datetime(2026, 11, 23, 22, 5, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 50, tzinfo=UTC),
        datetime(2026, 12, 31, 21, 59, tzinfo=UTC),
    ],
)
async def test_the_demo_can_be_started_at_any_hour_of_any_night(now: datetime) -> None:
    on_air = await get_announcement(await prepare(now))

    assert on_air.starts_at <= now < on_air.ends_at


async def test_everybody_in_the_demo_has_a_telephone_that_can_ring() -> None:
    assert parse_phone(HOTLINE) == HOTLINE
    assert parse_mobile(ON_AIR.phone) == ON_AIR.phone
    assert len({parse_mobile(citizen.phone) for citizen in CITIZENS}) == len(CITIZENS)
