"""Correcting a card: every change is seen beside it, with what was written before."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeal_life import ComplainedOf
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.corrections import AuthorHidden, CorrectedMeanwhile, Reason
from hotline_sessions.domain.errors import Invalid, Refusal
from hotline_sessions.services.appeal_corrections import correct, list_corrections
from hotline_sessions.services.appeals import get_for_staff
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.forms import (
    Form,
    FormView,
    Mistakes,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.appeals import ANSWER_LIMIT
from hotline_sessions.web.pages.desk.card_entry import refuse
from hotline_sessions.web.pages.desk.card_forms import (
    SENTENCES,
    AuthorForm,
    QuestionForm,
    build_card,
    fill,
    list_choices,
    list_values,
    read_author,
    read_questions,
)
from hotline_sessions.web.pages.desk.rights import READERS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.templating import page


class WhyForm(Struct, frozen=True, kw_only=True):
    """Why a card is corrected, and how many corrections there were when it was opened."""

    reason: Reason
    seen: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


@get("/staff/appeals/{public_id:str}/correct", include_in_schema=False, guards=READERS)
async def open_card(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """The card as a form."""
    appeal = await _get(public_id, signed_in)
    return await _show(request, appeal, signed_in, fill(list_values(appeal)))


@post(
    "/staff/appeals/{public_id:str}/correct",
    include_in_schema=False,
    guards=READERS,
    status_code=HTTP_200_OK,
    request_max_body_size=ANSWER_LIMIT,
)
async def correct_card(
    request: PageRequest, public_id: FromPath[str], signed_in: SignedIn, now: Now
) -> Response[str]:
    """Let the card say what was entered; what it said before stays beside it."""
    appeal = await _get(public_id, signed_in)
    form = await read_form(request)
    author, asked, why = _read(form, appeal)
    if isinstance(author, Mistakes) or isinstance(asked, Mistakes) or isinstance(why, Mistakes):
        found = (each.by_field for each in (author, asked, why) if isinstance(each, Mistakes))
        wrong = {field: kind for each in found for field, kind in each.items()}
        view = with_mistakes(request, form, Mistakes(by_field=wrong), SENTENCES)
        return await _show(request, appeal, signed_in, view, status=422)
    card = build_card(author, asked[0])
    try:
        await correct(public_id, card, why.reason, seen=why.seen, staff=signed_in, now=now)
    except (CorrectedMeanwhile, ComplainedOf) as refusal:
        return await _refuse(request, appeal, signed_in, form, refusal)
    except Invalid as refusal:
        view = refuse(request, form, refusal)
        return await _show(request, appeal, signed_in, view, status=422)
    return lead_to(request, f"/staff/appeals/{public_id}#corrections")


def _read(
    form: Form, appeal: Appeal
) -> tuple[AuthorForm | Mistakes, list[QuestionForm] | Mistakes, WhyForm | Mistakes]:
    one = Form(fields={**form.fields, "questions": ("1",)})
    on = appeal.received_on
    return read_author(form, on=on), read_questions(one, on=on), parse_form(WhyForm, form)


async def _get(public_id: str, staff: Staff) -> Appeal:
    """The appeal that is to be corrected.

    Raises:
        NotFound: There is no such appeal in the institution of ``staff``.
        AuthorHidden: Its author is not shown to ``staff``.
    """
    appeal = (await get_for_staff(public_id, staff=staff)).appeal
    if appeal.is_hidden:
        raise AuthorHidden
    return appeal


async def _refuse(
    request: PageRequest, appeal: Appeal, staff: Staff, form: Form, refusal: Refusal
) -> Response[str]:
    view = refuse_field(request, form, "reason", refusal)
    return await _show(request, appeal, staff, view, status=status_of(refusal))


async def _show(
    request: PageRequest, appeal: Appeal, staff: Staff, form: FormView, *, status: int = HTTP_200_OK
) -> Response[str]:
    corrections = await list_corrections(appeal, staff=staff)
    seen = sum(len(each.fields) for each in corrections)
    return page(
        request,
        "pages/desk/appeals/correct.html",
        status=status,
        appeal=appeal,
        form=form,
        seen=form.value("seen") or seen,
        choices=list_choices(appeal.received_on, words_of(request), with_consultation=False),
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [open_card, correct_card]
"""The form by which a card is corrected."""
