"""A schedule is approved by an order, compared with it later, and announced at its moment."""

import asyncio
from datetime import date, datetime, time, timedelta

import pytest
from msgspec.structs import replace
from tests.factories import (
    NOW,
    make_institution,
    make_line,
    make_post,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.approvals import (
    Embargoed,
    EmbargoTooEarly,
    EmbargoTooLate,
    Fate,
    LinesMissing,
    NoEmbargo,
    NotApprovable,
    NothingToApprove,
    OrderFromFuture,
)
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.institutions import Institution
from hotline_sessions.domain.sessions import Session, SessionState
from hotline_sessions.services import approvals
from hotline_sessions.services.approvals import (
    Announce,
    Order,
    announce_due,
    approve,
    compare_schedule,
    count_unannounced,
    lift_embargo,
    list_own_approvals,
)
from hotline_sessions.services.plans import change_phones
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.services.sessions import cancel, publish, reschedule
from hotline_sessions.store.approvals import Due
from hotline_sessions.store.engine import fetch_row, run_sql
from hotline_sessions.store.sessions import get_session


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

ORDER = Order(number="33-ОД", on=date(2026, 11, 20))
SECOND = timedelta(seconds=1)


@pytest.fixture
async def home() -> Institution:
    return await make_institution()


@pytest.fixture
async def staff(home: Institution) -> Staff:
    return await make_staff(institution=home.id)


async def make_drafts(home: Institution, count: int = 3) -> list[Session]:
    """Drafts on the days from the first of December on."""
    return [
        await make_session(institution=home, held_on=date(2026, 12, day), published=False)
        for day in range(1, count + 1)
    ]


def name(sessions: list[Session]) -> list[str]:
    return [each.public_id for each in sessions]


async def read_states(sessions: list[Session]) -> list[SessionState]:
    found = [await get_session(each.id, institution=each.institution) for each in sessions]
    return [each.state for each in found]


async def test_an_order_approves_many_sessions_and_announces_them_if_it_is_to(
    home: Institution, staff: Staff
) -> None:
    drafts = await make_drafts(home)

    later = await approve(name(drafts), ORDER, staff=staff, now=NOW)
    assert await read_states(drafts) == [SessionState.DRAFT] * 3
    await approve(name(drafts), replace(ORDER, announce=Announce.NOW), staff=staff, now=NOW)

    assert await read_states(drafts) == [SessionState.PUBLISHED] * 3
    assert later.sessions == 3
    assert len(await list_own_approvals(staff=staff)) == 2


async def test_held_back_sessions_are_announced_at_their_moment_and_never_before(
    home: Institution, staff: Staff
) -> None:
    drafts = await make_drafts(home)
    moment = NOW + timedelta(hours=2)
    order = replace(ORDER, announce=Announce.AT, publish_at=moment)
    await approve(name(drafts), order, staff=staff, now=NOW)

    assert await announce_due(clock=FrozenClock(moment - SECOND)) == 0
    with pytest.raises(Embargoed):
        await publish(drafts[0].public_id, staff=staff, now=moment - SECOND)
    assert await read_states(drafts) == [SessionState.DRAFT] * 3
    assert await announce_due(clock=FrozenClock(moment)) == 1
    assert await announce_due(clock=FrozenClock(moment + SECOND)) == 0

    assert await read_states(drafts) == [SessionState.PUBLISHED] * 3


async def test_a_draft_changed_since_its_approval_is_not_announced_by_itself(
    home: Institution, staff: Staff
) -> None:
    drafts = await make_drafts(home)
    moment = NOW + timedelta(hours=2)
    order = replace(ORDER, announce=Announce.AT, publish_at=moment)
    approval = await approve(name(drafts), order, staff=staff, now=NOW)
    other = await make_line(institution=home.id, number="+380362220077")
    await change_phones(drafts[0].public_id, line=other.id, ring_number=None, staff=staff, now=NOW)
    await cancel(drafts[1].public_id, "Хвороба посадовця", staff=staff, now=NOW)

    await announce_due(clock=FrozenClock(moment))

    assert await read_states(drafts) == [
        SessionState.DRAFT,
        SessionState.CANCELLED,
        SessionState.PUBLISHED,
    ]
    lines = (await compare_schedule(approval.public_id, staff=staff)).lines
    assert [line.failed_because for line in lines] == ["changed", "", ""]
    assert await count_unannounced(staff=staff, now=moment) == 1


async def test_a_time_of_announcement_is_taken_back_until_it_has_come(
    home: Institution, staff: Staff
) -> None:
    drafts = await make_drafts(home)
    moment = NOW + timedelta(hours=2)
    order = replace(ORDER, announce=Announce.AT, publish_at=moment)
    approval = await approve(name(drafts), order, staff=staff, now=NOW)

    await lift_embargo(approval.public_id, staff=staff, now=NOW)

    assert await announce_due(clock=FrozenClock(moment)) == 0
    await publish(drafts[0].public_id, staff=staff, now=NOW)
    with pytest.raises(NoEmbargo):
        await lift_embargo(approval.public_id, staff=staff, now=NOW)


async def test_the_schedule_is_compared_with_what_was_approved(
    home: Institution, staff: Staff
) -> None:
    drafts = await make_drafts(home, 4)
    order = replace(ORDER, announce=Announce.NOW)
    approval = await approve(name(drafts), order, staff=staff, now=NOW)
    await cancel(drafts[1].public_id, "Хвороба посадовця", staff=staff, now=NOW)
    for clock in (time(12), time(14)):  # Moved twice: the last one counts.
        current = (await compare_schedule(approval.public_id, staff=staff)).lines[2].present
        assert current is not None
        await reschedule(
            current.public_id,
            Plan(
                post=drafts[2].post,
                line=drafts[2].line,
                topic=drafts[2].topic,
                held_on=date(2026, 12, 3),
                opens_clock=clock,
                closes_clock=time(15),
            ),
            staff=staff,
            now=NOW,
        )
    added = await make_session(
        institution=home,
        held_on=date(2026, 12, 2),
        opens_clock=time(15),
        closes_clock=time(16),
        published=False,
    )

    compared = await compare_schedule(approval.public_id, staff=staff)

    fates = [(line.fate, line.differences) for line in compared.lines]
    assert fates == [
        (Fate.SAME, ()),
        (Fate.CALLED_OFF, ()),
        (Fate.ADDED, ()),
        (Fate.CHANGED, ("opens_clock", "closes_clock")),
        (Fate.SAME, ()),
    ]
    assert compared.differing == 3
    present = compared.lines[2].present
    assert present is not None
    assert present.public_id == added.public_id


async def test_a_draft_that_was_removed_is_seen_to_be_missing(
    home: Institution, staff: Staff
) -> None:
    drafts = await make_drafts(home, 1)
    approval = await approve(name(drafts), ORDER, staff=staff, now=NOW)
    await run_sql("delete from session")

    (line,) = (await compare_schedule(approval.public_id, staff=staff)).lines

    assert line.fate is Fate.REMOVED


async def test_orders_that_cannot_be_are_refused_whole(home: Institution, staff: Staff) -> None:
    drafts = await make_drafts(home)
    names = name(drafts)
    at = replace(ORDER, announce=Announce.AT)
    first = drafts[0].starts_at
    wrong = [
        (NothingToApprove, [], ORDER),
        (OrderFromFuture, names, replace(ORDER, on=date(2026, 11, 24))),
        (EmbargoTooEarly, names, at),
        (EmbargoTooEarly, names, replace(at, publish_at=NOW)),
        (EmbargoTooLate, names, replace(at, publish_at=first)),
        (NotFound, [*names, "0123456789"], ORDER),
    ]
    for refusal, chosen, order in wrong:
        with pytest.raises(refusal):
            await approve(chosen, order, staff=staff, now=NOW)
    stranger = await make_staff(institution=(await make_institution()).id)
    with pytest.raises(NotFound):
        await approve(names, ORDER, staff=stranger, now=NOW)
    await cancel(drafts[0].public_id, "Хвороба посадовця", staff=staff, now=NOW)
    with pytest.raises(NotApprovable):
        await approve(names, ORDER, staff=staff, now=NOW)

    assert await list_own_approvals(staff=staff) == []


async def test_without_a_line_a_session_is_approved_but_not_announced(
    home: Institution, staff: Staff
) -> None:
    post = await make_post(institution=home.id)
    draft = await plan_session(
        Plan(post=post.id, held_on=date(2026, 12, 1), opens_clock=time(9), closes_clock=time(10)),
        institution=home.id,
        now=NOW,
    )

    with pytest.raises(LinesMissing):
        await approve(
            [draft.public_id], replace(ORDER, announce=Announce.NOW), staff=staff, now=NOW
        )
    assert (await approve([draft.public_id], ORDER, staff=staff, now=NOW)).sessions == 1


async def announce_twice_at_once(home: Institution, staff: Staff) -> list[object]:
    """What two processes say that find the same approval due."""
    drafts = await make_drafts(home, 1)
    moment = NOW + timedelta(hours=2)
    order = replace(ORDER, announce=Announce.AT, publish_at=moment)
    await approve(name(drafts), order, staff=staff, now=NOW)
    return await asyncio.gather(
        *(announce_due(clock=FrozenClock(moment)) for _ in range(2)), return_exceptions=True
    )


async def test_two_processes_announce_a_schedule_once(home: Institution, staff: Staff) -> None:
    outcomes = await announce_twice_at_once(home, staff)

    assert sorted(each for each in outcomes if isinstance(each, int)) == [0, 1]


async def test_without_its_lock_both_would_announce_it(
    home: Institution, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    barrier = asyncio.Barrier(2)

    async def take(now: datetime) -> Due | None:
        row = await fetch_row(
            """select id, institution, approved_by as account from approval
                where publish_at <= $1 and published_at is null""",
            now,
        )
        async with asyncio.timeout(30):
            await barrier.wait()
        return None if row is None else Due(**row)

    monkeypatch.setattr(approvals, "take_due_approval", take)

    outcomes = await announce_twice_at_once(home, staff)

    assert outcomes == [1, 1]
