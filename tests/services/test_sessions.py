"""A session is announced, called off or moved; everyone concerned is told."""

from datetime import time, timedelta

import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    make_booking,
    make_institution,
    make_post,
    make_session,
    make_slots,
    make_staff,
)

from hotline_sessions.domain.announcements import Filter
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.sessions import (
    ImpossibleStep,
    IncompleteSession,
    Session,
    SessionState,
)
from hotline_sessions.services.announcements import get_announcement, list_coming
from hotline_sessions.services.session_plans import Plan, SessionExists, plan_session
from hotline_sessions.services.sessions import cancel, publish, reschedule
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.sessions import get_session


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

ANYTHING = Filter()


async def list_texts() -> list[str]:
    rows = await fetch_rows("select body from message order by id")
    return [row["body"] for row in rows]


async def read(session: Session) -> Session:
    return await get_session(session.id, institution=session.institution)


async def test_a_draft_is_seen_by_nobody_until_it_is_published() -> None:
    session = await make_session(published=False)
    assert await list_coming(ANYTHING, now=NOW) == []
    with pytest.raises(NotFound):
        await get_announcement(session.public_id)

    staff = await make_staff(institution=session.institution)
    await publish(session.public_id, staff=staff, now=NOW)

    announced = await get_announcement(session.public_id)
    assert announced.state is SessionState.PUBLISHED
    assert (announced.bookable, announced.booked) == (4, 0)
    assert announced.official_name == "Олена Петрівна Коваль"
    assert await list_coming(ANYTHING, now=NOW) == [announced]


async def test_a_session_is_published_once() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)

    with pytest.raises(ImpossibleStep):
        await publish(session.public_id, staff=staff, now=NOW)


async def test_a_session_without_a_line_cannot_be_published() -> None:
    home = await make_institution()
    post = await make_post(institution=home.id)
    plan = Plan(post=post.id, held_on=HELD_ON, opens_clock=time(10), closes_clock=time(11))
    session = await plan_session(plan, institution=home.id, now=NOW)
    staff = await make_staff(institution=home.id)

    with pytest.raises(IncompleteSession) as refusal:
        await publish(session.public_id, staff=staff, now=NOW)
    assert refusal.value.facts == {"missing": "line"}
    assert (await read(session)).state is SessionState.DRAFT


async def test_staff_of_another_institution_can_do_nothing_to_a_session() -> None:
    session = await make_session()
    stranger = await make_staff(institution=(await make_institution()).id)
    plan = Plan(post=session.post, held_on=HELD_ON, opens_clock=time(14), closes_clock=time(15))

    with pytest.raises(NotFound):
        await publish(session.public_id, staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await cancel(session.public_id, "Лікарняний", staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await reschedule(session.public_id, plan, staff=stranger, now=NOW)
    assert (await read(session)).state is SessionState.PUBLISHED


async def test_everyone_who_booked_is_told_once_that_a_session_is_off() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    for slot in (await make_slots(session))[:2]:
        await make_booking(session=session, slot=slot)

    await cancel(session.public_id, "Лікарняний", staff=staff, now=NOW)

    told = (await list_texts())[2:]
    assert len(told) == 2
    assert all("25.11" in text and "скасовано" in text for text in told)
    assert {"10:00", "10:10"} == {text[text.index("10:") :][:5] for text in told}
    with pytest.raises(ImpossibleStep):
        await cancel(session.public_id, "Ще раз", staff=staff, now=NOW)
    assert len(await list_texts()) == 4


async def test_a_session_that_is_off_stays_to_be_seen_with_its_reason() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)

    await cancel(session.public_id, "Лікарняний", staff=staff, now=NOW)

    announced = await get_announcement(session.public_id)
    assert announced.state is SessionState.CANCELLED
    assert announced.cancel_reason == "Лікарняний"
    assert announced.sequence > session.sequence


async def move_to(session: Session, clock: time) -> Plan:
    return Plan(
        post=session.post,
        line=session.line,
        topic=session.topic,
        held_on=HELD_ON + timedelta(days=1),
        opens_clock=clock,
        closes_clock=time(clock.hour + 1),
        talk_minutes=10,
    )


async def test_a_moved_session_points_to_the_new_one_and_everyone_is_told() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    await make_booking(session=session)

    new = await reschedule(
        session.public_id, await move_to(session, time(14)), staff=staff, now=NOW
    )

    old = await get_announcement(session.public_id)
    assert old.state is SessionState.RESCHEDULED
    assert old.rescheduled_to == new.public_id
    fresh = await get_announcement(new.public_id)
    assert (fresh.state, fresh.booked) == (SessionState.PUBLISHED, 0)
    text = (await list_texts())[-1]
    assert all(fact in text for fact in ("25.11", "26.11", "14:00"))


async def test_a_session_that_has_opened_is_not_moved() -> None:
    session = await make_session(published=False)
    staff = await make_staff(institution=session.institution)

    with pytest.raises(ImpossibleStep):
        await reschedule(session.public_id, await move_to(session, time(14)), staff=staff, now=NOW)


async def test_nothing_is_moved_and_nobody_told_when_the_new_start_is_taken() -> None:
    home = await make_institution()
    post = await make_post(institution=home.id)
    session = await make_session(institution=home, post=post)
    staff = await make_staff(institution=home.id)
    plan = await move_to(session, time(14))
    await plan_session(plan, institution=home.id, now=NOW)
    await make_booking(session=session)

    with pytest.raises(SessionExists):
        await reschedule(session.public_id, plan, staff=staff, now=NOW)
    assert (await read(session)).state is SessionState.PUBLISHED
    assert len(await list_texts()) == 1


async def test_a_deed_is_in_the_audit() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Лікарняний", staff=staff, now=NOW)

    rows = await fetch_rows("select action from audit where subject = 'session' order by id")

    assert [row["action"] for row in rows] == ["session_published", "session_cancelled"]
    assert await fetch_value("select count(*) from audit where detail::text like '%Лікар%'") == 0
