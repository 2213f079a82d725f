"""Rules of an institution: all that it may choose of the way it is booked and called."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.errors import Conflict
from hotline_sessions.domain.policies import CallPolicy


class RulesKind(StrEnum):
    """Which of the two sets of rules."""

    BOOKING = "booking"
    CALLS = "calls"


class BookingRules(BookingPolicy, frozen=True, kw_only=True):
    """The policy of booking, and what stands beside it in the row of the institution."""

    booking_cutoff_minutes: Annotated[int, Meta(ge=0, le=7 * 24 * 60)] = 30
    """How long before a slot booking it ends."""


class CallRules(CallPolicy, frozen=True, kw_only=True):
    """The policy of calls, and what stands beside it in the row of the institution."""

    walk_in_percent: Annotated[int, Meta(ge=0, le=100)] = 30
    """Share of a session kept for callers without booking."""
    lobby_minutes: Annotated[int, Meta(ge=0, le=240)] = 5
    """How long before the start callers are admitted to the queue."""


Rules = BookingRules | CallRules

SHAPES: Final[Mapping[RulesKind, type[BookingRules | CallRules]]] = MappingProxyType(
    {RulesKind.BOOKING: BookingRules, RulesKind.CALLS: CallRules}
)
BESIDE: Final[Mapping[RulesKind, tuple[str, ...]]] = MappingProxyType(
    {
        RulesKind.BOOKING: ("booking_cutoff_minutes",),
        RulesKind.CALLS: ("walk_in_percent", "lobby_minutes"),
    }
)
"""Rules that have a column of their own, and no place in the policy."""


class RulesChanged(Conflict):
    """Somebody else has saved other rules since these were read."""

    code = "rules-changed"


def build_stamp(rules: Rules) -> str:
    """Names the rules by what they are: who holds the stamp knows what would be replaced."""
    return hashlib.sha256(msgspec.json.encode(rules)).hexdigest()[:16]


def check_stamp(rules: Rules, stamp: str) -> None:
    """Look whether the rules are still those that were read.

    Raises:
        RulesChanged: They are not.
    """
    if build_stamp(rules) != stamp:
        raise RulesChanged


class ChangedRules(Struct, frozen=True, kw_only=True):
    """A change of rules: names, each with what it was and what it is; ``by`` None: a command."""

    kind: str
    changes: dict[str, tuple[Any, Any]]
    done_at: datetime
    by: str | None = None


def find_changes(old: Rules, new: Rules) -> dict[str, tuple[object, object]]:
    """Names of the rules that differ, with what they were and what they are."""
    before, after = asdict(old), asdict(new)
    return {name: (value, after[name]) for name, value in before.items() if value != after[name]}


def choose_own(kind: RulesKind, rules: Rules) -> dict[str, object]:
    """What of the policy differs from the built-in: the rest may follow a later release."""
    built_in = asdict(SHAPES[kind]())
    return {
        name: value
        for name, value in asdict(rules).items()
        if name not in BESIDE[kind] and value != built_in[name]
    }
