"""Who does what in a rehearsal: drawn from a seed, kept as data, so that it can be shortened."""

from random import Random
from typing import Final

from msgspec import Struct

from hotline_sessions.rehearsal.plan import Plan


FIRST_SESSION_SECONDS: Final = 600.0
"""When the first session starts."""
STAGGER_MINUTES: Final = 15
"""Sessions start within so many minutes of each other."""
LOBBY_SECONDS: Final = 300.0


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
    second_call_after: float | None = None
    """Calls from a second telephone with the same number, so long after the first."""
    keys: str = ""
    """What is pressed while waiting, one key every ten seconds."""
    consents: bool = True


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


class Deed(Struct, frozen=True, kw_only=True):
    """Something the operator does at a moment."""

    at: float
    what: str


class Operator(Struct, frozen=True, kw_only=True):
    """Who leads the session: ``reaction`` is how soon "next" is pressed, where it must be."""

    reaction: float = 0.5
    overrun: float = 1.3
    """Ends a talk that lasts so many times its planned length."""
    deeds: tuple[Deed, ...] = ()


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that goes wrong: from ``at`` on for ``lasts`` seconds of the whole timeline."""

    kind: str
    at: float
    lasts: float = 0.0
    session: int | None = None
    """Of which session; None: of all."""
    seconds: float = 0.0
    probability: float = 1.0


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


class Script(Struct, frozen=True, kw_only=True):
    """Everything that will happen by itself."""

    seed: int
    sessions: tuple[SessionScript, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def people(self) -> int:
        """How many citizens there are."""
        return sum(len(session.citizens) for session in self.sessions)


def draw_script(plan: Plan, seed: int) -> Script:
    """The script that ``seed`` gives."""
    sessions = tuple(_draw_session(plan, seed, number) for number in range(plan.sessions))
    return Script(seed=seed, sessions=sessions)


def _draw_session(plan: Plan, seed: int, number: int) -> SessionScript:
    rng = Random(f"{seed}:session:{number}")  # noqa: S311 - dice, not secrets
    starts_after = FIRST_SESSION_SECONDS + 60.0 * rng.randrange(
        1 if plan.sessions == 1 else STAGGER_MINUTES
    )
    slots = max(1, plan.minutes // plan.talk_minutes)
    bookable = list(range(slots - round(slots * plan.walk_in_percent / 100)))
    rng.shuffle(bookable)
    citizens = []
    for index in range(plan.callers):
        wants_slot = rng.random() < plan.booked and bool(bookable)
        slot = bookable.pop() if wants_slot else None
        citizens.append(_draw_citizen(plan, seed, number, index, slot))
    return SessionScript(
        number=number,
        starts_after=starts_after,
        minutes=plan.minutes,
        talk_minutes=plan.talk_minutes,
        line=f"+38044{number:07d}",
        official=_draw_official(plan, rng, number),
        operator=_draw_operator(plan, rng),
        citizens=tuple(citizens),
    )


def _draw_official(plan: Plan, rng: Random, number: int) -> Official:
    return Official(
        name=f"official-{number}", number=f"+38032{number:07d}", answers_after=(rng.uniform(2, 9),)
    )


def _draw_operator(plan: Plan, rng: Random) -> Operator:
    return Operator(reaction=rng.uniform(0.2, 1.5))


def _draw_citizen(plan: Plan, seed: int, session: int, index: int, slot: int | None) -> Citizen:
    rng = Random(f"{seed}:citizen:{session}:{index}")  # noqa: S311 - dice, not secrets
    if slot is None:
        dials_at = rng.uniform(-LOBBY_SECONDS, plan.minutes * 60 * 0.9)
    else:
        dials_at = -rng.uniform(20, 240)
    is_odd = rng.random() < plan.oddity
    talks = max(10.0, rng.gauss(plan.talk_seconds, plan.talk_seconds / 3))
    citizen = Citizen(
        name=f"citizen-{session}-{index}",
        number=f"+38050{session:03d}{index:04d}",
        slot=slot,
        dials_at=dials_at,
        talks=talks,
        patience=plan.patience_seconds * rng.uniform(0.5, 1.5),
    )
    return _make_odd(citizen, plan, rng) if is_odd else citizen


def _make_odd(citizen: Citizen, plan: Plan, rng: Random) -> Citizen:
    return citizen
