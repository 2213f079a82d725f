import re

import pytest
from tests.factories import NOW, make_session
from tests.played import YESTERDAY, open_session, plan_session
from tests.web.pages.desk.conftest import BASE, Office
from tests.web.site import create_site, open_client

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.calls import CallState
from hotline_sessions.store.calls import list_live_legs
from hotline_sessions.store.officials import add_official
from hotline_sessions.store.sessions import get_session


pytestmark = pytest.mark.anyio


async def add_deputy(office: Office) -> int:
    return await add_official(
        "Тарас Ґудзь",
        institution=office.home.id,
        ring_number="+380362220099",
        valid_from=YESTERDAY.date(),
    )


def find_link(text: str) -> str:
    found = re.search(rf'href="({BASE}/official/[^"]+)"', text)
    assert found
    return found[1]


async def test_staff_see_the_link_that_opens_the_page_of_the_official(office: Office) -> None:
    session = await plan_session(office.home)
    browser = await office.enter(Role.COMMUNICATIONS)

    text = (await browser.get(f"/staff/sessions/{session.public_id}/official")).text

    async with open_client(create_site(office.clock)) as client:
        opened = await client.get(find_link(text).removeprefix(BASE))
    assert opened.status_code == 200
    assert "Олена Петрівна Коваль" in opened.text
    assert 'src="data:image/svg+xml' in text


async def test_who_neither_plans_nor_runs_sessions_does_not_get_the_link(office: Office) -> None:
    session = await plan_session(office.home)
    browser = await office.enter(Role.CLERK)

    for page in ("official", "substitute", "briefing", "briefing.pdf"):
        answer = await browser.get(f"/staff/sessions/{session.public_id}/{page}")
        assert answer.status_code == 403, page


async def test_a_draft_has_no_link_yet(office: Office) -> None:
    session = await make_session(institution=office.home, published=False)
    browser = await office.enter(Role.COMMUNICATIONS)

    text = (await browser.get(f"/staff/sessions/{session.public_id}/official")).text

    assert "/official/" not in text.replace(f"{session.public_id}/official", "")
    assert "Посилання з’явиться" in text


async def test_a_substitute_is_rung_and_shown_to_citizens(office: Office) -> None:
    session = await open_session(office.home, now=NOW)
    deputy = await add_deputy(office)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{session.public_id}"
    old = find_link((await browser.get(f"{at}/official")).text)

    answer = await browser.post(f"{at}/substitute", official=str(deputy), ring_number="")

    assert answer.status_code == 303
    changed = await get_session(session.id, institution=office.home.id)
    assert (changed.substitute, changed.ring_number) == (deputy, "+380362220099")
    assert [leg.state for leg in await list_live_legs(session.id)] == [CallState.SUBMITTING]
    assert find_link((await browser.get(f"{at}/official")).text) != old
    async with open_client(create_site(office.clock)) as client:
        public = (await client.get(f"/sessions/{session.public_id}")).text
        assert (await client.get(old.removeprefix(BASE))).status_code == 404
    assert "Тарас Ґудзь" in public
    assert "Оголошували: Олена Петрівна Коваль" in public


async def test_a_substitution_without_a_person_is_asked_for_again(office: Office) -> None:
    session = await open_session(office.home, now=NOW)
    assert session.official is not None
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/sessions/{session.public_id}/substitute"

    nobody = await browser.post(at, official="", ring_number="")
    the_same = await browser.post(at, official=str(session.official), ring_number="")
    no_number = await browser.post(at, official=str(session.official), ring_number="12")

    assert nobody.status_code == the_same.status_code == no_number.status_code == 422
    assert "Виберіть, хто відповідає замість" in nobody.text
    assert "вже відповідає" in the_same.text
    assert (await get_session(session.id, institution=office.home.id)).substitute is None
