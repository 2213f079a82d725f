"""The numbers on which citizens call an institution, and how one takes the place of another."""

from datetime import date
from typing import Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.conflicts import Clashing
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.phones import PhoneNumber, parse_phone
from hotline_sessions.domain.schedule_dates import is_planned_year
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_
from hotline_sessions.services.line_history import SameNumber, change_own_number
from hotline_sessions.services.plans import list_choices
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
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


PATH: Final = "/staff/lines"

SENTENCES: Final[Sentences] = {
    ("old", "missing"): N_("Choose the number that ends"),
    ("new", "missing"): N_("Enter the new number"),
    ("since", "missing"): N_("Enter the first day of the new number"),
    ("since", "wrong"): N_("Enter a day, for example 2026-11-24"),
    ("since", "past"): N_("Choose today or a later day"),
    ("old", "not-found"): N_("This number does not serve on that day"),
    ("new", SameNumber.code): N_("Enter another number, and a day on which the old one has served"),
}


class NumberForm(Struct, frozen=True, kw_only=True):
    """Which number ends, what comes in its place, and when."""

    old: PhoneNumber
    new: PhoneNumber
    since: date
    is_free: bool = False


@get(PATH, include_in_schema=False, guards=PLANNERS)
async def show_numbers(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """The numbers that serve, and a form to change one."""
    return await _show(request, signed_in, now, prefilled(since=f"{local_date(now)}"))


@post(PATH, include_in_schema=False, guards=PLANNERS, status_code=HTTP_200_OK)
async def change_line(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Let one number take the place of another; lead to the page of the old one."""
    form = await read_form(request)
    given = parse_form(NumberForm, form, {"old": parse_phone, "new": parse_phone})
    if not isinstance(given, Mistakes):
        if given.since < local_date(now):
            given = Mistakes(by_field={"since": "past"})
        elif not is_planned_year(given.since):
            given = Mistakes(by_field={"since": "wrong"})
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, SENTENCES)
        return await _show(request, signed_in, now, view, status=422)
    try:
        await change_own_number(
            given.old, given.new, is_free=given.is_free, since=given.since,
            staff=signed_in, now=now,
        )  # fmt: skip
    except SameNumber as refusal:
        view = with_mistakes(request, form, Mistakes(by_field={"new": refusal.code}), SENTENCES)
        return await _show(request, signed_in, now, view, status=status_of(refusal))
    except NotFound as refusal:
        view = with_mistakes(request, form, Mistakes(by_field={"old": "not-found"}), SENTENCES)
        return await _show(request, signed_in, now, view, status=status_of(refusal))
    except Clashing as refusal:
        view = refuse_field(request, form, "new", refusal)
        return await _show(request, signed_in, now, view, status=409)
    return lead_to(request, f"/lines/{given.old}")


async def _show(
    request: PageRequest, staff: Staff, now: Now, form: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    choices = await list_choices(staff=staff, now=now)
    return page(
        request, "pages/desk/sessions/numbers.html", status=status, lines=choices.lines, form=form
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_numbers, change_line]
