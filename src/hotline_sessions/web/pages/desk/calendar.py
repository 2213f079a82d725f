"""The calendar of the institution: days off and worked, and how terms are read.

A change is first tried out on all open appeals; it comes into force when it is confirmed.
"""

from typing import Any, Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.calendar_editions import (
    BadPeriod,
    CalendarChanged,
    DayMovedTwice,
    NothingChanged,
)
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.services.calendar_editions import (
    Preview,
    change_calendar,
    preview_edition,
    view_calendar,
)
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import Form, FormView, Mistakes, read_form, with_mistakes
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.pages.desk.calendar_forms import (
    SENTENCES,
    Entered,
    count_rows,
    fill_calendar,
    list_carried,
    read_edition,
)
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.templating import page


PATH: Final = "/staff/calendar"
KEEPERS: Final = [require_staff, require(Right.KEEP_CALENDAR)]
MOST_SHOWN: Final = 200
"""Appeals that a preview lists; the others are counted."""


class Shown(Struct, frozen=True, kw_only=True):
    """What is on the page beside the form."""

    form: FormView
    status: int = HTTP_200_OK


@get(PATH, include_in_schema=False, guards=KEEPERS)
async def show_calendar(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """The days and readings in force, and who has changed them."""
    view = await view_calendar(staff=signed_in)
    return await _show_form(request, Shown(form=fill_calendar(view.edition)), signed_in)


@post(PATH, include_in_schema=False, guards=KEEPERS, status_code=HTTP_200_OK)
async def try_calendar(request: PageRequest, signed_in: SignedIn) -> Response[Any]:
    """Every open appeal whose days would change; nothing is written."""
    form = await read_form(request)
    entered = _read(request, form)
    if isinstance(entered, Shown):
        return await _show_form(request, entered, signed_in)
    return await _show_preview(request, form, entered, signed_in)


@post(f"{PATH}/apply", include_in_schema=False, guards=KEEPERS, status_code=HTTP_200_OK)
async def apply_calendar(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[Any]:
    """Let the calendar come into force as it was looked at."""
    form = await read_form(request)
    entered = _read(request, form)
    if isinstance(entered, Shown):
        return await _show_form(request, entered, signed_in)
    try:
        await change_calendar(
            entered.edition, entered.reason, seen=form.get("seen"), staff=signed_in, now=now
        )
    except CalendarChanged:
        return await _show_preview(request, form, entered, signed_in, is_stale=True)
    except NothingChanged as refusal:
        return await _show_form(request, _refuse(request, form, refusal), signed_in)
    return lead_to(request, PATH)


def _read(request: PageRequest, form: Form) -> Entered | Shown:
    try:
        entered = read_edition(form)
    except (BadPeriod, DayMovedTwice) as refusal:
        field = "first_0" if isinstance(refusal, BadPeriod) else "day_0"
        return _refuse(request, form, refusal, field=field)
    if isinstance(entered, Mistakes):
        return Shown(form=with_mistakes(request, form, entered, SENTENCES), status=422)
    return entered


def _refuse(request: PageRequest, form: Form, refusal: Refusal, *, field: str = "reason") -> Shown:
    return Shown(form=refuse_field(request, form, field, refusal), status=status_of(refusal))


async def _show_form(request: PageRequest, shown: Shown, staff: Staff) -> Response[str]:
    view = await view_calendar(staff=staff)
    return page(
        request,
        "pages/desk/calendar/form.html",
        status=shown.status,
        form=shown.form,
        rows=count_rows(shown.form),
        made=view.made,
    )


async def _show_preview(
    request: PageRequest, form: Form, entered: Entered, staff: Staff, *, is_stale: bool = False
) -> Response[str]:
    try:
        preview: Preview = await preview_edition(entered.edition, staff=staff)
    except (CalendarChanged, NothingChanged) as refusal:
        return await _show_form(request, _refuse(request, form, refusal), staff)
    return page(
        request,
        "pages/desk/calendar/preview.html",
        status=409 if is_stale else HTTP_200_OK,
        changes=preview.changes[:MOST_SHOWN],
        count=len(preview.changes),
        seen=preview.digest,
        carried=list_carried(form),
        reason=entered.reason,
        is_stale=is_stale,
        opens_cards=staff.may(Right.ANSWER_APPEALS),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_calendar, try_calendar, apply_calendar]
