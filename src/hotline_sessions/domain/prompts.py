"""Prompts: what a person on the telephone is to live through next.

Use cases choose one; the words and the markup of the provider come later.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.menu_prompts import MenuStep


class Parting(StrEnum):
    """Why somebody is seen off, or asked to leave the question."""

    TALKED = "talked"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    DISMISSED = "dismissed"
    REPLACED = "replaced"
    FAILED = "failed"
    FULL = "full"
    NO_OFFICIAL = "no-official"
    RECORDED = "recorded"
    CALL_BACK = "call-back"
    PAUSED = "paused"
    WISHED = "wished"


class Notice(StrEnum):
    """What is said into one ear while the room goes on."""

    BRIEFING = "briefing"
    ENDING_SOON = "ending-soon"
    TIME_OVER = "time-over"
    OFFICIAL_BACK = "official-back"
    NOBODY_WAITS = "nobody-waits"
    OPERATOR_CALLED = "operator-called"


class Said(Struct, frozen=True, kw_only=True):
    """What all prompts have: the ``language`` in which they are said."""

    language: str = "uk"


class Host(Struct, frozen=True, kw_only=True):
    """Who answers on the line; names as they are written, in the language of the call.

    ``new_number`` is the present number of the line, for whoever has called an old one.
    """

    institution: str
    post: str
    official: str | None = None
    new_number: str = ""


class AskTail(Said, frozen=True, kw_only=True, tag=True):
    """Ask for the last two digits of the booking's code; ``attempt`` counts from 1.

    ``offers_menu`` is true where the star key leads to other services and to English,
    ``is_unclear`` where something was said just before, and not understood.
    """

    leg: PublicId
    attempt: int
    host: Host | None = None
    offers_menu: bool = False
    is_unclear: bool = False


class AskCode(Said, frozen=True, kw_only=True, tag=True):
    """Ask for the six digits of a booking, or for silence from who has none.

    ``is_unclear`` is true where something was said just before, and not understood.
    """

    leg: PublicId
    attempt: int
    host: Host | None = None
    offers_menu: bool = False
    is_unclear: bool = False


class AskConsent(Said, frozen=True, kw_only=True, tag=True):
    """Say that talks are recorded, and ask: 1 to agree, 2 to be heard without a recording."""

    leg: PublicId
    attempt: int
    host: Host | None = None
    is_transcribed: bool = False


class AskPresence(Said, frozen=True, kw_only=True, tag=True):
    """Ask a citizen who was called back to press 1: a machine does not."""

    leg: PublicId
    attempt: int
    host: Host | None = None


class Wait(Said, frozen=True, kw_only=True, tag=True):
    """Into the queue of the session, for the time numbered ``visit``.

    ``host`` is named to who has not been greeted yet; ``is_return`` is true for who was
    on the way to the air and has to wait again; with ``stops_listening`` the machine that
    listened to the talk does so no longer.
    """

    leg: PublicId
    session: PublicId
    visit: int
    slot_starts_at: datetime | None = None
    time_zone: str
    host: Host | None = None
    is_return: bool = False
    stops_listening: bool = False


class Silenced(StrEnum):
    """Why nobody is put through for a while."""

    NOTHING = ""
    BEFORE_START = "before-start"
    PAUSED = "paused"
    NO_OFFICIAL = "no-official"


class Hold(Said, frozen=True, kw_only=True, tag=True):
    """A while of waiting: place in the queue, minutes to wait, and what may be keyed.

    ``substitute`` is who answers instead of the one announced; ``starts_at`` is given
    before the start.
    """

    leg: PublicId | None = None
    position: int
    minutes: int
    round: int = 0
    silenced: Silenced = Silenced.NOTHING
    substitute: str = ""
    starts_at: datetime | None = None
    time_zone: str = "Europe/Kyiv"


class Join(Said, frozen=True, kw_only=True, tag=True):
    """Onto the air, for ``minutes`` of talk; ``limit_seconds`` is where the network cuts."""

    leg: PublicId
    session: PublicId
    turn: int
    minutes: int
    limit_seconds: int
    is_recorded: bool = False
    is_transcribed: bool = False
    is_return: bool = False


class Screen(Said, frozen=True, kw_only=True, tag=True):
    """Into a room with the operator, before the air."""

    leg: PublicId
    session: PublicId
    turn: int


class Question(Said, frozen=True, kw_only=True, tag=True):
    """Say why no talk is possible now, and record the question after the tone."""

    leg: PublicId
    why: Parting
    attempt: int = 1
    limit_seconds: int = 180
    stops_listening: bool = False


class Goodbye(Said, frozen=True, kw_only=True, tag=True):
    """Seen off."""

    why: Parting


class AskOfficial(Said, frozen=True, kw_only=True, tag=True):
    """Ask who picked up to press 1: a machine does not."""

    leg: PublicId
    attempt: int
    host: Host | None = None


class AskOperator(Said, frozen=True, kw_only=True, tag=True):
    """The same to an operator whose telephone was rung."""

    leg: PublicId
    attempt: int


class EnterAir(Said, frozen=True, kw_only=True, tag=True):
    """The official onto the air, for the whole session; told that the operator was called."""

    leg: PublicId
    session: PublicId
    visit: int
    limit_seconds: int
    is_return: bool = False
    is_operator_called: bool = False


class EnterRoom(Said, frozen=True, kw_only=True, tag=True):
    """An operator into the room of a screening (``partner``), or onto the air.

    ``coach`` is the call of the official who alone hears a whisper.
    """

    leg: PublicId
    session: PublicId
    turn: int
    partner: PublicId | None = None
    is_muted: bool = False
    coach: str | None = None
    limit_seconds: int = 4 * 3600


class Menu(Said, frozen=True, kw_only=True, tag=True):
    """To the services by telephone, out of the greeting of a session, at attempt ``visit``."""

    leg: PublicId
    visit: int = 0


class OfficialMenu(Said, frozen=True, kw_only=True, tag=True):
    """After the star key: 1 the next citizen, 2 five minutes more, 3 the operator, else back."""

    leg: PublicId
    visit: int


class Alone(Said, frozen=True, kw_only=True, tag=True):
    """What the official hears while no citizen is on the air."""

    leg: PublicId


class Held(Said, frozen=True, kw_only=True, tag=True):
    """What a citizen hears who is held because the official has dropped out."""

    leg: PublicId


class Whisper(Said, frozen=True, kw_only=True, tag=True):
    """Said into one ear; the facts are those of the citizen who comes, as far as known."""

    notice: Notice
    name: str = ""
    community: str = ""
    topic: str = ""
    waiting: int = 0


class Silence(Said, frozen=True, kw_only=True, tag=True):
    """Nothing to say: the call is over, or its answer is not read."""


Prompt: TypeAlias = (
    AskTail
    | AskCode
    | AskConsent
    | AskPresence
    | Wait
    | Hold
    | Join
    | Screen
    | Question
    | Goodbye
    | AskOfficial
    | AskOperator
    | EnterAir
    | EnterRoom
    | Menu
    | MenuStep
    | OfficialMenu
    | Alone
    | Held
    | Whisper
    | Silence
)
