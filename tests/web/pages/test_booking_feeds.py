"""My bookings in my calendar."""

import re
from datetime import timedelta

import httpx
import pytest
from tests.factories import NOW, PHONE, SECRET, make_booking, make_session, make_slots, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.services.bookings import cancel_booking
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store.engine import fetch_rows
from hotline_sessions.web.links import booking_path


pytestmark = pytest.mark.anyio


async def subscribe(client: httpx.AsyncClient, place: str, code: str) -> str:
    """Path of the calendar that the page shows."""
    made = await client.post(f"{place}/subscription", data={"code": code})
    assert made.status_code == 200
    [path] = re.findall(r"<code>http://127.0.0.1(/my/[^<]+)</code>", made.text)
    return str(path)


async def test_a_citizen_subscribes_to_all_bookings_of_the_phone_and_to_nobody_elses(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    first = await make_session()
    taken = await make_booking(session=first, phone=PHONE)
    slot = (await make_slots(first))[1]
    other = await make_booking(session=first, phone="+380671112233", slot=slot)
    place = booking_path(taken.booking, secret=SECRET)

    path = await subscribe(client, place, taken.code)
    feed = await client.get(path)
    held = await client.get(path, headers={"If-None-Match": feed.headers["etag"]})
    await cancel_booking(taken.booking.public_id, now=NOW + timedelta(minutes=5))
    after = await client.get(path, headers={"If-None-Match": feed.headers["etag"]})

    assert f"UID:talk-{taken.booking.public_id}@" in feed.text
    assert other.booking.public_id not in feed.text
    assert feed.headers["cache-control"] == "private, no-cache"
    assert feed.headers["x-robots-tag"] == "noindex"
    for secret in (PHONE, taken.booking.caller_name, taken.booking.question, taken.code):
        assert secret not in feed.text + path
    assert (held.status_code, after.status_code) == (304, 200)
    assert "STATUS:CANCELLED" in after.text


async def test_only_a_hash_of_the_address_is_kept_and_it_can_be_revoked(
    client: httpx.AsyncClient,
) -> None:
    taken = await make_booking(session=await make_session())
    place = booking_path(taken.booking, secret=SECRET)
    path = await subscribe(client, place, taken.code)
    [kept] = await fetch_rows("select * from booking_feed order by id")

    shown = await client.get(f"{place}/subscription")
    ended = await client.post(f"{place}/subscription/end")

    assert path.split("/")[2] not in str(dict(kept)) + shown.text
    assert ended.status_code == 303
    assert (await client.get(path)).status_code == 404


async def test_a_new_address_ends_the_one_before_and_a_year_ends_any(
    client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    taken = await make_booking(session=await make_session())
    place = booking_path(taken.booking, secret=SECRET)
    old = await subscribe(client, place, taken.code)
    new = await subscribe(client, place, taken.code)

    assert [(await client.get(each)).status_code for each in (old, new)] == [404, 200]
    clock.pass_time(timedelta(days=367))
    assert (await client.get(new)).status_code == 404


@pytest.mark.parametrize(("code", "said"), [("", "missing"), ("000000", "wrong"), ("12", "short")])
async def test_who_has_the_link_and_not_the_code_gets_no_address(
    client: httpx.AsyncClient, code: str, said: str
) -> None:
    del said
    taken = await make_booking(session=await make_session())
    place = booking_path(taken.booking, secret=SECRET)

    refused = await client.post(f"{place}/subscription", data={"code": code})

    assert refused.status_code == 422
    assert 'id="code-error"' in refused.text
    assert await fetch_rows("select * from booking_feed order by id") == []


async def test_a_session_that_is_called_off_is_struck_out_in_the_own_calendar(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    taken = await make_booking(session=session)
    path = await subscribe(client, booking_path(taken.booking, secret=SECRET), taken.code)
    staff = await make_staff(institution=session.institution)

    await cancel(session.public_id, "Лікарняний", staff=staff, now=NOW + timedelta(hours=1))

    assert "STATUS:CANCELLED" in (await client.get(path)).text


async def test_an_address_that_nobody_made_leads_nowhere(client: httpx.AsyncClient) -> None:
    assert (await client.get("/my/neverMade/calendar.ics")).status_code == 404
    assert (await client.get(f"/my/{'x' * 5000}/calendar.ics")).status_code == 404
