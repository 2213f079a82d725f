"""A draft, changed by itself: one day of a series, or a session that was planned alone."""

from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.sessions import SessionState
from hotline_sessions.services.drafts import NotADraft, change_draft
from hotline_sessions.services.plans import get_planned, list_choices
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import FormView, Mistakes, read_form, with_mistakes
from hotline_sessions.web.pages.desk.plan_forms import (
    FIELDS_OF_REFUSALS,
    SENTENCES,
    blame_field,
    fill_move,
    fill_registration,
    read_plan,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.templating import page


PATH: Final = "/staff/sessions/{public_id:str}/edit"


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_draft(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The plan of a draft, to be changed."""
    session = await get_planned(public_id, staff=signed_in)
    zone = ZoneInfo(session.time_zone)
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    view = fill_move(session, (f"{starts:%H:%M}", f"{ends:%H:%M}"))
    values = {**view.values, **fill_registration(session)}
    return await _show(request, public_id, signed_in, now, FormView(values=values))


@post(PATH, include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def save_draft(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Let the draft be what was entered."""
    form = await read_form(request)
    plan = read_plan(form, await list_choices(staff=signed_in, now=now))
    if isinstance(plan, Mistakes):
        view = with_mistakes(request, form, plan, SENTENCES)
        return await _show(request, public_id, signed_in, now, view, status=422)
    try:
        await change_draft(public_id, plan, staff=signed_in, now=now)
    except tuple(FIELDS_OF_REFUSALS) as refusal:
        view = with_mistakes(request, form, blame_field(refusal), SENTENCES)
        return await _show(request, public_id, signed_in, now, view, status=422)
    except Clashing as refusal:
        view = refuse_field(request, form, "opens_clock", refusal)
        return await _show(request, public_id, signed_in, now, view, status=409)
    return lead_to(request, f"/staff/sessions/{public_id}")


async def _show(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    session = await get_planned(public_id, staff=staff)
    if session.state is not SessionState.DRAFT:
        raise NotADraft
    return page(
        request,
        "pages/desk/sessions/form.html",
        status=status,
        choices=await list_choices(staff=staff, now=now),
        form=form,
        moved=session,
        is_draft=True,
        plan=None,
        talks=None,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_draft, save_draft]
