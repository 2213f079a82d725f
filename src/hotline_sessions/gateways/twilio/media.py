"""Sounds fetched from Twilio: within a limit of size and of time, and from nowhere else."""

from typing import Final

import aiohttp

from hotline_sessions.domain.network import NetworkRefusal, OutcomeUnknown, RetryLater
from hotline_sessions.domain.recordings import LARGEST, NotSound, RecordingGone


FETCH_SECONDS: Final = 300.0
"""The largest recording over a slow line."""
CONNECT_SECONDS: Final = 5.0
SILENT_SECONDS: Final = 30.0
"""So long may pass without a byte."""
PIECE: Final = 64 * 1024

OK: Final = 200
NOT_FOUND: Final = 404
TOO_MANY: Final = 429
UNAUTHORIZED: Final = 401
SERVER_FAULT: Final = 500
REDIRECTS: Final = range(300, 400)


class MediaFetcher:
    """Fetches sounds with the credentials of the account, which travel as a header."""

    def __init__(self, account_sid: str, token: str, *, limit: int = LARGEST) -> None:
        self._auth = aiohttp.encode_basic_auth(account_sid, token)
        self._limit = limit

    async def __call__(self, url: str) -> bytes:
        """What stands at ``url``, which is one of Twilio's that we have put together.

        Raises:
            RecordingGone: Nothing, or nothing yet.
            NotSound: It is larger than the limit, or is said to be elsewhere.
            RetryLater: Twilio is busy, or does not let us in for now.
            OutcomeUnknown: The connection broke.
            NetworkRefusal: Twilio will not give it out.
        """
        timeout = aiohttp.ClientTimeout(
            total=FETCH_SECONDS, connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS
        )
        headers = {"Authorization": self._auth}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
                session.get(url, allow_redirects=False) as response,
            ):
                check_status(response.status)
                return await read_limited(response.content, self._limit)
        except aiohttp.ClientConnectorError:
            raise RetryLater from None
        except (TimeoutError, aiohttp.ClientError, OSError):
            raise OutcomeUnknown from None


def check_status(status: int) -> None:
    """Refuse what is not the sound itself; a redirect is not followed.

    Raises:
        RecordingGone: There is none, or not yet.
        NotSound: It is said to be elsewhere.
        RetryLater: Not now.
        NetworkRefusal: Never.
    """
    if status == OK:
        return
    if status == NOT_FOUND:
        raise RecordingGone
    if status in REDIRECTS:
        raise NotSound
    if status in {TOO_MANY, UNAUTHORIZED} or status >= SERVER_FAULT:
        raise RetryLater
    raise NetworkRefusal


async def read_limited(content: aiohttp.StreamReader, limit: int) -> bytes:
    """All of ``content``, which is not read further than ``limit`` bytes.

    Raises:
        NotSound: It is longer.
    """
    taken = bytearray()
    async for piece in content.iter_chunked(PIECE):
        taken += piece
        if len(taken) > limit:
            raise NotSound
    return bytes(taken)
