"""What the steps of services by phone are given, and what they give back."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

import msgspec
from msgspec import Struct

from hotline_sessions.domain.menu_prompts import Remark, TellBooked
from hotline_sessions.domain.phone_menu import Dialogue, Facts, Step
from hotline_sessions.domain.prompts import Prompt


class Turn(Struct, frozen=True, kw_only=True):
    """What was keyed in at a step; ``secret`` keys the hashes of codes."""

    dialogue: Dialogue
    keys: str
    secret: bytes
    now: datetime

    @property
    def facts(self) -> Facts:
        """What was chosen and proven before."""
        return self.dialogue.facts


class Outcome(Struct, frozen=True, kw_only=True):
    """Where a turn leads, and what is told there; ``is_miss`` when the keys meant nothing.

    ``told`` is the booking that was made; ``prompt`` what comes next when the caller leaves the
    menu.
    """

    step: Step
    facts: Facts
    remarks: tuple[Remark, ...] = ()
    is_miss: bool = False
    language: str | None = None
    told: TellBooked | None = None
    prompt: Prompt | None = None


Handler: TypeAlias = Callable[[Turn], Awaitable[Outcome]]


def lead(turn: Turn, step: Step, *remarks: Remark, **changes: object) -> Outcome:
    """On to ``step``, with ``changes`` of the facts."""
    return Outcome(step=step, facts=msgspec.structs.replace(turn.facts, **changes), remarks=remarks)


def miss(turn: Turn, remark: Remark = Remark.NOT_UNDERSTOOD) -> Outcome:
    """The same question again; silence needs no remark."""
    return Outcome(
        step=turn.dialogue.step,
        facts=turn.facts,
        remarks=(remark,) if turn.keys else (),
        is_miss=True,
    )
