import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phonesim.world import OFFICIAL, OLENA, TARAS, World, open_world

from hotline_sessions.phonesim.engine import CannotDo
from hotline_sessions.phonesim.errors import CallNotInProgress
from hotline_sessions.phonesim.legs import Goto


NUMBERS = (OLENA, TARAS, OFFICIAL)
ROOM = (
    '<Dial action="/back"><Conference participantLabel="{}" beep="false" statusCallback="/conf"'
    ' statusCallbackEvent="start end join leave">air</Conference></Dial>'
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["dial", "hang-up", "citizen", "official", "queue", "press"]),
        st.sampled_from(NUMBERS),
        st.sampled_from([0.0, 0.3, 2.0, 12.0]),
    ),
    max_size=25,
)


async def take(world: World, action: str, number: str) -> None:
    phone = world.phone(number)
    leg = world.carrier.legs.get(phone.call_sid)
    try:
        if action == "dial":
            await world.dial(number, 0)
        elif action == "hang-up":
            await world.engine.hang_up(phone)
        elif action == "press":
            world.engine.press(phone, "9")
        elif leg is not None:
            await world.engine.redirect(leg, Goto(url=world.product.url(f"/{action}")))
    except (CannotDo, CallNotInProgress):
        return


async def play(steps: list[tuple[str, str, float]]) -> None:
    async with open_world() as world:
        queue = '<Enqueue waitUrl="/wait" action="/left">wait</Enqueue>'
        for path in ("/in", "/queue", "/back"):
            world.product.answer(path, queue)
        world.product.answer("/citizen", ROOM.format("citizen"))
        world.product.answer("/official", ROOM.format("official"))
        world.product.answer("/wait", '<Gather numDigits="1" timeout="9" action="/key"/>')
        world.product.answer("/key", "<Leave/>")
        for action, number, seconds in steps:
            await take(world, action, number)
            await world.clock.advance(seconds)
            assert list(world.carrier.find_breaches()) == []
        for number in NUMBERS:
            await world.engine.hang_up(world.phone(number))
        await world.clock.advance(30)
        assert all(leg.is_ended for leg in world.carrier.legs.values())
        assert not any(q.members for q in world.carrier.queues.values())
        assert not any(c.is_active for c in world.carrier.conferences.values())


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_no_interleaving_puts_two_citizens_on_air(steps: list[tuple[str, str, float]]) -> None:
    asyncio.run(play(steps))
