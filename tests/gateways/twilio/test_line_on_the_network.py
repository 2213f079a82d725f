"""The line against a network that answers as Twilio does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from tests.phonesim.product import FakeProduct, respond
from tests.phonesim.served import free_port, serve
from tests.phonesim.world import HOTLINE, OFFICIAL, OLENA, configure

from hotline_sessions.domain.calls import Role
from hotline_sessions.domain.commands import Announce, Destination, Move, SetHold
from hotline_sessions.domain.ids import CallSid, PublicId
from hotline_sessions.domain.network import (
    CallOver,
    LineStatus,
    NetworkRefusal,
    OutcomeUnknown,
    RetryLater,
)
from hotline_sessions.domain.prompts import Notice, Parting
from hotline_sessions.domain.recordings import RecordingSid
from hotline_sessions.gateways.twilio.addresses import room_of
from hotline_sessions.gateways.twilio.gateway import TwilioAccount, open_twilio
from hotline_sessions.gateways.twilio.line import TwilioPhoneLine
from hotline_sessions.phonesim.config import ACCOUNT_SID, AUTH_TOKEN
from hotline_sessions.phonesim.faults import FaultKind, FaultRule
from hotline_sessions.phonesim.play import Phone, open_control, take_phone
from hotline_sessions.phonesim.server import create_phonesim
from hotline_sessions.phonesim.simulator import Simulator


pytestmark = pytest.mark.anyio

LEG = PublicId("leg0000001")
SESSION = PublicId("sess000001")
NOBODY = CallSid("CA" + "0" * 32)
QUEUE = '<Enqueue waitUrl="/wait">s-1-wait</Enqueue>'
ROOM = '<Dial><Conference startConferenceOnEnter="{}" participantLabel="{}">{}</Conference></Dial>'


class Network:
    """The line of the product, and the simulated network behind it."""

    def __init__(
        self, line: TwilioPhoneLine, simulator: Simulator, product: FakeProduct, base: str
    ) -> None:
        self.line = line
        self.simulator = simulator
        self.product = product
        self.base = base

    def break_next(self, kind: FaultKind, *, status: int, code: int = 0) -> None:
        """Let the next request to place a call fail."""
        rule = FaultRule(kind=kind, on="rest", match="Calls", times=1, status=status, code=code)
        self.simulator.faults.add(rule)


@asynccontextmanager
async def open_network() -> AsyncIterator[Network]:
    product = FakeProduct()
    product.answer("/in", QUEUE)
    product.answer("/wait", "<Pause length='60'/>")
    product.answer("/tw/v1/official/answer", ROOM.format("true", "official", room_of(SESSION)))
    product.answer("/tw/v1/air/join", ROOM.format("false", "citizen", room_of(SESSION)))
    product.decide("/tw/v1/bye", lambda fields: respond(f"<Say>bye {fields['why']}</Say>"))
    product.answer("/tw/v1/air/held", "<Say>held</Say><Pause length='60'/>")
    product.decide("/tw/v1/air/tell", lambda fields: respond(f"<Say>tell {fields['what']}</Say>"))
    app = create_phonesim(configure(product, speed=40.0), transport=httpx.ASGITransport(product))
    async with serve(app, free_port()) as base:
        account = TwilioAccount(
            account_sid=ACCOUNT_SID,
            token=AUTH_TOKEN,
            caller_id=HOTLINE,
            sms_sender="Hotline",
            public_base_url=product.base,
            base_url=base,
        )
        async with open_twilio(account) as twilio:
            yield Network(twilio.line, app.state.simulator, product, base)


@asynccontextmanager
async def on_the_phone(network: Network) -> AsyncIterator[tuple[Phone, CallSid]]:
    """A citizen who has called and waits."""
    async with open_control(network.base) as control:
        phone = await take_phone(control, OLENA)
        await phone.dial(HOTLINE)
        view = await phone.wait_state("waiting")
        yield phone, CallSid(view.call_sid)


async def list_held(network: Network) -> dict[CallSid, bool]:
    """Calls on the air, and whether each is held."""
    seats = await network.line.list_on_air(SESSION)
    return {sid: seat.is_held for sid, seat in seats.items()}


async def test_an_official_is_rung_and_every_step_is_reported() -> None:
    async with open_network() as network, open_control(network.base) as control:
        sid = await network.line.ring(OFFICIAL, leg=LEG, role=Role.OFFICIAL)
        phone = await take_phone(control, OFFICIAL)
        await phone.wait_ring()
        assert await network.line.fetch_status(sid) is LineStatus.UNDER_WAY
        await phone.answer()
        await phone.wait_state("lobby", "on-air")

        assert await network.line.fetch_status(sid) is LineStatus.ANSWERED
        assert await list_held(network) == {sid: False}
        await network.line.hang_up(sid)
        await phone.wait_state("idle")

        assert await network.line.fetch_status(sid) is LineStatus.OVER
        reported = network.product.asked("/tw/v1/status")
        assert {fields["leg"] for fields in reported} == {LEG}
        assert [fields["CallStatus"] for fields in reported][:3] == [
            "initiated",
            "ringing",
            "in-progress",
        ]


async def test_a_ring_can_be_taken_back_before_anybody_picks_up() -> None:
    async with open_network() as network, open_control(network.base) as control:
        sid = await network.line.ring(OFFICIAL, leg=LEG, role=Role.OFFICIAL)
        phone = await take_phone(control, OFFICIAL)
        await phone.wait_ring()

        await network.line.hang_up(sid)

        await phone.wait_state("idle")
        assert await network.line.fetch_status(sid) is LineStatus.OVER


async def test_a_waiting_citizen_is_moved_to_the_air_and_out_again() -> None:
    async with open_network() as network, on_the_phone(network) as (phone, sid):
        await network.line.move(sid, Move(leg=LEG, to=Destination.AIR, turn=3))
        await phone.wait_state("lobby", "on-air")
        on_air = await list_held(network)
        await network.line.move(sid, Move(leg=LEG, to=Destination.GOODBYE, why=Parting.TALKED))
        await phone.wait_heard("bye talked")

        assert on_air == {sid: False}
        joined = network.product.asked("/tw/v1/air/join")[0]
        assert (joined["leg"], joined["t"]) == (LEG, "3")
        await phone.wait_state("idle")
        assert await network.line.list_on_air(SESSION) == {}


async def test_a_citizen_on_the_air_is_held_told_something_and_let_go_on() -> None:
    async with open_network() as network, on_the_phone(network) as (phone, sid):
        await network.line.move(sid, Move(leg=LEG, to=Destination.AIR, turn=1))
        await phone.wait_state("lobby", "on-air")

        await network.line.set_hold(sid, SetHold(leg=LEG, session=SESSION, is_held=True, turn=1))
        await phone.wait_heard("held")
        held = await list_held(network)
        await network.line.set_hold(sid, SetHold(leg=LEG, session=SESSION, is_held=False, turn=2))
        order = Announce(leg=LEG, session=SESSION, notice=Notice.ENDING_SOON, turn=1)
        await network.line.announce(sid, order)
        await phone.wait_heard(f"tell {Notice.ENDING_SOON}")

        assert held == {sid: True}
        assert await list_held(network) == {sid: False}


async def test_nobody_who_is_not_on_the_air_is_held_or_told_anything() -> None:
    async with open_network() as network, on_the_phone(network) as (_, sid):
        with pytest.raises(CallOver):
            await network.line.set_hold(
                sid, SetHold(leg=LEG, session=SESSION, is_held=True, turn=1)
            )
        await network.line.stop_recording(sid, RecordingSid("RE" + "0" * 32))


async def test_a_call_that_was_placed_is_found_again() -> None:
    """The answer to the placing of a call may be lost; the call is not."""
    async with open_network() as network:
        before = network.simulator.clock.now() - timedelta(minutes=1)
        sid = await network.line.ring(OFFICIAL, leg=LEG, role=Role.OFFICIAL)

        assert await network.line.find_calls(OFFICIAL, since=before) == [sid]
        assert await network.line.find_calls(OLENA, since=before) == []


async def test_who_has_hung_up_can_be_moved_nowhere_and_hung_up_without_harm() -> None:
    async with open_network() as network, on_the_phone(network) as (phone, sid):
        await phone.hang_up()
        await phone.wait_state("idle")

        with pytest.raises(CallOver):
            await network.line.move(sid, Move(leg=LEG, to=Destination.AIR, turn=1))
        with pytest.raises(CallOver):
            await network.line.move(sid, Move(leg=LEG, to=Destination.GOODBYE, why=Parting.CLOSED))
        await network.line.hang_up(sid)
        assert await network.line.fetch_status(sid) is LineStatus.OVER


async def test_a_call_twilio_does_not_know_is_over() -> None:
    async with open_network() as network:
        with pytest.raises(CallOver):
            await network.line.fetch_status(NOBODY)
        await network.line.hang_up(NOBODY)


async def test_the_end_of_the_air_sends_everybody_out_and_may_be_asked_for_twice() -> None:
    async with open_network() as network, on_the_phone(network) as (phone, sid):
        await network.line.move(sid, Move(leg=LEG, to=Destination.AIR, turn=1))
        await phone.wait_state("lobby", "on-air")

        await network.line.end_air(SESSION)

        await phone.wait_state("idle")
        await network.line.end_air(SESSION)
        assert await network.line.list_on_air(SESSION) == {}


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (429, 20429, RetryLater),
        (400, 21215, NetworkRefusal),
        (500, 20500, OutcomeUnknown),
    ],
    ids=["too-many", "not-allowed", "broken"],
)
async def test_what_the_network_says_no_to_has_not_rung(
    status: int, code: int, meaning: type[Exception]
) -> None:
    async with open_network() as network:
        network.break_next(FaultKind.ERROR, status=status, code=code)

        with pytest.raises(meaning):
            await network.line.ring(OFFICIAL, leg=LEG, role=Role.OFFICIAL)

        assert network.simulator.carrier.legs == {}


async def test_when_the_answer_is_lost_the_telephone_rings_and_nobody_here_knows() -> None:
    async with open_network() as network:
        network.break_next(FaultKind.LOST_ANSWER, status=500)

        with pytest.raises(OutcomeUnknown):
            await network.line.ring(OFFICIAL, leg=LEG, role=Role.OFFICIAL)

        assert len(network.simulator.carrier.legs) == 1
