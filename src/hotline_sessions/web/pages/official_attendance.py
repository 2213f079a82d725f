"""The official answers an invitation: looking changes nothing, a button does."""

from datetime import date, datetime, time
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.attendance import Answer, BadProposal
from hotline_sessions.i18n import N_
from hotline_sessions.services.attendance_answers import (
    answer_invitation,
    find_invited,
    is_asked,
)
from hotline_sessions.services.official_links import open_by_token
from hotline_sessions.services.official_page import get_official_view
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.forms import (
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    read_form,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.attendance_words import ANSWERS
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.official import LINKED
from hotline_sessions.web.templating import page


SENTENCES: Final[Sentences] = {
    ("answer", "missing"): N_("Choose an answer"),
    ("day", BadProposal.code): N_("Enter a day and a time in the future, another than now agreed"),
}

CHOICES: Final = (
    (Answer.ACCEPTED, N_("I will come")),
    (Answer.TENTATIVE, N_("I may come, I do not know yet")),
    (Answer.DECLINED, N_("I cannot come")),
    (Answer.PROPOSED, N_("I propose another time")),
)
"""What an official may answer, in the official's words."""


class AnswerForm(Struct, frozen=True, kw_only=True):
    """An answer; day and time with a proposal only."""

    answer: Answer
    day: date | None = None
    clock: time | None = None


@get("/official/{token:str}/attendance", include_in_schema=False, opt=LINKED)
async def show_attendance(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The session and the buttons; nothing changes."""
    return await _answer(request, token, now, secret, FormView())


@post(
    "/official/{token:str}/attendance",
    include_in_schema=False,
    opt=LINKED,
    status_code=HTTP_200_OK,
)
async def answer_attendance(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Keep the answer."""
    session = await open_by_token(token, secret=secret, now=now)
    form = await read_form(request)
    sent = parse_form(AnswerForm, form)
    if not isinstance(sent, Mistakes):
        proposed = None if sent.day is None or sent.clock is None else (sent.day, sent.clock)
        try:
            await answer_invitation(session, sent.answer, proposed=proposed, now=now)
        except BadProposal as refusal:
            sent = Mistakes(by_field={"day": refusal.code})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _answer(request, token, now, secret, view, status=422)
    return lead_to(request, f"/official/{token}/attendance")


async def _answer(
    request: PageRequest,
    token: str,
    now: datetime,
    secret: bytes,
    form: FormView,
    *,
    status: int = HTTP_200_OK,
) -> Response[str]:
    session = await open_by_token(token, secret=secret, now=now)
    words = words_of(request)
    view = await get_official_view(session, secret=secret, now=now, locale=words.locale)
    invited = await find_invited(session)
    return page(
        request,
        "pages/official/attendance.html",
        status=status,
        at=f"/official/{token}",
        desk=view.desk,
        invited=invited if session.starts_at > now else None,
        must_confirm=invited is not None and is_asked(invited, session.starts_at, now=now),
        answered=words.gettext(ANSWERS[invited.answer]) if invited else "",
        choices=[(each.value, words.gettext(text)) for each, text in CHOICES],
        form=form,
    )


HANDLERS: Final[list[ControllerRouterHandler]] = [show_attendance, answer_attendance]
