"""From refusals and mistakes to answers: a page for a reader, a problem document for a program.

Problem documents follow RFC 9457.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, SerializationException
from msgspec import Struct

from hotline_sessions.domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooLate,
    TooMany,
)
from hotline_sessions.i18n import N_
from hotline_sessions.services.crowding import CROWDED
from hotline_sessions.web.locale import locale_of, localized, plain_path, words_of
from hotline_sessions.web.refusals import REFUSALS
from hotline_sessions.web.templating import is_partial, page


AnyRequest = Request[Any, Any, State]
MACHINES: Final = ("/api/", "/open311/")
"""Addresses at which only programs ask, even if they are browsers."""

Handlers = dict[int | type[Exception], Callable[[AnyRequest, Any], Response[Any]]]

STATUS: Final[Mapping[type[Refusal], int]] = MappingProxyType(
    {
        NotFound: 404,
        Invalid: 422,
        Forbidden: 403,
        Conflict: 409,
        TooLate: 410,
        TooMany: 429,
        Refusal: 400,
    }
)


class Face(Struct, frozen=True):
    """What a page of one status says: its heading and what to do next (msgids)."""

    heading: str
    advice: str


FACES: Final[Mapping[int, Face]] = MappingProxyType(
    {
        400: Face(
            N_("The request cannot be read"),
            N_("Go back, check what you entered and send it again."),
        ),
        401: Face(N_("Sign in first"), N_("This page is for staff who have signed in.")),
        403: Face(
            N_("This is not allowed"),
            N_("Open the page again from the site and repeat what you were doing."),
        ),
        404: Face(
            N_("There is no such page"),
            N_("Check the address. If you followed a link, it may be out of date."),
        ),
        405: Face(
            N_("This address does not work that way"),
            N_("Open the page again from the list of sessions."),
        ),
        409: Face(
            N_("Things have changed meanwhile"),
            N_("Open the page again: it shows how things are now."),
        ),
        410: Face(N_("The time for this has passed"), N_("Choose another session.")),
        413: Face(
            N_("Too much was sent at once"), N_("Shorten the text or choose a smaller file.")
        ),
        415: Face(
            N_("This kind of content is not accepted here"),
            N_("Send the form from the page of the site."),
        ),
        422: Face(N_("Something was entered wrongly"), N_("Go back and check what you entered.")),
        429: Face(N_("Too many attempts"), N_("Wait a little and try again.")),
        500: Face(
            N_("Something broke on our side"),
            N_("Nothing you entered is to blame. Try again in a few minutes."),
        ),
        503: Face(N_("The service is not available now"), N_("Try again in a few minutes.")),
    }
)


def status_of(refusal: Refusal) -> int:
    """HTTP status of a refusal: that of its nearest ancestor in the table."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def answer_refusal(request: AnyRequest, refusal: Refusal) -> Response[Any]:
    """Answer to a request that the rules turn down."""
    status = status_of(refusal)
    sentence = REFUSALS.get(refusal.code) or _face_of(status).advice
    response = _answer(request, status, refusal.code, sentence, refusal.facts)
    retry_after = refusal.facts.get("retry_after")
    if isinstance(retry_after, int):
        response.headers["Retry-After"] = str(retry_after)
    return response


def answer_http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer to a request that never reached the rules."""
    status = error.status_code
    response = _answer(request, status, f"http-{status}", _face_of(status).advice, {})
    response.headers.update(dict(error.headers or {}))
    return response


def answer_crowded(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer when too many wanted the same at once: nothing was done, it may be sent again."""
    structlog.get_logger().warning("web.crowded", error=type(error).__name__)
    response = _answer(request, 503, "crowded", REFUSALS["crowded"], {})
    response.headers["Retry-After"] = "1"
    return response


def answer_bug(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer to a mistake of ours: without details, which might hold personal data."""
    if isinstance(error, (RecursionError, SerializationException)) and _is_json(request):
        return _answer(request, 400, "http-400", FACES[400].advice, {})
    structlog.get_logger().error("web.bug", error=type(error).__name__)
    return _answer(request, 500, "internal", FACES[500].advice, {})


def exception_handlers() -> Handlers:
    """Handlers for the application, from the most particular to the last resort."""
    return {
        Refusal: answer_refusal,
        HTTPException: answer_http_error,
        **dict.fromkeys(CROWDED, answer_crowded),
        Exception: answer_bug,
    }


def _answer(
    request: AnyRequest, status: int, code: str, sentence: str, facts: Mapping[str, object]
) -> Response[Any]:
    if wants_page(request):
        return _answer_page(request, status, sentence, facts)
    return _answer_problem(request, status, code, sentence, facts)


def wants_page(request: AnyRequest) -> bool:
    """Whether a person reads the answer, in a browser."""
    is_machine = request.scope["path"].startswith(MACHINES)
    return not is_machine and "text/html" in request.headers.get("accept", "")


def _answer_page(
    request: AnyRequest, status: int, sentence: str, facts: Mapping[str, object]
) -> Response[Any]:
    words = words_of(request)
    face = _face_of(status)
    staff = plain_path(request.scope["path"]).startswith("/staff")
    home_text = words.gettext("To the staff pages") if staff else words.gettext("Coming sessions")
    return page(
        request,
        "errors/part.html" if is_partial(request) else "errors/page.html",
        status=status,
        heading=words.gettext(face.heading),
        sentence=_fill(words.gettext(sentence), facts),
        advice=words.gettext(face.advice),
        home=localized("/staff/sessions" if staff else "/", locale_of(request)),
        home_text=home_text,
    )


def _answer_problem(
    request: AnyRequest, status: int, code: str, sentence: str, facts: Mapping[str, object]
) -> Response[Any]:
    words = words_of(request)
    problem = {
        "type": "about:blank",
        "title": words.gettext(_face_of(status).heading),
        "status": status,
        "detail": _fill(words.gettext(sentence), facts),
        "code": code,
    }
    return Response(
        msgspec.json.encode(problem),
        media_type="application/problem+json",
        status_code=status,
        headers={"Content-Language": words.locale},
    )


def _fill(sentence: str, facts: Mapping[str, object]) -> str:
    try:
        return sentence % facts
    except (KeyError, TypeError, ValueError):
        return sentence


def _face_of(status: int) -> Face:
    return FACES.get(status) or FACES[400 if status < 500 else 500]  # noqa: PLR2004 - HTTP


def _is_json(request: AnyRequest) -> bool:
    return "json" in request.headers.get("content-type", "")
