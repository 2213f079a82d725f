"""A rush for one slot, over HTTP and a real database, with the guards and without them."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from litestar import Litestar
from tests.factories import NOW, make_proof, make_session, make_slots
from tests.fakes import FrozenClock
from tests.web.site import create_site

from hotline_sessions.domain.sessions import Session
from hotline_sessions.store.engine import fetch_value, open_database, run_sql
from hotline_sessions.web.cookies import PROOF


pytestmark = pytest.mark.anyio

CITIZENS = 200
CONNECTIONS = 20

WITHOUT_GUARDS = """
drop index one_live_booking_per_slot;
drop index one_live_booking_per_phone_and_session;
"""


@pytest.fixture
async def client(dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a connection per citizen to a server that listens on loopback."""
    async with (
        open_database(dsn, pool_size=CONNECTIONS),
        listen(create_site(FrozenClock(NOW))) as address,
        httpx.AsyncClient(
            base_url=address,
            limits=httpx.Limits(max_connections=CITIZENS),
            timeout=60,
            trust_env=False,
        ) as client,
    ):
        yield client


@asynccontextmanager
async def listen(app: Litestar) -> AsyncIterator[str]:
    """Address of ``app``, served in this loop until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0), backlog=CITIZENS) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started:  # noqa: ASYNC110 - it tells by nothing else
                await asyncio.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def rush(client: httpx.AsyncClient, session: Session, citizens: int) -> Counter[int]:
    """Statuses of ``citizens`` with proven phones who want the first slot at once."""
    slot = (await make_slots(session))[0]
    proofs = [await make_proof(phone=f"+3806312{number:05}") for number in range(citizens)]

    async def book(proof: str) -> int:
        answer = await client.post(
            f"/sessions/{session.public_id}/slot",
            data={
                "starts_at": slot.starts_at.isoformat(),
                "community": "Рівне",
                "question": "Коли буде перерахунок субсидії?",
            },
            headers={"Cookie": f"{PROOF}={proof}"},
        )
        return answer.status_code

    return Counter(await asyncio.gather(*(book(proof) for proof in proofs)))


async def count_bookings() -> int:
    return int(await fetch_value("select count(*) from booking where state = 'booked'"))


async def test_of_two_hundred_citizens_at_once_one_gets_the_slot(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()

    statuses = await rush(client, session, CITIZENS)

    assert statuses == {303: 1, 409: CITIZENS - 1}
    assert await count_bookings() == 1
    assert await fetch_value("select count(*) from message") == 1


async def test_without_the_guards_the_same_rush_gives_the_slot_more_than_once(
    client: httpx.AsyncClient,
) -> None:
    session = await make_session()
    await run_sql(WITHOUT_GUARDS)

    await rush(client, session, CITIZENS)

    assert await count_bookings() > 1
