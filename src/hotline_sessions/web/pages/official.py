"""The official's page: a signed link opens it, without an account; looking changes nothing.

The link is a secret of one person and one session: who has it may do what the official may.
"""

from datetime import datetime
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK
from litestar.types import ControllerRouterHandler

from hotline_sessions.domain.softphones import Softphone, identity_of_official
from hotline_sessions.services.official_links import open_by_token
from hotline_sessions.services.official_page import NotedTalk, OfficialView, get_official_view
from hotline_sessions.web.dependencies import Now, PageRequest, Secret, facts_of
from hotline_sessions.web.forms import FormView, prefilled
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.desk.streams import answer_stream
from hotline_sessions.web.pages.official_promise_views import of_promises
from hotline_sessions.web.pages.official_views import view_page, view_person
from hotline_sessions.web.pages.outcome_words import OUTCOMES
from hotline_sessions.web.pages.softphone import (
    SOFTPHONE,
    NoSoftphone,
    answer_softphone,
    has_softphones,
)
from hotline_sessions.web.templating import page


LINKED: Final = {"page_class": "staff", **SOFTPHONE}
"""``opt`` of the official's pages: never stored or indexed, and a telephone if there are any."""


@get("/official/{token:str}", include_in_schema=False, opt=LINKED)
async def show_official(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The whole page; the note is open for ``talk``, or for the citizen on air."""
    view = await load_view(request, token, secret=secret, now=now)
    call = request.query_params.get("talk") or choose_call(view)
    return answer_page(request, token, view, now, talk=view.find_talk(call))


@get("/official/{token:str}/panels", include_in_schema=False, opt=LINKED)
async def show_panels(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[str]:
    """The panels; with the note of the citizen on air, if none is open (``open_talk``)."""
    view = await load_view(request, token, secret=secret, now=now)
    open_talk = request.query_params.get("open_talk", "")
    offered_talk = request.query_params.get("offered_talk")
    return answer_panels(request, token, view, open_talk=open_talk, offered_talk=offered_talk)


@get("/official/{token:str}/events", include_in_schema=False, opt=LINKED)
async def stream_changes(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Stream:
    """Say ``changed`` whenever something about the session has changed. Carries no data."""
    session = await open_by_token(token, secret=secret, now=now)
    return answer_stream(facts_of(request).watch, session.public_id)


@post(
    "/official/{token:str}/softphone",
    include_in_schema=False,
    opt=LINKED,
    status_code=HTTP_200_OK,
)
async def take_official_phone(
    request: PageRequest, token: FromPath[str], now: Now, secret: Secret
) -> Response[Softphone | NoSoftphone]:
    """The telephone of the official, for the time of the session."""
    session = await open_by_token(token, secret=secret, now=now)
    identity = identity_of_official(session.public_id)
    return await answer_softphone(request, identity, ends_at=session.closes_at, now=now)


async def load_view(
    request: PageRequest, token: str, *, secret: bytes, now: datetime
) -> OfficialView:
    """The session that the link opens, as its official sees it.

    Raises:
        BadLink: We have not signed it, or for somebody who does not answer any more.
        SessionLinkExpired: Its time has passed.
    """
    session = await open_by_token(token, secret=secret, now=now)
    return await get_official_view(session, secret=secret, now=now, locale=words_of(request).locale)


def choose_call(view: OfficialView) -> str:
    """The talk to note now: the one on air, else the last one."""
    if view.desk.on_air and view.find_talk(view.desk.on_air.caller.call):
        return view.desk.on_air.caller.call
    return view.talks[0].caller.call if view.talks else ""


def answer_page(
    request: PageRequest,
    token: str,
    view: OfficialView,
    now: datetime,
    *,
    talk: NotedTalk | None = None,
    form: FormView | None = None,
    notice: str = "",
    saved: bool = False,
    promises: dict[str, Any] | None = None,
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The whole page of the official; ``promises`` is that part where it says more than usual."""
    return page(
        request,
        "pages/official/page.html",
        status=status,
        has_phone=has_softphones(request, now),
        now=now,
        **_of_panels(request, view, notice=notice),
        **of_note(request, token, view, talk, form=form, saved=saved)
        | (promises or of_promises(request, token, view, choose_call(view))),
        open_note=False,
        other_talk=False,
        open_talk=talk.caller.call if talk else "",
    )


def answer_panels(
    request: PageRequest,
    token: str,
    view: OfficialView,
    *,
    open_talk: str = "",
    offered_talk: str | None = None,
    notice: str = "",
    status: int = HTTP_200_OK,
) -> Response[str]:
    """The panels alone, and the note of the citizen on air where none is open.

    With them the form of promises, where that in the page (``offered_talk``) is of another talk.
    """
    call = choose_call(view)
    talk = None if open_talk else view.find_talk(call)
    return page(
        request,
        "pages/official/panels.html",
        status=status,
        **_of_panels(request, view, notice=notice),
        **of_note(request, token, view, talk) | of_promises(request, token, view, call),
        open_note=talk is not None,
        other_talk=offered_talk is not None and offered_talk != call,
        open_talk=open_talk,
    )


def of_note(
    request: PageRequest,
    token: str,
    view: OfficialView,
    talk: NotedTalk | None,
    *,
    form: FormView | None = None,
    saved: bool = False,
) -> dict[str, Any]:
    """Values of the part with the note: whose talk, what is noted, which other talks there are."""
    words = words_of(request)
    return {
        "at": f"/official/{token}",
        "talk": talk,
        "talk_who": view_person(talk.caller, talk.began_at, words) if talk else None,
        "talks": [
            (each, view_person(each.caller, each.began_at, words).who) for each in view.talks
        ],
        "outcomes": [(each.value, words.gettext(text)) for each, text in OUTCOMES.items()],
        "note": form or fill_note(talk),
        "saved": saved,
    }


def fill_note(talk: NotedTalk | None) -> FormView:
    """The note as it was saved; an empty form where there is none."""
    note = talk.note if talk else None
    if note is None:
        return prefilled()
    return prefilled(words=note.words, outcome=note.outcome.value if note.outcome else None)


def _of_panels(request: PageRequest, view: OfficialView, *, notice: str) -> dict[str, Any]:
    return {
        "desk": view.desk,
        "official": view,
        "view": view_page(view, words_of(request)),
        "notice": notice,
    }


HANDLERS: Final[list[ControllerRouterHandler]] = [
    show_official,
    show_panels,
    stream_changes,
    take_official_phone,
]
