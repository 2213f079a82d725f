"""When more come than can be served, newcomers wait in line; who is in goes on."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import httpx
import pytest
from litestar import get
from litestar.testing import TestClient
from litestar.types import Receive, Scope, Send
from tests.factories import NOW, SECRET
from tests.fakes import FrozenClock

from hotline_sessions.web import waiting_room
from hotline_sessions.web.cookies import PROOF
from hotline_sessions.web.shell import create_web
from hotline_sessions.web.waiting_room import PASS, PASS_LIFE, PATIENCE, PLACE, WaitingRoom


pytestmark = pytest.mark.anyio

AT = "/sessions/abc"
ADDRESS = "https://lines.example"


class Site:
    """An application that answers when it is told to, behind a waiting room."""

    def __init__(self, *, bound: int) -> None:
        self.clock = FrozenClock(NOW)
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked: list[str] = []
        self.cookie = ""
        room = WaitingRoom(bound=bound, secret=SECRET, clock=self.clock)
        self.app = room(self._answer)

    def visitor(self) -> httpx.AsyncClient:
        """A browser without cookies."""
        transport = httpx.ASGITransport(self.app)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS)

    @asynccontextmanager
    async def busy(self, times: int) -> AsyncIterator[None]:
        """So many requests are being worked on until the block ends."""
        self.may_answer.clear()
        async with self.visitor() as other:
            tasks = [asyncio.create_task(other.get(f"{AT}/book")) for _ in range(times)]
            before = len(self.asked)
            while len(self.asked) < before + times:  # noqa: ASYNC110 - it tells by nothing else
                await asyncio.sleep(0)
            try:
                yield
            finally:
                self.may_answer.set()
                for task in tasks:
                    with suppress(httpx.HTTPError):
                        await task

    async def _answer(self, scope: Scope, _: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await self.may_answer.wait()
        headers = [(b"set-cookie", self.cookie.encode())] if self.cookie else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"in", "more_body": False})


def place_of(answer: httpx.Response) -> int:
    found = re.search(r"<strong>(\d+)</strong>", answer.text)
    assert found, answer.text[:200]
    return int(found[1])


async def ask_while_busy(
    site: Site, client: httpx.AsyncClient, path: str = f"{AT}/book"
) -> httpx.Response | None:
    """The answer of the waiting room; None for who is let in."""
    task = asyncio.create_task(client.get(path))
    before = len(site.asked)
    while not task.done():
        await asyncio.sleep(0)
        if len(site.asked) > before:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            return None
    return task.result()


async def test_while_there_is_room_everybody_is_let_in_and_stays_in() -> None:
    site = Site(bound=1)
    async with site.visitor() as client:
        first = await client.get(f"{AT}/book")
        async with site.busy(1):
            assert await ask_while_busy(site, client, f"{AT}/code") is None

    assert first.text == "in"
    assert f"{PASS}=" in first.headers["set-cookie"]
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "Secure" in first.headers["set-cookie"]


async def test_newcomers_wait_on_a_page_that_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site(bound=2)
    monkeypatch.setattr(waiting_room, "render", None)
    async with site.busy(2), site.visitor() as client:
        answer = await ask_while_busy(site, client)
        english = await ask_while_busy(site, client, f"/en{AT}/book")

    assert answer is not None
    assert english is not None
    assert (answer.status_code, place_of(answer), len(site.asked)) == (503, 1, 2)
    assert (answer.headers["retry-after"], answer.headers["refresh"]) == ("5", "5")
    assert answer.headers["cache-control"] == "no-store"
    assert "Ви в черзі" in answer.text
    assert "You are in line" in english.text
    assert "<script>" not in answer.text


async def test_they_are_let_in_in_the_order_in_which_they_came() -> None:
    site = Site(bound=1)
    async with site.visitor() as first, site.visitor() as second:
        async with site.busy(1):
            for place, client in enumerate((first, second, second, first), 1):
                answer = await ask_while_busy(site, client)
                assert answer is not None
                assert place_of(answer) == (place if place < 3 else 5 - place)

        early = await second.get(f"{AT}/book")
        in_turn = await first.get(f"{AT}/book")
        after = await second.get(f"{AT}/book")

    assert [early.status_code, in_turn.status_code, after.status_code] == [503, 200, 200]


async def test_who_has_gone_holds_up_nobody() -> None:
    site = Site(bound=1)
    async with site.visitor() as gone, site.visitor() as client:
        async with site.busy(1):
            await ask_while_busy(site, gone)
            await ask_while_busy(site, client)
        site.clock.pass_time(timedelta(seconds=PATIENCE + 1))

        assert (await client.get(f"{AT}/book")).status_code == 200


async def test_a_proven_phone_goes_on_to_the_slots_and_only_there() -> None:
    site = Site(bound=1)
    async with site.busy(1), site.visitor() as client:
        client.cookies.set(PROOF, "a-proof-that-the-page-looks-at-itself")

        assert await ask_while_busy(site, client, f"{AT}/slot") is None
        assert await ask_while_busy(site, client, f"{AT}/book") is not None


async def test_who_proves_a_phone_is_in_for_as_long_as_the_proof_is_good() -> None:
    site = Site(bound=1)
    async with site.visitor() as client:
        await client.get(f"{AT}/book")
        site.cookie = f"{PROOF}=proof; Path=/"
        await client.post(f"{AT}/code")
        site.clock.pass_time(timedelta(hours=23))
        async with site.busy(1):
            assert await ask_while_busy(site, client) is None
        site.clock.pass_time(timedelta(hours=2))
        async with site.busy(1):
            assert await ask_while_busy(site, client) is not None


async def test_a_pass_is_good_for_the_steps_of_a_booking_and_not_for_ever() -> None:
    site = Site(bound=1)
    async with site.visitor() as client:
        await client.get(f"{AT}/book")
        site.clock.pass_time(PASS_LIFE)
        async with site.busy(1):
            assert await ask_while_busy(site, client) is not None


@pytest.mark.parametrize("name", [PASS, PLACE])
async def test_what_we_have_not_signed_brings_nobody_forward(name: str) -> None:
    site = Site(bound=1)
    async with site.busy(1), site.visitor() as first, site.visitor() as liar:
        await ask_while_busy(site, first)
        liar.cookies.set(name, "1.ffffffff.aaaaaaaaaaaaaaaaaaaa")
        answer = await ask_while_busy(site, liar)

    assert answer is not None
    assert place_of(answer) == 2


async def test_no_other_page_is_held_up() -> None:
    site = Site(bound=1)
    async with site.busy(1), site.visitor() as client:
        for path in ("/", AT, "/bookings", "/staff/sessions/abc/book"):
            assert await ask_while_busy(site, client, path) is None


def test_the_page_has_the_headers_of_every_other_page() -> None:
    @get(f"{AT}/book", sync_to_thread=False)
    def book() -> str:
        return "in"

    room = WaitingRoom(bound=0, secret=SECRET, clock=FrozenClock(NOW))
    app = create_web([book], public_base_url=ADDRESS, waiting_room=room)
    with TestClient(app, base_url=ADDRESS) as client:
        answer = client.get(f"{AT}/book")

    assert answer.status_code == 503
    assert "default-src" in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"]
