"""What the official promises, noted by himself: one more, or one put right."""

from datetime import date
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.promises import BadPromiseDay, PromiseText
from hotline_sessions.domain.talk_notes import NoSuchTalk
from hotline_sessions.i18n import N_
from hotline_sessions.services.official_links import open_by_token
from hotline_sessions.services.official_promises import Said, correct, note_said
from hotline_sessions.web.dependencies import Now, PageRequest, Secret
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.form_answers import refuse_field
from hotline_sessions.web.form_marks import read_mark
from hotline_sessions.web.forms import Mistakes, Sentences, parse_form, read_form, with_mistakes
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.official import LINKED, answer_page, choose_call, load_view
from hotline_sessions.web.pages.official_promise_views import EVERYBODY, of_promises
from hotline_sessions.web.templating import is_partial, page


SENTENCES: Final[Sentences] = {
    ("promised", "missing"): N_("Write what was promised"),
    ("promised", "too-short"): N_("Write what was promised in a few words"),
    ("promised", "too-long"): N_("The promise is too long: shorten it to 1000 characters"),
    ("due_on", "missing"): N_("Enter the day by which it was promised"),
    ("due_on", BadPromiseDay.code): N_("The day must not be before the session"),
    ("about", "missing"): N_("Choose to whom it was promised"),
    ("about", NoSuchTalk.code): N_("Choose to whom it was promised"),
}


class SaidForm(Struct, frozen=True, kw_only=True):
    """What was promised, by which day, and in which talk."""

    promised: PromiseText
    due_on: date
    about: str


class CorrectionForm(Struct, frozen=True, kw_only=True):
    """A promise as it should read."""

    promised: PromiseText
    due_on: date


@get("/official/{token:str}/promises", include_in_schema=False, opt=LINKED)
async def show_promises(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """What was promised, and the form; with ``correct`` the form of one that is put right."""
    correcting = request.query_params.get("correct", "")
    return await _answer(request, token, now, secret, correcting=correcting)


@post(
    "/official/{token:str}/promises",
    include_in_schema=False,
    opt=LINKED,
    status_code=HTTP_200_OK,
)
async def add_promise(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Note a promise, bound to a talk or to the session."""
    session = await open_by_token(token, secret=secret, now=now)
    form = await read_form(request)
    sent = parse_form(SaidForm, form)
    try:
        if not isinstance(sent, Mistakes):
            call = None if sent.about == EVERYBODY else PublicId(sent.about)
            said = Said(text=sent.promised, due_on=sent.due_on, call=call)
            await note_said(session, said, secret=secret, now=now, form=read_mark(form))
    except BadPromiseDay as refusal:
        sent = Mistakes(by_field={"due_on": refusal.code})
    except NoSuchTalk as refusal:
        sent = Mistakes(by_field={"about": refusal.code})
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _answer(request, token, now, secret, status=422, form=view)
    said_words = words_of(request).gettext("The promise is noted.")
    return await _answer(request, token, now, secret, said=said_words)


@post(
    "/official/{token:str}/promises/{promise:str}",
    include_in_schema=False,
    opt=LINKED,
    status_code=HTTP_200_OK,
)
async def correct_promise(
    request: PageRequest,
    token: FromPath[str],
    promise: FromPath[str],
    now: Now,
    secret: Secret,
) -> Response[str]:
    """Put a promise right."""
    session = await open_by_token(token, secret=secret, now=now)
    form = await read_form(request)
    sent = parse_form(CorrectionForm, form)
    try:
        if not isinstance(sent, Mistakes):
            await correct(session, promise, sent.promised, sent.due_on, now=now)
    except BadPromiseDay as refusal:
        sent = Mistakes(by_field={"due_on": refusal.code})
    except Conflict as refusal:
        view = refuse_field(request, form, "promised", refusal)
        return await _answer(request, token, now, secret, status=status_of(refusal), form=view)
    if isinstance(sent, Mistakes):
        view = with_mistakes(request, form, sent, SENTENCES)
        return await _answer(request, token, now, secret, status=422, form=view, correcting=promise)
    said_words = words_of(request).gettext("The promise is corrected.")
    return await _answer(request, token, now, secret, said=said_words)


async def _answer(
    request: PageRequest,
    token: str,
    now: Now,
    secret: Secret,
    *,
    status: int = HTTP_200_OK,
    **part: Any,  # noqa: ANN401 - what ``of_promises`` takes
) -> Response[str]:
    """The part alone for scripts, else the whole page with it."""
    view = await load_view(request, token, secret=secret, now=now)
    call = choose_call(view)
    facts = of_promises(request, token, view, call, **part)
    if is_partial(request):
        return page(request, "pages/official/promises.html", status=status, **facts)
    talk = view.find_talk(call)
    return answer_page(request, token, view, now, talk=talk, promises=facts, status=status)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_promises, add_promise, correct_promise]
