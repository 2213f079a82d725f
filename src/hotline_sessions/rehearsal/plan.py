"""What is to be rehearsed."""

from msgspec import Struct


class Plan(Struct, frozen=True, kw_only=True):
    """Sessions and the people in them; shares are between 0 and 1."""

    sessions: int = 10
    callers: int = 20
    minutes: int = 60
    talk_minutes: int = 4
    talk_seconds: float = 170.0
    """Mean length of a talk."""
    booked: float = 0.6
    """Share of callers who have booked."""
    walk_in_percent: int = 30
    patience_seconds: float = 1800.0
    """How long people wait, in the mean."""
    oddity: float = 0.35
    """Share of people who do something unusual."""
    automatic: float = 0.75
    """Share of sessions that need no "next"."""
    recorded: float = 0.4
    """Share of sessions in which callers are asked for consent to record."""
    faults: frozenset[str] = frozenset()
    storm: float = 1.0
    """How many times as often as usual things go wrong."""
    is_real_time: bool = False
    """Whether time passes as it does outside."""
