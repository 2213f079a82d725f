"""A plan becomes a draft with its slots, or is refused with the reason."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.factories import (
    HELD_ON,
    NOW,
    make_institution,
    make_line,
    make_post,
)

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import (
    SessionState,
)
from hotline_sessions.services.session_plans import (
    EndsBeforeStart,
    NoSlotFits,
    Plan,
    SessionExists,
    plan_session,
)
from hotline_sessions.store.sessions import list_slots


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


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
