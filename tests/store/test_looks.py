"""When a leg was looked at last is written without keeping anybody waiting."""

import asyncio
from contextvars import Context

import pytest
from tests.services.telephony import make_live_show

from hotline_sessions.store.calls import mark_checked
from hotline_sessions.store.engine import fetch_value, run_sql
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

LONGEST = 4.0
"""Seconds; a statement that waits for a lock is ended after five."""


async def test_a_leg_that_somebody_is_at_work_on_is_left_out() -> None:
    show = await make_live_show()
    busy, free = await show.leg(await show.wait()), await show.leg(await show.wait())
    now = show.clock.now()

    async with transaction():
        await run_sql("select 1 from call where id = $1 for update", busy.id)
        looks = {busy.id: now, free.id: now}
        other = asyncio.create_task(mark_checked(looks), context=Context())
        await asyncio.wait_for(other, LONGEST)

    looked_at = "select id from call where checked_at = $1"
    assert await fetch_value(looked_at, now) == free.id
    assert await fetch_value(f"{looked_at} and id <> $2", now, free.id) is None
