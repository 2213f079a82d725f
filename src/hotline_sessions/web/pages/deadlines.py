"""Terms of answers: until when something received on any day must be done, and why then."""

from datetime import date
from typing import Final

from litestar import Response, get
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from hotline_sessions.domain.deadlines import Deadline
from hotline_sessions.domain.errors import Refusal
from hotline_sessions.domain.terms import TERM_CODES, UnknownTerm, get_version
from hotline_sessions.domain.times import local_date
from hotline_sessions.i18n import N_, Words
from hotline_sessions.services.deadline_words import explain, name_term
from hotline_sessions.services.reckoning import TooFarAhead, reckon_term
from hotline_sessions.web.dependencies import Now, PageRequest
from hotline_sessions.web.forms import (
    Form,
    FormView,
    Mistakes,
    Sentences,
    parse_form,
    prefilled,
    with_mistakes,
)
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import page


TEMPLATE: Final = "pages/deadlines/show.html"
USUAL: Final = "ART20_MONTH"

SENTENCES: Final[Sentences] = {
    ("received", "missing"): N_("Enter the day of receipt"),
    ("received", "wrong"): N_("Enter the day of receipt, for example 22.11.2026"),
    ("rule", "missing"): N_("Choose a term"),
}


class Asked(Struct, frozen=True, kw_only=True):
    """What is reckoned; ``holidays`` is ``worked`` under martial law and else ``kept``."""

    received: date
    rule: str
    holidays: str = "worked"


class Reckoned(Struct, frozen=True, kw_only=True):
    """The answer, ready to be shown."""

    deadline: Deadline
    name: str
    act: str
    article: str
    sentences: tuple[str, ...]


@get("/deadlines", include_in_schema=False, sync_to_thread=False)
def show_deadlines(request: PageRequest, now: Now) -> Response[str]:
    """The form, and below it the answer to what the address asks."""
    form = _read_address(request)
    if not form.get("received") and not form.get("rule"):
        return _show(request, prefilled(received=local_date(now), rule=USUAL, holidays="worked"))
    asked = parse_form(Asked, form)
    if isinstance(asked, Mistakes):
        return _show(request, with_mistakes(request, form, asked, SENTENCES), status=422)
    try:
        deadline = reckon_term(asked.rule, asked.received, martial_law=asked.holidays != "kept")
    except (UnknownTerm, TooFarAhead) as refusal:
        return _show(request, _refuse(form, refusal, words_of(request)), status=422)
    return _show(request, FormView(values=form.fields), _tell(deadline, words_of(request)))


def _read_address(request: PageRequest) -> Form:
    names = ("received", "rule", "holidays")
    sent = {name: request.query_params.get(name, "").strip() for name in names}
    sent["holidays"] = sent["holidays"] or "worked"
    return Form(fields={name: (value,) for name, value in sent.items()})


def _refuse(form: Form, refusal: Refusal, words: Words) -> FormView:
    sentence = words.gettext(REFUSALS[refusal.code], **refusal.facts)
    return FormView(values=form.fields, sentences={"received": sentence})


def _tell(deadline: Deadline, words: Words) -> Reckoned:
    term = get_version(deadline.rule, deadline.rule_version)
    return Reckoned(
        deadline=deadline,
        name=name_term(deadline.rule, words),
        act=term.act,
        article=term.article,
        sentences=explain(deadline, words),
    )


def _show(
    request: PageRequest, form: FormView, reckoned: Reckoned | None = None, *, status: int = 200
) -> Response[str]:
    words = words_of(request)
    rules = [(code, name_term(code, words)) for code in TERM_CODES]
    return page(request, TEMPLATE, status=status, form=form, rules=rules, reckoned=reckoned)


HANDLERS: Final[list[ControllerRouterHandler]] = [show_deadlines]
