"""Deeds of the desk by their forms, as a browser without scripts sends them."""

import re
from datetime import timedelta

import pytest
from tests.factories import NOW, make_booking, make_slots
from tests.web.pages.desk.conftest import Browser, Office
from tests.web.pages.desk.test_live import (
    PART,
    bring_official,
    call_in,
    happen,
    open_session,
)

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.calls import CallEvent, CallState, Consent
from hotline_sessions.domain.calls import Role as Side
from hotline_sessions.domain.questions import QuestionOrigin
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services.live import LiveDesk, get_live_desk
from hotline_sessions.store.calls import get_leg
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.questions import add_question
from hotline_sessions.store.sessions import get_session
from hotline_sessions.store.transaction import transaction
from hotline_sessions.web.pages.desk.deed_table import DEEDS


pytestmark = pytest.mark.anyio

FIRST, SECOND = "+380671234577", "+380671234588"


class Desk:
    """One session with its operator's browser."""

    def __init__(self, session: Session, browser: Browser) -> None:
        self.session = session
        self.browser = browser
        self.at = f"/staff/desk/{session.public_id}"

    async def do(self, deed: str, **fields: object) -> tuple[int, str]:
        answer = await self.browser.post(f"{self.at}/{deed}", headers=PART, **fields)
        return answer.status_code, answer.text

    async def look(self) -> LiveDesk:
        return await get_live_desk(self.session.id, institution=self.session.institution, now=NOW)

    async def fresh(self) -> Session:
        return await get_session(self.session.id, institution=self.session.institution)


@pytest.fixture
async def desk(office: Office) -> Desk:
    session = await open_session(office)
    await bring_official(session)
    return Desk(session, await office.enter(Role.OPERATOR))


async def test_a_caller_is_put_first_and_last_only_with_a_reason(desk: Desk) -> None:
    await call_in(desk.session, number=FIRST)
    second = await call_in(desk.session, number=SECOND)

    refused, _ = await desk.do("first", call=second.public_id, reason="because")
    moved, text = await desk.do("first", call=second.public_id, reason="health")
    order = [each.caller.call for each in (await desk.look()).waiting]
    await desk.do("last", call=second.public_id, reason="official-asks")
    after = [each.caller.call for each in (await desk.look()).waiting]

    assert (refused, moved) == (409, 200)
    assert "переставлено оператором на початок" in text
    assert order[0] == second.public_id
    assert after[-1] == second.public_id
    reason = await fetch_value(
        "select detail->>'reason' from audit where action = 'caller_reordered' order by id limit 1"
    )
    assert reason == "health"


async def test_a_caller_is_put_through_out_of_turn_and_goes_back_to_the_head(desk: Desk) -> None:
    await call_in(desk.session, number=FIRST)
    second = await call_in(desk.session, number=SECOND)

    await desk.do("through", call=second.public_id, reason="child")
    await happen(desk.session, Side.CITIZEN, CallEvent.CAME, CallEvent.ENTERED_AIR)
    on_air = (await desk.look()).on_air
    _, text = await desk.do("return", call=second.public_id)

    assert on_air is not None
    assert on_air.caller.call == second.public_id
    assert on_air.left == timedelta(minutes=desk.session.talk_minutes)
    assert "повертається до черги" in text


async def test_the_session_is_paused_extended_and_ended_from_its_bar(desk: Desk) -> None:
    paused, text = await desk.do("pause", reason="air-alert")
    assert (await desk.fresh()).state is SessionState.PAUSED
    assert "Пряму лінію призупинено." in text
    await desk.do("resume")
    assert (await desk.fresh()).state is not SessionState.PAUSED

    await desk.do("extend", minutes="10")
    later = await desk.fresh()
    too_long, _ = await desk.do("extend", minutes="61")
    wordy, _ = await desk.do("extend", minutes="ten")
    assert later.closes_at == desk.session.ends_at + timedelta(minutes=10)

    await desk.do("automatic", on="yes")
    assert (await desk.fresh()).is_automatic
    await desk.do("automatic")
    assert not (await desk.fresh()).is_automatic

    await desk.do("close")
    assert (await desk.fresh()).state in {SessionState.CLOSING, SessionState.CLOSED}
    assert (paused, too_long, wordy) == (200, 409, 409)


async def test_an_operator_without_telephone_is_told_what_to_turn_on(desk: Desk) -> None:
    status, text = await desk.do("join", mode="listen")

    assert status == 409
    assert "увімкніть телефон на цій сторінці" in text


async def test_an_operator_joins_from_the_page_changes_the_way_and_leaves(desk: Desk) -> None:
    _, joined = await desk.do("join", mode="listen", from_browser="yes")
    _, whispers = await desk.do("join", mode="whisper", from_browser="yes")
    _, left = await desk.do("leave")
    again, _ = await desk.do("leave")

    assert "data-softphone-expects" in joined
    assert "Ви слухаєте, вас ніхто не чує" in joined
    assert "Вас чує тільки посадова особа" in whispers
    assert "Вас немає на лінії" in left
    assert again == 409


async def test_a_citizen_is_prepared_and_goes_to_the_air(desk: Desk) -> None:
    leg = await call_in(desk.session, number=FIRST)

    _, text = await desk.do("screen", call=leg.public_id, from_browser="yes")
    screened = (await desk.look()).screening
    await desk.do("screened", call=leg.public_id, to_air="yes")

    assert "Готується до ефіру" in text
    assert [each.caller.call for each in screened] == [leg.public_id]
    assert (await get_leg(leg.public_id)).state is CallState.SUMMONED


async def test_changing_to_the_air_leaves_no_citizen_alone_in_the_room(desk: Desk) -> None:
    leg = await call_in(desk.session, number=FIRST)
    await desk.do("screen", call=leg.public_id, from_browser="yes")

    await desk.do("join", mode="listen", from_browser="yes")

    assert (await get_leg(leg.public_id)).state is CallState.WAITING


async def test_who_has_booked_and_not_called_is_called_back_and_that_can_be_taken_back(
    desk: Desk,
) -> None:
    slot = (await make_slots(desk.session))[0]
    taken = await make_booking(
        session=desk.session,
        slot=slot,
        name="Гончар Марія",
        phone="+380501112233",
        now=NOW - timedelta(days=1),
    )
    desk.browser.client.headers["x-test"] = "later"
    begun = NOW - timedelta(hours=1)
    await run_sql("update session set starts_at = $2 where id = $1", desk.session.id, begun)
    await run_sql("update slot set starts_at = $2 where id = $1", slot.id, begun)

    missed = (await desk.look()).missed
    page = await desk.browser.get(desk.at)
    made, _ = await desk.do("call-back", booking=taken.booking.public_id)
    twice, _ = await desk.do("call-back", booking=taken.booking.public_id)
    promises = (await desk.look()).call_backs

    assert [each.name for each in missed] == ["Гончар Марія"]
    assert "+380 50 111 22 33" in page.text
    assert (made, twice) == (200, 409)
    assert len(promises) == 1
    assert (await desk.look()).missed[0].is_promised


async def test_a_question_is_closed_with_a_reason_or_prefills_the_form(desk: Desk) -> None:
    leg = await call_in(desk.session, number=FIRST)
    async with transaction():
        await add_question(leg, QuestionOrigin.RECORDED, NOW)
    await run_sql("update question set machine_words = 'Чому не їздить автобус до Здолбунова'")
    question = (await desk.look()).questions[0]

    page = (await desk.browser.get(desk.at)).text
    form = await desk.browser.get(
        f"{desk.at}/appeal?call={leg.public_id}&question={question.public_id}", **PART
    )
    refused, _ = await desk.do("question", question=question.public_id, reason="registered-not")
    closed, text = await desk.do("question", question=question.public_id, reason="repeated")
    again, _ = await desk.do("question", question=question.public_id, reason="repeated")

    assert "Чому не їздить автобус" in page
    assert "залишено записом" in page
    assert re.search(r'<textarea[^>]*name="question"[^>]*>Чому не їздить автобус', form.text)
    assert (refused, closed, again) == (409, 200, 409)
    assert "Чому не їздить автобус" not in text


async def test_a_desk_without_scripts_leads_back_to_itself_after_every_deed(desk: Desk) -> None:
    answer = await desk.browser.post(f"{desk.at}/pause", reason="outage")

    assert answer.status_code == 303
    assert answer.headers["location"] == desk.at


async def test_every_form_of_the_page_leads_to_a_deed_that_there_is(desk: Desk) -> None:
    await call_in(desk.session, number=FIRST)
    page = await desk.browser.get(desk.at)
    actions = set(re.findall(rf'(?:form)?action="{desk.at}/([\w-]+)"', page.text))

    assert actions <= {*DEEDS, "appeal"}
    assert {"through", "first", "last", "screen", "dismiss", "pause", "close"} <= actions


async def test_consent_and_language_of_the_caller_are_seen(desk: Desk) -> None:
    leg = await call_in(desk.session, number=FIRST)
    await run_sql("update session set is_recorded = true where id = $1", desk.session.id)
    await run_sql(
        "update call set language = 'en', consent = $2 where id = $1", leg.id, Consent.NO.value
    )
    _, text = await desk.do("next")

    assert "мова: англійська" in text
    assert "згоди немає, запис не ведеться" in text
