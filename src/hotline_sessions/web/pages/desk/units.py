"""Units of the institution and bodies outside it, to which appeals are given."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.services.appeal_cards import load_directory
from hotline_sessions.services.units import NameTaken, load_closed, set_up_body, set_up_unit
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import FormView, Mistakes, parse_form, read_form, with_mistakes
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.row_ids import RowId
from hotline_sessions.web.templating import page


KEEPERS: Final = [require_staff, require(Right.PLAN_SESSIONS, Right.LEAD_APPEALS)]
PATH: Final = "/staff/units"

Name = Annotated[str, Meta(min_length=2, max_length=300)]


class UnitForm(Struct, frozen=True, kw_only=True):
    """A new unit; its head in the register, and its head on the air."""

    unit_name: Name
    head: RowId | None = None
    head_official: RowId | None = None


class BodyForm(Struct, frozen=True, kw_only=True):
    """A new body outside."""

    body_name: Name
    address: Annotated[str, Meta(max_length=300)] = ""


@get(PATH, include_in_schema=False, guards=KEEPERS)
async def show_units(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """Units and bodies, and forms to add one."""
    return await _show(request, signed_in, FormView())


@post(PATH, include_in_schema=False, guards=KEEPERS, status_code=HTTP_200_OK)
async def add_unit(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """A new unit."""
    form = await read_form(request)
    given = parse_form(UnitForm, form)
    if isinstance(given, Mistakes):
        return await _show(request, signed_in, with_mistakes(request, form, given, {}), status=422)
    try:
        await set_up_unit(
            given.unit_name,
            head=given.head,
            head_official=given.head_official,
            staff=signed_in,
            now=now,
        )
    except NameTaken as refusal:
        view = refuse_field(request, form, "unit_name", refusal)
        return await _show(request, signed_in, view, status=409)
    return lead_to(request, PATH)


@post(f"{PATH}/bodies", include_in_schema=False, guards=KEEPERS, status_code=HTTP_200_OK)
async def add_body(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """A new body outside."""
    form = await read_form(request)
    given = parse_form(BodyForm, form)
    if isinstance(given, Mistakes):
        return await _show(request, signed_in, with_mistakes(request, form, given, {}), status=422)
    try:
        await set_up_body(given.body_name, address=given.address, staff=signed_in, now=now)
    except NameTaken as refusal:
        view = refuse_field(request, form, "body_name", refusal)
        return await _show(request, signed_in, view, status=409)
    return lead_to(request, PATH)


async def _show(
    request: PageRequest, staff: Staff, form: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    return page(
        request,
        "pages/desk/units/list.html",
        status=status,
        directory=await load_directory(staff=staff),
        closed=await load_closed(staff=staff),
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_units, add_unit, add_body]
