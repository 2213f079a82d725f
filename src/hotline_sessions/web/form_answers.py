"""Answers to a form that the rules refuse: the same page, what was typed, and why not."""

from typing import Any

from litestar import Response

from hotline_sessions.domain.errors import Refusal
from hotline_sessions.web.dependencies import PageRequest
from hotline_sessions.web.errors import status_of
from hotline_sessions.web.forms import Form, FormView
from hotline_sessions.web.locale import words_of
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import page


def refuse_field(request: PageRequest, form: Form, field: str, refusal: Refusal) -> FormView:
    """The form as it was typed, with the sentence of ``refusal`` at ``field``."""
    words = words_of(request)
    sentence = REFUSALS.get(refusal.code, REFUSALS["refused"])
    return FormView(values=form.fields, sentences={field: words.gettext(sentence, **refusal.facts)})


def answer_refused(
    request: PageRequest, template: str, view: FormView, refusal: Refusal, **context: object
) -> Response[Any]:
    """The page of the form again, with the status of ``refusal`` and when to come back."""
    response = page(request, template, status=status_of(refusal), form=view, **context)
    retry_after = refusal.facts.get("retry_after")
    if isinstance(retry_after, int):
        response.headers["Retry-After"] = str(retry_after)
    return response
