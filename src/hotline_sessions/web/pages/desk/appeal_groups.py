"""Many ask the same: who they are, who deals with them, and one reply drafted for all."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.absences import is_head
from hotline_sessions.domain.access import Right, Staff
from hotline_sessions.domain.appeal_life import list_answer_results
from hotline_sessions.domain.appeals import AnswerText
from hotline_sessions.domain.classifier import UnknownCode
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_
from hotline_sessions.services.appeal_links import list_mass, show_group
from hotline_sessions.services.appeal_sharing import Outcome
from hotline_sessions.services.appeal_together import draft_together
from hotline_sessions.services.appeals import list_classifier
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, SignedIn
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeal_sharing import PublicIds
from hotline_sessions.web.pages.desk.appeals import (
    ANSWER_LIMIT,
    SENTENCES,
    view_appeals,
)
from hotline_sessions.web.pages.desk.rights import ANSWERERS, READERS
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import page


WORDS: Final[Sentences] = {
    **SENTENCES,
    ("chosen", "missing"): N_("Choose at least one appeal"),
    ("chosen", "too-long"): N_("Choose fewer appeals"),
}


class TogetherForm(Struct, frozen=True, kw_only=True):
    """For which appeals, what reply, with which result."""

    chosen: Annotated[PublicIds, Meta(min_length=1)]
    reply_text: AnswerText
    reply_result: str


@get("/staff/appeals/groups", include_in_schema=False, guards=READERS)
async def show_groups(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """Groups in which somebody waits for an answer, the largest first."""
    groups = await list_mass(staff=signed_in)
    return page(request, "pages/desk/appeals/groups.html", groups=groups)


@get("/staff/appeals/{public_id:str}/group", include_in_schema=False, guards=READERS)
async def show_one_group(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[Any]:
    """The group of an appeal, and what can be done with it together."""
    return await _show(request, public_id, FormView(), staff=signed_in, now=now)


@post(
    "/staff/appeals/{public_id:str}/group/draft",
    include_in_schema=False,
    guards=ANSWERERS,
    status_code=HTTP_200_OK,
    request_max_body_size=ANSWER_LIMIT,
)
async def draft_for_group(
    request: PageRequest,
    public_id: FromPath[str],
    signed_in: SignedIn,
    secret: Secret,
    now: Now,
) -> Response[Any]:
    """Draft one reply for the chosen; the answer says what became of each."""
    form = await read_form(request)
    given: TogetherForm | Mistakes = parse_form(TogetherForm, form)
    outcomes: list[Outcome] = []
    try:
        if not isinstance(given, Mistakes):
            outcomes = await draft_together(
                given.chosen,
                given.reply_text,
                result=given.reply_result,
                staff=signed_in,
                secret=secret,
                now=now,
                form=read_mark(form),
            )
    except UnknownCode as refusal:
        given = Mistakes(by_field={"reply_result": refusal.code})
    if isinstance(given, Mistakes):
        view = with_mistakes(request, form, given, WORDS)
        return await _show(request, public_id, view, staff=signed_in, now=now, status=422)
    words = words_of(request)
    return page(
        request,
        "pages/desk/appeals/drafted.html",
        public_id=public_id,
        drafted=sum(not each.code for each in outcomes),
        outcomes=[
            (
                each,
                words.gettext(REFUSALS.get(each.code, REFUSALS[Refusal.code]), **each.facts)
                if each.code
                else "",
            )
            for each in outcomes
        ],
    )


async def _show(
    request: PageRequest,
    public_id: str,
    form: FormView,
    *,
    staff: Staff,
    now: Now,
    status: int = HTTP_200_OK,
) -> Response[Any]:
    group = await show_group(public_id, staff=staff)
    words, today = words_of(request), local_date(now)
    return page(
        request,
        "pages/desk/appeals/group.html",
        status=status,
        form=form,
        public_id=public_id,
        first=group.first,
        count=group.count,
        appeals=view_appeals(list(group.members), request, today=today),
        may_give=is_head(staff),
        may_draft=staff.may(Right.ANSWER_APPEALS),
        results=[
            (row.code, row.label(words.locale))
            for row in list_answer_results(list_classifier(), today)
        ],
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_groups, show_one_group, draft_for_group]
