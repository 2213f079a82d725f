"""Staff approve a schedule by an order, see what has changed since, and set a time to tell."""

from datetime import UTC, date, datetime

import pytest
from tests.factories import NOW, make_institution, make_session, make_staff
from tests.fakes import FrozenClock
from tests.web.pages.desk.conftest import Browser, Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.sessions import Session
from hotline_sessions.services.approvals import announce_due
from hotline_sessions.services.sessions import cancel
from hotline_sessions.store.engine import fetch_rows


pytestmark = pytest.mark.anyio

PATH = "/staff/approvals"


async def make_drafts(office: Office) -> list[Session]:
    return [
        await make_session(institution=office.home, held_on=date(2026, 12, day), published=False)
        for day in (1, 2)
    ]


async def approve(browser: Browser, drafts: list[Session], **changes: object) -> str:
    fields: dict[str, object] = {
        "sessions": [each.public_id for each in drafts], "number": "33-ОД",
        "order_on": "2026-11-20", "announce": "now", **changes,
    }  # fmt: skip
    answer = await browser.post(PATH, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def list_states() -> list[str]:
    return [row["state"] for row in await fetch_rows("select state from session order by id")]


async def test_chosen_drafts_are_approved_and_a_change_is_seen_beside_the_order(
    office: Office,
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    drafts = await make_drafts(office)
    listed = await browser.get(PATH)
    home = await approve(browser, drafts)
    unchanged = await browser.get(home)
    staff = await make_staff(institution=office.home.id)
    await cancel(drafts[0].public_id, "Хвороба посадовця", staff=staff, now=NOW)

    changed = await browser.get(home)

    assert listed.text.count('name="sessions"') == 2
    assert await list_states() == ["cancelled", "published"]
    assert "Усе так, як затверджено" in unchanged.text
    assert "1 рядок уже не такий" in changed.text
    sheet = await browser.get(f"/staff/sessions/{drafts[1].public_id}")
    assert "№ 33-ОД" in sheet.text


async def test_an_order_has_room_for_all_sessions_of_a_quarter(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    order = {"number": "33-ОД", "order_on": "2026-11-20", "announce": "later"}

    many = await browser.post(PATH, sessions=[f"{n:010}" for n in range(490)], **order)
    flood = await browser.post(PATH, sessions=[f"{n:010}" for n in range(1000)], **order)

    assert many.status_code == 404, "it was read, and none of them is there"
    assert flood.status_code == 400


async def test_held_back_drafts_wait_for_their_moment_in_wall_time(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    drafts = await make_drafts(office)
    home = await approve(
        browser, drafts, announce="at", publish_on="2026-11-24", publish_clock="09:00"
    )
    waiting = await browser.get(home)
    too_early = await browser.post(f"/staff/sessions/{drafts[0].public_id}/publish")

    assert "Не оголошувати автоматично" in waiting.text
    assert too_early.status_code == 409
    moment = datetime(2026, 11, 24, 7, tzinfo=UTC)
    await announce_due(clock=FrozenClock(moment))
    assert await list_states() == ["published", "published"]
    assert (await browser.post(f"{home}/lift")).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"sessions": []}, 422, "Оберіть хоча б одну"),
        ({"number": ""}, 422, "Введіть номер"),
        ({"number": "9" * 41}, 422, "щонайбільше 40 знаків"),
        ({"order_on": "2026-11-30"}, 422, "День розпорядження ще не настав"),
        ({"announce": "at"}, 422, "Введіть день оголошення"),
        ({"announce": "at", "publish_on": "2026-11-20", "publish_clock": "10:00"},
         422, "ще попереду"),
        ({"announce": "at", "publish_on": "2026-12-20", "publish_clock": "10:00"},
         422, "до початку"),
        ({"sessions": ["nothing"]}, 404, ""),
    ],
)  # fmt: skip
async def test_an_order_that_cannot_be_approves_nothing(
    office: Office, changes: dict[str, object], status: int, sentence: str
) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    drafts = await make_drafts(office)
    fields: dict[str, object] = {
        "sessions": [each.public_id for each in drafts], "number": "33-ОД",
        "order_on": "2026-11-20", "announce": "now",
    }  # fmt: skip

    answer = await browser.post(PATH, **(fields | changes))

    assert answer.status_code == status
    assert sentence in answer.text
    assert await list_states() == ["draft", "draft"]


async def test_approvals_are_for_planners_of_their_institution(office: Office) -> None:
    browser = await office.enter(Role.COMMUNICATIONS)
    home = await approve(browser, await make_drafts(office))
    operator = await office.enter(Role.OPERATOR)
    stranger = await Office(await make_institution(), office.clock).enter(Role.COMMUNICATIONS)

    assert (await operator.get(PATH)).status_code == 403
    assert (await stranger.get(home)).status_code == 404
    assert (await stranger.post(f"{home}/lift")).status_code == 404
