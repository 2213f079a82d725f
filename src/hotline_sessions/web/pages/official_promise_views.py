"""The part of the official's page with what was promised."""

from typing import Any, Final

from msgspec import Struct

from hotline_sessions.domain.promises import Promise, PromiseState
from hotline_sessions.domain.sessions import ENDED
from hotline_sessions.services.official_page import NotedTalk, OfficialView
from hotline_sessions.web.dependencies import PageRequest
from hotline_sessions.web.forms import FormView, prefilled
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.pages.official_views import view_person
from hotline_sessions.web.pages.promise_words import STATES


EVERYBODY: Final = "everybody"
"""Value of ``about`` for what was said to all who listen."""


class PromiseLine(Struct, frozen=True, kw_only=True):
    """A promise in words; ``about`` is who was talked to, empty for one to everybody."""

    promise: Promise
    about: str
    state: str
    tone: str
    may_correct: bool


def of_promises(
    request: PageRequest,
    token: str,
    view: OfficialView,
    call: str,
    *,
    form: FormView | None = None,
    correcting: str = "",
    said: str = "",
) -> dict[str, Any]:
    """Values of the part: what was promised, and the form for one more about the talk ``call``.

    ``correcting`` is the name of the promise whose form stands open instead; ``said`` is what
    has just been done.
    """
    words = words_of(request)
    talk = (view.find_talk(form.value("about")) if form else None) or view.find_talk(call)
    lines = [_view(request, each, view) for each in view.promises]
    open_one = next((each for each in lines if each.promise.public_id == correcting), None)
    if open_one and not open_one.may_correct:
        open_one = None
    return {
        "at": f"/official/{token}",
        "day": view.desk.session.held_on,
        "session_name": view.desk.session.public_id,
        "lines": lines,
        "offered": talk.caller.call if talk else "",
        "offered_who": view_person(talk.caller, talk.began_at, words).who if talk else "",
        "correcting": open_one,
        "promise_form": form or _fill(open_one, talk),
        "said": said,
    }


def _fill(line: PromiseLine | None, talk: NotedTalk | None) -> FormView:
    if line:
        return prefilled(promised=line.promise.text, due_on=line.promise.due_on)
    return prefilled(about=talk.caller.call if talk else EVERYBODY)


def _view(request: PageRequest, promise: Promise, view: OfficialView) -> PromiseLine:
    words = words_of(request)
    talk = next((each for each in view.talks if each.key == promise.call), None)
    state, tone = STATES[promise.state]
    return PromiseLine(
        promise=promise,
        about=view_person(talk.caller, talk.began_at, words).who if talk else "",
        state=words.gettext(state),
        tone=tone,
        may_correct=promise.state is PromiseState.OPEN
        and not promise.public_text
        and view.desk.session.state not in ENDED,
    )
