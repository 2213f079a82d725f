"""What has happened in a simulator, event by event: kept, counted, written as lines of JSON.

Each line has ``seq``, ``at`` (seconds since the simulator's start), ``kind`` and facts of
its own:

``call``       a call has reached ``status``; ``from``, ``to``, ``direction``
``webhook``    one attempt to deliver; ``method``, ``url``, ``fields``, ``status``, ``fault``
``rest``       one request of the product; ``method``, ``path``, ``fields``, ``status``
``person``     somebody at a telephone did ``what``; the facts a replay needs
``room``       something happened in a conference or a queue
``fault``      a fault on purpose has struck
``complaint``  the provider complains: ``code`` and ``text``
"""

from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import msgspec
from msgspec import Struct

from hotline_sessions.phonesim.clock import Clock


class Event(Struct, frozen=True, kw_only=True):
    """Something that has happened."""

    seq: int
    at: float
    kind: str
    facts: dict[str, Any]


class Trace:
    """Events of one simulator; ``counts`` has how many of each kind and of each fault."""

    def __init__(self, clock: Clock, *, path: str = "", kept: int = 0) -> None:
        self._clock = clock
        self._seq = 0
        self._file: TextIO | None = None
        if path:
            self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 - open till the end
        self.events: deque[Event] = deque(maxlen=kept or None)
        self.counts: Counter[str] = Counter()

    def note(self, kind: str, **facts: Any) -> None:  # noqa: ANN401 - facts of any JSON type
        """Keep an event."""
        self._seq += 1
        event = Event(seq=self._seq, at=round(self._clock.elapsed(), 3), kind=kind, facts=facts)
        self.events.append(event)
        if self._file is not None:
            self._file.write(to_line(event) + "\n")

    def count(self, name: str) -> None:
        """Add one to a count."""
        self.counts[name] += 1

    def lines(self) -> Iterator[str]:
        """Events still in memory, oldest first, each as a line of JSON."""
        return (to_line(event) for event in self.events)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def to_line(event: Event) -> str:
    """An event as a line of JSON."""
    facts = dict(event.facts)
    if isinstance(fields := facts.get("fields"), list):
        facts["fields"] = dict(fields)
    head = {"seq": event.seq, "at": event.at, "kind": event.kind}
    return msgspec.json.encode(head | facts).decode()
