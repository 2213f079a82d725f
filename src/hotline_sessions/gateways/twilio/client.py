"""Twilio's own client, made safe: a limit of time on every request, never a blind repetition.

The client ignores its own timeout, repeats the placing of calls when told to retry, takes
its region from the environment of the process, and needs a running loop when it is made.
The library takes a second to load: this module is imported when calls are to be placed,
and not before.

Source: https://github.com/twilio/twilio-python/issues/925
"""

import asyncio
import base64
import logging
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import structlog
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline_sessions.domain.console import EDGES
from hotline_sessions.gateways.twilio.answers import LARGEST, BadAnswerError, read_answer
from hotline_sessions.gateways.twilio.turns import Turns


log = structlog.get_logger()

REQUEST_SECONDS: Final = 5.0
"""Limit of a request with its repetitions, from the moment it is sent."""
CONCURRENT: Final = 8
"""Requests at once: Twilio limits them, and answers 429 to more."""
TOO_MANY: Final = 429
PAUSES: Final = (0.25, 0.5, 1.0)
"""Seconds of back-off at most before each repetition of a question; half of it at least."""
BUSY: Final = 50
"""Requests of the whole account under way at once from which on it is said in the log."""
LOAD_HEADER: Final = "Twilio-Concurrent-Requests"
"""How many requests of the account are under way.

Source: https://www.twilio.com/docs/usage/rest-api-best-practices
"""

PINNED: Final[Mapping[str, str]] = {"HOTLINE_PINNED": "1"}
"""In place of the process's environment, which an empty mapping would not keep out."""

SILENT: Final = logging.getLogger("hotline_sessions.twilio.silent")
"""The client would log numbers of telephones: this one is switched off."""


class BoundedHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # it has no types
    """Sends to another host if told to, and gives up after ``REQUEST_SECONDS``."""

    def __init__(self, base_url: str) -> None:
        SILENT.disabled = True
        super().__init__(logger=SILENT)
        self._base = urlsplit(base_url)
        self.turns = Turns(CONCURRENT)

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - the library's signature
    ) -> Response:
        """One request, within its time; only questions are repeated, and only after a 429.

        The credentials travel as a header: the library's own way is deprecated by aiohttp.

        Raises:
            NoTurnError: It was not sent.
            TimeoutError: No answer in time.
            BadAnswerError: Not what Twilio answers.
        """
        del timeout, allow_redirects
        signed = {**(headers or {}), **build_credentials(auth)}
        pauses = PAUSES if method.upper() == "GET" else ()
        async with self.turns.take(), asyncio.timeout(REQUEST_SECONDS):
            for pause in pauses:
                response = await self._send(method, self._redirect(url), params, data, signed)
                if response.status_code != TOO_MANY:
                    return response
                await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - no secret
            return await self._send(method, self._redirect(url), params, data, signed)

    async def _send(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None,
        data: Mapping[str, object] | None,
        headers: Mapping[str, str],
    ) -> Response:
        async with self.session.request(
            method.upper(), url, params=params, data=data, headers=headers, allow_redirects=False
        ) as response:
            body = bytearray()
            async for piece in response.content.iter_any():
                body += piece
                if len(body) > LARGEST:
                    raise BadAnswerError
            self._watch(response.status, response.headers)
            return read_answer(response.status, bytes(body), response.headers)

    def _watch(self, status: int, headers: Mapping[str, str]) -> None:
        """Send less at once when Twilio says that it is too much."""
        load = headers.get(LOAD_HEADER) or headers.get(f"X-{LOAD_HEADER}") or ""
        if status == TOO_MANY:
            self.turns.complain()
            log.warning("twilio_refuses_more", under_way=load, allowed=self.turns.allowed)
            return
        self.turns.praise()
        if load.isdecimal() and int(load) >= BUSY:
            log.warning("twilio_is_busy", under_way=load)

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
async def open_client(
    account_sid: str, token: str, *, base_url: str, region: str = "", edge: str = ""
) -> AsyncIterator[Client]:
    """Client of the account, open until the block ends; ``base_url`` empty for Twilio itself.

    ``region`` is empty for the United States; ``edge`` is empty for the region's own. What
    the environment of the process says of either is not looked at.
    """
    http = BoundedHttpClient(base_url)
    try:
        yield build_client(account_sid, token, http=http, region=region, edge=edge)
    finally:
        await http.close()


def build_client(
    account_sid: str, token: str, *, http: AsyncTwilioHttpClient, region: str = "", edge: str = ""
) -> Client:
    """Client of the account that sends by ``http``, in one region by one edge.

    Nothing is pinned where neither is given: the address without both is that of the
    United States, entered wherever it is nearest.
    """
    return Client(
        account_sid,
        token,
        http_client=http,
        region=region or None,
        edge=edge or EDGES.get(region),
        environment=dict(PINNED),
    )
