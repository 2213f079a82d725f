"""Faults on purpose: by rule, by chance and by count, the same again with the same seed."""

import random
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct


class FaultKind(StrEnum):
    """What goes wrong."""

    DUPLICATE = "duplicate"
    """A webhook comes twice at the same moment."""
    DUPLICATE_LATER = "duplicate-later"
    """A webhook comes again, to the letter, after ``seconds``."""
    DELAY = "delay"
    """A webhook comes, or a REST request is answered, ``seconds`` late."""
    REORDER = "reorder"
    """A status callback comes within ``seconds``, and others overtake it."""
    DROP = "drop"
    """A webhook never arrives (a document is asked for again, if its URL wants that)."""
    ERROR = "error"
    """A webhook is answered with ``status`` in front of the product; REST with ``code``."""
    TIMEOUT = "timeout"
    """The product gets the webhook, but its answer comes too late to count."""
    LOST_ANSWER = "lost-answer"
    """What was asked was done, and the answer is lost after ``seconds``."""
    GARBAGE = "garbage"
    """What was asked was done, and the answer is no JSON."""
    ENDED_BEFORE = "ended-before"
    """The call ends just before the REST request about it (the race behind 21220)."""
    SKEW = "skew"
    """``Timestamp`` is wrong by ``seconds``."""
    MEDIA_LOSS = "media-loss"
    """``seconds`` after a call is answered, it carries no sound for ``lasts``."""
    VANISH = "vanish"
    """``seconds`` after a call is answered, its telephone is gone."""


DECISIVE: Final = frozenset(
    {
        FaultKind.DROP,
        FaultKind.ERROR,
        FaultKind.TIMEOUT,
        FaultKind.LOST_ANSWER,
        FaultKind.GARBAGE,
        FaultKind.ENDED_BEFORE,
    }
)
"""After one of these nothing else can strike the same request."""


ALL_KINDS: Final = frozenset(FaultKind)


class FaultRule(Struct, frozen=True, kw_only=True):
    """One kind of fault and where it strikes.

    ``on`` is ``webhook``, ``rest`` or ``call``. ``match`` is a part of the URL, for REST of
    ``"POST /…"``, for calls of ``"inbound +380… → +380…"``; ``event`` is, for webhooks, the
    event or status reported, to the letter. ``nth`` strikes only the n-th time all this
    fits (0: every time, by ``probability``); ``times`` bounds how often the rule strikes
    (0: without end). ``seconds`` delay or keep the caller hanging, ``lasts`` is how long a
    loss lasts; ``status`` and ``code`` are the error's.
    """

    kind: FaultKind
    on: str = "webhook"
    match: str = ""
    event: str = ""
    probability: float = 1.0
    nth: int = 0
    times: int = 0
    seconds: float = 1.0
    lasts: float = 20.0
    status: int = 503
    code: int = 20503


class Strike(Struct, frozen=True, kw_only=True):
    """A fault that has struck: its kind and where."""

    kind: FaultKind
    subject: str


class Faults:
    """The rules in force and the dice; ``told`` hears of every strike."""

    def __init__(self, seed: int, told: Callable[[Strike], None] | None = None) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - dice, not secrets
        self._rules: list[FaultRule] = []
        self._counts: list[int] = []
        self._fits: list[int] = []
        self._told = told
        self.struck: Counter[FaultKind] = Counter()

    @property
    def rules(self) -> list[FaultRule]:
        """Rules in force, in order."""
        return list(self._rules)

    def add(self, rule: FaultRule) -> None:
        """Put a rule in force."""
        self._rules.append(rule)
        self._counts.append(0)
        self._fits.append(0)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._rules.clear()
        self._counts.clear()
        self._fits.clear()

    def choose(
        self,
        on: str,
        subject: str,
        events: frozenset[str] = frozenset(),
        kinds: frozenset[FaultKind] = ALL_KINDS,
    ) -> list[FaultRule]:
        """Rules of ``kinds`` that strike this ``subject`` now; ``events`` are what it reports."""
        chosen = []
        for index, rule in enumerate(self._rules):
            if rule.kind not in kinds:
                continue
            if not self._fits_now(index, rule, on, subject, events):
                continue
            if not rule.nth and self._rng.random() >= rule.probability:
                continue
            self._counts[index] += 1
            self.struck[rule.kind] += 1
            if self._told is not None:
                self._told(Strike(kind=rule.kind, subject=subject))
            chosen.append(rule)
            if rule.kind in DECISIVE:
                break
        return chosen

    def spread(self, seconds: float) -> float:
        """Some time between none and ``seconds``."""
        return self._rng.uniform(0.0, seconds)

    def _fits_now(
        self, index: int, rule: FaultRule, on: str, subject: str, events: frozenset[str]
    ) -> bool:
        spent = rule.times and self._counts[index] >= rule.times
        if rule.on != on or spent or rule.match not in subject:
            return False
        if rule.event and rule.event not in events:
            return False
        self._fits[index] += 1
        return not rule.nth or self._fits[index] == rule.nth


def find_rule(rules: list[FaultRule], *kinds: FaultKind) -> FaultRule | None:
    """First of ``rules`` that is of one of ``kinds``."""
    return next((rule for rule in rules if rule.kind in kinds), None)
