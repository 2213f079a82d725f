"""What everybody reads the same, made once and kept for a moment.

In a rush thousands look at one page at once: it is made once in ``fresh_for``, whoever asks
while it is being made waits for it, and the rest get a copy. Only what is the same for
everybody may lie here: nothing that depends on a cookie or on who asks.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

from hotline_sessions.web.dependencies import PageRequest, facts_of


MOST: Final = 500
"""Answers kept at most: some megabytes. The least used ones are forgotten first."""


class Kept(Struct, frozen=True, kw_only=True):
    """The body of an answer, and the headers that belong to it."""

    body: bytes
    headers: dict[str, str] = {}


Thing = TypeVar("Thing")
Make: TypeAlias = Callable[[], Awaitable[Kept]]


class Shelf(Generic[Thing]):
    """What one process keeps."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[datetime, asyncio.Task[Thing]]] = OrderedDict()

    async def read(
        self,
        name: str,
        make: Callable[[], Awaitable[Thing]],
        *,
        now: datetime,
        fresh_for: timedelta,
    ) -> Thing:
        """What is kept as ``name``, made by ``make`` if it is missing or too old.

        A refusal goes to everybody who waits for it, and is not kept.
        """
        since, task = self._kept.get(name, (None, None))
        if task is None or since is None or not since <= now < since + fresh_for:
            task = asyncio.create_task(_make(make))
            self._kept[name] = (now, task)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        try:
            # Whoever goes away does not take it from those who wait with him.
            return await asyncio.shield(task)
        except Exception:
            if self._kept.get(name, (None, None))[1] is task:
                del self._kept[name]
            raise

    def __len__(self) -> int:
        return len(self._kept)


async def _make(make: Callable[[], Awaitable[Thing]]) -> Thing:
    return await make()


async def read_kept(request: PageRequest, make: Make, *, now: datetime) -> Kept:
    """The answer to ``request``, made by ``make`` or kept from a moment ago.

    An address with a query is answered anew: there are as many of them as anybody likes.
    """
    fresh_for = facts_of(request).fresh_for
    if not fresh_for or request.scope["query_string"]:
        return await make()
    return await _shelf_of(request).read(request.scope["path"], make, now=now, fresh_for=fresh_for)


def _shelf_of(request: PageRequest) -> Shelf[Kept]:
    state = request.app.state
    if state.get("shelf") is None:
        state.shelf = Shelf()
    shelf: Shelf[Kept] = state.shelf
    return shelf
