"""What an author says to an answer: it is rated, or a repeated appeal goes against it."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.appeals import QuestionText
from hotline_sessions.domain.ratings import NotAnsweredYet, RatingWords, Stars
from hotline_sessions.i18n import N_
from hotline_sessions.services.appeal_repeats import ANSWERED, find_repeat, repeat
from hotline_sessions.services.appeals import Followed, get_followed
from hotline_sessions.services.ratings import rate
from hotline_sessions.web.cookies import read_filed, remember_filed
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
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
from hotline_sessions.web.locale import locale_of, localized
from hotline_sessions.web.pages.appeals import show_followed
from hotline_sessions.web.pages.verification import PERSONAL
from hotline_sessions.web.templating import page


LIMIT: Final = 64 * 1024
"""Bytes of the form: five thousand Cyrillic letters take 30 KB."""

SENTENCES: Final[Sentences] = {
    ("question", "missing"): N_("Write what is not solved"),
    ("question", "too-short"): N_("Write what is not solved in a few words"),
    ("question", "too-long"): N_("Shorten the text: up to 5,000 characters"),
    ("stars", "missing"): N_("Choose from 1 to 5"),
    ("words", "too-long"): N_("Shorten the text: up to 1,000 characters"),
}


class RepeatForm(Struct, frozen=True, kw_only=True):
    """What is not solved."""

    question: QuestionText


class RatingForm(Struct, frozen=True, kw_only=True):
    """What the author thinks of the answer."""

    stars: Stars
    words: RatingWords = ""


@get("/appeals/{token:str}/repeat", include_in_schema=False, opt=PERSONAL)
async def ask_repeat(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The form in which an author disagrees; or the number, once that is registered."""
    followed = await get_followed(read_appeal(token, secret=secret, now=now))
    if followed.appeal.state not in ANSWERED:
        raise NotAnsweredYet
    if repeated := await find_repeat(followed.appeal):
        response = page(
            request,
            "pages/appeals/repeated.html",
            appeal=repeated,
            code=read_filed(request, repeated.public_id),
            earlier=followed.appeal.register_index,
            place=f"/appeals/{token}",
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    return _show(request, token, followed, BLANK_FORM)


@post(
    "/appeals/{token:str}/repeat",
    include_in_schema=False,
    opt=PERSONAL,
    request_max_body_size=LIMIT,
)
async def file_repeat(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Register the repeated appeal, once for each answer."""
    name = read_appeal(token, secret=secret, now=now)
    followed = await get_followed(name)
    check_rate(request, "appeal", now)
    form = await read_form(request)
    sent = parse_form(RepeatForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return _show(request, token, followed, view, status=422)
    language = locale_of(request)
    done = await repeat(name, sent.question, language=language, secret=secret, now=now)
    cookies = [remember_filed(request, done.appeal.public_id, done.code)] if done.code else []
    address = localized(f"/appeals/{token}/repeat", language)
    return Redirect(address, status_code=HTTP_303_SEE_OTHER, cookies=cookies)


@post("/appeals/{token:str}/rating", include_in_schema=False, opt=PERSONAL)
async def rate_answer(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Any]:
    """Write down what the author thinks of the answer."""
    name = read_appeal(token, secret=secret, now=now)
    form = await read_form(request)
    sent = parse_form(RatingForm, form)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await show_followed(request, token, now=now, secret=secret, form=view, status=422)
    await rate(name, sent.stars, sent.words, now=now)
    address = localized(f"/appeals/{token}#rating", locale_of(request))
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def _show(
    request: PageRequest, token: str, followed: Followed, form: FormView, *, status: int = 200
) -> Response[str]:
    response = page(
        request,
        "pages/appeals/repeat.html",
        status=status,
        form=form,
        appeal=followed.appeal,
        institution=followed.institution,
        place=f"/appeals/{token}",
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


HANDLERS: Final[list[ControllerRouterHandler]] = [ask_repeat, file_repeat, rate_answer]
