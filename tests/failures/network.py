"""A session whose calls come by signed webhooks, as Twilio sends them."""

import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any, cast
from urllib.parse import urlencode

import httpx
from litestar import Litestar
from tests.factories import LINE, SECRET
from tests.services.telephony import Show

from hotline_sessions.domain.calls import CallState, Leg
from hotline_sessions.domain.ids import CallSid
from hotline_sessions.domain.network import LineStatus
from hotline_sessions.services.reconcile import reconcile
from hotline_sessions.store.calls import find_leg_by_sid
from hotline_sessions.web.errors import exception_handlers
from hotline_sessions.web.webhooks.routes import twilio_router
from hotline_sessions.web.webhooks.setup import TwilioSetup


BASE = "https://hotline.example.gov.ua"
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "5" * 32
CONFERENCE = "CF" + "a" * 32


class Network:
    """Twilio's side of one session: what it asks and reports, signed; every answer is kept."""

    def __init__(self, show: Show, client: httpx.AsyncClient) -> None:
        self.show = show
        self.client = client
        self.statuses: list[int] = []
        self._numbers = count(1)

    async def post(self, path: str, **fields: str) -> str:
        """Text of the answer to a signed webhook; ``from_`` is the field ``From``."""
        form = {"AccountSid": ACCOUNT} | {
            name.rstrip("_")[:1].upper() + name.rstrip("_")[1:]: value
            for name, value in fields.items()
        }
        address = f"{BASE}/tw/v1{path}"
        text = address + "".join(name + form[name] for name in sorted(form))
        digest = hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()
        response = await self.client.post(
            f"/tw/v1{path}",
            content=urlencode(form),
            headers={
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "X-Twilio-Signature": base64.b64encode(digest).decode(),
            },
        )
        self.statuses.append(response.status_code)
        return response.text

    async def ask(self, path: str, sid: CallSid, **fields: str) -> str:
        """A call asks what comes next."""
        known = {"callSid": sid, "callStatus": "in-progress", "from_": "", "to": LINE}
        return await self.post(path, **(known | fields))

    async def dial(self, number: str = "", sid: CallSid | None = None) -> CallSid:
        """A citizen calls; the number is withheld unless given."""
        sid = sid or self.show.new_sid()
        await self.ask("/in", sid, callStatus="ringing", from_=number)
        return sid

    async def wait(self, number: str = "") -> CallSid:
        """A citizen calls, keys in nothing and waits."""
        sid = await self.dial(number)
        leg = await self.leg(sid)
        if leg.state is CallState.GREETING:
            await self.ask(f"/in/code?leg={leg.public_id}&n=1", sid, digits="")
        return sid

    async def come(self, sid: CallSid) -> str:
        """A summoned citizen asks what comes next."""
        leg = await self.leg(sid)
        return await self.ask(f"/air/join?leg={leg.public_id}&t={leg.turn}", sid)

    async def room(self, event: str, sid: CallSid, *, is_over: bool = False) -> None:
        """The conference reports that somebody has come in or gone out."""
        number = str(next(self._numbers))
        on_air = self.show.line.on_air
        if event == "join":
            on_air.add(sid)
        else:
            on_air.discard(sid)
        over = {"participantCallStatus": "completed"} if is_over else {}
        await self.post(
            f"/conf?s={self.show.session.public_id}",
            conferenceSid=CONFERENCE,
            friendlyName=f"s-{self.show.session.public_id}-air",
            statusCallbackEvent=f"participant-{event}",
            sequenceNumber=number,
            callSid=sid,
            **over,
        )

    async def talk(self, sid: CallSid) -> None:
        """A summoned citizen comes to the air and is there."""
        await self.come(sid)
        await self.room("join", sid)

    async def status(self, sid: CallSid, status: str, leg: str = "", number: str = "") -> None:
        """A call reports how far it is."""
        path = f"/status?leg={leg}" if leg else "/status"
        fields = {"sequenceNumber": number} if number else {}
        await self.ask(path, sid, callStatus=status, **fields)

    async def hang_up(self, sid: CallSid) -> None:
        """The receiver is put down: room and call report it."""
        if (await self.leg(sid)).state in {CallState.TALKING, CallState.HELD, CallState.PRESENT}:
            await self.room("leave", sid, is_over=True)
        self.show.line.statuses[sid] = LineStatus.OVER
        await self.status(sid, "completed")

    async def leg(self, sid: CallSid) -> Leg:
        """The leg of a call."""
        leg = await find_leg_by_sid(sid)
        assert leg is not None
        return leg

    async def state(self, sid: CallSid) -> CallState:
        """Where a call stands."""
        return (await self.leg(sid)).state

    async def pass_seconds(self, seconds: float) -> None:
        """Let time pass, and do what time brings: clock, watchdogs, outbox."""
        self.show.clock.pass_time(timedelta(seconds=seconds))
        await self.show.step()
        await reconcile(self.show.line, clock=self.show.clock)
        await self.show.send()


@asynccontextmanager
async def open_network(show: Show) -> AsyncIterator[Network]:
    """The webhooks of the product, behind signatures."""
    setup = TwilioSetup(
        public_base_url=BASE,
        account_sid=ACCOUNT,
        secrets=(TOKEN,),
        booking_secret=SECRET,
        clock=show.clock,
    )
    app = Litestar(
        [twilio_router(setup)],
        exception_handlers=exception_handlers(),
        openapi_config=None,
        logging_config=None,
    )
    transport = httpx.ASGITransport(cast("Any", app))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Network(show, client)


def read_verbs(document: str) -> list[str]:
    """Names of the verbs of a document, in their order."""
    return re.findall(r"<([A-Z][a-zA-Z]+)", document)[1:]
