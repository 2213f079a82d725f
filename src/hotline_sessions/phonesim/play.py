"""Scripted people: a telephone played by a program, in process or over HTTP."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final, cast

import httpx
import msgspec
from litestar import Litestar

from hotline_sessions.phonesim.control import Snapshot
from hotline_sessions.phonesim.handsets import Sms, Sound, SoundKind
from hotline_sessions.phonesim.views import PhoneView


DEFAULT_PATIENCE: Final = 10.0
POLL_SECONDS: Final = 5.0
LAST_SOUNDS: Final = 6
AUDIBLE: Final = frozenset({SoundKind.SAY, SoundKind.PLAY, SoundKind.PEER, SoundKind.INFO})


class PhoneTimeout(AssertionError):
    """What a scripted person waited for did not happen; the text tells what did."""


class PhoneRefused(AssertionError):
    """The telephone cannot do that now; ``reason`` is stable (``busy``, ``no-call`` …)."""

    def __init__(self, name: str, action: str, reason: str) -> None:
        super().__init__(f"{name} cannot {action}: {reason}")
        self.reason = reason


class Phone:
    """One person with a telephone. Times are seconds of the wall clock."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        sim_id: str,
        name: str,
        patience: float = DEFAULT_PATIENCE,
    ) -> None:
        self.name = name
        self._client = client
        self._base = f"/sim/v1/phones/{sim_id}"
        self._patience = patience
        self._heard_up_to = 0
        self._read_up_to = 0

    async def look(self) -> PhoneView:
        """The telephone as it is now."""
        return (await self._snapshot(-1, 0)).phone

    async def dial(self, to: str, *, shown_as: str | None = None) -> None:
        """Dial ``to``; what was heard in earlier calls no longer counts.

        ``shown_as`` is what the other side sees in place of the number: another way to
        write it, or ``anonymous``.

        Raises:
            PhoneRefused: ``busy`` or ``no-such-number``.
        """
        sounds = (await self.look()).sounds
        self._heard_up_to = sounds[-1].seq if sounds else 0
        await self._do("dial", {"to": to, "shown_as": shown_as})

    async def let_machine_answer(self, *, on: bool = True) -> None:
        """Switch the answering machine on or off."""
        await self._do("voicemail", {"on": on})

    async def press(self, digits: str) -> bool:
        """Press keys; whether anything was listening.

        Raises:
            PhoneRefused: ``no-call``.
        """
        return bool((await self._do("press", {"digits": digits}))["heard"])

    async def say(self, text: str) -> None:
        """Say something."""
        await self._do("say", {"text": text})

    async def answer(self) -> None:
        """Answer the ringing telephone."""
        await self._do("answer")

    async def decline(self) -> None:
        """Decline the incoming call."""
        await self._do("decline")

    async def hang_up(self) -> None:
        """Put the receiver down."""
        await self._do("hang-up")

    async def wait_ring(self, seconds: float | None = None) -> PhoneView:
        """Wait until the telephone rings."""
        return await self._wait("a ring", lambda view: view.state == "ringing", seconds)

    async def wait_state(self, *states: str, seconds: float | None = None) -> PhoneView:
        """Wait until the telephone is in one of ``states``."""
        wanted = " or ".join(states)
        return await self._wait(f"the state {wanted}", lambda v: v.state in states, seconds)

    async def wait_heard(self, part: str, seconds: float | None = None) -> Sound:
        """Wait until something not yet waited for is heard that contains ``part``."""
        view = await self._wait(
            f"the words {part!r}", lambda v: self._find_sound(v, part) is not None, seconds
        )
        sound = self._find_sound(view, part)
        if sound is None:
            raise PhoneTimeout(part)
        self._heard_up_to = sound.seq
        return sound

    async def wait_listening(self, seconds: float | None = None) -> PhoneView:
        """Wait until the other end listens for keys or words."""
        return await self._wait("somebody to listen", lambda v: bool(v.listening), seconds)

    async def read_sms(self) -> list[Sms]:
        """All messages, oldest first."""
        return (await self.look()).inbox

    async def wait_sms(self, part: str = "", seconds: float | None = None) -> Sms:
        """Wait for a message not yet waited for that contains ``part``."""

        def find(view: PhoneView) -> int:
            fresh = enumerate(view.inbox[self._read_up_to :], self._read_up_to)
            return next((index for index, sms in fresh if part in sms.body), -1)

        view = await self._wait(f"a message with {part!r}", lambda v: find(v) >= 0, seconds)
        index = find(view)
        self._read_up_to = index + 1
        return view.inbox[index]

    def _find_sound(self, view: PhoneView, part: str) -> Sound | None:
        for sound in view.sounds:
            if sound.seq > self._heard_up_to and sound.kind in AUDIBLE and part in sound.text:
                return sound
        return None

    async def _wait(
        self, what: str, is_there: Callable[[PhoneView], bool], seconds: float | None
    ) -> PhoneView:
        limit = self._patience if seconds is None else seconds
        deadline = time.monotonic() + limit
        version = -1
        while True:
            left = deadline - time.monotonic()
            snapshot = await self._snapshot(version, max(0.0, min(POLL_SECONDS, left)))
            if is_there(snapshot.phone):
                return snapshot.phone
            if left <= 0:
                raise PhoneTimeout(_explain(self.name, what, limit, snapshot.phone))
            version = snapshot.version

    async def _snapshot(self, after: int, seconds: float) -> Snapshot:
        response = await self._client.get(
            self._base,
            params={"after": after, "seconds": seconds},
            timeout=seconds + DEFAULT_PATIENCE,
        )
        response.raise_for_status()
        return msgspec.json.decode(response.content, type=Snapshot)

    async def _do(self, action: str, data: Mapping[str, object] | None = None) -> dict[str, Any]:
        response = await self._client.post(f"{self._base}/{action}", json=data or {})
        if response.status_code == httpx.codes.CONFLICT:
            raise PhoneRefused(self.name, action, response.json()["reason"])
        response.raise_for_status()
        return response.json() if response.content else {}


@contextlib.asynccontextmanager
async def open_control(place: Litestar | str) -> AsyncIterator[httpx.AsyncClient]:
    """Client of the control interface: of an application in process, or of a base URL."""
    if isinstance(place, str):
        client = httpx.AsyncClient(base_url=place, trust_env=False)
    else:
        transport = httpx.ASGITransport(cast("Any", place))
        client = httpx.AsyncClient(base_url="http://simulator", transport=transport)
    async with client:
        yield client


async def take_phone(
    client: httpx.AsyncClient,
    number: str,
    *,
    name: str = "",
    withheld: bool = False,
    patience: float = DEFAULT_PATIENCE,
) -> Phone:
    """Take the telephone with the SIM card ``number``; it is added if there is none yet."""
    card = {"name": name or number, "number": number, "withheld": withheld}
    response = await client.post("/sim/v1/phones", json=card)
    response.raise_for_status()
    view = msgspec.json.decode(response.content, type=PhoneView)
    return Phone(client, sim_id=view.sim_id, name=view.name, patience=patience)


async def wait_until_up(client: httpx.AsyncClient, seconds: float = DEFAULT_PATIENCE) -> None:
    """Wait until the simulator answers.

    Raises:
        PhoneTimeout: It does not.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if (await client.get("/sim/v1/state")).is_success:
                return
        await asyncio.sleep(0.1)
    raise PhoneTimeout(f"the simulator did not answer within {seconds:g} s")


def _explain(name: str, what: str, seconds: float, view: PhoneView) -> str:
    sounds = [f"{sound.kind}: {sound.text}" for sound in view.sounds[-LAST_SOUNDS:]]
    return (
        f"{name} waited {seconds:g} s for {what}; state {view.state!r}, "
        f"last outcome {view.last_outcome!r}, {len(view.inbox)} messages, last sounds: {sounds}"
    )
