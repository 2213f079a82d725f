"""Telephones in the simulator: a SIM card, what its owner heard, and the messages received."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.phonesim.config import WITHHELD_CALLER


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
    """Something heard or said on a telephone; ``who`` is the other person's name, if any."""

    seq: int
    at: datetime
    call_sid: str
    kind: SoundKind
    text: str
    language: str = "uk-UA"
    who: str = ""


class Sms(Struct, frozen=True, kw_only=True):
    """A text message that arrived."""

    sid: str
    at: datetime
    sender: str
    body: str


class Handset:
    """A telephone with its SIM card."""

    def __init__(self, *, sim_id: str, name: str, number: str, withheld: bool = False) -> None:
        self.sim_id = sim_id
        self.name = name
        self.number = number
        self.withheld = withheld
        self.call_sid = ""
        self.sounds: list[Sound] = []
        self.inbox: list[Sms] = []
        self.last_outcome = ""

    @property
    def shown_number(self) -> str:
        """Number the called party sees."""
        return WITHHELD_CALLER if self.withheld else self.number

    @property
    def is_busy(self) -> bool:
        """Whether a call occupies the telephone."""
        return bool(self.call_sid)
