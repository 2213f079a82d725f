"""All that is held on an author, for who knows the code: a page to print, or a file."""

from typing import Any, Final

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.i18n import N_
from hotline_sessions.services.appeals import UnknownAppeal, get_followed
from hotline_sessions.services.own_data import OwnData, take_own_data
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.forms import (
    BLANK_FORM,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import read_appeal
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.own_data_words import list_parts
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


JSON: Final = "json"
SENTENCES: Final[Sentences] = {
    ("code", "missing"): N_("Enter the code of the appeal"),
    ("code", UnknownAppeal.code): N_("This is not the code of the appeal"),
}


class DataForm(Struct, frozen=True, kw_only=True):
    """The code again: what is handed out here is more than any page shows."""

    code: str
    form: str = "page"


@get("/appeals/{token:str}/data", include_in_schema=False, opt=PERSONAL)
async def ask_data(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """What will be handed out, and the code for it."""
    return await _show(request, token, BLANK_FORM, now=now, secret=secret)


@post(
    "/appeals/{token:str}/data",
    include_in_schema=False,
    opt=PERSONAL,
    status_code=HTTP_200_OK,
)
async def take_data(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Hand them out."""
    name = read_appeal(token, secret=secret, now=now)
    form = await read_form(request)
    sent = parse_form(DataForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(request, token, view, now=now, secret=secret, status=422)
    check_rate(request, "appeal", now)
    check_rate(request, "appeal-number", now, subject=name)
    kind = JSON if sent.form == JSON else "page"
    try:
        data = await take_own_data(name, sent.code, form=kind, secret=secret, now=now)
    except UnknownAppeal as refusal:
        mistakes = Mistakes(by_field={"code": refusal.code})
        view = with_mistakes(request, form, mistakes, SENTENCES)
        status = status_of(refusal)
        return await _show(request, token, view, now=now, secret=secret, status=status)
    return _save(data) if kind == JSON else _print(request, token, data)


def _save(data: OwnData) -> Response[bytes]:
    text = msgspec.json.format(msgspec.json.encode(data), indent=2)
    return Response(
        text,
        media_type=MediaType.JSON,
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


def _print(request: PageRequest, token: str, data: OwnData) -> Response[str]:
    return page(
        request,
        "pages/appeals/own_data.html",
        number=data.card["register_index"],
        taken_at=data.taken_at,
        parts=list_parts(data, words_of(request)),
        place=f"/appeals/{token}",
    )


async def _show(
    request: PageRequest,
    token: str,
    form: FormView,
    *,
    now: Now,
    secret: Secret,
    status: int = HTTP_200_OK,
) -> Response[str]:
    followed = await get_followed(read_appeal(token, secret=secret, now=now))
    return page(
        request,
        "pages/appeals/data.html",
        status=status,
        form=form,
        number=followed.appeal.register_index,
        institution=followed.institution,
        place=f"/appeals/{token}",
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_data, take_data]
