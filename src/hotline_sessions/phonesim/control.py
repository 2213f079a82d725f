"""Control interface: what scripted people and the page do at the telephones."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream
from msgspec import Struct

from hotline_sessions.phonesim.config import SimConfig
from hotline_sessions.phonesim.engine import CannotDo
from hotline_sessions.phonesim.faults import FaultRule
from hotline_sessions.phonesim.handsets import Handset
from hotline_sessions.phonesim.loopback import require_loopback
from hotline_sessions.phonesim.records import Message, Notification
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.phonesim.views import PhoneView, WorldView, view_phone, view_world
from hotline_sessions.phonesim.webhooks import Delivery


LONGEST_WAIT: Final = 30.0
SHORTEST_GAP_SECONDS: Final = 0.06


class Dialled(Struct, frozen=True, kw_only=True):
    """A number to dial; ``shown_as`` is what the other side sees in place of one's own."""

    to: str
    shown_as: str | None = None


class Pressed(Struct, frozen=True, kw_only=True):
    """Keys to press."""

    digits: str


class Said(Struct, frozen=True, kw_only=True):
    """Words to say."""

    text: str


class Switched(Struct, frozen=True, kw_only=True):
    """Something to switch on or off."""

    on: bool


class Connected(Struct, frozen=True, kw_only=True):
    """An application to call from a browser's telephone, with parameters."""

    application_sid: str = ""
    params: dict[str, str] = {}


class Journal(Struct, frozen=True, kw_only=True):
    """What was delivered, what the provider complained about, what is wrong with the world."""

    deliveries: list[Delivery]
    complaints: list[Notification]
    breaches: list[str]
    counts: dict[str, int]


class Snapshot(Struct, frozen=True, kw_only=True):
    """A telephone and the version of the world it was seen in."""

    version: int
    now: datetime
    phone: PhoneView


class ControlController(Controller):
    """``/sim/v1``: loopback only."""

    path = "/sim/v1"
    guards = [require_loopback]  # noqa: RUF012 - the framework's attribute

    @get("/state")
    async def show_state(
        self, state: State, after: FromQuery[int] = -1, seconds: FromQuery[float] = 0
    ) -> WorldView:
        """Everything; with ``after`` only once something newer is there or time is up."""
        simulator: Simulator = state.simulator
        await simulator.hub.wait(after, min(LONGEST_WAIT, seconds))
        return view_world(simulator.carrier, simulator.mailbox)

    @get("/events")
    async def stream_state(self, state: State) -> Stream:
        """Everything, again after each change, as server-sent events."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Stream(_events(state.simulator), media_type="text/event-stream", headers=headers)

    @post("/phones")
    async def add_phone(self, state: State, data: JSONBody[SimConfig]) -> PhoneView:
        """A telephone for this SIM card; the same card gives the same telephone."""
        simulator: Simulator = state.simulator
        return view_phone(simulator.carrier, simulator.carrier.add_handset(data))

    @get("/phones/{sim_id:str}")
    async def show_phone(
        self,
        state: State,
        sim_id: FromPath[str],
        after: FromQuery[int] = -1,
        seconds: FromQuery[float] = 0,
    ) -> Snapshot:
        """One telephone; with ``after`` only once something newer is there or time is up."""
        simulator: Simulator = state.simulator
        handset = _find(simulator, sim_id)
        version = await simulator.hub.wait(after, min(LONGEST_WAIT, seconds))
        phone = view_phone(simulator.carrier, handset)
        return Snapshot(version=version, now=simulator.clock.now(), phone=phone)

    @post("/phones/{sim_id:str}/dial", status_code=200)
    async def dial(self, state: State, sim_id: FromPath[str], data: JSONBody[Dialled]) -> PhoneView:
        """Dial a number."""
        simulator: Simulator = state.simulator
        handset = _find(simulator, sim_id)
        simulator.engine.dial(handset, data.to, shown_as=data.shown_as)
        return view_phone(simulator.carrier, handset)

    @post("/phones/{sim_id:str}/connect", status_code=200)
    async def connect(
        self, state: State, sim_id: FromPath[str], data: JSONBody[Connected]
    ) -> PhoneView:
        """Call an application, as a page in a browser does."""
        simulator: Simulator = state.simulator
        handset, applications = _find(simulator, sim_id), simulator.carrier.applications
        sid = data.application_sid or next(iter(applications), "")
        if sid not in applications:
            raise CannotDo("no-application")
        simulator.engine.connect(handset, applications[sid], data.params)
        return view_phone(simulator.carrier, handset)

    @post("/phones/{sim_id:str}/register", status_code=204)
    async def register(self, state: State, sim_id: FromPath[str], data: JSONBody[Switched]) -> None:
        """Let calls to a browser's telephone ring, or not."""
        _find(state.simulator, sim_id).is_registered = data.on

    @post("/phones/{sim_id:str}/voicemail", status_code=204)
    async def voicemail(
        self, state: State, sim_id: FromPath[str], data: JSONBody[Switched]
    ) -> None:
        """Let a machine answer, or not."""
        simulator: Simulator = state.simulator
        _find(simulator, sim_id).voicemail = data.on
        simulator.hub.changed()

    @post("/phones/{sim_id:str}/press", status_code=200)
    async def press(
        self, state: State, sim_id: FromPath[str], data: JSONBody[Pressed]
    ) -> dict[str, bool]:
        """Press keys; ``heard`` tells whether anything was listening."""
        simulator: Simulator = state.simulator
        return {"heard": simulator.engine.press(_find(simulator, sim_id), data.digits)}

    @post("/phones/{sim_id:str}/say", status_code=204)
    async def say(self, state: State, sim_id: FromPath[str], data: JSONBody[Said]) -> None:
        """Say something."""
        simulator: Simulator = state.simulator
        simulator.engine.say(_find(simulator, sim_id), data.text)

    @post("/phones/{sim_id:str}/answer", status_code=204)
    async def answer(self, state: State, sim_id: FromPath[str]) -> None:
        """Answer the telephone that rings."""
        simulator: Simulator = state.simulator
        simulator.engine.pick_up(_find(simulator, sim_id), answer=True)

    @post("/phones/{sim_id:str}/decline", status_code=204)
    async def decline(self, state: State, sim_id: FromPath[str]) -> None:
        """Decline the call."""
        simulator: Simulator = state.simulator
        simulator.engine.pick_up(_find(simulator, sim_id), answer=False)

    @post("/phones/{sim_id:str}/hang-up", status_code=204)
    async def hang_up(self, state: State, sim_id: FromPath[str]) -> None:
        """Put the receiver down."""
        simulator: Simulator = state.simulator
        await simulator.engine.hang_up(_find(simulator, sim_id))

    @get("/messages")
    async def list_messages(self, state: State, to: FromQuery[str] = "") -> list[Message]:
        """Text messages sent so far, oldest first, to one number or to all."""
        simulator: Simulator = state.simulator
        return [m for m in simulator.carrier.messages.values() if not to or m.to == to]

    @get("/journal")
    async def show_journal(self, state: State) -> Journal:
        """Deliveries, complaints and breaches of invariants."""
        simulator: Simulator = state.simulator
        return Journal(
            deliveries=list(simulator.sender.journal),
            complaints=list(simulator.carrier.notifications),
            breaches=list(simulator.carrier.find_breaches()),
            counts=dict(simulator.counts),
        )

    @get("/trace", media_type="application/jsonl")
    async def show_trace(self, state: State) -> str:
        """Every event still in memory, each as a line of JSON."""
        simulator: Simulator = state.simulator
        return "\n".join(simulator.trace.lines())

    @get("/faults")
    async def list_faults(self, state: State) -> list[FaultRule]:
        """Faults in force."""
        simulator: Simulator = state.simulator
        return simulator.faults.rules

    @post("/faults", status_code=204)
    async def add_fault(self, state: State, data: JSONBody[FaultRule]) -> None:
        """Put a fault in force."""
        simulator: Simulator = state.simulator
        simulator.faults.add(data)

    @delete("/faults")
    async def clear_faults(self, state: State) -> None:
        """Let nothing go wrong any more."""
        simulator: Simulator = state.simulator
        simulator.faults.clear()


def answer_cannot_do(_: Request[Any, Any, Any], error: CannotDo) -> Response[dict[str, str]]:
    """Answer 409 with the reason."""
    return Response({"reason": error.reason}, status_code=409)


async def _events(simulator: Simulator) -> AsyncIterator[bytes]:
    version = -1
    while True:
        seen = await simulator.hub.wait(version, LONGEST_WAIT / 2)
        if seen == version:
            yield b": still here\n\n"
            continue
        await asyncio.sleep(SHORTEST_GAP_SECONDS)
        version = simulator.hub.version
        world = view_world(simulator.carrier, simulator.mailbox)
        yield b"data: " + msgspec.json.encode(world) + b"\n\n"


def _find(simulator: Simulator, sim_id: FromPath[str]) -> Handset:
    handset = simulator.carrier.handsets.get(sim_id)
    if handset is None:
        raise NotFoundException(detail="no such telephone")
    return handset
