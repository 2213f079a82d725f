"""Who does what in a rehearsal, as data: so that it can be kept, and shortened."""

from msgspec import Struct


class Citizen(Struct, frozen=True, kw_only=True):
    """One person with a telephone and a question."""

    name: str
    number: str
    is_withheld: bool = False
    slot: int | None = None
    """Which of the bookable slots is booked."""
    dials_at: float | None = None
    """Seconds from the booked time, or without a booking from the start; None: never calls."""
    wrong_codes: int = 0
    is_silent: bool = False
    """Presses nothing when asked."""
    patience: float = 3600.0
    """Hangs up after waiting so long."""
    talks: float = 180.0
    drops_after: float | None = None
    """The connection breaks after so many seconds of talk."""
    calls_again_after: float | None = None
    """Calls again so long after a call has broken off before its time."""
    asks_again_after: float | None = None
    """Calls with another question so long after a talk that was not cut short."""
    second_call_after: float | None = None
    """Calls from a second telephone with the same number, so long after the first."""
    keys: str = ""
    """What is pressed while waiting, one key every ten seconds."""
    consents: bool = True
    answers_call_back: str = "yes"
    """``yes``, ``no``, ``declines``, or ``machine``: a voicemail, which presses no key."""


class Official(Struct, frozen=True, kw_only=True):
    """The person who answers; how one behaves at each ring, the last one for all that follow."""

    name: str
    number: str
    answers_after: tuple[float, ...] = (4.0,)
    """Seconds of ringing; negative: does not answer at all."""
    is_machine: tuple[bool, ...] = (False,)
    """Whether a voicemail picks up, which never presses a key."""
    drops_at: tuple[float, ...] = ()
    """Seconds from the start at which the telephone goes dead."""
    stars_at: tuple[float, ...] = ()
    """Seconds from the start at which the key is pressed that opens the menu."""
    menu_keys: str = ""
    """What is chosen in the menu, one key each time."""


class Deed(Struct, frozen=True, kw_only=True):
    """Something the operator does at a moment."""

    at: float
    what: str


class Operator(Struct, frozen=True, kw_only=True):
    """Who leads the session; one that is automatic needs no "next"."""

    name: str
    is_automatic: bool = True
    reaction: float = 0.5
    """Seconds until "next" is pressed."""
    overrun: float = 1.3
    """Ends a talk that lasts so many times its planned length."""
    deeds: tuple[Deed, ...] = ()


class Fault(Struct, frozen=True, kw_only=True):
    """Something that goes wrong with chance ``probability``, from ``at`` on for ``lasts`` seconds.

    ``seconds`` is how long it delays, or how long the product is down.
    """

    kind: str
    at: float
    lasts: float = 0.0
    probability: float = 1.0
    seconds: float = 0.0


class SessionScript(Struct, frozen=True, kw_only=True):
    """One session: ``starts_after`` is in seconds of the timeline, whole minutes."""

    number: int
    starts_after: float
    minutes: int
    talk_minutes: int
    line: str
    official: Official
    operator: Operator
    citizens: tuple[Citizen, ...]
    is_recorded: bool = False


class Script(Struct, frozen=True, kw_only=True):
    """Everything that will happen by itself."""

    seed: int
    sessions: tuple[SessionScript, ...]
    faults: tuple[Fault, ...] = ()
    is_real_time: bool = False

    @property
    def people(self) -> int:
        """How many citizens there are."""
        return sum(len(session.citizens) for session in self.sessions)
