"""One page with its telephone: what it asks for, and what it is told."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from hotline_sessions.phonesim.clock import RealClock
from hotline_sessions.phonesim.engine import CannotDo
from hotline_sessions.phonesim.handsets import Handset, Listener, Sound, SoundKind
from hotline_sessions.phonesim.legs import CallStatus, Leg
from hotline_sessions.phonesim.records import Application
from hotline_sessions.phonesim.simulator import Simulator
from hotline_sessions.phonesim.tokens import BadToken, Grant, read_token
from hotline_sessions.phonesim.views import find_state, name_of


Json = dict[str, Any]
RATE: Final = 16_000
BAD_MESSAGE: Final = 31000
CODES: Final = {"busy": 31486}
KEPT_MESSAGES: Final = 2000


class SoftphoneSession(Listener):
    """A page that is open. Only the page that has the call gets its sound."""

    def __init__(self, simulator: Simulator, handset: Handset, identity: str) -> None:
        self._simulator = simulator
        self._engine = simulator.engine
        self._carrier = simulator.carrier
        self._handset = handset
        self._identity = identity
        self._out: asyncio.Queue[Json | bytes | None] = asyncio.Queue(KEPT_MESSAGES)
        self._grant = Grant(identity=identity)
        self._rings = ""
        self._call = ""
        self._is_on = False
        self._room: Json = {}
        self.is_registered = False

    # The page comes, is told things, and goes.

    def open(self) -> None:
        """The page is there; it goes on with a call that another one has just lost."""
        self._handset.listeners.append(self)
        busy = self._handset.is_busy
        self._tell("hello", identity=self._identity, rate=RATE, busy=busy)
        leg = self._carrier.legs.get(self._handset.call_sid)
        has_owner = any(isinstance(o, SoftphoneSession) and o.has_call for o in self._others())
        if leg is not None and leg.status is CallStatus.IN_PROGRESS and not has_owner:
            leg.is_deaf = False
            self._take(leg)
            self._accepted(leg, resumed=True)

    async def close(self, *, is_clean: bool) -> None:
        """The page is gone: its call ends, at once or, if the line broke, a little later."""
        self._handset.listeners.remove(self)
        self._register(on=False)
        leg = self._carrier.legs.get(self._call)
        if leg is None or leg.is_ended:
            return
        if is_clean:
            await self._engine.hang_up(self._handset)
            return
        leg.is_deaf = True
        self._simulator.tasks.spawn(self._give_up(leg))

    @property
    def has_call(self) -> bool:
        """Whether the present call is this page's."""
        return bool(self._call)

    async def next_message(self) -> Json | bytes | None:
        """What the page is to get next; nothing means that it is made to vanish."""
        return await self._out.get()

    async def watch(self) -> None:
        """Tell of every change until cancelled."""
        version = -1
        while True:
            version = await self._simulator.hub.wait(version, 60.0)
            self.sync()

    def sync(self) -> None:
        """Tell what has changed since the page was last told."""
        leg = self._carrier.legs.get(self._handset.call_sid)
        self._sync_end()
        if leg is None:
            return
        is_ringing = leg.is_outbound and leg.status is CallStatus.RINGING
        if is_ringing and self.is_registered and self._rings != leg.sid:
            self._rings = leg.sid
            facts = {"from": leg.from_, "to": leg.to, "params": leg.params}
            self._tell("incoming", call_sid=leg.sid, **facts)
        if leg.sid == self._call and leg.status is CallStatus.IN_PROGRESS:
            self._sync_call(leg)

    # What the telephone hears.

    def hear(self, sound: Sound) -> None:
        """Tell of words, files and tones."""
        self.sync()
        if sound.call_sid != self._call:
            return
        call = {"call_sid": sound.call_sid}
        match sound.kind:
            case SoundKind.SAY:
                words = {"text": sound.text, "language": sound.language}
                self._tell("says", **call, **words, seconds=round(sound.seconds, 2))
            case SoundKind.PLAY:
                self._tell("plays", **call, url=sound.text, seconds=sound.seconds)
            case SoundKind.BEEP:
                self._tell("tone", **call, digits=sound.text)
            case SoundKind.PEER:
                who = {"from": sound.peer, "label": sound.label, "name": sound.who}
                words = {"text": sound.text, "language": sound.language}
                self._tell("peer-says", **call, **who, **words)
            case _:
                return

    def hear_piece(self, speaker: str, piece: bytes) -> None:
        """Pass on a piece of somebody's voice."""
        if self._call:
            self._put(speaker.encode() + piece)

    def lose_media(self, *, lost: bool) -> None:
        """Tell that sound has stopped to come and go, or does again."""
        self._tell("warning", name="media-lost" if lost else "media-back")

    def vanish(self) -> None:
        """Break the line to the page."""
        self._put(None)

    def send_piece(self, piece: bytes) -> None:
        """Carry a piece of the page's own voice."""
        if self._call and self._call == self._handset.call_sid:
            self._engine.send_piece(self._handset, piece)

    # What the page asks for.

    async def obey(self, text: str) -> None:
        """Do what one message asks for, or answer with an error."""
        try:
            message = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError:
            self._refuse("message")
            return
        action = self._actions().get(str(message.get("type")))
        named = message.get("call_sid")
        if action is None:
            self._refuse("message")
        elif named and named != self._handset.call_sid:
            self._refuse("wrong-call")
        else:
            try:
                await action(message)
            except CannotDo as error:
                self._refuse(error.reason)
            except BadToken as error:
                self._tell("error", code=error.code, message="Token refused", reason=error.reason)

    def _actions(self) -> dict[str, Callable[[Json], Awaitable[None]]]:
        return {
            "register": self._do_register,
            "unregister": self._do_unregister,
            "connect": self._do_connect,
            "accept": self._do_accept,
            "reject": self._do_reject,
            "disconnect": self._do_disconnect,
            "digits": self._do_digits,
            "mute": self._do_mute,
            "say": self._do_say,
            "ping": self._do_ping,
        }

    async def _do_register(self, message: Json) -> None:
        self._read_token(message)
        self._register(on=True)
        self._tell("registered")
        self.sync()

    async def _do_unregister(self, _: Json) -> None:
        self._register(on=False)
        self._tell("unregistered")

    async def _do_connect(self, message: Json) -> None:
        if message.get("token"):
            self._read_token(message)
        application = self._find_application(str(message.get("application_sid") or ""))
        given = message.get("params") or {}
        params = {str(name): str(value) for name, value in dict(given).items()}
        if self._handset.is_busy:
            raise CannotDo("busy")
        leg = self._engine.connect(self._handset, application, params)
        self._take(leg)
        self._tell("outgoing", call_sid=leg.sid)
        self.sync()

    async def _do_accept(self, _: Json) -> None:
        leg = self._carrier.legs.get(self._handset.call_sid)
        self._engine.pick_up(self._handset, answer=True)
        if leg is not None:
            self._take(leg)

    async def _do_reject(self, _: Json) -> None:
        sid = self._handset.call_sid
        self._engine.pick_up(self._handset, answer=False)
        self._call, self._rings = sid, ""

    async def _do_disconnect(self, _: Json) -> None:
        if not self._call:
            raise CannotDo("no-call")
        await self._engine.hang_up(self._handset)

    async def _do_digits(self, message: Json) -> None:
        heard = self._engine.press(self._handset, str(message.get("digits", "")))
        self._tell("digits", heard=heard)

    async def _do_mute(self, message: Json) -> None:
        self._handset.is_muted = bool(message.get("muted"))
        self._tell("muted", muted=self._handset.is_muted)

    async def _do_say(self, message: Json) -> None:
        language = str(message.get("language") or "uk-UA")
        self._engine.say(self._handset, str(message.get("text", "")), language=language)

    async def _do_ping(self, _: Json) -> None:
        self._tell("pong")

    # Inside.

    def _read_token(self, message: Json) -> None:
        """Check who the page says it is.

        Raises:
            BadToken: It is not allowed to.
        """
        token, secret = str(message.get("token") or ""), self._simulator.config.api_secret
        if not token and not secret:
            return
        grant = read_token(token, secret, RealClock().now().timestamp())
        if grant.identity != self._identity:
            raise BadToken(20101, "token")
        self._grant = grant

    def _find_application(self, wanted: str) -> Application:
        """Application the page is to be connected with.

        Raises:
            CannotDo: ``no-application``.
        """
        applications = self._carrier.applications
        sid = wanted or self._grant.application_sid
        if not sid and len(applications) == 1:
            sid = next(iter(applications))
        if sid not in applications:
            raise CannotDo("no-application")
        return applications[sid]

    def _register(self, *, on: bool) -> None:
        self.is_registered = on
        others = [o for o in self._others() if isinstance(o, SoftphoneSession)]
        self._handset.is_registered = on or any(o.is_registered for o in others)
        self._carrier.hub.changed()

    def _others(self) -> list[Listener]:
        return [listener for listener in self._handset.listeners if listener is not self]

    def _take(self, leg: Leg) -> None:
        """The present call is this page's."""
        self._call, self._is_on, self._room, self._rings = leg.sid, False, {}, ""

    def _accepted(self, leg: Leg, *, resumed: bool = False) -> None:
        self._is_on = True
        direction = "incoming" if leg.is_outbound else "outgoing"
        extra = {"resumed": True} if resumed else {}
        self._tell("accepted", call_sid=leg.sid, direction=direction, **extra)

    def _sync_call(self, leg: Leg) -> None:
        if not self._is_on:
            self._accepted(leg)
        company = [
            {"call_sid": other.sid, "label": label, "name": name_of(other, label)}
            for other, label in self._carrier.others(leg)
        ]
        room = {"state": find_state(self._carrier, leg), "company": company}
        if room != self._room:
            self._room = room
            self._tell("room", call_sid=leg.sid, **room)

    def _sync_end(self) -> None:
        """Tell that it rings no more, or that the call is over."""
        ringing = self._carrier.legs.get(self._rings)
        if ringing is not None and ringing.status is not CallStatus.RINGING:
            self._tell("cancelled", call_sid=self._rings)
            self._rings = ""
        call = self._carrier.legs.get(self._call)
        if call is not None and call.is_ended:
            self._tell("disconnected", call_sid=call.sid, outcome=call.status.value)
            self._call, self._is_on, self._room = "", False, {}

    async def _give_up(self, leg: Leg) -> None:
        """End a call whose page has not come back in time."""
        await self._simulator.clock.sleep(self._simulator.config.softphone_grace)
        if leg.is_deaf and not leg.is_ended:
            await self._engine.cut(leg, CallStatus.COMPLETED)

    def _refuse(self, reason: str) -> None:
        code = CODES.get(reason, BAD_MESSAGE)
        self._tell("error", code=code, message="Cannot do that now", reason=reason)

    def _tell(self, type: str, **facts: Any) -> None:  # noqa: A002, ANN401 - the message's own word
        self._put({"type": type, **facts})

    def _put(self, item: Json | bytes | None) -> None:
        """Queue for the page; a page that does not read loses the oldest."""
        while self._out.full():
            self._out.get_nowait()
        self._out.put_nowait(item)
