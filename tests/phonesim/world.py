"""A simulator with a fake product, on a clock that stands still."""

import contextlib
from collections.abc import AsyncIterator

import httpx
from tests.phonesim.product import FakeProduct

from hotline_sessions.phonesim.clock import VirtualClock
from hotline_sessions.phonesim.config import NumberConfig, PhonesimConfig, SimConfig, Switches
from hotline_sessions.phonesim.handsets import Handset, SoundKind
from hotline_sessions.phonesim.legs import Leg
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.phonesim.views import PhoneView, view_phone


HOTLINE = "+380800100200"
OLENA = "+380501112233"
TARAS = "+380672223344"
OFFICIAL = "+380443334455"


def configure(product: FakeProduct, **changes: object) -> PhonesimConfig:
    """Configuration of a world with one hotline and three telephones."""
    values: dict[str, object] = {
        "numbers": [
            NumberConfig(
                number=HOTLINE,
                voice_url=product.url("/in"),
                status_callback=product.url("/status"),
            )
        ],
        "sims": [
            SimConfig(name="Олена", number=OLENA),
            SimConfig(name="Тарас", number=TARAS),
            SimConfig(name="Посадовець", number=OFFICIAL),
        ],
    }
    return PhonesimConfig(**(values | changes))  # type: ignore[arg-type]


class World:
    """A simulator whose time a test moves."""

    def __init__(
        self, product: FakeProduct, switches: Switches | None = None, **changes: object
    ) -> None:
        self.product = product
        self.clock = VirtualClock()
        config = configure(product, switches=switches or Switches(), **changes)
        transport = httpx.ASGITransport(product)
        self.simulator = Simulator(config, clock=self.clock, transport=transport)
        self.carrier = self.simulator.carrier
        self.engine = self.simulator.engine

    def phone(self, number: str) -> Handset:
        """Telephone with this number."""
        handset = self.carrier.find_handset(number)
        assert handset is not None
        return handset

    def look(self, number: str) -> PhoneView:
        """Telephone as its owner sees it."""
        return view_phone(self.carrier, self.phone(number))

    def heard(self, number: str) -> list[str]:
        """Everything spoken into this telephone's ear."""
        kinds = {SoundKind.SAY, SoundKind.PEER}
        return [s.text for s in self.phone(number).sounds if s.kind in kinds]

    async def dial(self, number: str, seconds: float = 1) -> Leg:
        """Dial the hotline and let some time pass."""
        leg = self.engine.dial(self.phone(number), HOTLINE)
        await self.clock.advance(seconds)
        return leg

    async def press(self, number: str, digits: str, seconds: float = 1) -> None:
        """Press keys and let some time pass."""
        self.engine.press(self.phone(number), digits)
        await self.clock.advance(seconds)

    def codes(self) -> list[int]:
        """Numbers of the provider's complaints."""
        return [notification.code for notification in self.carrier.notifications]


@contextlib.asynccontextmanager
async def open_world(switches: Switches | None = None, **changes: object) -> AsyncIterator[World]:
    """A world that is sound at its end: no invariant broken, every signature right."""
    world = World(FakeProduct(), switches, **changes)
    try:
        yield world
        assert list(world.carrier.find_breaches()) == []
        assert world.product.bad_signatures == 0
    finally:
        await world.simulator.stop()
