"""Job: a piece of work that is done again and again."""

from collections.abc import Awaitable, Callable

from msgspec import Struct


class Job(Struct, frozen=True, kw_only=True):
    """A piece of work, to be done every so many seconds.

    ``work`` returns how many things it has done: after any it is called again at once.
    ``topic`` names the hints that wake it before its time.
    """

    name: str
    work: Callable[[], Awaitable[int]]
    every: float
    topic: str | None = None
