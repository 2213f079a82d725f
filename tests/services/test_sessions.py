"""A session is planned, announced, called off or moved; everyone concerned is told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    make_booking,
    make_institution,
    make_line,
    make_post,
    make_session,
    make_slots,
    make_staff,
)

from hotline_sessions.domain.announcements import Filter
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import (
    ImpossibleStep,
    IncompleteSession,
    Session,
    SessionState,
)
from hotline_sessions.services.sessions import (
    EndsBeforeStart,
    NoSlotFits,
    Plan,
    SessionExists,
    cancel,
    get_announcement,
    get_free_slots,
    list_coming,
    plan_session,
    publish,
    reschedule,
)
from hotline_sessions.store.engine import fetch_rows, fetch_value
from hotline_sessions.store.sessions import get_session, list_slots


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

ANYTHING = Filter()


async def make_plan(
    home: Institution,
    *,
    held_on: date = HELD_ON,
    opens: time = time(10),
    closes: time = time(11),
    talk_minutes: int = 10,
    rest_minutes: int = 0,
    walk_in_percent: int | None = None,
    holder: str | None = "Олена Петрівна Коваль",
) -> Plan:
    post = await make_post(institution=home.id, holder=holder)
    return Plan(
        post=post.id,
        held_on=held_on,
        opens_clock=opens,
        closes_clock=closes,
        talk_minutes=talk_minutes,
        rest_minutes=rest_minutes,
        walk_in_percent=walk_in_percent,
    )


async def list_texts() -> list[str]:
    rows = await fetch_rows("select body from message order by id")
    return [row["body"] for row in rows]


async def read(session: Session) -> Session:
    return await get_session(session.id, institution=session.institution)


async def test_a_plan_makes_a_draft_at_the_announced_wall_time() -> None:
    home = await make_institution()

    session = await plan_session(await make_plan(home), institution=home.id, now=NOW)

    assert session.state is SessionState.DRAFT
    assert session.starts_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    assert session.window.length == timedelta(hours=1)
    assert (session.opens_clock, session.time_zone) == (time(10), "Europe/Kyiv")


async def test_what_a_plan_does_not_say_the_institution_and_the_post_say() -> None:
    home = await make_institution()

    session = await plan_session(await make_plan(home), institution=home.id, now=NOW)

    slots = await list_slots(session.id)
    assert session.walk_in_percent == home.walk_in_percent == 30
    assert [slot.is_bookable for slot in slots] == [True, True, False, True, True, False]
    assert session.ring_number == "+380362220011"
    assert session.official is not None


async def test_a_post_that_nobody_holds_can_be_planned_for() -> None:
    home = await make_institution()

    session = await plan_session(await make_plan(home, holder=None), institution=home.id, now=NOW)

    assert (session.official, session.ring_number) == (None, None)


async def test_a_plan_may_choose_rests_and_its_own_share_of_walk_ins() -> None:
    home = await make_institution()
    plan = await make_plan(home, rest_minutes=5, walk_in_percent=0)

    session = await plan_session(plan, institution=home.id, now=NOW)

    slots = await list_slots(session.id)
    assert all(slot.is_bookable for slot in slots)
    assert [(slot.starts_at - session.starts_at).seconds // 60 for slot in slots] == [0, 15, 30, 45]


async def test_a_session_may_last_over_midnight() -> None:
    home = await make_institution()
    plan = await make_plan(home, opens=time(22), closes=time(1))

    session = await plan_session(plan, institution=home.id, now=NOW)

    assert session.window.length == timedelta(hours=3)


@pytest.mark.parametrize(("opens", "closes"), [(time(11), time(10)), (time(10), time(10))])
async def test_an_end_before_the_start_is_refused(opens: time, closes: time) -> None:
    home = await make_institution()
    plan = await make_plan(home, opens=opens, closes=closes)

    with pytest.raises(EndsBeforeStart):
        await plan_session(plan, institution=home.id, now=NOW)


@pytest.mark.parametrize(
    ("held_on", "length"), [(date(2026, 3, 29), 60), (date(2026, 10, 25), 180)]
)
async def test_in_the_night_of_a_change_a_session_lasts_as_long_as_clocks_say(
    held_on: date, length: int
) -> None:
    home = await make_institution()
    plan = await make_plan(home, held_on=held_on, opens=time(2), closes=time(4))

    session = await plan_session(plan, institution=home.id, now=NOW)

    assert session.window.length == timedelta(minutes=length)
    assert len(await list_slots(session.id)) == length // 10


@pytest.mark.parametrize(
    ("held_on", "opens", "closes", "talk"),
    [
        (HELD_ON, time(10), time(10, 5), 10),
        (date(2026, 3, 29), time(2, 50), time(4), 15),
    ],
)
async def test_a_session_into_which_no_talk_fits_is_refused(
    held_on: date, opens: time, closes: time, talk: int
) -> None:
    home = await make_institution()
    plan = await make_plan(home, held_on=held_on, opens=opens, closes=closes, talk_minutes=talk)

    with pytest.raises(NoSlotFits):
        await plan_session(plan, institution=home.id, now=NOW)


async def test_a_post_has_one_session_at_a_time() -> None:
    home = await make_institution()
    plan = await make_plan(home)
    await plan_session(plan, institution=home.id, now=NOW)

    with pytest.raises(SessionExists):
        await plan_session(plan, institution=home.id, now=NOW)


async def test_the_post_of_another_institution_is_not_found() -> None:
    plan = await make_plan(await make_institution())
    stranger = await make_institution()

    with pytest.raises(NotFound):
        await plan_session(plan, institution=stranger.id, now=NOW)


async def test_the_line_of_another_institution_is_not_found() -> None:
    home, stranger = await make_institution(), await make_institution()
    line = await make_line(institution=stranger.id)
    post = await make_post(institution=home.id)
    plan = Plan(
        post=post.id,
        line=line.id,
        held_on=HELD_ON,
        opens_clock=time(10),
        closes_clock=time(11),
    )

    with pytest.raises(NotFound):
        await plan_session(plan, institution=home.id, now=NOW)


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
    session = await plan_session(await make_plan(home), institution=home.id, now=NOW)
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


async def test_what_is_over_is_no_longer_coming() -> None:
    session = await make_session()

    before = await list_coming(ANYTHING, now=session.ends_at - timedelta(seconds=1))

    assert [each.public_id for each in before] == [session.public_id]
    assert await list_coming(ANYTHING, now=session.ends_at) == []


async def test_coming_sessions_are_narrowed_by_institution_official_and_topic() -> None:
    one, other = await make_institution(), await make_institution()
    mine = await make_session(institution=one, topic="Субсидії")
    foreign = await make_session(institution=other, topic="Дороги", opens_clock=time(9))
    announced = await get_announcement(mine.public_id)

    async def names(**wanted: str) -> list[str]:
        return [each.public_id for each in await list_coming(Filter(**wanted), now=NOW)]

    assert await names() == [foreign.public_id, mine.public_id]
    assert await names(institution=one.slug) == [mine.public_id]
    assert await names(official=announced.post_public_id) == [mine.public_id]
    assert await names(topic="Дороги") == [foreign.public_id]
    assert await names(institution=one.slug, topic="Дороги") == []


async def test_free_slots_are_those_that_may_be_booked_now() -> None:
    session = await make_session()
    first, second, third, fourth = await make_slots(session)
    await make_booking(session=session, slot=second)

    found = await get_free_slots(session.public_id, now=NOW)
    later = await get_free_slots(session.public_id, now=third.starts_at - timedelta(minutes=30))

    assert found.free == [first, third, fourth]
    assert found.announcement.booked == 1
    assert later.free == [third, fourth]


async def test_a_deed_is_in_the_audit() -> None:
    session = await make_session()
    staff = await make_staff(institution=session.institution)
    await cancel(session.public_id, "Лікарняний", staff=staff, now=NOW)

    rows = await fetch_rows("select action from audit where subject = 'session' order by id")

    assert [row["action"] for row in rows] == ["session_published", "session_cancelled"]
    assert await fetch_value("select count(*) from audit where detail::text like '%Лікар%'") == 0
