"""What a calendar shows of announced sessions."""

from datetime import timedelta

import pytest
from tests.factories import NOW, make_booking, make_session, make_staff

from hotline_sessions.domain.announcements import Filter
from hotline_sessions.i18n import Locale, Words, load_catalogues
from hotline_sessions.services.feeds import KEPT, find_entry, list_entries
from hotline_sessions.services.session_plans import Plan
from hotline_sessions.services.sessions import cancel, reschedule


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

URL = "https://lines.example"
ALL = Filter()


def words(locale: Locale = "uk") -> Words:
    return load_catalogues().words(locale)


async def test_an_entry_says_who_when_where_on_what() -> None:
    session = await make_session()

    entry = await find_entry(session.public_id, public_url=URL, words=words())

    assert entry is not None
    assert entry.uid == f"{session.public_id}@hotline-sessions"
    assert entry.window == session.window
    assert entry.zone == "Europe/Kyiv"
    assert entry.url == f"{URL}/sessions/{session.public_id}"
    assert "Директор департаменту соціальної політики" in entry.summary
    assert "Олена Петрівна Коваль" in entry.description
    assert "0 800 502 708" in entry.description
    assert (entry.phone, entry.categories) == ("+380800502708", ("Субсидії та пільги",))
    assert not entry.is_cancelled


async def test_an_english_entry_leads_to_the_english_page() -> None:
    session = await make_session()

    entry = await find_entry(session.public_id, public_url=URL, words=words("en"))

    assert entry is not None
    assert entry.url == f"{URL}/en/sessions/{session.public_id}"
    assert "Director of the Department of Social Policy" in entry.summary
    assert entry.location == "Rivne Regional State Administration"


async def test_a_draft_is_in_no_calendar() -> None:
    session = await make_session(published=False)

    assert await list_entries(ALL, public_url=URL, words=words(), now=NOW) == []
    assert await find_entry(session.public_id, public_url=URL, words=words()) is None


async def test_a_cancelled_session_stays_with_a_higher_number_and_its_reason() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    [before] = await list_entries(ALL, public_url=URL, words=words(), now=NOW)

    later = NOW + timedelta(hours=1)
    await cancel(session.public_id, "Лікарняний", staff=staff, now=later)

    [after] = await list_entries(ALL, public_url=URL, words=words(), now=later)
    assert after.uid == before.uid
    assert after.is_cancelled
    assert after.sequence > before.sequence
    assert after.stamped_at == later
    assert "Лікарняний" in after.description


async def test_a_moved_session_is_called_off_and_the_new_one_is_there() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    plan = Plan(
        post=session.post,
        line=session.line,
        held_on=session.held_on + timedelta(days=1),
        opens_clock=session.opens_clock,
        closes_clock=session.closes_clock,
    )
    new = await reschedule(session.public_id, plan, staff=staff, now=NOW)

    old_entry, new_entry = await list_entries(ALL, public_url=URL, words=words(), now=NOW)

    assert old_entry.is_cancelled
    assert new_entry.uid.startswith(new.public_id)
    assert not new_entry.is_cancelled


async def test_a_session_stays_in_the_feed_for_sixty_days() -> None:
    session = await make_session()
    last = session.ends_at + KEPT

    async def seen(now: timedelta) -> int:
        found = await list_entries(ALL, public_url=URL, words=words(), now=last + now)
        return len(found)

    assert await seen(-timedelta(seconds=1)) == 1
    assert await seen(timedelta()) == 0


async def test_a_feed_is_narrowed_to_what_was_asked_for() -> None:
    session = await make_session(topic="Дороги")

    async def seen(wanted: Filter) -> int:
        return len(await list_entries(wanted, public_url=URL, words=words(), now=NOW))

    assert await seen(Filter(topic="Дороги")) == 1
    assert await seen(Filter(topic="Тарифи")) == 0
    assert session.public_id


async def test_a_feed_knows_nothing_of_those_who_booked() -> None:
    session = await make_session()
    taken = await make_booking(session=session)

    [entry] = await list_entries(ALL, public_url=URL, words=words(), now=NOW)

    for secret in (taken.booking.phone, taken.booking.caller_name, taken.booking.question):
        assert secret not in str(entry)
