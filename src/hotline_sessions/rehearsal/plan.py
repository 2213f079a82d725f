"""What is to be rehearsed."""

from typing import Final

from msgspec import Struct


FAULT_KINDS: Final = (
    "duplicate",
    "permute",
    "delay",
    "lose",
    "refuse",
    "slow-rest",
    "rest-errors",
    "lost-answer",
    "race",
    "restart",
    "cut",
)


class Plan(Struct, frozen=True, kw_only=True):
    """Sessions and the people in them; shares are between 0 and 1."""

    sessions: int = 10
    callers: int = 20
    minutes: int = 60
    talk_minutes: int = 4
    talk_seconds: float = 170.0
    """Mean length of a talk; the planned one is ``talk_minutes``."""
    booked: float = 0.6
    walk_in_percent: int = 30
    patience_seconds: float = 1800.0
    oddity: float = 0.4
    """Share of people who do something unusual."""
    faults: frozenset[str] = frozenset()
    is_real_time: bool = False
