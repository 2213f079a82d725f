"""An ordinary call, outside the sessions, at the desk of appeals: its questions, registered."""

import re
import secrets
from datetime import date, time
from typing import Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.card_facts import BadCallTime
from hotline_sessions.domain.times import KYIV
from hotline_sessions.services.appeals import get_for_staff
from hotline_sessions.services.call_appeals import MOST, find_origin
from hotline_sessions.services.deadline_words import explain
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    Form,
    FormView,
    Mistakes,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.card_entry import Entered, enter
from hotline_sessions.web.pages.desk.card_forms import (
    SENTENCES,
    add_place,
    count_places,
    fill,
    list_author_values,
    list_choices,
    list_first_values,
)
from hotline_sessions.web.pages.desk.rights import REGISTRARS
from hotline_sessions.web.templating import page


LIMIT: Final = 512 * 1024
"""Bytes of the form: ten questions of five thousand Cyrillic letters take 300 KB."""
TALK_BYTES: Final = 16
_TALK: Final = re.compile(r"[0-9a-f]{32}")


class CallForm(Struct, frozen=True, kw_only=True):
    """When the citizen called."""

    called_on: date
    called_clock: time


@get("/staff/appeals/new", include_in_schema=False, guards=REGISTRARS)
async def open_form(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The form for a call; with the author of the appeal ``after``, if one is named."""
    values = list_first_values() | {"talk": secrets.token_hex(TALK_BYTES)}
    called_at = now.astimezone(KYIV)
    if after := request.query_params.get("after", ""):
        first = (await get_for_staff(after, staff=signed_in)).appeal
        values |= list_author_values(first) | ({"talk": first.talk} if first.talk else {})
        called_at = first.received_at.astimezone(KYIV)
    values |= {"called_on": called_at.date().isoformat(), "called_clock": f"{called_at:%H:%M}"}
    return _show(request, now, fill(values))


@post(
    "/staff/appeals/new",
    include_in_schema=False,
    guards=REGISTRARS,
    status_code=HTTP_200_OK,
    request_max_body_size=LIMIT,
)
async def register_call(
    request: PageRequest, signed_in: SignedIn, secret: Secret, now: Now
) -> Response[str]:
    """Enter every question in the register; numbers, last days and codes are shown once."""
    form = await read_form(request)
    if form.get("more"):
        return _show(request, now, add_place(form))
    done = await _register(request, form, signed_in, secret, now)
    if isinstance(done, FormView):
        return _show(request, now, done, status=422)
    return _show(request, now, FormView(), done=done)


async def _register(
    request: PageRequest, form: Form, staff: Staff, secret: bytes, now: Now
) -> Entered | FormView:
    call = parse_form(CallForm, form)
    if isinstance(call, Mistakes):
        return with_mistakes(request, form, call, SENTENCES)
    talk = form.get("talk") if _TALK.fullmatch(form.get("talk")) else secrets.token_hex(TALK_BYTES)
    try:
        origin = await find_origin(
            call.called_on, call.called_clock, talk=talk, staff=staff, now=now
        )
    except BadCallTime as refusal:
        return refuse_field(request, form, "called_on", refusal)
    return await enter(request, form, origin, staff=staff, secret=secret, now=now)


def _show(
    request: PageRequest,
    now: Now,
    form: FormView,
    *,
    done: Entered | None = None,
    status: int = HTTP_200_OK,
) -> Response[str]:
    words = words_of(request)
    first = done.registered[0].appeal if done and done.registered else None
    return page(
        request,
        "pages/desk/appeals/new.html",
        status=status,
        form=form,
        choices=list_choices(now.astimezone(KYIV).date(), words),
        places=count_places(form),
        most=MOST,
        done=done,
        explained=explain(first.deadline, words) if first else (),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [open_form, register_call]
"""The form of an ordinary call."""
