"""What the operator does at the desk: one handler for every line of the table of deeds."""

from typing import Final

from litestar import Response, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import Conflict, Invalid, NotFound, Refusal
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, facts_of
from hotline_sessions.web.forms import read_form
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.deed_table import DEEDS, Ask, Deed
from hotline_sessions.web.pages.desk.live import (
    OPERATORS,
    answer_desk,
    answer_panels,
    choose_call,
    find_talk,
    load_desk,
)
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import is_partial


def build_handler(name: str, deed: Deed) -> ControllerRouterHandler:
    """The handler of one deed."""

    @post(
        f"/staff/desk/{{public_id:str}}/{name}",
        include_in_schema=False,
        guards=OPERATORS,
        status_code=HTTP_200_OK,
        name=f"desk-{name}",
    )
    async def do(
        request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
    ) -> Response[str]:
        return await carry_out(deed, request, public_id, signed_in, now)

    return do


async def carry_out(
    deed: Deed, request: PageRequest, public_id: str, staff: Staff, now: Now
) -> Response[str]:
    """Carry a deed out and show the desk after it; a refusal is said above the panels."""
    desk = await load_desk(request, public_id, staff, now)
    form = await read_form(request)
    notice, status = "", HTTP_200_OK
    try:
        await deed.do(Ask(desk=desk, form=form, staff=staff, clock=facts_of(request).clock))
    except (Conflict, NotFound, Invalid) as refusal:
        notice, status = _tell(request, deed, refusal), HTTP_409_CONFLICT
    if is_partial(request):
        desk = await load_desk(request, public_id, staff, now)
        open_call = form.get("open_call")
        return await answer_panels(
            request, desk, staff, open_call=open_call, notice=notice, status=status
        )
    if notice:
        talk = await find_talk(desk, choose_call(desk), staff)
        return answer_desk(request, desk, staff, talk=talk, notice=notice, status=status)
    return lead_to(request, f"/staff/desk/{public_id}")


def _tell(request: PageRequest, deed: Deed, refusal: Refusal) -> str:
    general = REFUSALS.get(refusal.code, REFUSALS["conflict"])
    sentence = deed.sentences.get(refusal.code, general)
    return words_of(request).gettext(sentence, **refusal.facts)


HANDLERS: Final[list[ControllerRouterHandler]] = [
    build_handler(name, deed) for name, deed in DEEDS.items()
]
