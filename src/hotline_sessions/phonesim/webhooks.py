"""Webhooks: signed, retried as their URL asks, bounded by fifteen seconds."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote_plus
from uuid import UUID

import httpx
import msgspec
from msgspec import Struct

from hotline_sessions.phonesim.clock import Clock, Tasks
from hotline_sessions.phonesim.config import SharedKey, WebhookPolicy
from hotline_sessions.phonesim.delivering import Deliver, NetworkDelivery
from hotline_sessions.phonesim.faults import (
    ALL_KINDS,
    DECISIVE,
    FaultKind,
    FaultRule,
    Faults,
    find_rule,
)
from hotline_sessions.phonesim.parameters import rfc2822
from hotline_sessions.phonesim.policy import split_overrides
from hotline_sessions.phonesim.signing import Signer
from hotline_sessions.phonesim.tracing import Trace


KEPT_DELIVERIES: Final = 1000
OK_BELOW: Final = 400
SERVER_ERROR: Final = 500
AGENT: Final = "TwilioProxy/1.1"
FORM: Final = "application/x-www-form-urlencoded; charset=UTF-8"
EVENT_FIELDS: Final = frozenset(
    {
        "StatusCallbackEvent",
        "CallStatus",
        "RecordingStatus",
        "MessageStatus",
        "TranscriptionEvent",
        "QueueResult",
    }
)
Parameters = Sequence[tuple[str, str]]
_quote: Final = lru_cache(maxsize=16_384)(quote_plus)


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
    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class _Webhook(Struct, frozen=True, kw_only=True):
    """A webhook, as it goes out in every attempt and every repetition."""

    url: str
    bare: str
    method: str
    parameters: Parameters
    policy: WebhookPolicy
    token: str
    is_copy: bool = False


class WebhookSender:
    """Sends webhooks the way the provider does.

    ``wall`` is the clock of pauses between attempts: real time for a real product, even
    when the simulated world runs faster. ``deliver`` takes the place of the network.
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
        deliver: Deliver | None = None,
        signing: SharedKey | None = None,
        trace: Trace | None = None,
    ) -> None:
        self._signer = Signer(token=token, key=signing)
        self._policy = policy
        self._clock = clock
        self._wall = wall
        self._faults = faults
        self._tasks = Tasks()
        self._deliver = deliver
        self._network = None if deliver else NetworkDelivery(transport)
        self._trace = trace or Trace(clock, kept=1)
        self._sent = 0
        self._policies: dict[str, tuple[str, WebhookPolicy]] = {}
        self.journal: deque[Delivery] = deque(maxlen=KEPT_DELIVERIES)

    async def close(self) -> None:
        """Stop what is under way and close connections."""
        await self._tasks.stop()
        if self._network is not None:
            await self._network.close()

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
        self._tasks.spawn(self._send_in_vain(url, method, parameters))

    async def report(self, url: str, parameters: Parameters, method: str = "POST") -> None:
        """Deliver a status callback; a failure is only noted."""
        webhook = self._wrap(url, method, parameters)
        rules = self._choose(webhook)
        webhook = self._skew(webhook, rules)
        if find_rule(rules, FaultKind.DROP):
            self._note(webhook, 0, 0, "dropped")
            return
        self._repeat(webhook, rules)
        if late := find_rule(rules, FaultKind.DELAY, FaultKind.REORDER):
            is_delay = late.kind is FaultKind.DELAY
            seconds = late.seconds if is_delay else self._faults.spread(late.seconds)
            self._tasks.spawn(self._report_later(seconds, webhook, rules))
            return
        await self._try_quietly(webhook, rules)

    async def _report_later(
        self, seconds: float, webhook: _Webhook, rules: list[FaultRule]
    ) -> None:
        await self._clock.sleep(seconds)
        await self._try_quietly(webhook, rules)

    async def _send_in_vain(self, url: str, method: str, parameters: Parameters) -> None:
        try:
            await self._send(url, method, parameters)
        except DeliveryFailed:
            return

    async def _try_quietly(self, webhook: _Webhook, rules: list[FaultRule]) -> None:
        try:
            await self._try(webhook, rules)
        except DeliveryFailed:
            return

    async def _send(self, url: str, method: str, parameters: Parameters) -> Answer:
        webhook = self._wrap(url, method, parameters)
        rules = self._choose(webhook)
        if late := find_rule(rules, FaultKind.DELAY, FaultKind.REORDER):
            await self._clock.sleep(late.seconds)
        self._repeat(webhook, rules)
        return await self._try(webhook, rules)

    def _wrap(self, url: str, method: str, parameters: Parameters) -> _Webhook:
        _, mark, fragment = url.partition("#")
        if fragment not in self._policies:
            self._policies[fragment] = split_overrides(mark + fragment, self._policy)
        _, policy = self._policies[fragment]
        bare = url.partition("#")[0]
        is_get = method.upper() == "GET"
        target = _with_query(bare, parameters) if is_get and parameters else bare
        self._sent += 1
        return _Webhook(
            url=str(httpx.URL(target)) if self._network else target,
            bare=bare,
            method=method.upper(),
            parameters=parameters,
            policy=policy,
            token=str(UUID(int=self._sent, version=4)),
        )

    def _choose(
        self, webhook: _Webhook, kinds: frozenset[FaultKind] = ALL_KINDS
    ) -> list[FaultRule]:
        if not self._faults.rules:
            return []
        events = [value for name, value in webhook.parameters if name in EVENT_FIELDS]
        subject = " ".join([webhook.url, *events])
        return self._faults.choose("webhook", subject, frozenset(events), kinds)

    def _skew(self, webhook: _Webhook, rules: list[FaultRule]) -> _Webhook:
        rule = find_rule(rules, FaultKind.SKEW)
        if rule is None:
            return webhook
        skewed = [
            (name, _shift(value, rule.seconds) if name == "Timestamp" else value)
            for name, value in webhook.parameters
        ]
        return msgspec.structs.replace(webhook, parameters=skewed)

    def _repeat(self, webhook: _Webhook, rules: list[FaultRule]) -> None:
        """Send it once more, now or later, if a rule wants that; nobody hears the answer."""
        copy = msgspec.structs.replace(webhook, is_copy=True)
        for rule in rules:
            if rule.kind is FaultKind.DUPLICATE:
                self._tasks.spawn(self._try_quietly(copy, []))
            elif rule.kind is FaultKind.DUPLICATE_LATER:
                self._tasks.spawn(self._report_later(rule.seconds, copy, []))

    async def _try(self, webhook: _Webhook, rules: list[FaultRule]) -> Answer:
        policy = webhook.policy
        began = self._wall.elapsed()
        for attempt in range(policy.retries + 1):
            left = policy.total_timeout - (self._wall.elapsed() - began)
            if left <= 0:
                break
            try:
                return await self._attempt(webhook, attempt, left, rules)
            except _AttemptFailed as failure:
                if failure.fault not in policy.retry_on:
                    break
            if attempt < policy.retries:
                rules = self._choose(webhook, DECISIVE)
                self._trace.count("webhook_retries")
                await self._wall.sleep(policy.pauses[min(attempt, len(policy.pauses) - 1)])
        self._trace.count("webhooks_failed")
        raise DeliveryFailed(webhook.url)

    async def _attempt(
        self, webhook: _Webhook, attempt: int, left: float, rules: list[FaultRule]
    ) -> Answer:
        if find_rule(rules, FaultKind.DROP):
            self._note(webhook, attempt, 0, "dropped")
            raise _AttemptFailed("ct")
        if refusal := find_rule(rules, FaultKind.ERROR):
            self._note(webhook, attempt, refusal.status, "refused")
            raise _AttemptFailed("5xx" if refusal.status >= SERVER_ERROR else "4xx")
        status, text, fault = await self._ask(webhook, attempt, left)
        if find_rule(rules, FaultKind.TIMEOUT):
            await self._wall.sleep(min(left, webhook.policy.read_timeout))
            fault = "rt"
        elif find_rule(rules, FaultKind.LOST_ANSWER):
            fault = "rt"
        self._note(webhook, attempt, status, fault, text)
        if fault:
            raise _AttemptFailed(fault)
        return Answer(status=status, text=text, url=webhook.bare)

    async def _ask(self, webhook: _Webhook, attempt: int, left: float) -> tuple[int, str, str]:
        """Status, text and fault of one request."""
        is_get = webhook.method == "GET"
        headers = {
            "Accept": "*/*",
            "User-Agent": AGENT,
            **self._signer.headers(webhook.url, () if is_get else webhook.parameters),
        }
        if not is_get:
            headers["Content-Type"] = FORM
        if attempt:
            headers["I-Twilio-Idempotency-Token"] = webhook.token
        body = b"" if is_get else encode_form(webhook.parameters).encode()
        try:
            with self._clock.hold():
                status, text = await self._reach(webhook, headers, body, left)
        except TimeoutError:
            return 0, "", "rt"
        except OSError:
            return 0, "", "ct"
        if status < OK_BELOW:
            return status, text, ""
        return status, text, "5xx" if status >= SERVER_ERROR else "4xx"

    async def _reach(
        self, webhook: _Webhook, headers: dict[str, str], body: bytes, left: float
    ) -> tuple[int, str]:
        policy = webhook.policy
        if self._network is None and self._deliver is not None:
            async with asyncio.timeout(min(left, policy.read_timeout)):
                return await self._deliver(webhook.method, webhook.url, headers, body)
        if self._network is None:
            raise ConnectionError
        async with asyncio.timeout(left):
            return await self._network.deliver(
                webhook.method,
                webhook.url,
                headers,
                body,
                connect_seconds=policy.connect_timeout,
                read_seconds=policy.read_timeout,
            )

    def _note(
        self, webhook: _Webhook, attempt: int, status: int, fault: str, text: str = ""
    ) -> None:
        self.journal.append(
            Delivery(
                at=self._clock.now(),
                method=webhook.method,
                url=webhook.bare,
                attempt=attempt + 1,
                status=status,
                fault=fault,
            )
        )
        self._trace.count("webhooks")
        self._trace.note(
            "webhook",
            method=webhook.method,
            url=webhook.url,
            fields=webhook.parameters,
            attempt=attempt + 1,
            status=status,
            fault=fault,
            answer=text,
            is_heard=not fault and not webhook.is_copy,
        )


def _with_query(url: str, parameters: Parameters) -> str:
    return url + ("&" if "?" in url else "?") + encode_form(parameters)


def encode_form(parameters: Parameters) -> str:
    """Parameters as a form has them; their names need no quoting."""
    return "&".join(f"{name}={_quote(value)}" for name, value in parameters)


def _shift(timestamp: str, seconds: float) -> str:
    return rfc2822(parsedate_to_datetime(timestamp) + timedelta(seconds=seconds))
