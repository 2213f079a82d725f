"""What the operator does at the desk: put through, end, call the official, register."""

from collections.abc import Awaitable, Callable
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.classifier import UnknownCode
from hotline_sessions.domain.errors import Conflict, NotFound, Refusal
from hotline_sessions.services.appeals import Registered, register
from hotline_sessions.services.dispatch import (
    call_official,
    dismiss_caller,
    end_talk,
    hang_up_official,
    put_next_through,
)
from hotline_sessions.services.live import LiveDesk
from hotline_sessions.services.talks import Talk, get_talk
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn, facts_of
from hotline_sessions.web.forms import FormView, Mistakes, read_form, with_mistakes
from hotline_sessions.web.guards import require
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeal_forms import (
    SENTENCES,
    build_appeal,
    read_appeal,
)
from hotline_sessions.web.pages.desk.live import (
    OPERATORS,
    answer_desk,
    answer_panels,
    build_form,
    choose_call,
    find_talk,
    load_desk,
)
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import is_partial, page


REGISTRARS: Final = [*OPERATORS, require(Right.REGISTER_APPEALS)]

Deed = Callable[[LiveDesk], Awaitable[object]]


@post(
    "/staff/desk/{public_id:str}/next",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def go_on(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Put the next citizen through; a talk that is going on is ended first."""
    clock = facts_of(request).clock

    async def deed(desk: LiveDesk) -> None:
        by, home = signed_in.account, signed_in.institution
        if desk.on_air:
            await end_talk(desk.session.id, institution=home, by=by, clock=clock, then_next=True)
        else:
            await put_next_through(desk.session.id, institution=home, by=by, clock=clock)

    return await _do(request, public_id, signed_in, now, deed)


@post(
    "/staff/desk/{public_id:str}/end",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def end(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """See off who is on air."""
    clock = facts_of(request).clock

    async def deed(desk: LiveDesk) -> None:
        await end_talk(
            desk.session.id, institution=signed_in.institution, by=signed_in.account, clock=clock
        )

    return await _do(request, public_id, signed_in, now, deed)


@post(
    "/staff/desk/{public_id:str}/official",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def ring_official(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Call the official, or end the official's call (``deed`` is ``hang-up``)."""
    clock = facts_of(request).clock
    chosen = hang_up_official if (await read_form(request)).get("deed") else call_official

    async def deed(desk: LiveDesk) -> None:
        await chosen(
            desk.session.id, institution=signed_in.institution, by=signed_in.account, clock=clock
        )

    return await _do(request, public_id, signed_in, now, deed)


@post(
    "/staff/desk/{public_id:str}/dismiss",
    include_in_schema=False,
    guards=OPERATORS,
    status_code=HTTP_200_OK,
)
async def dismiss(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """See off who waits."""
    clock = facts_of(request).clock
    call = (await read_form(request)).get("waiting")

    async def deed(desk: LiveDesk) -> None:
        chosen = next((each for each in desk.waiting if each.caller.call == call), None)
        if chosen is None:
            raise NotFound
        await dismiss_caller(
            desk.session.id,
            chosen.caller.call,
            institution=signed_in.institution,
            by=signed_in.account,
            clock=clock,
        )

    return await _do(request, public_id, signed_in, now, deed)


@get("/staff/desk/{public_id:str}/appeal", include_in_schema=False, guards=REGISTRARS)
async def open_form(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """The form for one call (``call``), to be put into the page."""
    desk = await load_desk(request, public_id, signed_in, now)
    talk = await get_talk(desk.session.id, request.query_params.get("call", ""), staff=signed_in)
    return _answer_form(request, desk, signed_in, talk)


@post(
    "/staff/desk/{public_id:str}/appeal",
    include_in_schema=False,
    guards=REGISTRARS,
    status_code=HTTP_200_OK,
)
async def register_appeal(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    secret: Secret,
    now: Now,
) -> Response[str]:
    """Enter the appeal in the register; number, last day and code are shown once."""
    desk = await load_desk(request, public_id, signed_in, now)
    form = await read_form(request)
    talk = await get_talk(desk.session.id, form.get("call"), staff=signed_in)
    entered = read_appeal(form)
    try:
        if not isinstance(entered, Mistakes):
            done = await register(
                build_appeal(entered),
                talk.origin,
                form_key=entered.form_key,
                staff=signed_in,
                secret=secret,
                now=now,
            )
            talk = await get_talk(desk.session.id, form.get("call"), staff=signed_in)
            return _answer_form(request, desk, signed_in, talk, done=done)
    except UnknownCode as refusal:
        entered = Mistakes(by_field={"kind": refusal.code})
    view = with_mistakes(request, form, entered, SENTENCES)
    return _answer_form(request, desk, signed_in, talk, form=view, status=422)


async def _do(
    request: PageRequest, public_id: str, staff: Staff, now: Now, deed: Deed
) -> Response[str]:
    """Carry a deed out and show the desk after it; a refusal is said above the panels."""
    desk = await load_desk(request, public_id, staff, now)
    notice, status = "", HTTP_200_OK
    try:
        await deed(desk)
    except (Conflict, NotFound) as refusal:
        notice, status = _tell(request, refusal), 409
    open_call = (await read_form(request)).get("open_call")
    if is_partial(request):
        desk = await load_desk(request, public_id, staff, now)
        return await answer_panels(
            request, desk, staff, open_call=open_call, notice=notice, status=status
        )
    if notice:
        talk = await find_talk(desk, choose_call(desk), staff)
        return answer_desk(request, desk, staff, talk=talk, notice=notice, status=status)
    return lead_to(request, f"/staff/desk/{public_id}")


def _tell(request: PageRequest, refusal: Refusal) -> str:
    sentence = REFUSALS.get(refusal.code, REFUSALS["conflict"])
    return words_of(request).gettext(sentence)


def _answer_form(
    request: PageRequest,
    desk: LiveDesk,
    staff: Staff,
    talk: Talk,
    *,
    form: FormView | None = None,
    done: Registered | None = None,
    status: int = HTTP_200_OK,
) -> Response[str]:
    if not is_partial(request):
        return answer_desk(request, desk, staff, talk=talk, form=form, done=done, status=status)
    return page(
        request,
        "pages/desk/live/form.html",
        status=status,
        desk=desk,
        **build_form(request, talk, form=form, done=done),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    go_on,
    end,
    ring_official,
    dismiss,
    open_form,
    register_appeal,
]
