"""What staff do with a session: publish, cancel, move, put its numbers right."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.ids import LineId
from hotline_sessions.domain.phones import PhoneNumber, parse_phone
from hotline_sessions.domain.sessions import IncompleteSession, SessionState
from hotline_sessions.i18n import N_
from hotline_sessions.services.plans import (
    CHANGEABLE,
    SessionOver,
    change_phones,
    get_planned,
    list_choices,
)
from hotline_sessions.services.sessions import cancel, publish, reschedule
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.plan_forms import (
    FIELDS_OF_REFUSALS,
    SENTENCES,
    blame_field,
    fill_move,
    read_plan,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.templating import page


REASONS: Final[Sentences] = {
    ("reason", "missing"): N_("Write the reason: citizens will read it on the page of the session"),
    ("reason", "too-short"): N_(
        "Write the reason: citizens will read it on the page of the session"
    ),
    ("agreed", "missing"): N_("Tick that the session is to be cancelled"),
    ("line", "incomplete-session"): N_("Choose the line that citizens call, then publish"),
}


class Cancellation(Struct, frozen=True, kw_only=True):
    """What is entered to cancel a session."""

    reason: Annotated[str, Meta(min_length=5, max_length=300)]
    agreed: bool


class Phones(Struct, frozen=True, kw_only=True):
    """Numbers of a session."""

    line: LineId | None = None
    ring_number: PhoneNumber | None = None


@post(
    "/staff/sessions/{public_id:str}/publish",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def publish_session(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Announce a draft; without a line it is asked for."""
    try:
        await publish(public_id, staff=signed_in, now=now)
    except IncompleteSession as refusal:
        mistakes = Mistakes(by_field={"line": refusal.code})
        wrong = with_mistakes(request, Form(fields={}), mistakes, REASONS)
        session = await get_planned(public_id, staff=signed_in)
        view = FormView(
            values=prefilled(ring_number=session.ring_number).values, sentences=wrong.sentences
        )
        return await _show_phones(request, public_id, signed_in, now, view, status=422)
    return lead_to(request, f"/staff/sessions/{public_id}")


@get("/staff/sessions/{public_id:str}/phones", include_in_schema=False, guards=PLANNERS)
async def show_phones(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The form with the numbers of a session."""
    session = await get_planned(public_id, staff=signed_in)
    view = prefilled(line=session.line, ring_number=session.ring_number)
    return await _show_phones(request, public_id, signed_in, now, view)


@post(
    "/staff/sessions/{public_id:str}/phones",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def save_phones(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Say on which line citizens call and where the official is rung."""
    form = await read_form(request)
    phones = parse_form(Phones, form, {"ring_number": parse_phone})
    if isinstance(phones, Mistakes):
        view = with_mistakes(request, form, phones, REASONS)
        return await _show_phones(request, public_id, signed_in, now, view, status=422)
    try:
        await change_phones(
            public_id, line=phones.line, ring_number=phones.ring_number, staff=signed_in, now=now
        )
    except Clashing as refusal:
        view = refuse_field(request, form, "line", refusal)
        return await _show_phones(request, public_id, signed_in, now, view, status=409)
    return lead_to(request, f"/staff/sessions/{public_id}")


@get("/staff/sessions/{public_id:str}/cancel", include_in_schema=False, guards=PLANNERS)
async def show_cancel(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """Ask whether the session is really to be cancelled, and why."""
    return await _show_cancel(request, public_id, signed_in, FormView())


@post(
    "/staff/sessions/{public_id:str}/cancel",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def cancel_session(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Call the session off; everyone who has booked is told."""
    form = await read_form(request)
    wish = parse_form(Cancellation, form)
    if not isinstance(wish, Mistakes) and not wish.agreed:
        wish = Mistakes(by_field={"agreed": "missing"})
    if isinstance(wish, Mistakes):
        view = with_mistakes(request, form, wish, REASONS)
        return await _show_cancel(request, public_id, signed_in, view, status=422)
    await cancel(public_id, wish.reason, staff=signed_in, now=now)
    return lead_to(request, f"/staff/sessions/{public_id}")


@get("/staff/sessions/{public_id:str}/move", include_in_schema=False, guards=PLANNERS)
async def show_move(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The plan of the session, to be changed into the new one."""
    session = await get_planned(public_id, staff=signed_in)
    zone = ZoneInfo(session.time_zone)
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    view = fill_move(session, (f"{starts:%H:%M}", f"{ends:%H:%M}"))
    wanted = _read_wanted(request, ends - starts)
    if wanted:
        view = FormView(values={**view.values, **wanted})
    return await _show_move(request, public_id, signed_in, now, view)


def _read_wanted(request: PageRequest, length: timedelta) -> dict[str, tuple[str, ...]]:
    """The time that was chosen in the calendar, as the form asks for it; nothing if none was."""
    query = request.query_params
    try:
        on = date.fromisoformat(query.get("held_on", ""))
        opens = datetime.combine(on, time.fromisoformat(query.get("opens_clock", "")))
        closes = opens.replace(tzinfo=None) + length
    except (ValueError, OverflowError):
        return {}
    return {
        "held_on": (on.isoformat(),),
        "opens_clock": (f"{opens:%H:%M}",),
        "closes_clock": (f"{closes:%H:%M}",),
    }


@post(
    "/staff/sessions/{public_id:str}/move",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def move_session(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Hold the session at another time; everyone who has booked is told."""
    form = await read_form(request)
    plan = read_plan(form, await list_choices(staff=signed_in, now=now))
    if isinstance(plan, Mistakes):
        view = with_mistakes(request, form, plan, SENTENCES)
        return await _show_move(request, public_id, signed_in, now, view, status=422)
    try:
        new = await reschedule(public_id, plan, staff=signed_in, now=now)
    except tuple(FIELDS_OF_REFUSALS) as refusal:
        view = with_mistakes(request, form, blame_field(refusal), SENTENCES)
        return await _show_move(request, public_id, signed_in, now, view, status=422)
    except Clashing as refusal:
        view = refuse_field(request, form, "opens_clock", refusal)
        return await _show_move(request, public_id, signed_in, now, view, status=409)
    return lead_to(request, f"/staff/sessions/{new.public_id}")


async def _show_phones(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    session = await get_planned(public_id, staff=staff)
    if session.state not in CHANGEABLE:
        raise SessionOver
    return page(
        request,
        "pages/desk/sessions/phones.html",
        status=status,
        session=session,
        choices=await list_choices(staff=staff, now=now),
        is_draft=session.state is SessionState.DRAFT,
        form=form,
    )


async def _show_cancel(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    session = await get_planned(public_id, staff=staff)
    if session.state not in CHANGEABLE:
        raise SessionOver
    return page(
        request, "pages/desk/sessions/cancel.html", status=status, session=session, form=form
    )


async def _show_move(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return page(
        request,
        "pages/desk/sessions/form.html",
        status=status,
        choices=await list_choices(staff=staff, now=now),
        form=form,
        moved=await get_planned(public_id, staff=staff),
        is_draft=False,
        plan=None,
        talks=None,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    publish_session,
    show_phones,
    save_phones,
    show_cancel,
    cancel_session,
    show_move,
    move_session,
]
