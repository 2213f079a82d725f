"""Answers of Twilio, or of whatever stands in between, before its library sees them.

The library believes what it gets: a page of a proxy would end in errors that nobody has
named, and its errors hold numbers of telephones.
"""

import json
from typing import Any, Final

from twilio.http.response import Response


LARGEST: Final = 4 * 1024 * 1024
"""Bytes of an answer: a page of a thousand calls has about 1.5 million."""
FIRST_ERROR: Final = 400
FIRST_REDIRECT: Final = 300
NO_CONTENT: Final = 204


class BadAnswerError(Exception):
    """Not what Twilio answers: what was asked may or may not have been done."""


def read_answer(status: int, body: bytes, headers: Any = None) -> Response:  # noqa: ANN401 - as it is
    """The answer for the library: an object, or an error with nothing but its number.

    Raises:
        BadAnswerError: Neither.
    """
    if status == NO_CONTENT:
        return Response(status, "", headers)
    found = _read_object(body)
    if status >= FIRST_ERROR:
        return Response(status, json.dumps(_strip(found or {})), headers)
    if found is None or status >= FIRST_REDIRECT:
        raise BadAnswerError
    return Response(status, json.dumps(found), headers)


def _read_object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _strip(error: dict[str, Any]) -> dict[str, int]:
    """The number alone; texts name who was to be called."""
    code = error.get("code")
    return {"code": code} if type(code) is int else {}
