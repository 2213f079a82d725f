"""Sessions in the hands of staff: list, plan, one session with its talks."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.plans import Part
from hotline_sessions.domain.sessions import BOOKABLE, SessionState
from hotline_sessions.domain.slots import PlannedSlot
from hotline_sessions.services.approvals import find_own_orders
from hotline_sessions.services.booking_answers import get_answers
from hotline_sessions.services.plans import (
    CHANGEABLE,
    get_sheet,
    list_choices,
    list_planned,
    preview_plan,
)
from hotline_sessions.services.series import find_own_series
from hotline_sessions.services.session_plans import Plan, plan_session
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import FormView, Mistakes, prefilled, read_form, with_mistakes
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.desk.plan_forms import (
    FIELDS_OF_REFUSALS,
    SENTENCES,
    blame_field,
    fill_new,
    read_plan,
)
from hotline_sessions.web.templating import page


PLANNERS: Final = [require_staff, require(Right.PLAN_SESSIONS)]
LONGEST_SEARCH: Final = 100


@get("/staff/sessions", include_in_schema=False, guards=[require_staff])
async def show_sessions(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """One part of the plan, narrowed by words."""
    wanted = request.query_params.get("part", Part.COMING.value)
    part = Part(wanted) if wanted in set(Part) else Part.COMING
    text = request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    return page(
        request,
        "pages/desk/sessions/list.html",
        sessions=await list_planned(part, staff=signed_in, now=now, text=text),
        part=part.value,
        form=prefilled(q=text or None),
        may_plan=signed_in.may(Right.PLAN_SESSIONS),
        may_run=signed_in.may(Right.RUN_DESK),
    )


@get("/staff/sessions/new", include_in_schema=False, guards=PLANNERS)
async def show_new(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The form in which a session is planned."""
    choices = await list_choices(staff=signed_in, now=now)
    return await _show_form(request, signed_in, now, fill_new(choices))


@post("/staff/sessions/new", include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def plan_new(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Show the talks that would be made, or make the draft."""
    form = await read_form(request)
    plan = read_plan(form, await list_choices(staff=signed_in, now=now))
    if isinstance(plan, Mistakes):
        view = with_mistakes(request, form, plan, SENTENCES)
        return await _show_form(request, signed_in, now, view, status=422)
    try:
        if form.get("deed") != "save":
            talks = await preview_plan(plan, staff=signed_in)
            view = FormView(values=form.fields)
            return await _show_form(request, signed_in, now, view, plan=plan, talks=talks)
        session = await plan_session(plan, institution=signed_in.institution, now=now)
    except tuple(FIELDS_OF_REFUSALS) as refusal:
        view = with_mistakes(request, form, blame_field(refusal), SENTENCES)
        return await _show_form(request, signed_in, now, view, status=422)
    except Clashing as refusal:
        view = refuse_field(request, form, "opens_clock", refusal)
        return await _show_form(request, signed_in, now, view, status=409)
    return lead_to(request, f"/staff/sessions/{session.public_id}")


@get("/staff/sessions/{public_id:str}", include_in_schema=False, guards=[require_staff])
async def show_session(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Facts of a session, its talks, and what can be done with it."""
    sheet = await get_sheet(public_id, staff=signed_in)
    session = sheet.session
    may_plan = signed_in.may(Right.PLAN_SESSIONS)
    may_run = signed_in.may(Right.RUN_DESK)
    sees_callers = may_plan or may_run
    orders = await find_own_orders([session.id], staff=signed_in)
    return page(
        request,
        "pages/desk/sessions/sheet.html",
        session=session,
        answers=await get_answers(public_id, staff=signed_in, now=now) if sees_callers else None,
        talks=sheet.talks,
        of_series=await find_own_series(session.id, staff=signed_in),
        order=orders.get(session.id),
        sees_callers=sees_callers,
        runs_desk=may_run,
        may_run=may_run and session.state in BOOKABLE | {SessionState.CLOSED},
        may_book=may_run and session.state in BOOKABLE,
        may_publish=may_plan and session.state is SessionState.DRAFT,
        may_move=may_plan and session.state is SessionState.PUBLISHED,
        may_shorten=may_plan and session.state in BOOKABLE,
        may_change=may_plan and session.state in CHANGEABLE,
    )


def lead_to(request: PageRequest, path: str) -> Response[str]:
    """Answer to a form that was carried out: go to ``path`` in the reader's language."""
    address = localized(path, locale_of(request))
    return Response(
        "", status_code=HTTP_303_SEE_OTHER, headers={"Location": address}, media_type="text/html"
    )


async def _show_form(
    request: PageRequest,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    plan: Plan | None = None,
    talks: list[PlannedSlot] | None = None,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return page(
        request,
        "pages/desk/sessions/form.html",
        status=status,
        choices=await list_choices(staff=staff, now=now),
        form=form,
        moved=None,
        is_draft=False,
        plan=plan,
        talks=talks,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_sessions,
    show_new,
    plan_new,
    show_session,
]
