"""A telephone with keys, and the carrier that asks what comes next by signed webhooks."""

import base64
import hashlib
import hmac
from typing import Any, cast
from urllib.parse import urlencode

import httpx
from litestar import Litestar
from tests.factories import LINE, NUMBERS, SECRET
from tests.fakes import FrozenClock

from hotline_sessions.phonesim.grammar import check_document
from hotline_sessions.phonesim.twiml import Document, Verb, parse_document
from hotline_sessions.web.errors import exception_handlers
from hotline_sessions.web.webhooks.routes import twilio_router
from hotline_sessions.web.webhooks.setup import TwilioSetup


BASE = "https://hotline.example.gov.ua"
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "5" * 32


def sign(url: str, form: dict[str, str]) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


def open_site(clock: FrozenClock) -> httpx.AsyncClient:
    """The webhooks of one installation, without a network."""
    setup = TwilioSetup(
        public_base_url=BASE,
        account_sid=ACCOUNT,
        secrets=(TOKEN,),
        booking_secret=SECRET,
        clock=clock,
    )
    app = Litestar(
        [twilio_router(setup)],
        exception_handlers=exception_handlers(),
        openapi_config=None,
        logging_config=None,
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", app)), base_url=BASE)


class Keypad:
    """One call: what is heard, and where the next keys go."""

    def __init__(self, client: httpx.AsyncClient, caller: str = "anonymous") -> None:
        self.client = client
        self.caller = caller
        self.sid = f"CA{0xD00000 + next(NUMBERS):032x}"
        self.action = ""
        self.heard = ""
        self.document = Document(url=BASE, root=Verb(name="Response"))

    async def dial(self) -> str:
        """Call the line."""
        return await self.visit(f"{BASE}/tw/v1/in")

    async def press(self, keys: str, *, said: str = "") -> str:
        """Answer the question by keys, by words, or by silence."""
        given = {"SpeechResult": said, "Confidence": "0.9"} if said else {"Digits": keys}
        return await self.visit(self.action, **given)

    async def visit(self, address: str, **fields: str) -> str:
        """Ask what comes next, as the carrier does; what is said then."""
        url = address.partition("#")[0]
        form = {
            "AccountSid": ACCOUNT,
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "From": self.caller,
            "To": LINE,
            **fields,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(url, form),
        }
        response = await self.client.post(url, content=urlencode(form), headers=headers)
        assert response.status_code == 200, response.text
        self.document = parse_document(response.text, BASE)
        assert check_document(self.document) == []
        verbs = self.document.verbs
        if verbs and verbs[0].name == "Redirect":
            return await self.visit(verbs[0].text)
        says = [verb for top in verbs for verb in (top, *top.children) if verb.name == "Say"]
        self.heard = " ".join(verb.text for verb in says)
        asking = [verb for verb in verbs if verb.name in {"Gather", "Record"}]
        self.action = asking[0].get("action") if asking else ""
        return self.heard

    @property
    def is_over(self) -> bool:
        """Whether the line is put down after the words."""
        return any(verb.name == "Hangup" for verb in self.document.verbs)
