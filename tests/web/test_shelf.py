"""What is the same for everybody is made once in a moment, and no refusal is kept."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from hotline_sessions.domain.errors import NotFound
from hotline_sessions.web.shelf import Kept, Shelf


pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Kitchen:
    """Makes answers, counts them, and can be told to hold one back."""

    def __init__(self) -> None:
        self.made = 0
        self.ready = asyncio.Event()
        self.ready.set()

    async def make(self) -> Kept:
        """The next answer."""
        self.made += 1
        number = self.made
        await self.ready.wait()
        return Kept(body=f"{number}".encode())


async def read(shelf: Shelf[Kept], kitchen: Kitchen, *, after: float = 0, name: str = "/") -> bytes:
    now = NOW + after * SECOND
    return (await shelf.read(name, kitchen.make, now=now, fresh_for=SECOND)).body


async def test_an_answer_is_given_again_until_it_is_too_old() -> None:
    shelf, kitchen = Shelf[Kept](), Kitchen()

    answers = [await read(shelf, kitchen, after=after) for after in (0, 0.999, 1, 1.5, 2)]

    assert answers == [b"1", b"1", b"2", b"2", b"3"]


async def test_an_answer_of_a_later_clock_is_made_anew() -> None:
    shelf, kitchen = Shelf[Kept](), Kitchen()
    await read(shelf, kitchen, after=60)

    assert await read(shelf, kitchen) == b"2"


async def test_all_who_ask_meanwhile_wait_for_one_answer() -> None:
    shelf, kitchen = Shelf[Kept](), Kitchen()
    kitchen.ready.clear()
    asking = [asyncio.create_task(read(shelf, kitchen)) for _ in range(50)]
    await asyncio.sleep(0)
    kitchen.ready.set()

    assert await asyncio.gather(*asking) == [b"1"] * 50


async def test_whoever_goes_away_does_not_take_the_answer_from_the_others() -> None:
    shelf, kitchen = Shelf[Kept](), Kitchen()
    kitchen.ready.clear()
    first, second = (asyncio.create_task(read(shelf, kitchen)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    kitchen.ready.set()

    assert await second == b"1"


async def test_a_refusal_is_not_kept() -> None:
    shelf, kitchen = Shelf[Kept](), Kitchen()

    async def refuse() -> Kept:
        raise NotFound

    with pytest.raises(NotFound):
        await shelf.read("/", refuse, now=NOW, fresh_for=SECOND)

    assert await read(shelf, kitchen) == b"1"


async def test_the_least_used_answers_are_forgotten_first() -> None:
    shelf, kitchen = Shelf[Kept](most=2), Kitchen()
    for name in ("/a", "/b", "/a", "/c"):
        await read(shelf, kitchen, name=name)

    assert len(shelf) == 2
    assert await read(shelf, kitchen, name="/a") == b"1"
