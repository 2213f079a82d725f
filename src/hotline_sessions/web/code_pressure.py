"""Whether so many one-time codes are asked for that a second gate is put up.

Counted in one process over the last minute. Most days nobody ever sees the gate: it is there
for a program that asks for one phone after the other, and stays for as long as that goes on.
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from typing import Final

from hotline_sessions.web.dependencies import PageRequest
from hotline_sessions.web.limits import client_key


PERIOD: Final = timedelta(minutes=1)
MOST_OF_CLIENT: Final = 60
"""Codes in a minute for one client: a rush of many citizens who share the address of a mobile
network fits in."""
MOST_OF_ALL: Final = 300
"""Codes in a minute for all clients of one process."""


class Pressure:
    """Requests for codes of the last minute."""

    def __init__(self, *, of_client: int = MOST_OF_CLIENT, of_all: int = MOST_OF_ALL) -> None:
        self._of_client = of_client
        self._of_all = of_all
        self._times: deque[tuple[datetime, bytes]] = deque()
        self._clients: Counter[bytes] = Counter()

    def note(self, client: bytes, now: datetime) -> bool:
        """Count one request; whether there are too many with it."""
        while self._times and self._times[0][0] <= now - PERIOD:
            _, gone = self._times.popleft()
            self._clients[gone] -= 1
            if not self._clients[gone]:
                del self._clients[gone]
        self._times.append((now, client))
        self._clients[client] += 1
        return len(self._times) > self._of_all or self._clients[client] > self._of_client


def is_pressed(request: PageRequest, now: datetime) -> bool:
    """Count a request for a code; whether its reader has to pass the second gate."""
    state = request.app.state
    if state.get("code_pressure") is None:
        state.code_pressure = Pressure()
    pressure: Pressure = state.code_pressure
    return pressure.note(client_key(request), now)
