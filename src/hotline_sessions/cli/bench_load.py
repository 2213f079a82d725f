"""Load: webhooks at a constant rate, whatever the answers do.

Each has its moment, fixed before anything is sent, and its latency counts from there: a
server that stands still for a second is charged for everything it should have answered in
that second.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from itertools import cycle
from typing import Final

from msgspec import Struct

from hotline_sessions.cli.bench_callers import Webhook
from hotline_sessions.cli.bench_http import FAILED, Connections
from hotline_sessions.cli.bench_network import Network, Step


NEW_CALLS: Final = 0.11
"""Share of the rate at which people call: about half of all webhooks are then announcements."""
LEAD: Final = 0.05
"""Seconds before the first request."""
LONGEST: Final = 15.0
"""Seconds after which Twilio has given a webhook up."""
FILLING: Final = 300.0
"""Seconds in which the queues must be full."""
KEPT: Final = 2_000
"""Requests that are kept to be sent once more to the server that answers a constant."""


class QueuesNotFilled(Exception):
    """The product does not let callers in; the text says how far it came."""


class Sample(Struct, frozen=True):
    """One webhook: what it was, when it was due, how long it took, what came of it."""

    kind: str
    due: float
    seconds: float
    status: int


class Load:
    """Sends what the network has to say, and keeps what became of it."""

    def __init__(self, connections: Connections, network: Network) -> None:
        self.samples: list[Sample] = []
        self.sent: list[Webhook] = []
        self.late = 0.0
        """Seconds by which the generator itself was late at worst."""
        self.connections = connections
        self._network = network
        self._open = 0
        self._calls = 0.0

    async def run(self, rate: float, seconds: float) -> None:
        """Send ``rate`` webhooks a second for ``seconds``, then wait for the last answers."""
        count = int(rate * seconds)
        async for due in keep_pace(rate, count, self._note_late):
            self._send_next(due)
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything is answered, or nobody would wait any longer."""
        deadline = time.monotonic() + LONGEST
        while self._open and time.monotonic() < deadline:  # noqa: ASYNC110 - answers are not awaited
            await asyncio.sleep(0.01)

    async def fill(self, *, waiting: int, officials: int, abreast: int) -> float:
        """Let officials pick up and people call until so many wait, as fast as answers come.

        Returns:
            Webhooks a second meanwhile.

        Raises:
            QueuesNotFilled: The product does not let them in.
        """
        began = time.monotonic()
        while not self._is_full(waiting, officials):
            now = time.monotonic()
            if now - began > FILLING:
                raise QueuesNotFilled(
                    f"{len(self._network.waiting)} of {waiting} wait, and "
                    f"{self._network.count_officials()} of {officials} officials are there."
                )
            while self._open < abreast and (coming := self._choose(now, waiting, officials)):
                self._send(*coming, now)
            await asyncio.sleep(0.005)
        await self.settle()
        return len(self.samples) / (time.monotonic() - began)

    def start_over(self) -> None:
        """Forget what was sent so far."""
        self.samples = []
        self.sent = []
        self.late = 0.0

    def _is_full(self, waiting: int, officials: int) -> bool:
        network = self._network
        return len(network.waiting) >= waiting and network.count_officials() >= officials

    def _choose(self, now: float, waiting: int, officials: int) -> tuple[Webhook, Step] | None:
        """What comes next; nobody calls before all officials are there."""
        coming = self._network.next_due(now)
        if coming is not None or self._network.count_officials() < officials:
            return coming
        is_enough = len(self._network.calls) - officials >= waiting
        return None if is_enough else self._network.call_in()

    @property
    def unanswered(self) -> int:
        """Webhooks that nobody has answered."""
        return self._open

    def _send_next(self, due: float) -> None:
        self._calls += NEW_CALLS
        now = time.monotonic()
        if self._calls >= 1:
            self._calls -= 1
            self._network.give_up(now)
            self._send(*self._network.call_in(), due)
            return
        coming = self._network.next_due(now) or self._network.tick() or self._network.call_in()
        self._send(*coming, due)

    def _send(self, webhook: Webhook, step: Step, due: float) -> None:
        def answered(status: int, body: bytes) -> None:
            now = time.monotonic()
            self._open -= 1
            self.samples.append(Sample(webhook.kind, due, now - due, status))
            if status not in {FAILED, 204}:
                self._network.follow(step, body.decode(), now)

        self._open += 1
        if len(self.sent) < KEPT:
            self.sent.append(webhook)
        self.connections.send(webhook.data, answered)

    def _note_late(self, seconds: float) -> None:
        self.late = max(self.late, seconds)


async def replay(
    connections: Connections, webhooks: list[Webhook], *, rate: float, seconds: float
) -> list[Sample]:
    """Send the same bytes at the same rate to a server that follows nothing."""
    samples: list[Sample] = []
    count = int(rate * seconds)
    coming = cycle(webhooks)
    async for due in keep_pace(rate, count):
        webhook = next(coming)
        connections.send(webhook.data, _keep(samples, webhook.kind, due))
    deadline = time.monotonic() + LONGEST
    while len(samples) < count and time.monotonic() < deadline:  # noqa: ASYNC110 - see above
        await asyncio.sleep(0.01)
    return samples


def _keep(samples: list[Sample], kind: str, due: float) -> Callable[[int, bytes], None]:
    def answered(status: int, body: bytes) -> None:
        del body
        samples.append(Sample(kind, due, time.monotonic() - due, status))

    return answered


async def keep_pace(
    rate: float, count: int, late: Callable[[float], None] | None = None
) -> AsyncIterator[float]:
    """Moments of ``count`` requests at ``rate``; each is yielded when it has come."""
    start = time.monotonic() + LEAD
    for number in range(count):
        due = start + number / rate
        behind = time.monotonic() - due
        if late is not None and behind > 0:
            late(behind)
        await asyncio.sleep(max(-behind, 0))
        yield due
