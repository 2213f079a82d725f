"""What Twilio's answers mean for us: done, too late, later, nobody knows, never."""

from collections.abc import Awaitable
from typing import Final, TypeVar

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException

from hotline_sessions.domain.network import (
    CallOver,
    NetworkError,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)


T = TypeVar("T")

NOT_IN_PROGRESS: Final = 21220
NOT_FOUND: Final = 20404
TOO_MANY: Final = 429
SERVER_FAULT: Final = 500


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
    except aiohttp.ClientConnectorError:
        raise RetryLater from None
    except (TimeoutError, aiohttp.ClientError, TwilioException, OSError):
        raise OutcomeUnknown from None


def choose_error(status: int, code: int | None) -> NetworkError:
    """What an answer of Twilio's means for us."""
    if code in {NOT_IN_PROGRESS, NOT_FOUND} or status == 404:  # noqa: PLR2004 - HTTP
        return CallOver(code)
    if status == TOO_MANY:
        return RetryLater(code)
    return OutcomeUnknown(code) if status >= SERVER_FAULT else NetworkRefusal(code)
