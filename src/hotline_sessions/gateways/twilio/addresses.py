"""Addresses that Twilio is given: absolute, each telling the leg and the step it belongs to."""

from typing import Final
from urllib.parse import quote_plus

from msgspec import Struct

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.prompts import Notice, Parting


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


def screen_of(session: PublicId, citizen: PublicId) -> str:
    """Name of the room in which the operator talks to a citizen before the air."""
    return f"s-{session}-scr-{citizen}"


class Addresses(Struct, frozen=True):
    """Addresses under ``base``: scheme and host as Twilio sees them, no slash at the end."""

    base: str

    def incoming(self) -> str:
        """A call comes in; to be entered in Twilio's console."""
        return self._url("/in")

    def incoming_status(self) -> str:
        """Progress of a call that comes in; to be entered in Twilio's console."""
        return self._url("/status")

    def code(self, leg: PublicId, attempt: int) -> str:
        """A code has been keyed in."""
        return self._url("/in/code", leg=leg, n=attempt)

    def consent(self, leg: PublicId, attempt: int) -> str:
        """A caller has said whether the talk may be recorded."""
        return self._url("/in/consent", leg=leg, n=attempt)

    def called_back(self, leg: PublicId) -> str:
        """A citizen who was called back has picked up."""
        return self._url("/in/back", leg=leg)

    def present(self, leg: PublicId, attempt: int) -> str:
        """A citizen who was called back has pressed a key."""
        return self._url("/in/press", leg=leg, n=attempt)

    def hold(self, leg: PublicId) -> str:
        """What to say to a waiting caller."""
        return self._url("/q/wait", leg=leg)

    def waiting_key(self, leg: PublicId) -> str:
        """A waiting caller has pressed a key, or none."""
        return self._url("/q/key", leg=leg)

    def left_queue(self, leg: PublicId, visit: int) -> str:
        """A caller has come out of the queue."""
        return self._url("/q/left", leg=leg, n=visit)

    def back_to_queue(self, leg: PublicId, turn: int) -> str:
        """A caller is to wait (again)."""
        return self._url("/q/back", leg=leg, n=turn)

    def join(self, leg: PublicId, turn: int) -> str:
        """A citizen comes to the air."""
        return self._url("/air/join", leg=leg, t=turn)

    def after_air(self, leg: PublicId, turn: int) -> str:
        """A citizen has come out of the conference, or could not get in."""
        return self._url("/air/after", leg=leg, t=turn)

    def held(self, leg: PublicId) -> str:
        """What a citizen hears who is held on the air."""
        return self._url("/air/held", leg=leg)

    def tell(self, leg: PublicId, notice: Notice, turn: int) -> str:
        """What is said into one ear on the air."""
        return self._url("/air/tell", leg=leg, what=notice.value, n=turn)

    def question(self, leg: PublicId, why: Parting, turn: int = 0) -> str:
        """A caller is to leave the question."""
        return self._url("/question", leg=leg, why=why.value, n=turn)

    def question_left(self, leg: PublicId, attempt: int) -> str:
        """A caller has left the question."""
        return self._url("/question/done", leg=leg, n=attempt)

    def screen(self, leg: PublicId, turn: int) -> str:
        """A citizen comes to the operator, before the air."""
        return self._url("/screen/join", leg=leg, t=turn)

    def after_screen(self, leg: PublicId, turn: int) -> str:
        """A citizen has come out of the talk with the operator."""
        return self._url("/screen/after", leg=leg, t=turn)

    def goodbye(self, leg: PublicId, why: Parting) -> str:
        """A citizen is seen off."""
        return self._url("/bye", leg=leg, why=why.value)

    def recording(self, leg: PublicId) -> str:
        """Progress of a recording."""
        return self._url("/rec", leg=leg)

    def transcription(self, leg: PublicId) -> str:
        """What a machine hears."""
        return self._url("/stt", leg=leg)

    def menu(self, leg: PublicId, visit: int) -> str:
        """Services by telephone, out of the greeting of a session."""
        return self._url("/menu", leg=leg, n=visit)

    def menu_step(self, dialogue: PublicId, number: int) -> str:
        """Something has been keyed in in the menu."""
        return self._url("/menu/step", d=dialogue, n=number)

    def client(self) -> str:
        """A browser takes part; to be entered in the TwiML App."""
        return self._url("/client")

    def official_answered(self, leg: PublicId) -> str:
        """The official has picked up."""
        return self._url("/official/answer", leg=leg)

    def official_confirmed(self, leg: PublicId, attempt: int) -> str:
        """The official has pressed a key."""
        return self._url("/official/confirm", leg=leg, n=attempt)

    def official_left(self, leg: PublicId, visit: int) -> str:
        """The official has come out of the conference."""
        return self._url("/official/after", leg=leg, n=visit)

    def official_menu(self, leg: PublicId, visit: int) -> str:
        """The official has chosen from the menu, or nothing."""
        return self._url("/official/menu", leg=leg, n=visit)

    def official_back(self, leg: PublicId, visit: int) -> str:
        """The official is to come to the air (again)."""
        return self._url("/official/back", leg=leg, n=visit)

    def official_alone(self, leg: PublicId) -> str:
        """What the official hears while no citizen has come yet."""
        return self._url("/official/hold", leg=leg)

    def operator_answered(self, leg: PublicId) -> str:
        """The operator has picked up."""
        return self._url("/operator/answer", leg=leg)

    def operator_confirmed(self, leg: PublicId, attempt: int) -> str:
        """The operator has pressed a key."""
        return self._url("/operator/confirm", leg=leg, n=attempt)

    def operator_enters(self, leg: PublicId, turn: int) -> str:
        """The operator comes to a room."""
        return self._url("/operator/enter", leg=leg, t=turn)

    def operator_left(self, leg: PublicId, turn: int) -> str:
        """The operator has come out of a room."""
        return self._url("/operator/after", leg=leg, t=turn)

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
        tail = "&".join([f"{name}={_quote(str(value))}" for name, value in query.items()])
        return f"{self.base}{PREFIX}{path}{'?' if tail else ''}{tail}{OVERRIDES}"


def _quote(value: str) -> str:
    return value if value.isascii() and value.isalnum() else quote_plus(value)
