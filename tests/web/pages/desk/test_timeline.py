import re
from datetime import timedelta

import pytest
from tests.factories import NOW, PASSWORD, make_institution
from tests.played import (
    bring_official,
    call_in,
    happen,
    leave_air,
    open_session,
    plan_session,
    put_on_air,
)
from tests.web.pages.desk.conftest import Office

from hotline_sessions.domain.access import Role
from hotline_sessions.domain.calls import CallEvent
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.store.sessions import mark_state


pytestmark = pytest.mark.anyio


async def play(office: Office) -> Session:
    """One is heard for four minutes, one hangs up after ten."""
    session = await open_session(office.home, now=NOW)
    await bring_official(session, NOW)
    heard = await call_in(session, name="Гончар Марія", now=NOW)
    left = await call_in(session, number="+380671234577", now=NOW + timedelta(minutes=1))
    await put_on_air(heard, NOW + timedelta(minutes=2))
    await leave_air(heard, NOW + timedelta(minutes=6))
    await happen(left, CallEvent.HUNG_UP, now=NOW + timedelta(minutes=11))
    office.clock.set(NOW + timedelta(minutes=20))
    return session


def drawing_of(text: str) -> str:
    found = re.search(r'<svg class="hs-picture__drawing".*?</svg>', text, re.DOTALL)
    assert found
    return found[0]


async def test_the_drawing_shows_callers_by_number_and_never_by_name(office: Office) -> None:
    session = await play(office)
    browser = await office.enter(Role.OPERATOR)

    drawing = drawing_of((await browser.get(f"/staff/sessions/{session.public_id}/timeline")).text)

    assert "Абонент 1: розмовляє з посадовою особою, 10:02–10:06 (4:00)" in drawing
    assert "Абонент 2: чекає в черзі, 10:01–10:11 (9:40)" in drawing
    assert "Посадова особа (1): на лінії, 10:00–10:20 (20:00)" in drawing
    assert "Гончар" not in drawing
    assert "4577" not in drawing


async def test_the_table_says_the_same_and_who_it_was(office: Office) -> None:
    session = await play(office)
    browser = await office.enter(Role.OPERATOR)

    text = (await browser.get(f"/staff/sessions/{session.public_id}/timeline")).text
    table = text[text.index('id="calls"') :]

    assert "Гончар Марія" in table
    assert "+380 67 ••• •• 77" in table
    assert "671234577" not in text
    for said in ("4:00", "9:40", "поклав слухавку, поки чекав", "10:01–10:11"):
        assert said in table


async def test_who_may_not_see_callers_sees_numbers_of_order_only(office: Office) -> None:
    session = await play(office)
    browser = await office.enter(Role.CLERK)

    text = (await browser.get(f"/staff/sessions/{session.public_id}/timeline")).text

    assert "Абонент 2" in text
    assert "Гончар" not in text
    assert "••• •• 77" not in text


async def test_the_picture_keeps_to_the_policy_without_scripts_or_styles(office: Office) -> None:
    session = await play(office)
    browser = await office.enter(Role.OPERATOR)

    text = (await browser.get(f"/staff/sessions/{session.public_id}/timeline")).text

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*src=)|\son\w+=", text)
    drawing = drawing_of(text)
    assert 'role="img"' in drawing
    assert 'aria-labelledby="picture-title picture-text"' in drawing


async def test_the_picture_of_a_session_that_is_over_does_not_grow(office: Office) -> None:
    session = await open_session(office.home, now=NOW)
    await mark_state(session.id, SessionState.CANCELLED, NOW + timedelta(minutes=20))
    browser = await office.enter(Role.OPERATOR)

    office.clock.set(NOW + timedelta(days=3))
    again = await browser.client.post(
        "/staff/sign-in", data={"login": browser.staff.login, "password": PASSWORD}
    )
    text = (await browser.get(f"/staff/sessions/{session.public_id}/timeline")).text

    assert again.status_code == 303
    assert "пряма лінія триває, 10:00–10:20 (20:00)" in drawing_of(text)


async def test_a_session_on_whose_line_nothing_has_happened_says_so(office: Office) -> None:
    session = await plan_session(office.home)
    browser = await office.enter(Role.OPERATOR)

    answer = await browser.get(f"/staff/sessions/{session.public_id}/timeline")

    assert answer.status_code == 200
    assert "На цій лінії ще нічого не відбувалося." in answer.text


async def test_the_picture_of_another_institution_is_not_found(office: Office) -> None:
    session = await play(office)
    browser = await office.enter(Role.OPERATOR, home=await make_institution())

    for page in ("timeline", "briefing", "briefing.pdf", "official", "substitute"):
        answer = await browser.get(f"/staff/sessions/{session.public_id}/{page}")
        assert answer.status_code == 404, page
