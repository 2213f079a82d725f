"""One unit or outside body: its name, who leads it and works in it, whether it is offered."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import ComplainedOf
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.services.appeal_cards import load_directory
from hotline_sessions.services.units import (
    NameTaken,
    change_body,
    change_unit,
    load_body,
    load_unit,
    turn_body,
    turn_unit,
)
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.desk.units import KEEPERS, PATH, BodyForm, UnitForm
from hotline_sessions.web.row_ids import RowId, read_row_id
from hotline_sessions.web.templating import page


TURNS: Final = {"close": False, "reopen": True}


class UnitChange(UnitForm, frozen=True, kw_only=True):
    """A unit as it is to be."""

    members: Annotated[tuple[RowId, ...], Meta(max_length=100)] = ()


@get(PATH + "/{unit:str}", include_in_schema=False, guards=KEEPERS)
async def show_unit(
    request: PageRequest, unit: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """A unit, with forms to change and to close it."""
    return await _show_unit(request, unit, signed_in)


@post(PATH + "/{unit:str}", include_in_schema=False, guards=KEEPERS, status_code=HTTP_200_OK)
async def save_unit(
    request: PageRequest, unit: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Another name, other people."""
    form = await read_form(request)
    given = parse_form(UnitChange, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, {})
        return await _show_unit(request, unit, signed_in, view, status=422)
    try:
        await change_unit(
            read_row_id(unit),
            given.unit_name,
            head=given.head,
            head_official=given.head_official,
            members=given.members,
            staff=signed_in,
            now=now,
        )
    except (NameTaken, ComplainedOf) as refusal:
        field = "unit_name" if isinstance(refusal, NameTaken) else "head"
        view = refuse_field(request, form, field, refusal)
        return await _show_unit(request, unit, signed_in, view, status=status_of(refusal))
    return lead_to(request, PATH)


@post(
    PATH + "/{unit:str}/{turn:str}",
    include_in_schema=False,
    guards=KEEPERS,
    status_code=HTTP_200_OK,
)
async def close_unit(
    request: PageRequest, unit: FromPath[str], turn: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Offer a unit no more, or again."""
    await turn_unit(read_row_id(unit), is_active=_read_turn(turn), staff=signed_in, now=now)
    return lead_to(request, PATH)


@get(PATH + "/bodies/{number:str}", include_in_schema=False, guards=KEEPERS)
async def show_body(
    request: PageRequest, number: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """A body outside, with forms to change and to close it."""
    return await _show_body(request, number, signed_in)


@post(
    PATH + "/bodies/{number:str}", include_in_schema=False, guards=KEEPERS, status_code=HTTP_200_OK
)
async def save_body(
    request: PageRequest, number: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Another name or address."""
    form = await read_form(request)
    given = parse_form(BodyForm, form)
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, {})
        return await _show_body(request, number, signed_in, view, status=422)
    try:
        await change_body(
            read_row_id(number), given.body_name, address=given.address, staff=signed_in, now=now
        )
    except NameTaken as refusal:
        view = refuse_field(request, form, "body_name", refusal)
        return await _show_body(request, number, signed_in, view, status=status_of(refusal))
    return lead_to(request, PATH)


@post(
    PATH + "/bodies/{number:str}/{turn:str}",
    include_in_schema=False,
    guards=KEEPERS,
    status_code=HTTP_200_OK,
)
async def close_body(
    request: PageRequest, number: FromPath[str], turn: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Offer a body no more, or again."""
    await turn_body(read_row_id(number), is_active=_read_turn(turn), staff=signed_in, now=now)
    return lead_to(request, PATH)


async def _show_unit(
    request: PageRequest,
    unit: str,
    staff: Staff,
    form: FormView | None = None,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    found, members = await load_unit(read_row_id(unit), staff=staff)
    before = prefilled(unit_name=found.name, head=found.head, head_official=found.head_official)
    values = {**before.values, "members": tuple(map(str, members))}
    return page(
        request,
        "pages/desk/units/unit.html",
        status=status,
        unit=found,
        directory=await load_directory(staff=staff),
        form=form or FormView(values=values),
    )


async def _show_body(
    request: PageRequest,
    number: str,
    staff: Staff,
    form: FormView | None = None,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    found = await load_body(read_row_id(number), staff=staff)
    return page(
        request,
        "pages/desk/units/body.html",
        status=status,
        body=found,
        form=form or prefilled(body_name=found.name, address=found.address),
    )


def _read_turn(turn: str) -> bool:
    if turn not in TURNS:
        raise NotFound
    return TURNS[turn]


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_unit,
    save_unit,
    close_unit,
    show_body,
    save_body,
    close_body,
]
