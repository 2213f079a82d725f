"""First page of staff: what is on today, and which appeals are due soon."""

from datetime import timedelta
from typing import Final

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_search import Wanted, Which, Whose
from hotline_sessions.domain.plans import Part
from hotline_sessions.domain.times import local_date
from hotline_sessions.services.appeal_search import Found, find_appeals
from hotline_sessions.services.appeal_work import MOST, Owed, WorkToday, count_work
from hotline_sessions.services.approvals import count_unannounced
from hotline_sessions.services.attendance_answers import count_troubles
from hotline_sessions.services.channels import list_own_stuck
from hotline_sessions.services.official_absences import count_undecided
from hotline_sessions.services.plans import list_planned
from hotline_sessions.services.publications import count_stale
from hotline_sessions.services.undelivered import count_lost_messages
from hotline_sessions.services.verification import list_code_stops
from hotline_sessions.services.zone_rules import list_own_shifts
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.guards import HOME_PATH, require_staff
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeals import view_appeals
from hotline_sessions.web.pages.desk.rights import APPEAL_RIGHTS
from hotline_sessions.web.templating import page


SOON: Final = timedelta(days=7)
MOST_SESSIONS: Final = 8
MOST_APPEALS: Final = 8


@get(HOME_PATH, include_in_schema=False, guards=[require_staff])
async def show_today(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Sessions under way or next, and appeals whose last day is near."""
    sessions = await list_planned(Part.COMING, staff=signed_in, now=now)
    drafts = await list_planned(Part.DRAFTS, staff=signed_in, now=now)
    today = local_date(now)
    work = await count_work(staff=signed_in, now=now) if _sees_appeals(signed_in) else None
    whose = Whose.MINE if work and work.mine and work.mine.all else Whose.ANY
    due = await _list_due(signed_in, whose, now) if work else Found(appeals=[])
    may_plan = signed_in.may(Right.PLAN_SESSIONS)
    return page(
        request,
        "pages/desk/today.html",
        staff=signed_in,
        today=today,
        code_stops=await list_code_stops(now=now),
        sessions=sessions[:MOST_SESSIONS],
        drafts=len(drafts),
        work=_name_work(work, request) if work else [],
        waiting=work.waiting if work else 0,
        unassigned=work.unassigned if work else None,
        most=MOST,
        is_mine=whose is Whose.MINE,
        appeals=view_appeals(
            due.appeals[:MOST_APPEALS], request, today=today, executors=due.executors
        ),
        answers_appeals=signed_in.may(Right.ANSWER_APPEALS),
        may_run=signed_in.may(Right.RUN_DESK),
        may_plan=may_plan,
        sees_appeals=_sees_appeals(signed_in),
        lost_messages=await _count_lost(signed_in, now),
        stale=await _count_stale(signed_in, now),
        stuck=len(await list_own_stuck(staff=signed_in, now=now)) if may_plan else 0,
        undecided=await count_undecided(staff=signed_in, now=now) if may_plan else 0,
        attendance_troubles=await count_troubles(staff=signed_in, now=now) if may_plan else 0,
        unannounced=await count_unannounced(staff=signed_in, now=now) if may_plan else 0,
        shifted=len(await list_own_shifts(staff=signed_in, now=now)) if may_plan else 0,
    )


def _sees_appeals(staff: Staff) -> bool:
    return any(staff.may(right) for right in APPEAL_RIGHTS)


def _name_work(work: WorkToday, request: PageRequest) -> list[tuple[str, str, Owed]]:
    """What is owed, by whom: in words, and as the lists of appeals ask for it."""
    words = words_of(request)
    owed = (
        (words.gettext("Mine"), Whose.MINE, work.mine),
        (words.gettext("Unit"), Whose.UNIT, work.unit),
        (words.gettext("Institution"), Whose.ANY, work.institution),
    )
    return [(text, whose, found) for text, whose, found in owed if found is not None]


async def _count_lost(staff: Staff, now: Now) -> int:
    """Messages that did not arrive, for those who can call the people."""
    may_see = staff.may(Right.RUN_DESK) or staff.may(Right.PLAN_SESSIONS)
    return await count_lost_messages(staff=staff, now=now) if may_see else 0


async def _count_stale(staff: Staff, now: Now) -> int:
    """Publications that are no longer true, for those who publish."""
    return await count_stale(staff=staff, now=now) if staff.may(Right.PLAN_SESSIONS) else 0


async def _list_due(staff: Staff, whose: Whose, now: Now) -> Found:
    """What is overdue or due within a week, the most urgent first."""
    found = await find_appeals(Wanted(which=Which.OPEN, whose=whose), staff=staff, now=now)
    soon = local_date(now) + SOON
    due = [appeal for appeal in found.appeals if appeal.legal_on <= soon]
    return Found(appeals=due, executors=found.executors)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_today]
