"""What the official does on the page: next, more time, end, call me, ask the operator, note."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, NotFound, Refusal
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.talk_notes import NoteWords, TalkOutcome
from hotline_sessions.i18n import N_
from hotline_sessions.services.dispatch import (
    call_official,
    end_session,
    end_talk,
    extend_session,
    extend_talk,
    hang_up_official,
    put_next_through,
)
from hotline_sessions.services.live import LiveDesk
from hotline_sessions.services.official_links import open_by_token
from hotline_sessions.services.official_page import ask_operator, note_talk
from hotline_sessions.services.ports import Clock
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, facts_of
from hotline_sessions.web.forms import Mistakes, Sentences, parse_form, read_form, with_mistakes
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.sessions import lead_to
from hotline_sessions.web.pages.official import (
    LINKED,
    answer_page,
    answer_panels,
    choose_call,
    load_view,
    of_note,
)
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import is_partial, page


MORE_TALK: Final = 5
"""Minutes that one press adds to a talk."""
MORE_SESSION: Final = 10
"""Minutes that one press adds to the session."""

SENTENCES: Final[Sentences] = {
    ("words", "too-long"): N_("The note is too long: shorten it to 4000 characters"),
}


class Deed(StrEnum):
    """What a button of the page asks for."""

    NEXT = "next"
    END_TALK = "end-talk"
    MORE_TALK = "more-talk"
    MORE_SESSION = "more-session"
    END_SESSION = "end-session"
    CALL_ME = "call-me"
    HANG_UP = "hang-up"
    OPERATOR = "operator"


class NoteForm(Struct, frozen=True, kw_only=True):
    """What is noted of a talk."""

    call: PublicId
    words: NoteWords = ""
    outcome: TalkOutcome | None = None


Doing = Callable[[LiveDesk, Clock], Awaitable[object]]


async def go_on(desk: LiveDesk, clock: Clock) -> None:
    """Put the next citizen through; a talk that is going on is ended first."""
    key, home = desk.session.id, desk.session.institution
    if desk.on_air:
        await end_talk(key, institution=home, by=None, clock=clock, then_next=True)
    else:
        await put_next_through(key, institution=home, by=None, clock=clock)


async def stop_talk(desk: LiveDesk, clock: Clock) -> None:
    """See off who is on air; nobody follows by it."""
    await end_talk(desk.session.id, institution=desk.session.institution, by=None, clock=clock)


async def give_more_talk(desk: LiveDesk, clock: Clock) -> None:
    """Let the talk go on longer."""
    home = desk.session.institution
    await extend_talk(desk.session.id, MORE_TALK, institution=home, by=None, clock=clock)


async def give_more_session(desk: LiveDesk, clock: Clock) -> None:
    """Let the session go on longer."""
    home = desk.session.institution
    await extend_session(desk.session.id, MORE_SESSION, institution=home, by=None, clock=clock)


async def stop_session(desk: LiveDesk, clock: Clock) -> None:
    """End the session now."""
    await end_session(desk.session.id, institution=desk.session.institution, by=None, clock=clock)


async def call_me(desk: LiveDesk, clock: Clock) -> None:
    """Ring the official."""
    home = desk.session.institution
    await call_official(desk.session.id, institution=home, by=None, clock=clock)


async def let_me_go(desk: LiveDesk, clock: Clock) -> None:
    """End the official's own call."""
    home = desk.session.institution
    await hang_up_official(desk.session.id, institution=home, by=None, clock=clock)


async def ask_for_operator(desk: LiveDesk, clock: Clock) -> None:
    """Tell the desk that the official needs the operator."""
    await ask_operator(desk.session, now=clock.now())


DEEDS: Final[MappingProxyType[Deed, Doing]] = MappingProxyType(
    {
        Deed.NEXT: go_on,
        Deed.END_TALK: stop_talk,
        Deed.MORE_TALK: give_more_talk,
        Deed.MORE_SESSION: give_more_session,
        Deed.END_SESSION: stop_session,
        Deed.CALL_ME: call_me,
        Deed.HANG_UP: let_me_go,
        Deed.OPERATOR: ask_for_operator,
    }
)


@post("/official/{token:str}", include_in_schema=False, opt=LINKED, status_code=HTTP_200_OK)
async def do_deed(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Carry out ``deed`` and show the page after it; a refusal is said above the panels."""
    view = await load_view(request, token, secret=secret, now=now)
    form = await read_form(request)
    notice, status = "", HTTP_200_OK
    try:
        doing = DEEDS[_read_deed(form.get("deed"))]
        await doing(view.desk, facts_of(request).clock)
    except (Conflict, NotFound) as refusal:
        notice, status = _tell(request, refusal), 409
    if is_partial(request):
        view = await load_view(request, token, secret=secret, now=now)
        return answer_panels(
            request,
            token,
            view,
            open_talk=form.get("open_talk"),
            offered_talk=form.get("offered_talk") if "offered_talk" in form.fields else None,
            notice=notice,
            status=status,
        )
    if notice:
        talk = view.find_talk(choose_call(view))
        return answer_page(request, token, view, now, talk=talk, notice=notice, status=status)
    return lead_to(request, f"/official/{token}")


@get("/official/{token:str}/end", include_in_schema=False, opt=LINKED)
async def ask_to_end(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Ask whether the session is really to be ended; nothing changes yet."""
    view = await load_view(request, token, secret=secret, now=now)
    return page(
        request, "pages/official/end.html", at=f"/official/{token}", desk=view.desk, view=view
    )


@get("/official/{token:str}/note", include_in_schema=False, opt=LINKED)
async def open_note(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The note of one talk (``talk``), to be put into the page."""
    view = await load_view(request, token, secret=secret, now=now)
    talk = view.find_talk(request.query_params.get("talk", ""))
    if not is_partial(request):
        return answer_page(request, token, view, now, talk=talk)
    return page(request, "pages/official/note.html", **of_note(request, token, view, talk))


@post("/official/{token:str}/note", include_in_schema=False, opt=LINKED, status_code=HTTP_200_OK)
async def save_note(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """Keep the note of a talk, and show it as it was kept."""
    session = await open_by_token(token, secret=secret, now=now)
    form = await read_form(request)
    sent = parse_form(NoteForm, form)
    kept: dict[str, Any] = {"saved": True}
    status = HTTP_200_OK
    if isinstance(sent, Mistakes):
        kept = {"form": with_mistakes(request, form, sent, SENTENCES)}
        status = 422
    else:
        await note_talk(session, sent.call, words=sent.words, outcome=sent.outcome, now=now)
    view = await load_view(request, token, secret=secret, now=now)
    talk = view.find_talk(form.get("call"))
    if not is_partial(request):
        return answer_page(request, token, view, now, talk=talk, status=status, **kept)
    facts = of_note(request, token, view, talk, **kept)
    return page(request, "pages/official/note.html", status=status, **facts)


def _read_deed(text: str) -> Deed:
    """The deed that a button names.

    Raises:
        NotFound: There is no such deed.
    """
    if text not in set(Deed):
        raise NotFound
    return Deed(text)


def _tell(request: PageRequest, refusal: Refusal) -> str:
    sentence = REFUSALS.get(refusal.code, REFUSALS["conflict"])
    words = words_of(request)
    return words.gettext(sentence, **refusal.facts) if refusal.facts else words.gettext(sentence)


HANDLERS: Final[list[ControllerRouterHandler]] = [do_deed, ask_to_end, open_note, save_note]
