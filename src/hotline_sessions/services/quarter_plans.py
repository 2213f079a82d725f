"""Plans of quarters: entered, searched for in the background, pinned, taken into the schedule."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound, Refusal
from hotline_sessions.domain.ids import LineId, PostId
from hotline_sessions.domain.quarter_plans import (
    Impossible,
    NoPlanFound,
    Place,
    Progress,
    Proposal,
)
from hotline_sessions.domain.quarter_settings import (
    Answer,
    PlacedSession,
    PlanChanged,
    PlanState,
    QuarterPlan,
    QuarterSettings,
    StillPlanned,
    check_settings,
)
from hotline_sessions.domain.quarter_wishes import Violation, find_violations
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.plan_ports import QuarterSolver
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.quarter_problems import Seated, gather_problem
from hotline_sessions.services.sent_forms import SentForm, answer_once
from hotline_sessions.services.session_plans import Plan, write_plan
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.official_absences import lock_schedule
from hotline_sessions.store.officials import list_posts
from hotline_sessions.store.quarter_plans import (
    add_quarter_plan,
    get_quarter_plan,
    list_quarter_plans,
    mark_answer,
    mark_pins,
    mark_progress,
    mark_queued,
    mark_settings,
    mark_taken,
    replace_places,
    take_queued,
)
from hotline_sessions.store.transaction import savepoint, transaction


log = structlog.get_logger()

SOLVE_SECONDS: Final = 25.0
LEASE: Final = timedelta(seconds=90)
MOST_TRIES: Final = 3
TELL_SECONDS: Final = 1.0


class ShownPlan(Struct, frozen=True, kw_only=True):
    """A plan with what it misses of the wishes as the schedule is now."""

    plan: QuarterPlan
    seated: Seated
    violations: list[Violation]


class Taken(Struct, frozen=True, kw_only=True):
    """How many proposed sessions have become drafts, and how many could not."""

    made: int
    refused: int


async def list_own_quarters(*, staff: Staff) -> list[QuarterPlan]:
    """Plans of the institution of ``staff``, the newest first."""
    return await list_quarter_plans(institution=staff.institution)


async def get_own_quarter(public_id: str, *, staff: Staff) -> QuarterPlan:
    """The plan alone.

    Raises:
        NotFound: The institution of ``staff`` has no such plan.
    """
    return await get_quarter_plan(public_id, institution=staff.institution)


async def show_quarter(public_id: str, *, staff: Staff, now: datetime) -> ShownPlan:
    """The plan, its people, and the wishes that it misses.

    Raises:
        NotFound: The institution of ``staff`` has no such plan.
    """
    plan = await get_quarter_plan(public_id, institution=staff.institution)
    seated = await gather_problem(plan, institution=staff.institution, now=now)
    # What has become a draft stands in the schedule already.
    places = [
        each.place
        for each in plan.places
        if each.session is None and each.place.official in seated.holders
    ]
    return ShownPlan(
        plan=plan,
        seated=seated,
        violations=find_violations(seated.problem, places) if plan.places else [],
    )


async def make_quarter(
    settings: QuarterSettings,
    *,
    staff: Staff,
    now: datetime,
    form: SentForm | None = None,
    secret: bytes = b"",
) -> QuarterPlan:
    """A new plan, not searched for yet; a ``form`` that is sent twice makes one.

    Raises:
        OtherForm: The form was sent before with something else in it.
        NotFound: A post or line is not the institution's.
        QuarterOver, StartsTooNear: The settings cannot be so.
    """

    async def add() -> dict[str, object]:
        plan = await add_quarter_plan(
            settings, institution=staff.institution, by=staff.account, now=now
        )
        await _note("quarter_plan_made", plan, staff=staff, now=now)
        return {"plan": plan.public_id}

    async with transaction():
        await _check(settings, staff=staff, now=now)
        whose = f"quarter:{staff.account}"
        made = await answer_once(form, add, whose=whose, secret=secret, now=now)
        return await get_quarter_plan(made["plan"], institution=staff.institution)


async def change_quarter(
    public_id: str, settings: QuarterSettings, *, staff: Staff, now: datetime
) -> None:
    """Wish something else; what was proposed stays until it is searched for again.

    Raises:
        NotFound: There is no such plan, or a post or line is not the institution's.
        StillPlanned: It is being searched for.
        QuarterOver, StartsTooNear: The settings cannot be so.
    """
    async with transaction():
        plan = await get_quarter_plan(public_id, institution=staff.institution, locked=True)
        _check_idle(plan)
        await _check(settings, staff=staff, now=now)
        await mark_settings(plan.id, settings, institution=staff.institution, now=now)
        await _note("quarter_plan_changed", plan, staff=staff, now=now)


async def ask_for_plan(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Have the plan searched for, again if there is one: what is pinned stays.

    Raises:
        NotFound: The institution of ``staff`` has no such plan.
        StillPlanned: It is being searched for already.
    """
    async with transaction():
        plan = await get_quarter_plan(public_id, institution=staff.institution, locked=True)
        _check_idle(plan)
        await mark_queued(plan.id, institution=staff.institution, now=now)
        await _note("quarter_plan_asked", plan, staff=staff, now=now)


async def pin_places(
    public_id: str,
    pins: Collection[tuple[int, date]],
    *,
    within: tuple[date, date],
    staff: Staff,
    now: datetime,
) -> None:
    """Of the days ``within``, pin exactly these officials to these days of the proposal.

    Raises:
        NotFound: The institution of ``staff`` has no such plan.
        StillPlanned: It is being searched for.
        PlanChanged: A pin is not of the present proposal.
    """
    async with transaction():
        plan = await get_quarter_plan(public_id, institution=staff.institution, locked=True)
        _check_idle(plan)
        known = {(each.place.official, each.place.on): each.place for each in plan.places}
        if not set(pins) <= set(known):
            raise PlanChanged
        chosen = [known[pin] for pin in pins]
        await mark_pins(plan.id, chosen, within=within, institution=plan.institution)
        await _note("quarter_plan_pinned", plan, staff=staff, now=now, pins=len(pins))


async def take_into_schedule(public_id: str, *, staff: Staff, now: datetime) -> Taken:
    """Make drafts of all proposed sessions that are none yet; each wholly, or not at all.

    What cannot be a draft keeps the reason and stays in the proposal. All that can be are
    written together.

    Raises:
        NotFound: The institution of ``staff`` has no such plan.
        StillPlanned: It is being searched for.
    """
    made = refused = 0
    async with transaction():
        await lock_schedule(staff.institution)
        plan = await get_quarter_plan(public_id, institution=staff.institution, locked=True)
        _check_idle(plan)
        topics = {
            each.id: each.portfolio for each in await list_posts(institution=staff.institution)
        }
        for each in plan.places:
            if each.session is not None:
                continue
            try:
                async with savepoint():
                    session = await write_plan(
                        _draft(plan, each, topics.get(each.post, "")),
                        institution=staff.institution,
                        now=now,
                    )
            except Refusal as refusal:
                refused += 1
                await mark_taken(plan.id, each.place, None, refusal.code)
            else:
                made += 1
                await mark_taken(plan.id, each.place, session.id, "")
        await _note("quarter_plan_taken", plan, staff=staff, now=now, made=made, refused=refused)
    return Taken(made=made, refused=refused)


def _draft(plan: QuarterPlan, placed: PlacedSession, topic: str) -> Plan:
    opens = datetime.combine(placed.place.on, placed.place.clock)
    return Plan(
        post=placed.post,
        official=placed.official,
        line=LineId(placed.place.line),
        topic=topic[:300],
        held_on=placed.place.on,
        opens_clock=opens.time(),
        closes_clock=(opens + timedelta(minutes=plan.settings.minutes)).time(),
        source=f"quarter:{plan.public_id}",
    )


async def solve_queued(*, solver: QuarterSolver, clock: Clock) -> int:
    """Search for one plan that is waited for; how many there were: one, or none."""
    async with transaction():
        plan = await take_queued(now=clock.now(), lease=LEASE, most_tries=MOST_TRIES)
    if plan is None:
        return 0
    seated = await gather_problem(plan, institution=plan.institution, now=clock.now())
    near = tuple(each.place for each in plan.places if each.session is None)
    try:
        found = await _search(plan, seated, near, solver)
    except NoPlanFound:
        found = None
    await _write(plan, seated, found, now=clock.now())
    log.info("quarter_planned", plan_id=plan.id, found=type(found).__name__)
    return 1


async def _search(
    plan: QuarterPlan, seated: Seated, near: tuple[Place, ...], solver: QuarterSolver
) -> Proposal | Impossible:
    latest: list[Progress] = []
    telling = asyncio.create_task(_tell(plan, latest))
    try:
        return await solver.solve(
            seated.problem, seconds=SOLVE_SECONDS, near=near, tell=latest.append
        )
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(plan: QuarterPlan, latest: list[Progress]) -> None:
    told = 0
    while True:
        await asyncio.sleep(TELL_SECONDS)
        if len(latest) > told:
            told = len(latest)
            await mark_progress(plan.id, plan.version, latest[-1])


async def _write(
    plan: QuarterPlan, seated: Seated, found: Proposal | Impossible | None, *, now: datetime
) -> None:
    async with transaction():
        match found:
            case Proposal():
                answer = Answer(
                    cost=found.cost,
                    bound=found.bound,
                    seconds=found.seconds,
                    is_best=found.is_best,
                )
                if await mark_answer(plan, PlanState.READY, answer, now=now):
                    pins = set(seated.problem.pins)
                    places = [
                        PlacedSession(
                            post=PostId(place.official),
                            official=seated.holders[place.official],
                            place=place,
                            is_pinned=place in pins,
                        )
                        for place in found.places
                    ]
                    await replace_places(plan.id, places, institution=plan.institution)
            case Impossible():
                answer = Answer(seconds=found.seconds, impossible=found)
                await mark_answer(plan, PlanState.IMPOSSIBLE, answer, now=now)
            case None:
                await mark_answer(plan, PlanState.FAILED, None, now=now)


def _check_idle(plan: QuarterPlan) -> None:
    if plan.state is PlanState.QUEUED:
        raise StillPlanned


async def _check(settings: QuarterSettings, *, staff: Staff, now: datetime) -> None:
    home = await get_institution(staff.institution)
    check_settings(settings, today=local_date(now, ZoneInfo(home.time_zone)))
    posts = {each.id for each in await list_posts(institution=staff.institution)}
    lines = {each.id for each in await list_lines(institution=staff.institution)}
    favourites = {seat.favourite for seat in settings.seats if seat.favourite is not None}
    if not (
        {seat.post for seat in settings.seats} <= posts and {*settings.lines, *favourites} <= lines
    ):
        raise NotFound


async def _note(
    action: str, plan: QuarterPlan, *, staff: Staff, now: datetime, **detail: int
) -> None:
    await add_entry(
        action,
        "quarter_plan",
        plan.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
        detail=dict(detail),
    )
    log.info(action, plan_id=plan.id, account_id=staff.account)
