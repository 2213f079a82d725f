"""A series makes sessions, follows its changes, and never touches one that citizens know of."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from msgspec.structs import replace
from tests.factories import (
    NOW,
    make_booking,
    make_institution,
    make_line,
    make_post,
    make_staff,
)

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.series import SeriesChanged, SeriesFacts
from hotline_sessions.domain.series_plans import Deed, Occurrence, Why
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services import series, session_plans
from hotline_sessions.services.plans import change_phones
from hotline_sessions.services.series import (
    Made,
    Scope,
    change_series,
    list_own_occurrences,
    make_series,
)
from hotline_sessions.services.series_previews import Preview, preview_series
from hotline_sessions.services.series_steps import ReasonMissing
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.services.sessions import cancel, publish, reschedule
from hotline_sessions.store.engine import fetch_rows, fetch_value, run_sql
from hotline_sessions.store.series import get_series
from hotline_sessions.store.sessions import get_session, list_slots


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

DECEMBER = [date(2026, 12, day) for day in (1, 8, 15, 22, 29)]


@pytest.fixture
async def staff() -> Staff:
    home = await make_institution()
    return await make_staff(institution=home.id)


async def make_facts(staff: Staff, **changes: object) -> SeriesFacts:
    """Every Tuesday of December, 9 to 10, six talks."""
    post = await make_post(institution=staff.institution)
    line = await make_line(institution=staff.institution)
    facts = SeriesFacts(
        post=post.id,
        line=line.id,
        topic="Усі питання",
        place="Кабінет 12",
        recurrence="FREQ=WEEKLY;BYDAY=TU",
        opens_clock=time(9),
        closes_clock=time(10),
        from_on=date(2026, 12, 1),
        until_on=date(2026, 12, 31),
        talk_minutes=10,
    )
    return replace(facts, **changes)


async def make(staff: Staff, **changes: object) -> Made:
    return await make_series(await make_facts(staff, **changes), staff=staff, now=NOW)


async def read(made: Made) -> dict[date, Occurrence]:
    return {each.on: each for each in await list_own_occurrences(made.series)}


async def change(made: Made, staff: Staff, agreed: Sequence[date] = (), **changes: object) -> Made:
    return await change_series(
        made.series.public_id,
        replace(made.series.facts, **changes),
        agreed=agreed,
        reason="Зміна розкладу",
        staff=staff,
        now=NOW,
    )


async def test_a_series_makes_a_draft_for_each_day_and_leaves_out_what_is_to_be_left_out(
    staff: Staff,
) -> None:
    made = await make(staff, left_out=(date(2026, 12, 29),))

    sessions = await read(made)
    assert list(sessions) == DECEMBER[:4]
    first = sessions[DECEMBER[0]]
    assert first.state is SessionState.DRAFT
    assert first.held.window.starts_at == datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert first.held.official is not None
    assert first.held.place == "Кабінет 12"
    assert len(await list_slots(first.session)) == 6


async def test_nothing_is_made_by_a_preview_and_an_outdated_one_is_not_carried_out(
    staff: Staff,
) -> None:
    facts = await make_facts(staff)
    seen = (await preview_series(facts, staff=staff, now=NOW)).digest
    assert await fetch_value("select count(*) from session") == 0
    await plan_across(staff, facts)

    with pytest.raises(SeriesChanged):
        await make_series(facts, seen=seen, staff=staff, now=NOW)

    assert await fetch_value("select count(*) from series") == 0


async def plan_across(staff: Staff, facts: SeriesFacts) -> None:
    """Another session on one of the days, by another way."""
    await plan_session(
        Plan(
            post=facts.post,
            held_on=DECEMBER[1],
            opens_clock=time(9, 30),
            closes_clock=time(10, 30),
        ),
        institution=staff.institution,
        now=NOW,
    )


async def test_a_day_with_another_session_in_the_way_is_skipped_and_said_so(staff: Staff) -> None:
    facts = await make_facts(staff)
    await plan_across(staff, facts)

    preview = await preview_series(facts, staff=staff, now=NOW)
    made = await make_series(facts, seen=preview.digest, staff=staff, now=NOW)

    (skipped,) = [step for step in preview.steps if step.deed is Deed.SKIP]
    assert (skipped.on, skipped.why) == (DECEMBER[1], Why.CLASH)
    assert made.done == 4


async def test_changing_a_series_to_what_it_is_does_nothing(staff: Staff) -> None:
    made = await make(staff)
    before = await read(made)

    again = await change(made, staff)

    assert again.done == 0
    assert await read(made) == before


async def test_drafts_follow_their_series_and_keep_their_addresses(staff: Staff) -> None:
    made = await make(staff)
    before = await read(made)

    again = await change(
        made, staff, opens_clock=time(9, 30), closes_clock=time(11), until_on=date(2026, 12, 20)
    )

    after = await read(made)
    assert again.done == 5
    assert list(after) == DECEMBER[:3]
    assert [each.public_id for each in after.values()] == [
        before[day].public_id for day in DECEMBER[:3]
    ]
    assert len(await list_slots(after[DECEMBER[0]].session)) == 9


async def test_an_announced_session_is_moved_only_where_staff_agree_and_all_are_told(
    staff: Staff,
) -> None:
    made = await make(staff)
    sessions = await read(made)
    for day in DECEMBER[:2]:
        await publish(sessions[day].public_id, staff=staff, now=NOW)
    booked = await get_session(sessions[DECEMBER[0]].session, institution=staff.institution)
    await make_booking(session=booked)
    facts = replace(made.series.facts, opens_clock=time(9, 30), closes_clock=time(10, 30))

    preview = await preview_series(facts, series=made.series, staff=staff, now=NOW)
    await change(made, staff, opens_clock=time(9, 30), closes_clock=time(10, 30))
    untouched = await read(made)
    await change(made, staff, [DECEMBER[0]], opens_clock=time(9, 30), closes_clock=time(10, 30))
    moved = await read(made)

    asked = {step.on: step.why for step in preview.steps if step.is_asked}
    assert asked == {DECEMBER[0]: Why.BOOKED, DECEMBER[1]: Why.ANNOUNCED}
    assert untouched[DECEMBER[0]].held == sessions[DECEMBER[0]].held
    assert untouched[DECEMBER[2]].held.opens_clock == time(9, 30)
    assert moved[DECEMBER[0]].held.opens_clock == time(9, 30)
    assert moved[DECEMBER[0]].state is SessionState.PUBLISHED
    assert moved[DECEMBER[1]].held == sessions[DECEMBER[1]].held
    told = await fetch_rows("select purpose from message order by id")
    assert [row["purpose"] for row in told][1:] == ["session-moved"]
    assert await fetch_value("select count(*) from booking_choice") == 1


async def test_what_was_changed_by_hand_or_called_off_is_left_alone(staff: Staff) -> None:
    made = await make(staff)
    sessions = await read(made)
    by_hand, called_off = sessions[DECEMBER[0]], sessions[DECEMBER[1]]
    line = made.series.facts.line
    await change_phones(
        by_hand.public_id,
        line=line,
        ring_number=PhoneNumber("+380362220099"),
        staff=staff,
        now=NOW,
    )
    await publish(called_off.public_id, staff=staff, now=NOW)
    await cancel(called_off.public_id, "Хвороба посадовця", staff=staff, now=NOW)

    preview = await preview_series(
        replace(made.series.facts, topic="Інша тема"), series=made.series, staff=staff, now=NOW
    )

    kept = {step.on: step.why for step in preview.steps if step.deed is Deed.KEEP}
    assert kept == {DECEMBER[0]: Why.BY_HAND, DECEMBER[1]: Why.CALLED_OFF}


async def test_an_occurrence_moved_alone_stays_the_day_of_its_series(staff: Staff) -> None:
    made = await make(staff)
    first = (await read(made))[DECEMBER[0]]
    await publish(first.public_id, staff=staff, now=NOW)
    facts = made.series.facts
    new = await reschedule(
        first.public_id,
        Plan(
            post=facts.post,
            line=facts.line,
            held_on=date(2026, 12, 3),
            opens_clock=time(14),
            closes_clock=time(15),
        ),
        staff=staff,
        now=NOW,
    )

    again = await change(made, staff, topic="Інша тема")

    after = await read(made)
    assert after[DECEMBER[0]].public_id == new.public_id
    assert after[DECEMBER[0]].is_by_hand
    assert again.done == 4
    assert len(after) == 5


async def test_following_days_get_a_series_of_their_own(staff: Staff) -> None:
    made = await make(staff)

    followed = await change_series(
        made.series.public_id,
        replace(made.series.facts, recurrence="FREQ=WEEKLY;BYDAY=WE"),
        scope=Scope.FOLLOWING,
        since=DECEMBER[2],
        staff=staff,
        now=NOW,
    )

    assert list(await read(made)) == DECEMBER[:2]
    assert list(await read(followed)) == [date(2026, 12, day) for day in (16, 23, 30)]
    assert followed.series.follows == made.series.id
    assert await fetch_value("select count(*) from session") == 5


async def test_a_session_is_called_off_only_with_a_reason_and_then_all_or_nothing(
    staff: Staff,
) -> None:
    made = await make(staff)
    sessions = await read(made)
    await publish(sessions[DECEMBER[4]].public_id, staff=staff, now=NOW)
    shorter = replace(made.series.facts, until_on=date(2026, 12, 20))

    with pytest.raises(ReasonMissing):
        await change_series(
            made.series.public_id, shorter, agreed=[DECEMBER[4]], staff=staff, now=NOW
        )
    assert list(await read(made)) == DECEMBER
    await change(made, staff, [DECEMBER[4]], until_on=date(2026, 12, 20))

    after = await read(made)
    assert list(after) == [*DECEMBER[:3], DECEMBER[4]]
    assert after[DECEMBER[4]].state is SessionState.CANCELLED


async def test_a_series_of_another_institution_is_not_there(staff: Staff) -> None:
    made = await make(staff)
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(NotFound):
        await change_series(made.series.public_id, made.series.facts, staff=stranger, now=NOW)
    with pytest.raises(NotFound):
        await make_series(made.series.facts, staff=stranger, now=NOW)


async def renew_twice_at_once(made: Made, staff: Staff) -> list[object]:
    """Two who make the series a week longer at the same time."""
    wider = replace(made.series.facts, until_on=date(2027, 1, 5))
    return await asyncio.gather(
        *(change_series(made.series.public_id, wider, staff=staff, now=NOW) for _ in range(2)),
        return_exceptions=True,
    )


async def count_of_last_day() -> int:
    count: int = await fetch_value(
        "select count(*) from occurrence where held_on = $1", date(2027, 1, 5)
    )
    return count


async def test_a_day_of_a_series_has_one_session_even_for_two_who_renew_it_at_once(
    staff: Staff,
) -> None:
    made = await make(staff)

    outcomes = await renew_twice_at_once(made, staff)

    assert sorted(each.done for each in outcomes if isinstance(each, Made)) == [0, 1]
    assert await count_of_last_day() == 1


async def test_without_lock_and_guard_a_day_would_have_two_sessions(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make(staff)
    barrier = asyncio.Barrier(2)

    async def lock_nothing(_: InstitutionId) -> None:
        """Nothing is locked."""

    async def get_unlocked(public_id: str, *, institution: InstitutionId, locked: bool = False):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as the query says
        return await get_series(public_id, institution=institution)

    async def look(*given: Any, **named: Any) -> Preview:  # noqa: ANN401 - as the use case takes it
        preview = await preview_series(*given, **named)
        async with asyncio.timeout(30):
            await barrier.wait()
        return preview

    monkeypatch.setattr(series, "lock_schedule", lock_nothing)
    monkeypatch.setattr(series, "get_series", get_unlocked)
    monkeypatch.setattr(series, "preview_series", look)
    monkeypatch.setattr(session_plans, "refuse_conflicts", see_nothing)
    monkeypatch.setattr(session_plans, "is_start_taken", see_nothing)
    for guard in (
        "alter table session drop constraint one_session_of_a_post_at_a_time",
        "alter table session drop constraint one_session_of_an_official_at_a_time",
        "alter table session drop constraint one_session_on_a_line_at_a_time",
        "alter table session drop constraint one_session_at_a_place_at_a_time",
        "drop index one_standing_start_per_post",
        "alter table occurrence drop constraint one_occurrence_a_day",
    ):
        await run_sql(guard)

    await renew_twice_at_once(made, staff)

    assert await count_of_last_day() == 2


async def see_nothing(*_: object, **__: object) -> bool:
    return False
