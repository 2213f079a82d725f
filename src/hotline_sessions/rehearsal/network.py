"""The product's way to the simulated network: Twilio's own client, without sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from hotline_sessions.gateways.twilio.addresses import Addresses
from hotline_sessions.gateways.twilio.client import (
    REQUEST_SECONDS,
    SILENT,
    build_client,
    build_credentials,
)
from hotline_sessions.gateways.twilio.gateway import Twilio, TwilioAccount
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine
from hotline_sessions.gateways.twilio.recordings import Fetch, TwilioRecordings
from hotline_sessions.gateways.twilio.texts import TwilioTexts
from hotline_sessions.phonesim.rest.answering import AnswerLost, answer_request
from hotline_sessions.phonesim.simulator import Simulator


class DirectHttp(AsyncHttpClient):  # type: ignore[misc]  # it has no types
    """What Twilio's client sends goes straight into the simulator.

    A request that its sender gives up is carried out all the same, as on a real network.
    """

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(logger=SILENT, is_async=True)
        self._simulator = simulator
        self._under_way: set[asyncio.Task[Response]] = set()
        self.sent = 0

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - of no meaning here
        auth: tuple[str, str] | None = None,
        **_options: Any,  # noqa: ANN401 - of no meaning here
    ) -> Response:
        """One request, within its time."""
        self.sent += 1
        parts = urlsplit(url)
        query = urlencode(params, doseq=True) if params else parts.query
        task = asyncio.create_task(
            self._ask(
                method.upper(),
                parts.path,
                query.encode(),
                urlencode(data or {}, doseq=True).encode(),
                build_credentials(auth).get("Authorization", ""),
            )
        )
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        async with asyncio.timeout(REQUEST_SECONDS):
            return await asyncio.shield(task)

    async def _ask(
        self, method: str, path: str, query: bytes, body: bytes, authorization: str
    ) -> Response:
        try:
            answer = await answer_request(
                self._simulator, method, path, query=query, body=body, authorization=authorization
            )
        except AnswerLost:
            await asyncio.sleep(2 * REQUEST_SECONDS)
            raise
        return Response(answer.status, answer.body.decode(errors="replace"))


def open_directly(
    http: DirectHttp, fetch: Fetch
) -> Callable[[TwilioAccount], AbstractAsyncContextManager[Twilio]]:
    """What opens the account for the application, in place of the gateway's own."""

    @asynccontextmanager
    async def open_twilio(account: TwilioAccount) -> AsyncIterator[Twilio]:
        client = build_client(account.account_sid, account.token, http=http)
        addresses = Addresses(account.public_base_url)
        yield Twilio(
            line=TwilioPhoneLine(client, addresses, account.caller_id),
            texts=TwilioTexts(client, addresses, account.sms_sender),
            recordings=TwilioRecordings(client, fetch, account_sid=account.account_sid),
        )

    return open_twilio
