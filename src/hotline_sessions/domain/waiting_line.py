"""Order in which people are let into the booking pages when more come than can be served.

Each has the number of the arrival, and asks again and again until let in. Who stops asking loses
the place, so that those behind do not wait for nobody.
"""

from bisect import bisect_left, insort
from typing import Final


MOST_WAITING: Final = 100_000
"""People remembered at most; the others keep their number and are let in after them."""


class WaitingLine:
    """Who waits; all times in seconds.

    ``patience``: whoever has not asked for so long has gone away.
    """

    def __init__(self, *, patience: float, most: int = MOST_WAITING) -> None:
        self._patience = patience
        self._most = most
        self._order: list[int] = []
        self._seen: dict[int, float] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._order)

    def draw_number(self, now: float) -> int:
        """Number of somebody who arrives: microseconds, so that processes share one order."""
        self._last = max(self._last + 1, int(now * 1_000_000))
        return self._last

    def ask(self, number: int, *, free: int, now: float) -> int | None:
        """How many are before ``number``; None if he is let in.

        The first ``free`` of those who wait are let in, in whatever order they ask.
        """
        self._forget_gone(now)
        ahead = bisect_left(self._order, number)
        is_known = number in self._seen
        if ahead < free:
            if is_known:
                del self._order[ahead]
                del self._seen[number]
            return None
        if is_known:
            self._seen[number] = now
        elif len(self._order) < self._most:
            insort(self._order, number)
            self._seen[number] = now
        return ahead

    def _forget_gone(self, now: float) -> None:
        """Drop the foremost who have gone; those behind them are dropped when they are foremost."""
        gone = 0
        for number in self._order:
            if now - self._seen[number] <= self._patience:
                break
            gone += 1
        for number in self._order[:gone]:
            del self._seen[number]
        del self._order[:gone]
