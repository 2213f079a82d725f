"""What a step depends on is read without reading everybody who waits."""

import pytest
from tests.services.telephony import make_live_show

from hotline_sessions.domain.calls import CallState, Role, list_waiting
from hotline_sessions.store.callers import find_traces
from hotline_sessions.store.calls import (
    count_waiting,
    find_leg_by_sid,
    list_legs_astir,
    list_live_legs,
)


pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_of_those_who_wait_one_is_enough() -> None:
    show = await make_live_show()
    for _ in range(3):
        await show.wait()
    everybody = await list_live_legs(show.session.id)
    astir = await list_legs_astir(show.session.id)

    assert len(list_waiting(everybody)) == await count_waiting(show.session.id) == 3
    assert len(list_waiting(astir)) == 1
    others = [leg for leg in everybody if leg.state is not CallState.WAITING]
    assert [leg for leg in astir if leg.state is not CallState.WAITING] == others
    assert any(leg.role is Role.OFFICIAL for leg in others)


async def test_a_first_call_has_left_no_traces_and_a_second_one_from_its_number_has() -> None:
    show = await make_live_show()
    first = await find_leg_by_sid(await show.wait("+380671110001"))
    assert first is not None
    assert not (await find_traces(first)).has_called

    again = await find_leg_by_sid(await show.wait("+380671110001"))
    assert again is not None
    assert (await find_traces(again)).has_called
