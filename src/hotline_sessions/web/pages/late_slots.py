"""The page of whoever came too late for a slot: the nearest free ones, and what was written.

In a rush nearly everybody gets this page, so it is made once in a moment for all who wanted
the same slot; only what they wrote is put in for each.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from litestar import MediaType, Response

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.services.announcements import FreeSlots
from hotline_sessions.services.tokens import draw_token
from hotline_sessions.web.blanks import Pattern, blank, cut, fill_in
from hotline_sessions.web.dependencies import PageRequest, facts_of
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.form_marks import MARK_FIELD
from hotline_sessions.web.forms import Form, FormView
from hotline_sessions.web.locale import locale_of
from hotline_sessions.web.pages.free_slots import choose_nearest, list_times
from hotline_sessions.web.pages.sessions import get_bookable
from hotline_sessions.web.shelf import Shelf
from hotline_sessions.web.templating import page_context, render


T = TypeVar("T")

LATE: Final = "pages/slots/late.html"

KEPT: Final = ("community", "question", "call_back", "email")
"""What was written once is not asked for again."""

GLANCE: Final = timedelta(seconds=0.5)
"""How old may be what is offered here; booking itself looks anew."""


async def answer_late(
    request: PageRequest,
    public_id: str,
    form: Form,
    refusal: Refusal,
    *,
    wanted: datetime,
    now: datetime,
) -> Response[Any]:
    """The page with the nearest free slots; what was written goes on to the next attempt.

    Raises:
        NotFound, SessionNotBookable, RegistrationNotOpen, RegistrationClosed: There is
            nothing to choose any more.
    """
    pattern = await _shelve(request, public_id, form, refusal, wanted=wanted, now=now)
    own = {name: form.get(name) for name in KEPT} | {MARK_FIELD: draw_token()}
    headers = {"Content-Language": locale_of(request), "Vary": "HX-Request-Type"}
    retry_after = refusal.facts.get("retry_after")
    if isinstance(retry_after, int):
        headers["Retry-After"] = str(retry_after)
    return Response(
        fill_in(pattern, own),
        media_type=MediaType.HTML,
        status_code=status_of(refusal),
        headers=headers,
    )


async def _shelve(
    request: PageRequest,
    public_id: str,
    form: Form,
    refusal: Refusal,
    *,
    wanted: datetime,
    now: datetime,
) -> Pattern:
    """The page of all who wanted this slot a moment ago, with blanks for what they wrote."""
    sentences = refuse_field(request, form, "starts_at", refusal).sentences
    fresh_for = min(facts_of(request).fresh_for, GLANCE)

    async def make() -> Pattern:
        look = partial(get_bookable, public_id, now=now)
        found = await _shelf(request, "glance_shelf", FreeSlots).read(
            public_id, look, now=now, fresh_for=fresh_for
        )
        return _render(request, found, sentences["starts_at"], wanted)

    name = f"{locale_of(request)} {public_id} {wanted.isoformat()} {sentences['starts_at']}"
    return await _shelf(request, "late_shelf", Pattern).read(
        name, make, now=now, fresh_for=fresh_for
    )


def _render(request: PageRequest, found: FreeSlots, sentence: str, wanted: datetime) -> Pattern:
    session = found.announcement
    nearest = choose_nearest(found.free, wanted)
    context = page_context(
        request,
        form=FormView(sentences={"starts_at": sentence}),
        csrf_token="",
        staff=None,
        session=session,
        help_phone=session.line_number,
        own={name: blank(name) for name in (*KEPT, MARK_FIELD)},
        slots=list_times(found.free),
        nearest=nearest.starts_at.isoformat() if nearest else "",
        taken=session.booked,
        total=session.bookable,
    )
    return cut(render(locale_of(request), LATE, **context))


def _shelf(request: PageRequest, name: str, _kind: type[T]) -> Shelf[T]:
    """What this process keeps as ``name``."""
    state = request.app.state
    if state.get(name) is None:
        state[name] = Shelf()
    shelf: Shelf[T] = state[name]
    return shelf
