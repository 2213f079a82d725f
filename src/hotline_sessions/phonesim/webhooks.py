"""Webhooks: signed, retried as their URL asks, bounded by fifteen seconds."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import httpx
from msgspec import Struct

from hotline_sessions.phonesim.clock import Clock, Tasks
from hotline_sessions.phonesim.config import WebhookPolicy
from hotline_sessions.phonesim.faults import FaultKind, FaultRule, Faults
from hotline_sessions.phonesim.policy import split_overrides
from hotline_sessions.phonesim.signing import compute_signature


KEPT_DELIVERIES: Final = 1000
OK_BELOW: Final = 400
SERVER_ERROR: Final = 500
AGENT: Final = "TwilioProxy/1.1"
Parameters = Sequence[tuple[str, str]]


class Answer(Struct, frozen=True, kw_only=True):
    """What the product answered."""

    status: int
    text: str
    url: str


class Delivery(Struct, frozen=True, kw_only=True):
    """One attempt to deliver a webhook, for the journal; no parameter values are kept."""

    at: datetime
    method: str
    url: str
    attempt: int
    status: int
    fault: str = ""


class DeliveryFailed(Exception):
    """No attempt brought a usable answer."""


class _AttemptFailed(Exception):
    def __init__(self, fault: str, status: int = 0) -> None:
        super().__init__(fault)
        self.fault = fault
        self.status = status


class WebhookSender:
    """Sends webhooks the way the provider does.

    ``wall`` is the clock of pauses between attempts: real time for a real product, even
    when the simulated world runs faster.
    """

    def __init__(
        self,
        *,
        token: str,
        policy: WebhookPolicy,
        clock: Clock,
        wall: Clock,
        faults: Faults,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._token = token
        self._policy = policy
        self._clock = clock
        self._wall = wall
        self._faults = faults
        self._tasks = Tasks()
        self._client = httpx.AsyncClient(
            transport=transport, follow_redirects=True, trust_env=False
        )
        self._sent = 0
        self.journal: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)

    async def close(self) -> None:
        """Stop what is under way and close connections."""
        await self._tasks.stop()
        await self._client.aclose()

    async def send(self, url: str, method: str, parameters: Parameters) -> Answer:
        """Deliver one webhook and return the product's answer.

        A cancelled caller does not cancel the request: the provider, too, only ignores
        the answer.

        Raises:
            DeliveryFailed: Every attempt within the policy failed.
        """
        work = self._tasks.start(self._send(url, method, parameters))
        return await asyncio.shield(work)

    def post(self, url: str, parameters: Parameters, method: str = "POST") -> None:
        """Deliver a webhook whose answer nobody reads."""
        self._tasks.spawn(self._send_quietly(url, method, parameters))

    async def report(self, url: str, parameters: Parameters, method: str = "POST") -> None:
        """Deliver a status callback; a failure is only noted."""
        rules = self._faults.choose("webhook", _subject(url, parameters))
        if _first(rules, FaultKind.DROP):
            return
        if delay := _first(rules, FaultKind.DELAY):
            self._tasks.spawn(self._report_later(delay.seconds, url, method, parameters))
            return
        if _first(rules, FaultKind.DUPLICATE):
            self._tasks.spawn(self._send_quietly(url, method, parameters))
        await self._send_quietly(url, method, parameters)

    async def _report_later(
        self, seconds: float, url: str, method: str, parameters: Parameters
    ) -> None:
        await self._clock.sleep(seconds)
        await self._send_quietly(url, method, parameters)

    async def _send_quietly(self, url: str, method: str, parameters: Parameters) -> None:
        try:
            await self._send(url, method, parameters, faulty=False)
        except DeliveryFailed:
            return

    async def _send(
        self, url: str, method: str, parameters: Parameters, *, faulty: bool = True
    ) -> Answer:
        bare, policy = split_overrides(url, self._policy)
        rules = self._faults.choose("webhook", _subject(url, parameters)) if faulty else []
        if delay := _first(rules, FaultKind.DELAY):
            await self._clock.sleep(delay.seconds)
        if _first(rules, FaultKind.DUPLICATE):
            self._tasks.spawn(self._send_quietly(bare, method, parameters))
        self._sent += 1
        token = str(UUID(int=self._sent, version=4))
        began = self._wall.elapsed()
        for attempt in range(policy.retries + 1):
            left = policy.total_timeout - (self._wall.elapsed() - began)
            if left <= 0:
                break
            try:
                if attempt == 0 and _first(rules, FaultKind.DROP):
                    self._note(bare, method, attempt, 0, "dropped")
                    raise _AttemptFailed("ct")  # noqa: TRY301 - a fault on purpose
                return await self._attempt(bare, method, parameters, policy, attempt, left, token)
            except _AttemptFailed as failure:
                if failure.fault not in policy.retry_on:
                    break
            if attempt < policy.retries:
                await self._wall.sleep(policy.pauses[min(attempt, len(policy.pauses) - 1)])
        raise DeliveryFailed(bare)

    async def _attempt(
        self,
        url: str,
        method: str,
        parameters: Parameters,
        policy: WebhookPolicy,
        attempt: int,
        left: float,
        token: str,
    ) -> Answer:
        request = self._build(url, method, parameters, policy)
        if attempt:
            request.headers["I-Twilio-Idempotency-Token"] = token
        fault, status = "", 0
        try:
            with self._clock.hold():
                async with asyncio.timeout(left):
                    response = await self._client.send(request)
            status = response.status_code
        except (httpx.ConnectError, httpx.ConnectTimeout, OSError) as error:
            fault = "rt" if isinstance(error, TimeoutError) else "ct"
        except httpx.TransportError:
            fault = "rt"
        else:
            if status < OK_BELOW:
                self._note(url, method, attempt, status, "")
                return Answer(status=status, text=response.text, url=url)
            fault = "5xx" if status >= SERVER_ERROR else "4xx"
        self._note(url, method, attempt, status, fault)
        raise _AttemptFailed(fault, status)

    def _build(
        self, url: str, method: str, parameters: Parameters, policy: WebhookPolicy
    ) -> httpx.Request:
        is_post = method.upper() != "GET"
        target = url if is_post or not parameters else _with_query(url, parameters)
        signed = str(httpx.URL(target))
        timeout = httpx.Timeout(policy.read_timeout, connect=policy.connect_timeout)
        request = self._client.build_request(
            method.upper(),
            signed,
            content=urlencode(parameters).encode() if is_post else None,
            timeout=timeout,
        )
        if is_post:
            request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        request.headers["User-Agent"] = AGENT
        request.headers["X-Twilio-Signature"] = compute_signature(
            self._token, signed, parameters if is_post else ()
        )
        return request

    def _note(self, url: str, method: str, attempt: int, status: int, fault: str) -> None:
        self.journal.append(
            Delivery(
                at=self._clock.now(),
                method=method,
                url=url,
                attempt=attempt + 1,
                status=status,
                fault=fault,
            )
        )


def _with_query(url: str, parameters: Parameters) -> str:
    return url + ("&" if "?" in url else "?") + urlencode(parameters)


def _subject(url: str, parameters: Parameters) -> str:
    """What a fault's ``match`` is looked up in: the URL and the event it reports."""
    events = [value for name, value in parameters if name in {"StatusCallbackEvent", "CallStatus"}]
    return " ".join([url, *events])


def _first(rules: list[FaultRule], kind: FaultKind) -> FaultRule | None:
    return next((rule for rule in rules if rule.kind is kind), None)
