"""A wait before a code serves once, however often it is sent."""

import asyncio

import pytest
from tests.factories import NOW, PHONE, SECRET

from hotline_sessions.domain.code_gate import WAIT, WAIT_LIFE, WaitLonger, open_gate
from hotline_sessions.services import code_gate
from hotline_sessions.services.code_gate import SPENT_KEPT, pass_gate
from hotline_sessions.store.engine import fetch_value
from hotline_sessions.store.verification import add_spent_wait


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def pass_at_once(times: int) -> int:
    """How many of so many copies pass."""
    token = open_gate(SECRET, PHONE, NOW).token
    outcomes = await asyncio.gather(
        *(
            pass_gate(token, phone=PHONE, work="", secret=SECRET, now=NOW + WAIT)
            for _ in range(times)
        ),
        return_exceptions=True,
    )
    assert all(each is None or isinstance(each, WaitLonger) for each in outcomes)
    return outcomes.count(None)


async def test_of_copies_sent_at_once_one_passes() -> None:
    assert await pass_at_once(4) == 1


async def test_without_its_guard_all_copies_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    async def know_nothing(*_: object, **__: object) -> bool:
        return True

    monkeypatch.setattr(code_gate, "add_spent_wait", know_nothing)

    assert await pass_at_once(4) == 4


async def test_waits_that_can_serve_no_more_are_forgotten() -> None:
    assert SPENT_KEPT > WAIT_LIFE
    await add_spent_wait("old", now=NOW, forget_before=NOW)

    await pass_gate(
        open_gate(SECRET, PHONE, NOW + SPENT_KEPT).token,
        phone=PHONE,
        work="",
        secret=SECRET,
        now=NOW + SPENT_KEPT + WAIT,
    )

    assert await fetch_value("select count(*) from spent_wait") == 1
