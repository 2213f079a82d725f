"""Nobody can find out by asking whether a phone or a number of an appeal is known.

Known and unknown get the same answer for the same work: the same statements, and as many codes
compared. Time itself is not measured here: it would say more of the machine than of the code.
"""

import re
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from tests.factories import (
    PHONE,
    make_appeal,
    make_booking,
    make_institution,
    make_proof,
    make_session,
    make_staff,
)

from hotline_sessions.domain.codes import COMPARED
from hotline_sessions.domain.codes import mac as hash_code
from hotline_sessions.services import appeals, booking_orders, bookings
from hotline_sessions.store.engine import POOL_SIZE, get_pool


pytestmark = pytest.mark.anyio

UNKNOWN = "+380501239967"
"""Looks like ``PHONE`` once it is masked."""


class Work:
    """What answers have cost: statements sent to the database, codes hashed."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.hashed = 0

    def note(self, sent: Any) -> None:  # noqa: ANN401 - the library names no type
        self.statements.append(sent.query)

    def hash_code(self, *parts: Any) -> str:  # noqa: ANN401 - handed on as it is
        self.hashed += 1
        return hash_code(*parts)

    def take(self) -> tuple[list[str], int]:
        """What has been done since it was asked last."""
        done = (self.statements, self.hashed)
        self.statements, self.hashed = [], 0
        return done


@pytest.fixture
async def work(database: str, monkeypatch: pytest.MonkeyPatch) -> Work:
    seen = Work()
    monkeypatch.setattr(booking_orders, "mac", seen.hash_code)
    monkeypatch.setattr(appeals, "mac", seen.hash_code)
    pool = get_pool()
    async with AsyncExitStack() as stack:
        for _ in range(min(POOL_SIZE, pool.get_max_size())):
            connection = await stack.enter_async_context(pool.acquire())
            connection.add_query_logger(seen.note)
    return seen


def anonymize(answer: httpx.Response) -> tuple[int, str, str]:
    """What an answer says, whoever was asked about and whatever was drawn for it."""
    cookie = re.sub(r"=[A-Za-z0-9_-]{20,};", "=…;", answer.headers.get("set-cookie", ""))
    text = re.sub(r"\+38050\d{7}|А-\d-2026", "…", answer.text)
    return answer.status_code, f"{answer.headers.get('location')} {cookie}", text


async def test_a_code_is_sent_to_known_and_unknown_phones_by_the_same_steps(
    client: httpx.AsyncClient, work: Work
) -> None:
    session = await make_session()
    await make_booking(session=session, phone=PHONE)
    await make_proof(phone=PHONE)
    at = f"/sessions/{session.public_id}"
    results = []
    for phone in (PHONE, UNKNOWN):
        client.cookies.clear()
        work.take()
        sent = await client.post(f"{at}/book", data={"name": "Марія", "phone": phone})
        asked = await client.get(f"{at}/code")
        results.append((anonymize(sent), anonymize(asked), work.take()))

    assert results[0] == results[1]
    assert results[0][0][0] == 303
    assert len(results[0][2][0]) > COMPARED


async def test_a_booking_of_an_unknown_phone_is_refused_as_one_with_a_wrong_code(
    client: httpx.AsyncClient, work: Work
) -> None:
    taken = await make_booking(session=await make_session(), phone=PHONE)
    wrong = f"{(int(taken.code) + 1) % 1_000_000:06}"
    results = []
    for phone in (PHONE, UNKNOWN):
        work.take()
        answer = await client.post("/bookings", data={"phone": phone, "code": wrong})
        results.append((anonymize(answer), work.take()))

    assert results[0] == results[1]
    (status, _, _), (statements, hashed) = results[0]
    assert (status, len(statements), hashed) == (404, 1, COMPARED)


async def test_an_unknown_number_of_an_appeal_is_refused_as_a_wrong_code(
    client: httpx.AsyncClient, work: Work
) -> None:
    home = await make_institution()
    made = await make_appeal(staff=await make_staff(institution=home.id), surname="Андрієнко")
    wrong = f"{(int(made.code) + 1) % 1_000_000:06}"
    results = []
    for number in (made.appeal.register_index, "А-7-2026"):
        work.take()
        answer = await client.post("/appeals", data={"number": number, "code": wrong})
        results.append((anonymize(answer), work.take()))

    assert made.appeal.register_index == "А-1-2026"
    assert results[0] == results[1]
    (status, _, _), (statements, hashed) = results[0]
    assert (status, len(statements), hashed) == (404, 1, COMPARED)


async def test_without_equal_work_a_known_phone_would_cost_more(
    client: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_booking(session=await make_session(), phone=PHONE)
    monkeypatch.setattr(bookings, "pad", lambda found, _: found)
    hashed = []
    for phone in (PHONE, UNKNOWN):
        work.take()
        await client.post("/bookings", data={"phone": phone, "code": "123456"})
        hashed.append(work.take()[1])

    assert hashed == [1, 0]
