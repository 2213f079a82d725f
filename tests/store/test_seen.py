"""What a transaction keeps of the calls it has read is what the database holds after a write."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tests.services.telephony import make_live_show

from hotline_sessions.domain.calls import CallEvent, CallState, Leg, Role, list_waiting
from hotline_sessions.domain.ids import SessionId
from hotline_sessions.store import seen
from hotline_sessions.store.calls import (
    add_leg,
    list_legs_astir,
    list_live_legs,
    mark_leg,
    mark_step,
)
from hotline_sessions.store.sessions import (
    draw_turn,
    hasten_look,
    lock_session,
    mark_next_wanted,
    mark_official_due,
)
from hotline_sessions.store.transaction import forget, transaction


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

STATES = (CallState.GREETING, CallState.WAITING, CallState.QUESTION, CallState.ENDED)


async def read_both_ways(session: SessionId) -> None:
    """Compare what is kept with what is read anew, and leave what was kept."""
    live, astir = await list_live_legs(session), await list_legs_astir(session)
    kept = {key: list(legs) for key, legs in (("live", live), ("astir", astir))}
    seen.forget_legs(session)
    anew = await list_live_legs(session)

    assert kept["live"] == anew
    busy = [leg for leg in anew if leg.state is not CallState.WAITING]
    assert [leg for leg in kept["astir"] if leg.state is not CallState.WAITING] == busy
    waiting = list_waiting(kept["astir"])
    assert len(waiting) == min(1, len(list_waiting(anew)))
    assert all(leg in anew for leg in waiting)
    assert [leg.id for leg in kept["astir"]] == sorted(leg.id for leg in kept["astir"])


async def change(leg: Leg, dice: Random, now: datetime) -> None:
    state = dice.choice(STATES)
    after = Leg(**{name: getattr(leg, name) for name in Leg.__struct_fields__} | {"state": state})
    if dice.random() < 1 / 2:
        await mark_leg(after)
    else:
        await mark_step(leg, after, CallEvent.ADMITTED, now, {})


@pytest.mark.parametrize("seed", range(3))
async def test_legs_that_are_kept_are_those_of_the_database_whatever_is_written(seed: int) -> None:
    show = await make_live_show()
    for _ in range(3):
        await show.wait()
    dice, session = Random(seed), show.session.id  # noqa: S311 - dice, not secrets
    async with transaction():
        locked = await lock_session(session)
        for _ in range(25):
            legs = await list_live_legs(session)
            await list_legs_astir(session)
            citizens = [leg for leg in legs if leg.role is Role.CITIZEN]
            if citizens and dice.random() < 2 / 3:
                await change(dice.choice(citizens), dice, show.clock.now())
            else:
                state = dice.choice(STATES[:2])
                await add_leg(locked, Role.CITIZEN, state, show.clock.now())
            await read_both_ways(session)


async def test_a_session_that_is_kept_is_that_of_the_database_whatever_is_written() -> None:
    show = await make_live_show()
    session, now = show.session.id, datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    async with transaction():
        await lock_session(session)
        for write in (
            draw_turn(session),
            hasten_look(session, now - timedelta(days=3)),
            hasten_look(session, now + timedelta(days=900)),
            mark_official_due(session, now, tries=7),
            mark_next_wanted(session, wanted=True),
        ):
            await write
            kept = await lock_session(session)
            forget(seen.locked(session))
            assert kept == await lock_session(session)
