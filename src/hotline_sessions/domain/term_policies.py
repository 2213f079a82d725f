"""How an institution reads what the law leaves open about terms, and what it asks of itself.

Every choice has the cautious default; a lawyer of the institution may choose otherwise.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.deadlines import MonthReading, Reading, Start, Target
from hotline_sessions.domain.terms import (
    HOTLINE_SIMPLE_DAYS,
    HOTLINE_STUDY_DAYS,
    UnknownTerm,
    get_term,
)


SIMPLE_RULE: Final = "ART20_15D"
"""The term of what needs no study."""


class Channel(StrEnum):
    """A way by which appeals come that promises more than the law."""

    GOVERNMENT_HOTLINE = "government_hotline"


class ChannelTarget(Struct, frozen=True, kw_only=True):
    """Service standard of a channel in calendar days from registration."""

    channel: Channel
    simple_days: Annotated[int, Meta(ge=1, le=366)]
    study_days: Annotated[int, Meta(ge=1, le=366)]


HOTLINE_TARGET: Final = ChannelTarget(
    channel=Channel.GOVERNMENT_HOTLINE,
    simple_days=HOTLINE_SIMPLE_DAYS,
    study_days=HOTLINE_STUDY_DAYS,
)


class TermPolicy(Struct, frozen=True, kw_only=True):
    """What an institution has chosen; stored as far as chosen."""

    start: Start = Start.RECEIPT
    """Terms count from receipt, or from registration."""
    month: MonthReading = MonthReading.SAME_DATE
    """What a month is."""
    carry_over: bool = True
    """A last day that is a day off moves to the next working day."""
    forwards_in_working_days: bool = False
    """The five days for forwarding are working days, as Law 2073-IX would count them."""
    targets: tuple[ChannelTarget, ...] = (HOTLINE_TARGET,)
    """Service standards: internal targets, never the date of the law."""

    @property
    def reading(self) -> Reading:
        """What counting needs to know of it."""
        return Reading(month=self.month, carry_over=self.carry_over, start=self.start)

    def choose_forwarding_term(self, received_on: date) -> str:
        """Code of the term within which what was received on that day is forwarded."""
        if not self.forwards_in_working_days:
            return "ART7_5D"
        try:
            return get_term("ART7_5WD", received_on).code
        except UnknownTerm:
            return "ART7_5D"

    def find_target(self, channel: str, rule: str) -> Target | None:
        """What the channel promises for appeals under ``rule``, if it promises anything."""
        for each in self.targets:
            if each.channel == channel:
                days = each.simple_days if rule == SIMPLE_RULE else each.study_days
                return Target(channel=channel, days=days)
        return None
