import asyncio

import pytest
from tests.services.telephony import make_live_show

from hotline_sessions.domain.ids import CallSid
from hotline_sessions.store.engine import run_sql
from hotline_sessions.store.open_legs import lock_leg, lock_leg_by_sid
from hotline_sessions.store.sessions import lock_session
from hotline_sessions.store.transaction import transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_a_leg_is_read_as_it_was_left_by_whoever_had_its_session_before() -> None:
    show = await make_live_show()
    sid = await show.wait()
    name = await show.name(sid)
    is_begun = asyncio.Event()

    async def decide() -> int:
        is_begun.set()
        async with transaction():
            opened = await lock_leg(name)
        assert opened is not None
        return opened[1].code_tries

    async with transaction():
        session = await lock_session(show.session.id)
        deciding = asyncio.create_task(decide())
        await is_begun.wait()
        await asyncio.sleep(0.1)
        await run_sql("update session set turn = turn + 1 where id = $1", session.id)
        await run_sql("update call set code_tries = 7 where public_id = $1", name)

    assert await deciding == 7


async def test_session_and_leg_are_found_together_by_either_name() -> None:
    show = await make_live_show()
    sid = await show.wait()
    async with transaction():
        by_name = await lock_leg(await show.name(sid))
        by_sid = await lock_leg_by_sid(sid)

    assert by_name == by_sid == (await show.fresh_session(), await show.leg(sid))


async def test_a_leg_that_is_not_there_is_not_found() -> None:
    async with transaction():
        assert await lock_leg("0000000000") is None
        assert await lock_leg_by_sid(CallSid("CA" + "0" * 32)) is None
