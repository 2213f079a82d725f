"""Messages to citizens as staff see them: what did not arrive, and the words of all of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.access import Right
from hotline_sessions.domain.errors import Invalid
from hotline_sessions.domain.placeholders import MissingPlaceholder, UnknownPlaceholder
from hotline_sessions.domain.templates import TooManySegments
from hotline_sessions.i18n import N_
from hotline_sessions.services.message_kinds import KINDS
from hotline_sessions.services.message_templates import (
    Preview,
    TextView,
    get_text,
    list_texts,
    preview_text,
    restore_text,
    save_text,
)
from hotline_sessions.services.undelivered import list_lost_messages
from hotline_sessions.web.dependencies import Now, PageRequest, SignedIn, facts_of
from hotline_sessions.web.form_answers import answer_refused, refuse_field
from hotline_sessions.web.forms import (
    BLANK_FORM,
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.guards import require, require_staff
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.templating import page


READERS: Final = [require_staff, require(Right.RUN_DESK, Right.PLAN_SESSIONS)]
EDITORS: Final = [require_staff, require(Right.PLAN_SESSIONS)]

TEXTS: Final = "/staff/messages/texts"
TEMPLATE: Final = "pages/desk/messages/text.html"

SENTENCES: Final[Sentences] = {
    ("text", "missing"): N_("Enter the text"),
    ("text", "too-long"): N_("The text is too long: shorten it"),
}

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "failed": N_("refused, or tried until it was too late"),
        "unknown": N_("the network was asked, its answer was lost"),
        "expired": N_("not sent before it was too late"),
        "undelivered": N_("the network could not deliver it"),
    }
)
"""Why a message has not arrived, in words."""

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "day": N_("day of the talk"),
        "clock": N_("time of the talk"),
        "old": N_("day announced before"),
        "line": N_("number to call"),
        "code": N_("code of the citizen"),
        "number": N_("number of the appeal"),
        "due": N_("last day of the answer"),
        "until": N_("until when the offered time is kept"),
        "link": N_("address of the citizen’s page"),
        "place": N_("place on the waiting list"),
    }
)
"""What is put into the places of texts."""


class TextForm(Struct, frozen=True, kw_only=True):
    """The words of one kind of message; ``may_be_long``: several parts are agreed to."""

    text: Annotated[str, Meta(min_length=1, max_length=600)]
    may_be_long: bool = False


@get("/staff/messages", include_in_schema=False, guards=READERS)
async def show_messages(request: PageRequest, signed_in: SignedIn, now: Now) -> Response[str]:
    """Messages that have not been delivered, so that somebody can call."""
    return page(
        request,
        "pages/desk/messages/lost.html",
        lost=await list_lost_messages(staff=signed_in, now=now),
        kinds=KINDS,
        reasons=REASONS,
        may_edit=signed_in.may(Right.PLAN_SESSIONS),
    )


@get(TEXTS, include_in_schema=False, guards=EDITORS)
async def show_texts(request: PageRequest, signed_in: SignedIn) -> Response[str]:
    """All texts, each with its length and what it costs."""
    return page(
        request,
        "pages/desk/messages/texts.html",
        texts=await list_texts(staff=signed_in),
        price=facts_of(request).sms_price,
    )


@get(f"{TEXTS}/{{purpose:str}}/{{language:str}}", include_in_schema=False, guards=EDITORS)
async def show_text(
    request: PageRequest, purpose: FromPath[str], language: FromPath[str], signed_in: SignedIn
) -> Response[str]:
    """One text, to be changed."""
    text = await get_text(purpose, language, staff=signed_in)
    view = prefilled(text=text.text, may_be_long="yes" if text.preview.size.segments > 1 else None)
    return _show(request, text, view, text.preview)


@post(
    f"{TEXTS}/{{purpose:str}}/{{language:str}}",
    include_in_schema=False,
    guards=EDITORS,
    status_code=HTTP_200_OK,
)
async def change_text(
    request: PageRequest,
    purpose: FromPath[str],
    language: FromPath[str],
    signed_in: SignedIn,
    now: Now,
) -> Response[str]:
    """Show how the text would come out, keep it, or go back to the built-in one."""
    text = await get_text(purpose, language, staff=signed_in)
    form = await read_form(request)
    if form.get("deed") == "restore":
        await restore_text(purpose, language, staff=signed_in, now=now)
        return lead_to(request, TEXTS)
    entered = parse_form(TextForm, form)
    if isinstance(entered, Mistakes):
        view = with_mistakes(request, form, entered, SENTENCES)
        return _show(request, text, view, None, status=422)
    words = " ".join(entered.text.split())
    try:
        preview = preview_text(purpose, words)
    except (UnknownPlaceholder, MissingPlaceholder) as refusal:
        return _refuse(request, text, form, "text", refusal, None)
    if form.get("deed") != "save":
        return _show(request, text, FormView(values=form.fields), preview)
    may_be_long = entered.may_be_long
    try:
        await save_text(purpose, language, words, may_be_long=may_be_long, staff=signed_in, now=now)
    except TooManySegments as refusal:
        return _refuse(request, text, form, "may_be_long", refusal, preview)
    return lead_to(request, TEXTS)


def _refuse(
    request: PageRequest,
    text: TextView,
    form: Form,
    field: str,
    refusal: Invalid,
    preview: Preview | None,
) -> Response[str]:
    view = refuse_field(request, form, field, refusal)
    return answer_refused(
        request, TEMPLATE, view, refusal, **_context(request, text), preview=preview
    )


def _show(
    request: PageRequest,
    text: TextView,
    form: FormView = BLANK_FORM,
    preview: Preview | None = None,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    return page(
        request, TEMPLATE, status=status, form=form, **_context(request, text), preview=preview
    )


def _context(request: PageRequest, text: TextView) -> dict[str, object]:
    return {"text": text, "meanings": MEANINGS, "price": facts_of(request).sms_price}


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_messages,
    show_texts,
    show_text,
    change_text,
]
