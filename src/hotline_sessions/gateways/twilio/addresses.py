"""Addresses that Twilio is given: absolute, each telling the leg and the step it belongs to."""

from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.prompts import Parting


OVERRIDES: Final = "#rc=5&rp=all&ct=2000&rt=5000&tt=15000"
"""Five retries on any fault, 2 s to connect, 5 s to answer, 15 s in all; never signed.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

PREFIX: Final = "/tw/v1"


def queue_of(session: PublicId) -> str:
    """Name of the queue of a session; names are seen in Twilio's console: no personal data."""
    return f"s-{session}-wait"


def room_of(session: PublicId) -> str:
    """Name of the conference of a session."""
    return f"s-{session}-air"


class Addresses(Struct, frozen=True):
    """Addresses under ``base``: scheme and host as Twilio sees them, no slash at the end."""

    base: str

    def incoming(self) -> str:
        """A call comes in; to be entered in Twilio's console."""
        return self._url("/in")

    def code(self, leg: PublicId, attempt: int) -> str:
        """A code has been keyed in."""
        return self._url("/in/code", leg=leg, n=attempt)

    def hold(self, leg: PublicId) -> str:
        """What to say to a waiting caller."""
        return self._url("/q/wait", leg=leg)

    def left_queue(self, leg: PublicId, visit: int) -> str:
        """A caller has come out of the queue."""
        return self._url("/q/left", leg=leg, n=visit)

    def join(self, leg: PublicId, turn: int) -> str:
        """A citizen comes to the air."""
        return self._url("/air/join", leg=leg, t=turn)

    def after_air(self, leg: PublicId, turn: int) -> str:
        """A citizen has come out of the conference, or could not get in."""
        return self._url("/air/after", leg=leg, t=turn)

    def goodbye(self, leg: PublicId, why: Parting) -> str:
        """A citizen is seen off."""
        return self._url("/bye", leg=leg, why=why.value)

    def official_answered(self, leg: PublicId) -> str:
        """The official has picked up."""
        return self._url("/official/answer", leg=leg)

    def official_confirmed(self, leg: PublicId, attempt: int) -> str:
        """The official has pressed a key."""
        return self._url("/official/confirm", leg=leg, n=attempt)

    def official_left(self, leg: PublicId, visit: int) -> str:
        """The official has come out of the conference."""
        return self._url("/official/after", leg=leg, n=visit)

    def official_alone(self) -> str:
        """What the official hears while no citizen has come yet."""
        return self._url("/official/hold")

    def conference(self, session: PublicId) -> str:
        """Events of the conference of a session: the same address for all who enter it."""
        return self._url("/conf", s=session)

    def status(self, leg: PublicId) -> str:
        """Progress of a call that we have placed."""
        return self._url("/status", leg=leg)

    def text_status(self) -> str:
        """Progress of a text message."""
        return self._url("/sms")

    def _url(self, path: str, **query: object) -> str:
        tail = f"?{urlencode(query)}" if query else ""
        return f"{self.base}{PREFIX}{path}{tail}{OVERRIDES}"
