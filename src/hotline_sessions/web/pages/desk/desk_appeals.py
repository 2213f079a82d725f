"""Registering an appeal at the desk: the form of a call, and the number that comes of it."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.services.live import LiveDesk
from hotline_sessions.services.talks import Talk, get_talk
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.forms import FormView, read_form
from hotline_sessions.web.guards import require
from hotline_sessions.web.pages.desk.card_entry import Entered, enter
from hotline_sessions.web.pages.desk.card_forms import add_place
from hotline_sessions.web.pages.desk.live import (
    OPERATORS,
    answer_desk,
    build_form,
    find_machine,
    load_desk,
)
from hotline_sessions.web.pages.desk.new_appeals import LIMIT
from hotline_sessions.web.templating import is_partial, page


REGISTRARS: Final = [*OPERATORS, require(Right.REGISTER_APPEALS)]


@get("/staff/desk/{public_id:str}/appeal", include_in_schema=False, guards=REGISTRARS)
async def open_form(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The form for one call (``call``), about one question (``question``), put into the page."""
    desk = await load_desk(request, public_id, signed_in, now)
    talk = await get_talk(desk.session.id, request.query_params.get("call", ""), staff=signed_in)
    return _answer_form(
        request, desk, signed_in, talk, question=request.query_params.get("question", "")
    )


@post(
    "/staff/desk/{public_id:str}/appeal",
    include_in_schema=False,
    guards=REGISTRARS,
    status_code=HTTP_200_OK,
    request_max_body_size=LIMIT,
)
async def register_appeal(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    secret: Secret,
    now: Now,
) -> Response[str]:
    """Enter every question in the register; numbers, last days and codes are shown once."""
    desk = await load_desk(request, public_id, signed_in, now)
    form = await read_form(request)
    talk = await get_talk(desk.session.id, form.get("call"), staff=signed_in)
    if form.get("more"):
        return _answer_form(request, desk, signed_in, talk, form=add_place(form))
    done = await enter(request, form, talk.origin, staff=signed_in, secret=secret, now=now)
    if isinstance(done, FormView):
        return _answer_form(request, desk, signed_in, talk, form=done, status=422)
    talk = await get_talk(desk.session.id, form.get("call"), staff=signed_in)
    return _answer_form(request, desk, signed_in, talk, done=done)


def _answer_form(
    request: PageRequest,
    desk: LiveDesk,
    staff: Staff,
    talk: Talk,
    *,
    form: FormView | None = None,
    done: Entered | None = None,
    question: str = "",
    status: int = HTTP_200_OK,
) -> Response[str]:
    if not is_partial(request):
        return answer_desk(
            request,
            desk,
            staff,
            talk=talk,
            form=form,
            done=done,
            question=question,
            status=status,
        )
    machine = find_machine(desk, question)
    return page(
        request,
        "pages/desk/live/form.html",
        status=status,
        desk=desk,
        **build_form(request, talk, form=form, done=done, machine=machine),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [open_form, register_appeal]
