"""What a playing document works with: the carrier, the clock, the sender, the reporter."""

from functools import lru_cache, partial
from typing import Final
from urllib.parse import urljoin

from msgspec import Struct

from hotline_sessions.phonesim.carrier import Carrier
from hotline_sessions.phonesim.clock import Clock, Tasks
from hotline_sessions.phonesim.config import PhonesimConfig
from hotline_sessions.phonesim.grammar import check_text
from hotline_sessions.phonesim.legs import Goto, Leg
from hotline_sessions.phonesim.parameters import voice_parameters
from hotline_sessions.phonesim.reporter import Reporter
from hotline_sessions.phonesim.taking import Taker
from hotline_sessions.phonesim.twiml import BadDocument, Document, parse_document
from hotline_sessions.phonesim.webhooks import DeliveryFailed, WebhookSender


NO_CONTENT: Final = 204
KEPT_ADDRESSES: Final = 16_384


class DocumentUnavailable(Exception):
    """Neither the URL nor its fallback brought a document that can be played."""


class Stage(Struct, frozen=True, eq=False, kw_only=True):
    """The working parts of one simulator."""

    config: PhonesimConfig
    clock: Clock
    tasks: Tasks
    carrier: Carrier
    sender: WebhookSender
    reporter: Reporter
    taker: Taker

    async def fetch(self, leg: Leg, goto: Goto) -> Document:
        """Document at ``goto``, or at the call's fallback address if that fails.

        Raises:
            DocumentUnavailable: There is nothing to play.
        """
        try:
            return await self._fetch_one(leg, goto)
        except (DeliveryFailed, BadDocument) as error:
            code = error.code if isinstance(error, BadDocument) else 11200
            text = str(error) if isinstance(error, BadDocument) else "HTTP retrieval failure"
            self.carrier.notify(code, text, call_sid=leg.sid, url=_bare(goto.url))
            if not leg.fallback_url or leg.fallback_url == goto.url:
                raise DocumentUnavailable from error
            extra = {"ErrorCode": str(code), "ErrorUrl": _bare(goto.url)}
        try:
            return await self._fetch_one(leg, Goto(url=leg.fallback_url, extra=extra))
        except (DeliveryFailed, BadDocument) as error:
            self.carrier.notify(11200, "Fallback failed", call_sid=leg.sid, url=leg.fallback_url)
            raise DocumentUnavailable from error

    def request_in_vain(self, leg: Leg, goto: Goto) -> None:
        """Request an address whose answer is ignored."""
        parameters = self._parameters(leg, goto)
        seconds = self.config.switches.phantom_action_delay
        if not seconds:
            self.sender.post(goto.url, parameters, goto.method)
            return
        post = partial(self.sender.post, goto.url, parameters, goto.method)
        self.clock.call_later(seconds, post)

    async def _fetch_one(self, leg: Leg, goto: Goto) -> Document:
        if goto.text:
            return parse_document(goto.text, goto.url)
        answer = await self.sender.send(goto.url, goto.method, self._parameters(leg, goto))
        text = "<Response/>" if answer.status == NO_CONTENT or not answer.text else answer.text
        document = parse_document(text, answer.url)
        for finding in check_text(text, document):
            self.carrier.notify(12200, finding, call_sid=leg.sid, url=answer.url)
        return document

    def _parameters(self, leg: Leg, goto: Goto) -> list[tuple[str, str]]:
        values = voice_parameters(self.config.account_sid, leg)
        values.update(goto.extra)
        return list(values.items())


@lru_cache(maxsize=KEPT_ADDRESSES)
def absolute(base: str, url: str) -> str:
    """Address ``url`` as seen from the document at ``base``; empty means that document."""
    return urljoin(base, url) if url else base


def _bare(url: str) -> str:
    return url.partition("#")[0]
