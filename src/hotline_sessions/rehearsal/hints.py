"""Hints inside the process: told when a transaction has committed, heard at once."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from hotline_sessions.services.ports import Watch
from hotline_sessions.store.bus import Hint, Subscription


class HintBoard:
    """Takes the place of the bus between processes, whose news come at no certain moment."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, list[Subscription]] = defaultdict(list)

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Subscription]:
        """Hints of ``topic`` for as long as the block lasts."""
        subscription = Subscription(topic)
        self._listeners[topic].append(subscription)
        subscription.put(Hint(topic))
        try:
            yield subscription
        finally:
            self._listeners[topic].remove(subscription)

    @asynccontextmanager
    async def open(self, _dsn: str) -> AsyncIterator[Watch]:
        """Hints for the application, in place of those of the database."""
        yield self.subscribe

    def post(self, payloads: Iterable[str]) -> None:
        """Hand on what is told after a commit: each a topic, a blank and a key."""
        for payload in payloads:
            topic, _, key = payload.partition(" ")
            for listener in self._listeners[topic]:
                listener.put(Hint(topic, key))
