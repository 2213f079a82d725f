"""Pages on which an operator books for a citizen, and looks at the limits of a phone."""

import re
from datetime import datetime, time, timedelta

import pytest
from tests.factories import NOW, PHONE, choose_policy, list_all_bookings, make_session
from tests.fakes import FakeTexts, FrozenClock
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.services.messages import send_messages
from hotline_sessions.services.reminders import plan_reminders
from hotline_sessions.store.engine import fetch_value


pytestmark = pytest.mark.anyio

WHO = {
    "name": "Марія Іванівна",
    "phone": "050 123 45 67",
    "community": "Рівне",
    "question": "Коли буде перерахунок субсидії?",
}
MARK = "a-mark-that-was-drawn-once"


async def test_an_operator_books_and_reads_the_code_out(office: Office) -> None:
    session = await make_session(institution=office.home)
    browser = await office.enter(Role.OPERATOR)
    at = f"/en/staff/desk/{session.public_id}/book"
    offered = re.findall(r'name="starts_at"[^>]*?value="([^"]+)"', (await browser.get(at)).text)

    booked = await browser.post(at, starts_at=offered[1], form_mark=MARK, **WHO)
    again = await browser.post(at, starts_at=offered[1], form_mark=MARK, **WHO)

    (booking,) = await list_all_bookings(session)
    code = re.search(r"<strong>(\d{6})</strong>", booked.text)
    assert code is not None
    assert booking.code_hint == code[1][-2:]
    assert booking.starts_at.isoformat() == offered[1]
    assert code[1] in again.text, "a form that is sent twice shows the same code"


async def test_who_speaks_english_is_written_to_in_english_now_and_when_reminded(
    office: Office,
) -> None:
    session = await make_session(institution=office.home)
    browser = await office.enter(Role.OPERATOR)
    at = f"/staff/desk/{session.public_id}/book"
    offered = re.findall(r'name="starts_at"[^>]*?value="([^"]+)"', (await browser.get(at)).text)
    sent: list[list[str]] = []

    for place, spoken in enumerate(({"language": "en"}, {})):
        who = {**WHO, "phone": f"050 123 45 1{place}", **spoken}
        assert (await browser.post(at, starts_at=offered[place], **who)).status_code == 200
        texts = FakeTexts()
        for moment in (NOW, datetime.fromisoformat(offered[place]) - timedelta(hours=1)):
            clock = FrozenClock(moment)
            await plan_reminders(clock=clock)
            while await send_messages(texts, clock=clock):
                pass
        sent.append([body for number, body in texts.sent if number.endswith(f"1{place}")])
    wrong = await browser.post(at, starts_at=offered[2], **{**WHO, "language": "de"})

    english, ukrainian = sent
    assert len(english) == len(ukrainian) >= 2
    assert all(body.isascii() for body in english)
    assert not any(body.isascii() for body in ukrainian)
    assert wrong.status_code == 422


async def test_the_form_says_what_is_missing_and_asks_why_the_limits_do_not_hold(
    office: Office,
) -> None:
    session = await make_session(institution=office.home)
    browser = await office.enter(Role.OPERATOR)
    at = f"/en/staff/desk/{session.public_id}/book"
    offered = re.findall(r'name="starts_at"[^>]*?value="([^"]+)"', (await browser.get(at)).text)

    empty = await browser.post(at)
    unexplained = await browser.post(at, starts_at=offered[0], beyond="yes", **WHO)

    assert (empty.status_code, unexplained.status_code) == (422, 422)
    assert "Enter the phone of the citizen" in empty.text
    assert "Write why the limits do not hold" in unexplained.text
    assert await list_all_bookings(session) == []


async def test_a_limit_stops_the_booking_until_a_reason_is_given(office: Office) -> None:
    await choose_policy(office.home.id, BookingPolicy(monthly_cap=1))
    first = await make_session(institution=office.home)
    second = await make_session(
        institution=office.home, opens_clock=time(15), closes_clock=time(16)
    )
    browser = await office.enter(Role.OPERATOR)
    answers = []
    for session, beyond in ((first, {}), (second, {}), (second, {"beyond": "yes"})):
        at = f"/en/staff/desk/{session.public_id}/book"
        shown = await browser.get(at)
        starts_at = re.findall(r'name="starts_at"[^>]*?value="([^"]+)"', shown.text)[0]
        fields = {**WHO, **beyond, "starts_at": starts_at, "reason": "Скарга до голови"}
        answers.append((await browser.post(at, **fields)).status_code)

    assert answers == [200, 409, 200]


async def test_limits_are_shown_lifted_and_put_back_with_no_phone_in_an_address(
    office: Office,
) -> None:
    browser = await office.enter(Role.OPERATOR)
    at = "/en/staff/limits"

    asked = await browser.get(at)
    wrong = await browser.post(at, phone="12")
    shown = await browser.post(at, phone="050 123 45 67")
    unexplained = await browser.post(f"{at}/lift", phone=PHONE)
    lifted = await browser.post(f"{at}/lift", phone=PHONE, reason="Скарга до голови")
    waiver = await fetch_value("select id from booking_waiver")
    restored = await browser.post(f"{at}/restore", phone=PHONE, waiver=waiver)

    assert [asked.status_code, wrong.status_code, unexplained.status_code] == [200, 422, 422]
    assert "The limits hold for this phone." in shown.text
    assert "Write why the limits are lifted" in unexplained.text
    assert "Скарга до голови" in lifted.text
    assert browser.staff.full_name in lifted.text
    assert "The limits hold for this phone." in restored.text
    links = re.findall(r'(?:href|action)="([^"]+)"', lifted.text)
    assert not [link for link in links if "501234567" in link]


async def test_only_who_runs_the_desk_books_for_others_and_lifts_limits(office: Office) -> None:
    session = await make_session(institution=office.home)
    clerk = await office.enter(Role.CLERK)

    answers = [
        await clerk.get(f"/staff/desk/{session.public_id}/book"),
        await clerk.post(f"/staff/desk/{session.public_id}/book", **WHO),
        await clerk.get("/staff/limits"),
        await clerk.post("/staff/limits/lift", phone=PHONE, reason="Скарга до голови"),
    ]

    assert {answer.status_code for answer in answers} == {403}
