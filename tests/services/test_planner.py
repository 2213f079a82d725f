"""A draft is put at another time as long as it is, unless somebody else was faster."""

from datetime import date, time, timedelta

import pytest
from tests.factories import (
    NOW,
    make_institution,
    make_session,
    make_staff,
    plan_registration_days,
)

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import HourTwice, NoSuchHour
from hotline_sessions.services.drafts import NotADraft
from hotline_sessions.services.planner import (
    DayPassed,
    MovedMeanwhile,
    SpanTooLong,
    list_span,
    move_draft,
)
from hotline_sessions.services.plans import get_planned
from hotline_sessions.services.session_plans import Plan, plan_session


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

FRIDAY = date(2026, 11, 27)


async def make_draft(**facts: object) -> tuple[Session, Staff]:
    home = await make_institution()
    staff = await make_staff(institution=home.id)
    return await make_session(institution=home, published=False, **facts), staff  # type: ignore[arg-type]


async def move(
    session: Session, staff: Staff, day: date = FRIDAY, clock: time = time(14, 30)
) -> None:
    await move_draft(session.public_id, day, clock, seen=session.starts_at, staff=staff, now=NOW)


async def test_a_moved_draft_stays_as_long_and_its_registration_moves_along() -> None:
    session, staff = await make_draft(registration=plan_registration_days())

    await move(session, staff)

    moved = await get_planned(session.public_id, staff=staff)
    assert (moved.held_on, moved.ends_at - moved.starts_at) == (FRIDAY, timedelta(hours=1))
    assert f"{moved.starts_at:%H:%M}" == "12:30", "14:30 in Kyiv"
    assert moved.slots == 6
    before = await get_planned(session.public_id, staff=staff)
    assert before.registration_closes_at is not None
    assert before.registration_closes_at.date() == date(2026, 11, 26), "two days later, as it is"


async def test_who_has_looked_before_somebody_else_moved_it_is_told() -> None:
    session, staff = await make_draft()
    await move(session, staff)

    with pytest.raises(MovedMeanwhile):
        await move(session, staff, clock=time(16))


async def test_what_is_announced_over_or_of_others_is_not_dragged() -> None:
    session, staff = await make_draft()
    announced = await make_session(institution=await make_institution(), staff=None, held_on=FRIDAY)
    stranger = await make_staff(institution=announced.institution)

    with pytest.raises(NotFound):
        await move(session, stranger)
    with pytest.raises(NotADraft):
        await move(announced, stranger)
    with pytest.raises(DayPassed):
        await move(session, staff, day=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("day", "clock", "refusal"),
    [
        (date(2027, 3, 28), time(3, 30), NoSuchHour),
        (date(2027, 3, 28), time(2, 30), NoSuchHour),
        (date(2027, 10, 31), time(3, 30), HourTwice),
    ],
    ids=["begins in the skipped hour", "ends in it", "begins in the repeated hour"],
)
async def test_an_hour_that_clocks_skip_or_repeat_is_refused(
    day: date, clock: time, refusal: type[Exception]
) -> None:
    session, staff = await make_draft()

    with pytest.raises(refusal):
        await move(session, staff, day=day, clock=clock)


async def test_a_post_is_not_dragged_onto_itself() -> None:
    session, staff = await make_draft()
    second = await make_second(session)

    with pytest.raises(Clashing):
        await move(second, staff, day=session.held_on, clock=time(10, 30))


async def make_second(session: Session) -> Session:
    plan = Plan(
        post=session.post,
        line=session.line,
        held_on=FRIDAY,
        opens_clock=time(10),
        closes_clock=time(11),
        talk_minutes=10,
    )
    return await plan_session(plan, institution=session.institution, now=NOW)


async def test_a_span_shows_its_days_and_what_was_called_off_but_no_more_than_a_year() -> None:
    session, staff = await make_draft()
    day = session.held_on

    found = await list_span(day, day, staff=staff)
    assert [each.public_id for each in found] == [session.public_id]
    assert await list_span(day, day, staff=staff, text="дороги") == []
    assert await list_span(day + timedelta(days=1), FRIDAY, staff=staff) == []
    with pytest.raises(SpanTooLong):
        await list_span(day, day + timedelta(days=401), staff=staff)
    with pytest.raises(SpanTooLong):
        await list_span(day, day - timedelta(days=1), staff=staff)
