"""Faults on purpose: by rule, by chance and by count, the same again with the same seed."""

import random
from enum import StrEnum

from msgspec import Struct


class FaultKind(StrEnum):
    """What goes wrong."""

    DUPLICATE = "duplicate"
    DELAY = "delay"
    DROP = "drop"
    ERROR = "error"
    LOST_ANSWER = "lost-answer"


DECISIVE = frozenset({FaultKind.DROP, FaultKind.ERROR, FaultKind.LOST_ANSWER})
"""After one of these nothing else can strike the same request."""


class FaultRule(Struct, frozen=True, kw_only=True):
    """One kind of fault and where it strikes.

    ``on`` is ``webhook`` or ``rest``; ``match`` is a part of the URL or, for REST, of
    ``"POST /…"``; ``seconds`` delay or keep the caller hanging; ``status`` and ``code``
    are the error's; ``times`` bounds how often the rule strikes (0: without end).
    """

    kind: FaultKind
    on: str = "webhook"
    match: str = ""
    probability: float = 1.0
    times: int = 0
    seconds: float = 1.0
    status: int = 503
    code: int = 20503


class Faults:
    """The rules in force and the dice."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - dice, not secrets
        self._rules: list[FaultRule] = []
        self._counts: list[int] = []
        self.struck: list[tuple[FaultKind, str]] = []

    @property
    def rules(self) -> list[FaultRule]:
        """Rules in force, in order."""
        return list(self._rules)

    def add(self, rule: FaultRule) -> None:
        """Put a rule in force."""
        self._rules.append(rule)
        self._counts.append(0)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._rules.clear()
        self._counts.clear()

    def choose(self, on: str, subject: str) -> list[FaultRule]:
        """Rules that strike this ``subject`` now."""
        chosen = []
        for index, rule in enumerate(self._rules):
            spent = rule.times and self._counts[index] >= rule.times
            if rule.on != on or rule.match not in subject or spent:
                continue
            if self._rng.random() < rule.probability:
                self._counts[index] += 1
                self.struck.append((rule.kind, subject))
                chosen.append(rule)
                if rule.kind in DECISIVE:
                    break
        return chosen
