"""The pages of promises, request by request."""

import pytest
from tests.factories import HELD_ON, make_session
from tests.fakes import FrozenClock
from tests.web.pages.desk.conftest import Browser, Office
from tests.web.site import create_site, open_client

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

TEXT = "Полагодити дорогу на Соборній"
NEW = {"text": TEXT, "promised_by": "Директор", "due_on": "2026-12-01", "form_mark": "m" * 20}


async def note(office: Office, browser: Browser) -> tuple[str, str]:
    """A promise; its page, and the public page of its session."""
    session = await make_session(institution=office.home)
    at = f"/staff/sessions/{session.public_id}/promises"
    for _ in range(2):
        assert (await browser.post(at, **NEW)).status_code == 303
    name = await fetch_value("select public_id from promise")
    return f"/staff/promises/{name}", f"/sessions/{session.public_id}"


async def test_an_operator_notes_what_was_said_once(office: Office) -> None:
    browser = await office.enter(Role.OPERATOR)

    place, public = await note(office, browser)

    at = f"/staff{public}/promises"
    assert TEXT in (await browser.get(at)).text
    assert "Обіцянку записано" in (await browser.get(place)).text
    assert TEXT not in (await browser.get("/staff/promises")).text, "it is not due yet"
    assert TEXT in (await browser.get("/staff/promises?show=all")).text
    assert (await browser.post(f"{place}/end")).status_code == 403


async def test_what_is_filled_in_wrongly_is_told_at_its_field(office: Office) -> None:
    browser = await office.enter(Role.CLERK)
    session = await make_session(institution=office.home)
    at = f"/staff/sessions/{session.public_id}/promises"

    answers = [
        await browser.post(at, **{**NEW, **wrong})
        for wrong in (
            {"due_on": "хтозна"},
            {"due_on": "2026-11-24"},
            {"due_on": "9999-12-31"},
            {"number": "К-77-2026"},
            {"number": "хтозна"},
            {"text": "а" * 1001},
            {"text": ""},
        )
    ]

    assert [each.status_code for each in answers] == [422] * 7
    assert HELD_ON.isoformat() == "2026-11-25"
    assert await fetch_value("select count(*) from promise") == 0


async def test_the_public_reads_what_two_people_stand_for(
    office: Office, clock: FrozenClock
) -> None:
    clerk, manager = await office.enter(Role.CLERK), await office.enter(Role.MANAGER)
    place, public = await note(office, clerk)
    words = "Дорогу полагодять"

    async with open_client(create_site(clock)) as citizen:
        await clerk.post(f"{place}/propose", public_text=words)
        own = await clerk.post(f"{place}/approve", seen=words)
        before = (await citizen.get(f"{public}?x=1")).text
        done = await manager.post(f"{place}/approve", seen=words)
        moved = {"move_on": "2026-12-20", "move_reason": "Немає асфальту"}
        await clerk.post(f"{place}/move", **moved)
        after = (await citizen.get(f"{public}?x=2")).text

    assert (own.status_code, done.status_code) == (403, 303)
    assert words not in before
    assert words in after
    assert TEXT not in after
    assert "1 грудня 2026" in after, "the day before stays seen"
    assert "20 грудня 2026" in after


async def test_a_promise_ends_once(office: Office) -> None:
    browser = await office.enter(Role.CLERK)
    place, _ = await note(office, browser)
    kept = {"ended": "kept", "end_reason": "Дорогу відкрито"}

    answers = [
        await browser.post(f"{place}/end", ended="open", end_reason="Дорогу"),
        await browser.post(f"{place}/end", **kept),
        await browser.post(f"{place}/end", **{**kept, "ended": "broken"}),
        await browser.post(f"{place}/unheard-of", **kept),
    ]

    assert [each.status_code for each in answers] == [422, 303, 409, 404]
    assert "обіцянку виконано" in (await browser.get(place)).text
