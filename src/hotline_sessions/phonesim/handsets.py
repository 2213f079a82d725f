"""Telephones in the simulator: a SIM card, what its owner heard, and the messages received."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct

from hotline_sessions.phonesim.config import WITHHELD_CALLER


CLIENT: Final = "client:"
"""How the address of a telephone in a browser begins."""


class SoundKind(StrEnum):
    """What kind of sound reached the ear."""

    SAY = "say"
    PLAY = "play"
    BEEP = "beep"
    PEER = "peer"
    OWN = "own"
    KEYS = "keys"
    INFO = "info"


class Sound(Struct, frozen=True, kw_only=True):
    """Something heard or said on a telephone.

    ``who`` is the other person's name, if any, ``peer`` his call and ``label`` his label in
    the conference; ``seconds`` is how long it takes.
    """

    seq: int
    at: datetime
    call_sid: str
    kind: SoundKind
    text: str
    language: str = "uk-UA"
    who: str = ""
    peer: str = ""
    label: str = ""
    seconds: float = 0.0


class Sms(Struct, frozen=True, kw_only=True):
    """A text message that arrived."""

    sid: str
    at: datetime
    sender: str
    body: str


class Listener:
    """Somebody who follows a telephone as it rings and speaks: a page in a browser."""

    def hear(self, sound: Sound) -> None:
        """A sound has reached the telephone."""

    def hear_piece(self, speaker: str, piece: bytes) -> None:
        """A piece of somebody's voice has; ``speaker`` is his call."""

    def lose_media(self, *, lost: bool) -> None:
        """Sound has stopped to come and go, or does again."""

    def vanish(self) -> None:
        """The page is gone, as if its machine had been switched off."""


class Handset:
    """A telephone with its SIM card, or one in a browser."""

    def __init__(
        self,
        *,
        sim_id: str,
        name: str,
        number: str,
        withheld: bool = False,
        voicemail: bool = False,
    ) -> None:
        self.sim_id = sim_id
        self.name = name
        self.number = number
        self.withheld = withheld
        self.voicemail = voicemail
        self.landline = False
        self.unsubscribed = False
        self.is_registered = False
        self.call_sid = ""
        self.sounds: list[Sound] = []
        self.inbox: list[Sms] = []
        self.left_messages: list[str] = []
        self.last_outcome = ""
        self.listeners: list[Listener] = []
        self.is_muted = False

    @property
    def shown_number(self) -> str:
        """Number the called party sees."""
        return WITHHELD_CALLER if self.withheld else self.number

    @property
    def is_busy(self) -> bool:
        """Whether a call occupies the telephone."""
        return bool(self.call_sid)

    @property
    def is_client(self) -> bool:
        """Whether it is a telephone in a browser."""
        return self.number.startswith(CLIENT)


def parse_client(address: str) -> tuple[str, dict[str, str]]:
    """Address and parameters of ``client:name?leg=1``."""
    bare, _, query = address.partition("?")
    return bare, dict(parse_qsl(query, keep_blank_values=True))
