"""What the author of an appeal does with the answer: rates it, or says what is not solved."""

from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct

from hotline_sessions.domain.appeal_ratings import ANSWERED, NothingToDispute, RatingWords
from hotline_sessions.domain.appeals import QuestionText
from hotline_sessions.i18n import N_
from hotline_sessions.services.appeal_disputes import dispute, find_dispute
from hotline_sessions.services.appeal_ratings import rate
from hotline_sessions.services.appeals import get_followed
from hotline_sessions.web.cookies import read_filed, remember_filed
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.limits import check_rate
from hotline_sessions.web.links import read_appeal
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.appeals import answer_with_appeal
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


FORM: Final = "pages/appeals/dispute.html"
FILED: Final = "pages/appeals/disputed.html"
LIMIT: Final = 64 * 1024
"""Bytes of the form: five thousand Cyrillic letters take 30 KB."""

CHOOSE_SCORE: Final = N_("Choose how well the answer solves your question")

SENTENCES: Final[Sentences] = {
    ("score", "missing"): CHOOSE_SCORE,
    ("score", "wrong"): CHOOSE_SCORE,
    ("score", "too-small"): CHOOSE_SCORE,
    ("score", "too-big"): CHOOSE_SCORE,
    ("words", "too-long"): N_("Shorten your words: up to 1,000 characters"),
    ("question", "missing"): N_("Write what is not solved"),
    ("question", "too-short"): N_("Write in a few words what is not solved"),
    ("question", "too-long"): N_("Shorten the text: up to 5,000 characters"),
}


class RatingForm(Struct, frozen=True, kw_only=True):
    """What the author thinks of the answer."""

    score: Annotated[int, Meta(ge=1, le=5)]
    words: RatingWords = ""


class DisputeForm(Struct, frozen=True, kw_only=True):
    """What is still not solved."""

    question: QuestionText


@post("/appeals/{token:str}/rating", include_in_schema=False, opt=PERSONAL)
async def rate_answer(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Keep the rating; the page shows it, and it can be changed there."""
    name = read_appeal(token, secret=secret, now=now)
    check_rate(request, "appeal", now)
    form = await read_form(request)
    sent = parse_form(RatingForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await answer_with_appeal(request, name, token, view, now=now, status=422)
    await rate(name, sent.score, sent.words, now=now)
    address = localized(f"/appeals/{token}", locale_of(request))
    return Redirect(f"{address}#rating", status_code=HTTP_303_SEE_OTHER)


@get("/appeals/{token:str}/dispute", include_in_schema=False, opt=PERSONAL)
async def ask_dispute(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The form; or the number of the repeated appeal, once it is registered."""
    return await _show(request, token, prefilled(), now=now, secret=secret)


@post(
    "/appeals/{token:str}/dispute",
    include_in_schema=False,
    status_code=HTTP_200_OK,
    opt=PERSONAL,
    request_max_body_size=LIMIT,
)
async def file_dispute(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Register the repeated appeal, once."""
    name = read_appeal(token, secret=secret, now=now)
    check_rate(request, "appeal", now)
    form = await read_form(request)
    sent = parse_form(DisputeForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _show(request, token, view, now=now, secret=secret, status=422)
    language = locale_of(request)
    done = await dispute(name, sent.question, language=language, secret=secret, now=now)
    cookies = [remember_filed(request, done.appeal.public_id, done.code)] if done.code else []
    address = localized(f"/appeals/{token}/dispute", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER, cookies=cookies)


async def _show(
    request: PageRequest,
    token: str,
    form: FormView,
    *,
    now: Now,
    secret: bytes,
    status: int = HTTP_200_OK,
) -> Response[str]:
    appeal = (await get_followed(read_appeal(token, secret=secret, now=now))).appeal
    later = await find_dispute(appeal)
    if later is None and appeal.state not in ANSWERED:
        raise NothingToDispute
    return page(
        request,
        FORM if later is None else FILED,
        status=status,
        form=form,
        appeal=appeal,
        later=later,
        code=read_filed(request, later.public_id) if later else None,
        place=f"/appeals/{token}",
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [
    rate_answer,
    ask_dispute,
    file_dispute,
]
