"""Twilio's own client, made safe: a limit of time on every request, never a blind repetition.

The client ignores its own timeout, repeats the placing of calls when told to retry, and
needs a running loop when it is made. The library takes a second to load: this module is
imported when calls are to be placed, and not before.

Source: https://github.com/twilio/twilio-python/issues/925
"""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client


REQUEST_SECONDS: Final = 5.0
CONCURRENT: Final = 8
"""Requests at once: Twilio limits them, and answers 429 to more."""

SILENT: Final = logging.getLogger("hotline_sessions.twilio.silent")
"""The client would log numbers of telephones: this one is switched off."""


class BoundedHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # it has no types
    """Sends to another host if told to, and gives up after ``REQUEST_SECONDS``."""

    def __init__(self, base_url: str) -> None:
        SILENT.disabled = True
        super().__init__(logger=SILENT)
        self._base = urlsplit(base_url)
        self._turn = asyncio.Semaphore(CONCURRENT)

    async def request(
        self,
        method: str,
        url: str,
        *args: Any,  # noqa: ANN401 - passed on as they are
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **kwargs: Any,  # noqa: ANN401 - passed on as they are
    ) -> Response:
        """One request, within its time.

        The credentials travel as a header: the library's own way is deprecated by aiohttp.
        """
        signed = {**(headers or {}), **build_credentials(auth)}
        async with self._turn, asyncio.timeout(REQUEST_SECONDS):
            return await super().request(
                method, self._redirect(url), *args, headers=signed, **kwargs
            )

    def _redirect(self, url: str) -> str:
        if not self._base.netloc:
            return url
        parts = urlsplit(url)
        return urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))


def build_credentials(auth: tuple[str, str] | None) -> dict[str, str]:
    """The header that says who asks. Source: RFC 7617."""
    if auth is None:
        return {}
    basic = base64.b64encode(":".join(auth).encode()).decode()
    return {"Authorization": f"Basic {basic}"}


@asynccontextmanager
async def open_client(account_sid: str, token: str, *, base_url: str) -> AsyncIterator[Client]:
    """Client of the account, open until the block ends; ``base_url`` empty for Twilio itself."""
    http = BoundedHttpClient(base_url)
    try:
        yield Client(account_sid, token, http_client=http, environment={})
    finally:
        await http.close()
