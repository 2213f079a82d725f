"""Shortening a session: who is concerned is shown first, then told."""

from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.i18n import N_
from hotline_sessions.services.plans import SessionOver, get_planned
from hotline_sessions.services.session_plans import EndsBeforeStart, SessionExists
from hotline_sessions.services.shortening import (
    BegunAlready,
    ConcernedChanged,
    Cut,
    NoTalkLeft,
    NotShorter,
    Shortening,
    preview_shortening,
    shorten_session,
)
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.sessions import PLANNERS, lead_to
from hotline_sessions.web.templating import page


SENTENCES: Final[Sentences] = {
    ("opens_clock", "missing"): N_("Enter the time of the start"),
    ("opens_clock", "wrong"): N_("Enter the time of the start, such as 10:00"),
    ("opens_clock", SessionExists.code): N_(
        "This official already has a session that starts then: choose another time"
    ),
    ("closes_clock", "missing"): N_("Enter the time of the end"),
    ("closes_clock", "wrong"): N_("Enter the time of the end, such as 12:00"),
    ("closes_clock", EndsBeforeStart.code): N_("The end must be later than the start"),
    ("closes_clock", NotShorter.code): N_(
        "Start later or end earlier than announced. For another time, move the session"
    ),
    ("closes_clock", NoTalkLeft.code): N_(
        "Not one talk would remain: choose a later end, or cancel the session"
    ),
    ("closes_clock", BegunAlready.code): N_(
        "The session is under way: only an end that is still ahead can be chosen"
    ),
    ("closes_clock", ConcernedChanged.code): N_(
        "Others are concerned now than you were shown: look at the list again"
    ),
}
REFUSALS: Final = (
    SessionExists,
    EndsBeforeStart,
    NotShorter,
    NoTalkLeft,
    BegunAlready,
    ConcernedChanged,
)


class ShortenForm(Struct, frozen=True, kw_only=True):
    """New start and end; ``seen`` names the bookings that were shown as falling away."""

    opens_clock: time
    closes_clock: time
    deed: str = ""
    seen: str = ""


@get("/staff/sessions/{public_id:str}/shorten", include_in_schema=False, guards=PLANNERS)
async def ask_times(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """The times as they stand, to be made shorter."""
    session = await get_planned(public_id, staff=signed_in)
    zone = ZoneInfo(session.time_zone)
    view = prefilled(
        opens_clock=f"{session.starts_at.astimezone(zone):%H:%M}",
        closes_clock=f"{session.ends_at.astimezone(zone):%H:%M}",
    )
    return await _show(request, public_id, signed_in, view)


@post(
    "/staff/sessions/{public_id:str}/shorten",
    include_in_schema=False,
    guards=PLANNERS,
    status_code=HTTP_200_OK,
)
async def shorten(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Show who is concerned; with the second button shorten, and tell them."""
    form = await read_form(request)
    sent = parse_form(ShortenForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(request, public_id, signed_in, view, status=422)
    cut = Cut(opens_clock=sent.opens_clock, closes_clock=sent.closes_clock)
    planned = None
    try:
        planned = await preview_shortening(public_id, cut, staff=signed_in, now=now)
        if sent.deed != "save":
            view = FormView(values=form.fields)
            return await _show(request, public_id, signed_in, view, planned)
        await shorten_session(public_id, cut, seen=sent.seen.split(), staff=signed_in, now=now)
    except REFUSALS as refusal:
        view = with_mistakes(request, form, _blame(refusal), SENTENCES)
        shown = planned if isinstance(refusal, ConcernedChanged) else None
        return await _show(request, public_id, signed_in, view, shown, status=status_of(refusal))
    return lead_to(request, f"/staff/sessions/{public_id}")


def _blame(refusal: Refusal) -> Mistakes:
    field = "opens_clock" if isinstance(refusal, SessionExists) else "closes_clock"
    return Mistakes(by_field={field: refusal.code})


async def _show(
    request: PageRequest,
    public_id: str,
    staff: Staff,
    form: FormView,
    planned: Shortening | None = None,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    session = await get_planned(public_id, staff=staff)
    if session.state not in BOOKABLE:
        raise SessionOver
    return page(
        request,
        "pages/desk/sessions/shorten.html",
        status=status,
        session=session,
        planned=planned,
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_times, shorten]
