"""What Twilio's answers mean for us: done, too late, later, nobody knows, never."""

import json
import re
from collections.abc import Awaitable
from typing import Final, TypeVar

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.response import Response

from hotline_sessions.domain.network import (
    CallOver,
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.gateways.twilio.answers import BadAnswerError
from hotline_sessions.gateways.twilio.turns import NoTurnError


T = TypeVar("T")

NOT_IN_PROGRESS: Final = 21220
NOT_FOUND: Final = 20404
TOO_MANY: Final = 429
UNAUTHORIZED: Final = 401
FIRST_ERROR: Final = 400
TIMED_OUT: Final = frozenset({404, 408, 425})
"""Statuses without a number of Twilio's that a proxy may have sent."""
SERVER_FAULT: Final = 500
NOT_LET_IN: Final = frozenset({20003, 20005})
"""Wrong secret, account not active: nothing was done, and a person can put it right."""

_NAME: Final = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


async def ask(request: Awaitable[T]) -> T:
    """The answer to a request.

    Raises:
        CallOver: The call or conference is not there any more.
        RetryLater: It was not done; it may be sent again.
        OutcomeUnknown: The answer was lost, or the server failed.
        NetworkRefusal: Twilio will not do it.
    """
    try:
        return await request
    except TwilioRestException as error:
        raise choose_error(error.status, error.code) from None
    except (aiohttp.ClientConnectorError, NoTurnError):
        raise RetryLater from None
    except TwilioException as error:
        raise read_page_error(error) from None
    except (TimeoutError, aiohttp.ClientError, OSError, BadAnswerError):
        raise OutcomeUnknown from None
    except (AttributeError, KeyError, TypeError, ValueError):
        # The library takes fields of an answer for what they should be.
        raise OutcomeUnknown from None


def choose_error(status: int, code: int | None) -> NetworkError:
    """What an answer of Twilio's means for us; ``code`` is the status where there is none."""
    if code in {NOT_IN_PROGRESS, NOT_FOUND}:
        return CallOver(code)
    if status in {TOO_MANY, UNAUTHORIZED} or code in NOT_LET_IN:
        return RetryLater(code)
    is_unnumbered = code in {None, status}
    is_unknown = status < FIRST_ERROR or (status in TIMED_OUT and is_unnumbered)
    if is_unknown or status >= SERVER_FAULT:
        return OutcomeUnknown(code)
    return NetworkRefusal(code)


def read_page_error(error: TwilioException) -> NetworkError:
    """What an error means that the library has not read: of a list it keeps the bare answer."""
    for answer in error.args:
        if isinstance(answer, Response):
            status = answer.status_code
            return choose_error(status, json.loads(answer.text).get("code", status))
    return OutcomeUnknown()


def read_name(name: object) -> str:
    """Twilio's name of what it has made.

    Raises:
        OutcomeUnknown: It has made something, but did not say what.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise OutcomeUnknown
    return name
