"""Two sessions never take up the same official, post, line or place at one time."""

import asyncio
from datetime import date, time, timedelta

import pytest
from msgspec.structs import replace
from tests.factories import (
    HELD_ON,
    NOW,
    make_institution,
    make_line,
    make_post,
    make_session,
    make_staff,
)
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import (
    Candidate,
    Clash,
    Clashing,
    LineBusy,
    OfficialAway,
    OfficialBusy,
    PlaceBusy,
    PostBusy,
)
from hotline_sessions.domain.official_absences import AbsenceKind
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.times import KYIV, Window
from hotline_sessions.services import session_plans, sessions
from hotline_sessions.services.conflicts import list_conflicts
from hotline_sessions.services.official_absences import (
    end_official_absence,
    note_official_absence,
)
from hotline_sessions.services.plans import change_phones
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.services.sessions import cancel, reschedule
from hotline_sessions.services.substitution import substitute_official
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.officials import add_official


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

TOGETHER = 2


@pytest.fixture
async def staff() -> Staff:
    return await make_staff(institution=(await make_institution()).id)


async def make_plan(staff: Staff, title: str = "Голова", **changes: object) -> Plan:
    """From 10 to 11 by the holder of the post with this ``title``."""
    post = await make_post(institution=staff.institution, title_uk=title, holder=title)
    plan = Plan(post=post.id, held_on=HELD_ON, opens_clock=time(10), closes_clock=time(11))
    return replace(plan, **changes)


async def plan(staff: Staff, plan: Plan) -> Session:
    return await plan_session(plan, institution=staff.institution, now=NOW)


async def make_pair(staff: Staff, clash: Clash) -> list[Plan]:
    """Two plans that differ in all but what ``clash`` names, and by half an hour."""
    one, other = await make_plan(staff), await make_plan(staff, "Заступник")
    line = (await make_line(institution=staff.institution)).id
    shared: dict[Clash, dict[str, object]] = {
        Clash.POST: {"post": one.post, "official": None},
        Clash.OFFICIAL: {"official": await fetch_value("select min(id) from official")},
        Clash.LINE: {"line": line},
        Clash.PLACE: {"place": "Кабінет 1"},
    }
    if clash is Clash.POST:  # Nobody holds it: the post alone is the same.
        await run_sql("delete from appointment")
    half = {"opens_clock": time(10, 30), "closes_clock": time(11, 30)}
    return [replace(one, **shared[clash]), replace(other, **shared[clash], **half)]


CLASHES = {
    Clash.POST: (PostBusy, "one_session_of_a_post_at_a_time"),
    Clash.OFFICIAL: (OfficialBusy, "one_session_of_an_official_at_a_time"),
    Clash.LINE: (LineBusy, "one_session_on_a_line_at_a_time"),
    Clash.PLACE: (PlaceBusy, "one_session_at_a_place_at_a_time"),
}


@pytest.mark.parametrize("clash", CLASHES)
async def test_what_is_taken_up_is_refused_in_words_that_name_the_hours(
    staff: Staff, clash: Clash
) -> None:
    one, other = await make_pair(staff, clash)
    await plan(staff, one)

    with pytest.raises(CLASHES[clash][0]) as refused:
        await plan(staff, other)
    await plan(staff, replace(other, opens_clock=time(11), closes_clock=time(12)))

    assert refused.value.facts == {"day": "25.11.2026", "hours": "10:00–11:00"}


def forget_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two plans look at the calendar before either of them is written."""

    async def see_nothing(*_: object, **__: object) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(session_plans, "refuse_conflicts", see_nothing)


async def plan_both(staff: Staff, clash: Clash) -> list[object]:
    pair = await make_pair(staff, clash)
    return await asyncio.gather(*(plan(staff, each) for each in pair), return_exceptions=True)


@pytest.mark.parametrize("clash", CLASHES)
async def test_of_two_who_did_not_see_each_other_the_database_refuses_one(
    staff: Staff, clash: Clash, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_to_look(monkeypatch)

    outcomes = await plan_both(staff, clash)

    assert sum(isinstance(each, CLASHES[clash][0]) for each in outcomes) == 1
    assert await fetch_value("select count(*) from session") == 1


@pytest.mark.parametrize("clash", CLASHES)
async def test_without_its_guard_both_would_be_planned(
    staff: Staff, clash: Clash, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_to_look(monkeypatch)
    await run_sql(f"alter table session drop constraint {CLASHES[clash][1]}")

    outcomes = await plan_both(staff, clash)

    assert not [each for each in outcomes if isinstance(each, Clashing)]
    assert await fetch_value("select count(*) from session") == TOGETHER


async def test_what_was_called_off_gives_its_time_up_and_a_move_may_lie_over_itself(
    staff: Staff,
) -> None:
    line = (await make_line(institution=staff.institution)).id
    wanted = await make_plan(staff, line=line)
    first = await plan(staff, wanted)
    await sessions.publish(first.public_id, staff=staff, now=NOW)
    half = replace(wanted, opens_clock=time(10, 30), closes_clock=time(11, 30))

    moved = await reschedule(first.public_id, half, staff=staff, now=NOW)
    await cancel(moved.public_id, "Хвороба посадовця", staff=staff, now=NOW)
    again = await plan(staff, wanted)

    assert again.starts_at == first.starts_at


async def test_a_substitute_and_a_line_are_looked_at_too(staff: Staff) -> None:
    line = await make_line(institution=staff.institution)
    busy = await plan(staff, await make_plan(staff, line=line.id))
    other = await plan(staff, await make_plan(staff, "Заступник"))
    assert busy.official is not None

    with pytest.raises(OfficialBusy):
        await substitute_official(
            other.public_id, busy.official, staff=staff, clock=FrozenClock(NOW)
        )
    with pytest.raises(LineBusy):
        await change_phones(other.public_id, line=line.id, ring_number=None, staff=staff, now=NOW)


async def test_nobody_is_planned_for_days_away_and_the_words_do_not_say_why(
    staff: Staff,
) -> None:
    wanted = await make_plan(staff)
    away = await make_away(staff)

    with pytest.raises(OfficialAway) as refused:
        await plan(staff, wanted)
    await end_official_absence(away, staff=staff, now=NOW)
    await plan(staff, wanted)

    assert refused.value.facts == {"first": "24.11.2026", "last": "26.11.2026"}


async def make_away(staff: Staff) -> str:
    absence = await note_official_absence(
        await fetch_value("select min(id) from official"),
        AbsenceKind.SICK,
        date(2026, 11, 24),
        date(2026, 11, 26),
        staff=staff,
        now=NOW,
    )
    return absence.public_id


async def test_a_candidate_is_told_all_that_stands_in_its_way_and_others_nothing(
    staff: Staff,
) -> None:
    wanted = await make_plan(staff, place="Кабінет 1")
    planned = await plan(staff, wanted)
    await make_session()  # Of another institution, at the same time.
    away = await make_away(staff)
    candidate = Candidate(
        window=planned.window, post=planned.post, official=planned.official, place="кабінет 1"
    )
    later = Window(
        starts_at=planned.starts_at + timedelta(days=9), ends_at=planned.ends_at + timedelta(days=9)
    )
    stranger = await add_official(
        "Марко", institution=staff.institution, ring_number=None, valid_from=date(2026, 1, 1)
    )
    candidates = [
        candidate,
        replace(candidate, session=planned.id, official=stranger),
        replace(candidate, window=later),
    ]

    found = await list_conflicts(candidates, institution=staff.institution, zone=KYIV)

    assert [[each.clash for each in obstacles] for obstacles in found] == [
        [Clash.AWAY, Clash.OFFICIAL, Clash.PLACE],
        [],
        [],
    ]
    assert away
