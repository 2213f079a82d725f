"""Free slots for programs: what may be booked now, and nothing about anybody."""

from datetime import datetime, timedelta

import msgspec
import pytest
from litestar import Litestar
from tests.factories import NOW, make_booking, make_session, make_slots
from tests.fakes import FrozenClock
from tests.web.site import create_site, open_client

from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import run_sql
from hotline_sessions.web.dependencies import WebFacts


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


class Free(msgspec.Struct):
    """What a program reads."""

    count: int
    starts: list[datetime]
    opens_at: datetime | None


async def ask(session: Session, *, now: datetime = NOW) -> Free:
    async with open_client(create_site(FrozenClock(now))) as client:
        answer = await client.get(f"/sessions/{session.public_id}/free.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    return msgspec.json.decode(answer.content, type=Free)


async def test_free_slots_are_counted_and_listed() -> None:
    session = await make_session()
    slots = await make_slots(session)
    await make_booking(session=session, slot=slots[1])

    found = await ask(session)

    assert found.count == len(slots) - 1
    assert found.starts == [slot.starts_at for slot in slots if slot is not slots[1]]


async def test_slots_that_start_too_soon_are_not_free() -> None:
    session = await make_session()
    slots = await make_slots(session)

    found = await ask(session, now=slots[1].starts_at - timedelta(seconds=1))

    assert slots[1].starts_at not in found.starts
    assert found.count == len(found.starts) < len(slots)


async def test_before_registration_opens_nothing_is_free_and_the_moment_is_told() -> None:
    session = await make_session()
    opens_at = NOW + timedelta(hours=1)
    await run_sql("update session set registration_opens_at = $1", opens_at)

    early, due = await ask(session), await ask(session, now=opens_at)

    assert (early.count, early.starts, early.opens_at) == (0, [], opens_at)
    assert due.count > 0
    assert due.opens_at is None


@pytest.mark.parametrize(
    "change",
    [
        "state = 'cancelled'",
        "booking_mode = 'draw'",
        "registration_closes_at = '2020-01-01'",
        "starts_at = '2020-01-01', ends_at = '2020-01-02'",
    ],
)
async def test_where_no_slot_is_given_none_is_free(change: str) -> None:
    session = await make_session()
    await run_sql(f"update session set {change}")  # noqa: S608 - one of the cases above

    assert await ask(session) == Free(count=0, starts=[], opens_at=None)


async def test_a_session_that_is_not_announced_is_not_known() -> None:
    session = await make_session(published=False)

    async with open_client(create_site(FrozenClock(NOW))) as client:
        answer = await client.get(f"/sessions/{session.public_id}/free.json")

    assert answer.status_code == 404


async def test_whoever_holds_the_present_state_gets_no_copy_of_it() -> None:
    session = await make_session()
    at = f"/sessions/{session.public_id}/free.json"

    async with open_client(create_site(FrozenClock(NOW))) as client:
        tags = {"If-None-Match": (await client.get(at)).headers["etag"]}
        same = await client.get(at, headers=tags)
        await make_booking(session=session)
        changed = await client.get(at, headers=tags)

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.parametrize("end", ["", "/free.json"])
async def test_for_a_second_everybody_gets_the_same_copy(end: str) -> None:
    session = await make_session()
    clock = FrozenClock(NOW)
    app = keep_for(create_site(clock), timedelta(seconds=1))
    at = f"/sessions/{session.public_id}{end}"

    async with open_client(app) as client:
        first = await client.get(at)
        await make_booking(session=session)
        copy = await client.get(at)
        asked_by_itself = await client.get(at, params={"any": "thing"})
        clock.set(NOW + timedelta(seconds=1))
        later = await client.get(at)

    assert copy.content == first.content
    assert {each.status_code for each in (first, copy, asked_by_itself, later)} == {200}
    assert first.content not in {asked_by_itself.content, later.content}


@pytest.mark.parametrize("path", ["", "/free.json"])
async def test_a_copy_in_one_language_is_not_given_in_the_other(path: str) -> None:
    session = await make_session()
    app = keep_for(create_site(FrozenClock(NOW)), timedelta(seconds=1))
    at = f"/sessions/{session.public_id}{path}"

    async with open_client(app) as client:
        ours, theirs = await client.get(at), await client.get(f"/en{at}")

    assert [each.headers.get("content-language") for each in (ours, theirs)] == (
        [None, None] if path else ["uk", "en"]
    )


def keep_for(app: Litestar, age: timedelta) -> Litestar:
    facts: WebFacts = app.state.facts
    app.state.facts = msgspec.structs.replace(facts, fresh_for=age)
    return app
