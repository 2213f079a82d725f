"""The pages of reports of sessions, request by request."""

import pytest
from tests.factories import make_session
from tests.fakes import FrozenClock
from tests.web.pages.desk.conftest import Office
from tests.web.site import create_site, open_client

from hotline_sessions.domain.access import Role
from hotline_sessions.store.engine import fetch_value, run_sql


pytestmark = pytest.mark.anyio

WORDS = "Найбільше запитували про субсидії."


async def test_a_report_goes_from_draft_to_the_public_page_and_back(
    office: Office, clock: FrozenClock
) -> None:
    clerk, manager = await office.enter(Role.CLERK), await office.enter(Role.MANAGER)
    session = await make_session(institution=office.home)
    coming = await make_session(institution=office.home, held_on=session.held_on.replace(day=27))
    at = f"/staff/sessions/{session.public_id}/report"
    early = await clerk.get(at)
    await run_sql("update session set state = 'closed' where id = $1", session.id)

    async with open_client(create_site(clock)) as citizen:
        drawn = (await clerk.get(at)).text
        proposed = await clerk.post(f"{at}/propose", words=WORDS)
        edition = await fetch_value("select id from session_report")
        own = await clerk.post(f"{at}/approve", seen=str(edition))
        before = (await citizen.get(f"/sessions/{session.public_id}?x=1")).text
        wrong = [
            await manager.post(f"{at}/approve", seen=seen)
            for seen in ("", "хтозна", "9" * 40, str(edition + 1))
        ]
        done = await manager.post(f"{at}/approve", seen=str(edition))
        after = (await citizen.get(f"/sessions/{session.public_id}?x=2")).text
        blank = await clerk.post(f"{at}/withdraw", withdraw_reason="")
        back = await clerk.post(f"{at}/withdraw", withdraw_reason="Названо людину")
        gone = (await citizen.get(f"/sessions/{session.public_id}?x=3")).text

    assert early.status_code == 409
    assert "Дані на цю мить" in drawn
    assert [proposed.status_code, own.status_code, done.status_code] == [303, 403, 303]
    assert [each.status_code for each in wrong] == [422, 422, 409, 409]
    assert (blank.status_code, back.status_code) == (422, 303)
    assert [WORDS in text for text in (before, after, gone)] == [False, True, False]
    assert "Наступна пряма лінія" in after
    assert f"/sessions/{coming.public_id}" in after
    assert (await clerk.post(f"{at}/unheard-of")).status_code == 404


async def test_who_only_answers_the_phone_writes_no_report(office: Office) -> None:
    operator = await office.enter(Role.OPERATOR)
    session = await make_session(institution=office.home)

    assert (await operator.get(f"/staff/sessions/{session.public_id}/report")).status_code == 403
