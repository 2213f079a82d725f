"""A quarter is planned around what stands, pinned, planned again, and taken into the schedule."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

import pytest
from msgspec.structs import replace
from tests.factories import NOW, make_institution, make_line, make_post, make_staff
from tests.fakes import FrozenClock

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.ids import OfficialId
from hotline_sessions.domain.official_absences import AbsenceKind
from hotline_sessions.domain.quarter_plans import (
    Impossible,
    Limits,
    NoPlanFound,
    Place,
    Problem,
    Progress,
    Proposal,
    Rule,
    Standing,
    Wish,
)
from hotline_sessions.domain.quarter_rules import find_breaches
from hotline_sessions.domain.quarter_settings import (
    PlanChanged,
    PlanState,
    QuarterOver,
    QuarterPlan,
    QuarterSettings,
    Seat,
    StartsTooNear,
    StillPlanned,
)
from hotline_sessions.domain.workdays import DateSpan
from hotline_sessions.gateways.planner.solve import solve
from hotline_sessions.services.plan_ports import Tell
from hotline_sessions.services.quarter_plans import (
    LEASE,
    MOST_TRIES,
    ask_for_plan,
    change_quarter,
    make_quarter,
    pin_places,
    show_quarter,
    solve_queued,
    take_into_schedule,
)
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.store.engine import fetch_rows, run_sql
from hotline_sessions.store.official_absences import add_official_absence
from hotline_sessions.store.officials import find_holder


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

LATER = datetime.fromisoformat("2027-01-01T08:00:00+00:00")
CLOCK = FrozenClock(LATER)
TUESDAY = date(2027, 1, 12)
QUARTER = (date(2027, 1, 1), date(2027, 3, 31))
NEXT = date(2027, 4, 1)


class Solver:
    """CP-SAT in a thread of this process; ``problems`` is what it was asked."""

    def __init__(self, *, answer: Proposal | None = None, gives_up: bool = False) -> None:
        self.problems: list[Problem] = []
        self._answer = answer
        self._gives_up = gives_up

    async def solve(
        self, problem: Problem, *, seconds: float, near: tuple[Place, ...], tell: Tell
    ) -> Proposal | Impossible:
        self.problems.append(problem)
        tell(Progress(seconds=0.1, cost=9, bound=1))
        if self._gives_up:
            raise NoPlanFound
        if self._answer is not None:
            return self._answer
        return await asyncio.to_thread(solve, problem, seconds=seconds, near=near)


@pytest.fixture
async def staff() -> Staff:
    home = await make_institution()
    return await make_staff(institution=home.id)


async def make_settings(staff: Staff, **changes: object) -> QuarterSettings:
    """First quarter of 2027: two officials, twice and once, on one line at nine or at eleven."""
    director = await make_post(institution=staff.institution)
    head = await make_post(
        institution=staff.institution,
        title_uk="Начальник управління освіти",
        portfolio="Школи; садки",
        holder="Петро Мороз",
    )
    line = await make_line(institution=staff.institution)
    settings = QuarterSettings(
        year=2027,
        quarter=1,
        clocks=(time(9), time(11)),
        minutes=60,
        lines=(line.id,),
        seats=(Seat(post=director.id, wanted=2), Seat(post=head.id, wanted=1)),
        weights={Wish.FREQUENCY: 10},
    )
    return replace(settings, **changes)


async def make_plan(staff: Staff, **changes: object) -> QuarterPlan:
    settings = await make_settings(staff, **changes)
    return await make_quarter(settings, staff=staff, now=LATER)


async def holder_of(plan: QuarterPlan, index: int = 0) -> OfficialId:
    post = plan.settings.seats[index].post
    holder = await find_holder(post, institution=plan.institution, on=TUESDAY)
    assert holder is not None
    return holder.id


async def reread(plan: QuarterPlan, staff: Staff) -> QuarterPlan:
    return (await show_quarter(plan.public_id, staff=staff, now=LATER)).plan


async def test_a_quarter_is_proposed_and_proposed_again_around_pins(staff: Staff) -> None:
    plan, solver = await make_plan(staff), Solver()

    await ask_for_plan(plan.public_id, staff=staff, now=LATER)
    assert await solve_queued(solver=solver, clock=CLOCK) == 1
    ready = await reread(plan, staff)
    pinned = ready.places[0].place
    pins = [(pinned.official, pinned.on)]
    await pin_places(plan.public_id, pins, within=QUARTER, staff=staff, now=LATER)
    await pin_places(plan.public_id, [], within=(NEXT, NEXT), staff=staff, now=LATER)
    await ask_for_plan(plan.public_id, staff=staff, now=LATER)
    await solve_queued(solver=solver, clock=CLOCK)
    again = await reread(plan, staff)

    assert (ready.state, len(ready.places)) == (PlanState.READY, 3)
    assert solver.problems[1].pins == (pinned,)
    assert [each.place for each in again.places if each.is_pinned] == [pinned]
    assert await solve_queued(solver=solver, clock=CLOCK) == 0


async def test_sessions_and_absences_that_are_there_are_facts(staff: Staff) -> None:
    plan, solver = await make_plan(staff), Solver()
    seat, line = plan.settings.seats[0], plan.settings.lines[0]
    held = Plan(
        post=seat.post, line=line, held_on=TUESDAY, opens_clock=time(9), closes_clock=time(10, 30)
    )
    await plan_session(held, institution=staff.institution, now=LATER)
    other = await holder_of(plan, 1)
    leave = (date(2027, 2, 1), date(2027, 2, 14))
    await add_official_absence(
        other, AbsenceKind.LEAVE, leave, by=staff.account, now=LATER, institution=staff.institution
    )

    await ask_for_plan(plan.public_id, staff=staff, now=LATER)
    await solve_queued(solver=solver, clock=CLOCK)

    (problem,) = solver.problems
    assert problem.standing == (
        Standing(on=TUESDAY, opens=time(9), closes=time(10, 30), official=seat.post, line=line),
    )
    assert [each.away for each in problem.participants] == [
        (),
        (DateSpan(first_on=leave[0], last_on=leave[1]),),
    ]
    shown = await show_quarter(plan.public_id, staff=staff, now=LATER)
    assert find_breaches(problem, [each.place for each in shown.plan.places]) == []
    assert len(shown.plan.places) == 2
    assert set(shown.seated.names.values()) == {"Олена Петрівна Коваль", "Петро Мороз"}


async def test_taking_a_plan_makes_drafts_and_says_of_each_row_why_it_could_not(
    staff: Staff,
) -> None:
    plan = await make_plan(staff)
    first_post, second_post = (seat.post for seat in plan.settings.seats)
    line = plan.settings.lines[0]
    proposed = (
        Place(on=TUESDAY, clock=time(9), official=first_post, line=line),
        Place(on=TUESDAY, clock=time(11), official=second_post, line=line),
    )
    solver = Solver(
        answer=Proposal(places=proposed, cost=0, bound=0, seconds=1, first_seconds=1, is_best=True)
    )
    await ask_for_plan(plan.public_id, staff=staff, now=LATER)
    await solve_queued(solver=solver, clock=CLOCK)
    meanwhile = Plan(
        post=(await make_post(institution=staff.institution, title_uk="Голова", holder="Ян")).id,
        line=line,
        held_on=TUESDAY,
        opens_clock=time(9, 30),
        closes_clock=time(10, 30),
    )
    await plan_session(meanwhile, institution=staff.institution, now=LATER)

    taken = await take_into_schedule(plan.public_id, staff=staff, now=LATER)
    again = await take_into_schedule(plan.public_id, staff=staff, now=LATER)

    first, second = (await reread(plan, staff)).places
    assert ((taken.made, taken.refused), (again.made, again.refused)) == ((1, 1), (0, 1))
    assert (first.session, first.refusal) == (None, "line-busy")
    assert second.session is not None
    rows = await fetch_rows(
        "select state, opens_clock, topic, source from session where public_id = $1", second.session
    )
    assert [tuple(row) for row in rows] == [
        ("draft", time(11), "Школи; садки", f"quarter:{plan.public_id}")
    ]


async def test_an_impossible_quarter_keeps_the_rules_that_clash(staff: Staff) -> None:
    settings = await make_settings(staff)
    seat = replace(settings.seats[0], wanted=5, least=5, weekdays=(0,))
    impossible = replace(settings, seats=(seat,), limits=Limits(gap_days=28))
    plan = await make_quarter(impossible, staff=staff, now=LATER)

    await ask_for_plan(plan.public_id, staff=staff, now=LATER)
    await solve_queued(solver=Solver(), clock=CLOCK)

    found = await reread(plan, staff)
    assert found.state is PlanState.IMPOSSIBLE
    assert found.answer is not None
    assert found.answer.impossible is not None
    assert {Rule.LEAST, Rule.GAP} <= {each.rule for each in found.answer.impossible.rules}


async def test_a_search_that_dies_is_taken_up_again_and_given_up_in_the_end(staff: Staff) -> None:
    plan, clock = await make_plan(staff), FrozenClock(LATER)
    await ask_for_plan(plan.public_id, staff=staff, now=LATER)

    for _ in range(MOST_TRIES):
        await run_sql(
            "update quarter_plan set tries = tries + 1, leased_until = $1",
            clock.now() - timedelta(seconds=1),
        )
    assert await solve_queued(solver=Solver(), clock=clock) == 0

    assert (await reread(plan, staff)).state is PlanState.FAILED
    await ask_for_plan(plan.public_id, staff=staff, now=LATER)
    await run_sql("update quarter_plan set leased_until = $1", LATER + LEASE)
    assert await solve_queued(solver=Solver(), clock=CLOCK) == 0
    assert await solve_queued(solver=Solver(gives_up=True), clock=FrozenClock(LATER + 2 * LEASE))
    assert (await reread(plan, staff)).state is PlanState.FAILED


class SlowSolver(Solver):
    """One whose search is taken for dead; somebody else finds an answer, and staff pin it."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    async def solve(
        self, problem: Problem, *, seconds: float, near: tuple[Place, ...], tell: Tell
    ) -> Proposal | Impossible:
        found = await super().solve(problem, seconds=seconds, near=near, tell=tell)
        await self._meanwhile()
        return found


async def test_a_search_that_ends_too_late_changes_nothing(staff: Staff) -> None:
    plan = await make_plan(staff)
    await ask_for_plan(plan.public_id, staff=staff, now=LATER)

    async def find_and_pin() -> None:
        await solve_queued(solver=Solver(), clock=FrozenClock(LATER + 2 * LEASE))
        places = (await reread(plan, staff)).places
        pins = [(each.place.official, each.place.on) for each in places]
        await pin_places(plan.public_id, pins, within=QUARTER, staff=staff, now=LATER)

    late = SlowSolver(find_and_pin)
    assert await solve_queued(solver=late, clock=CLOCK) == 1

    kept = await reread(plan, staff)
    assert late.problems
    assert [each.is_pinned for each in kept.places] == [True] * 3


async def test_while_a_plan_is_made_nobody_changes_it(staff: Staff) -> None:
    plan = await make_plan(staff)
    await ask_for_plan(plan.public_id, staff=staff, now=LATER)

    for deed in (
        ask_for_plan(plan.public_id, staff=staff, now=LATER),
        change_quarter(plan.public_id, plan.settings, staff=staff, now=LATER),
        take_into_schedule(plan.public_id, staff=staff, now=LATER),
    ):
        with pytest.raises(StillPlanned):
            await deed


async def test_what_cannot_be_planned_is_refused(staff: Staff) -> None:
    settings = await make_settings(staff)
    plan = await make_quarter(settings, staff=staff, now=LATER)
    stranger = await make_staff(institution=(await make_institution()).id)

    with pytest.raises(QuarterOver):
        await make_quarter(replace(settings, year=2026, quarter=3), staff=staff, now=NOW)
    with pytest.raises(StartsTooNear):
        await make_quarter(replace(settings, clocks=(time(9), time(9, 30))), staff=staff, now=LATER)
    with pytest.raises(PlanChanged):
        await pin_places(plan.public_id, [(1, TUESDAY)], within=QUARTER, staff=staff, now=LATER)
    with pytest.raises(NotFound):
        await make_quarter(settings, staff=stranger, now=LATER)
    with pytest.raises(NotFound):
        await show_quarter(plan.public_id, staff=stranger, now=LATER)
