"""What is seen of a caller, by the way his call takes."""

import pytest
from tests.phonesim.product import FakeProduct
from tests.phonesim.world import HOTLINE, OLENA, configure, open_world

from hotline_sessions.phonesim.arrivals import write_caller
from hotline_sessions.phonesim.clock import VirtualClock
from hotline_sessions.phonesim.config import (
    WITHHELD_CALLER,
    NumberConfig,
    SimConfig,
    Switches,
    TrunkConfig,
)
from hotline_sessions.phonesim.delivering import deliver_to_app
from hotline_sessions.phonesim.simulator import Simulator


pytestmark = pytest.mark.anyio

OLD_LINE = "+380800500600"
FOREIGN = "+353861234567"


async def see(
    number: NumberConfig, dialled: str, switches: Switches, **card: bool
) -> dict[str, str]:
    """Fields of the first webhook of a call."""
    product, clock = FakeProduct(), VirtualClock()
    trunk = TrunkConfig(sid="BY" + "1" * 32, voice_url=product.url("/trunk"))
    sims = [SimConfig(name="Олена", number=OLENA, **card)]
    config = configure(product, numbers=[number], sims=sims, switches=switches, trunks=[trunk])
    simulator = Simulator(config, clock=clock, deliver=deliver_to_app(product))
    simulator.engine.dial(next(iter(simulator.carrier.handsets.values())), dialled)
    await clock.advance(2)
    await simulator.stop()
    return product.requests[0][1]


@pytest.mark.parametrize(("keeps", "shown"), [(False, OLD_LINE), (True, OLENA)])
async def test_a_carrier_that_forwards_may_lose_the_caller(
    keeps: bool,  # noqa: FBT001 - a case
    shown: str,
) -> None:
    number = NumberConfig(
        number=FOREIGN,
        voice_url="http://product.test/in",
        carrier="forwarded",
        reached_by=(OLD_LINE,),
    )
    seen = await see(number, OLD_LINE, Switches(forwarding_keeps_caller=keeps))
    assert (seen["From"], seen["ForwardedFrom"], seen["To"]) == (shown, OLD_LINE, FOREIGN)
    direct = await see(number, FOREIGN, Switches())
    assert (direct["From"], "ForwardedFrom" in direct) == (OLENA, False)


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("e164", OLENA),
        ("national", "0501112233"),
        ("sip", "sip:0501112233@carrier.example;user=phone"),
    ],
)
async def test_a_carrier_of_ones_own_writes_the_caller_its_own_way(style: str, shown: str) -> None:
    number = NumberConfig(number=HOTLINE, carrier="byoc", trunk_sid="BY" + "1" * 32)
    seen = await see(number, HOTLINE, Switches(byoc_from=style))
    assert seen["From"] == shown
    assert (await see(number, HOTLINE, Switches(byoc_from=style), withheld=True))[
        "From"
    ] == WITHHELD_CALLER


def test_a_foreign_number_has_no_national_form() -> None:
    assert write_caller("+48123456789", "national") == "+48123456789"


@pytest.mark.parametrize("shown", ["", "anonymous", "+7378742833", "Restricted"])
async def test_a_caller_may_be_shown_as_anything(shown: str) -> None:
    async with open_world() as world:
        world.engine.dial(world.phone(OLENA), HOTLINE, shown_as=shown)
        await world.clock.advance(1)
        assert world.product.asked("/in")[0].get("From", "") == shown
