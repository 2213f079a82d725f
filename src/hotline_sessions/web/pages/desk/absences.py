"""Absences of staff, their deputies, and where reminders of work go."""

from datetime import date
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeals import LONGEST_EMAIL, BadReplyEmail
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import AccountId
from hotline_sessions.i18n import N_
from hotline_sessions.services.absences import (
    end_absence,
    keep_email,
    load_absences,
    note_absence,
)
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.rights import ANSWERERS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.row_ids import RowId, read_row_id
from hotline_sessions.web.templating import page


PATH: Final = "/staff/absences"

SENTENCES: Final[Sentences] = {
    ("deputy", "missing"): N_("Choose the deputy"),
    ("from_on", "missing"): N_("Enter the first day"),
    ("from_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
    ("until_on", "missing"): N_("Enter the last day"),
    ("until_on", "wrong"): N_("Enter a day, for example 2026-11-24"),
}

FIELDS: Final = {
    "own-deputy": "deputy",
    "absence-ends-first": "until_on",
    "absence-too-early": "until_on",
}


class AbsenceForm(Struct, frozen=True, kw_only=True):
    """Who is away, from when until when, and who acts meanwhile."""

    deputy: RowId
    from_on: date
    until_on: date
    account: RowId | None = None


class EmailForm(Struct, frozen=True, kw_only=True):
    """Where reminders go."""

    email: Annotated[str, Meta(max_length=LONGEST_EMAIL)] = ""


@get(PATH, include_in_schema=False, guards=ANSWERERS)
async def show_absences(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Who is away and will be, a form for more, and the own address."""
    return await _show(request, signed_in, now, BLANK_FORM)


@post(PATH, include_in_schema=False, guards=ANSWERERS, status_code=HTTP_200_OK)
async def add_absence(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Note an absence."""
    form = await read_form(request)
    given = parse_form(AbsenceForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, now, view, status=422)
    try:
        await note_absence(
            AccountId(given.deputy),
            given.from_on,
            given.until_on,
            account=None if given.account is None else AccountId(given.account),
            staff=signed_in,
            now=now,
        )
    except (Conflict, Invalid) as refusal:
        view = refuse_field(request, form, FIELDS.get(refusal.code, "from_on"), refusal)
        return await _show(request, signed_in, now, view, status=status_of(refusal))
    return lead_to(request, PATH)


@post(
    PATH + "/{absence:str}/end",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
)
async def stop_absence(
    request: PageRequest, absence: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Take an absence back, or end it."""
    await end_absence(read_row_id(absence), staff=signed_in, now=now)
    return lead_to(request, PATH)


@post(f"{PATH}/email", include_in_schema=False, guards=ANSWERERS, status_code=HTTP_200_OK)
async def change_email(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Where reminders of work go from now on."""
    form = await read_form(request)
    given = parse_form(EmailForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, now, view, status=422)
    try:
        await keep_email(given.email, staff=signed_in, now=now)
    except BadReplyEmail as refusal:
        view = refuse_field(request, form, "email", refusal)
        return await _show(request, signed_in, now, view, status=status_of(refusal))
    return lead_to(request, PATH)


async def _show(
    request: PageRequest,
    staff: Staff,
    now: Now,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return page(
        request,
        "pages/desk/absences/list.html",
        status=status,
        absences=await load_absences(staff=staff, now=now),
        staff=staff,
        leads=staff.may(Right.LEAD_APPEALS),
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_absences,
    add_absence,
    stop_absence,
    change_email,
]
