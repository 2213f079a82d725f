"""Figures of the register: how many appeals there were, of what sort, and answered in time."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct


By: TypeAlias = Literal["form", "kind", "topic", "result", "all"]


class Count(Struct, frozen=True, kw_only=True):
    """Appeals that have one ``code``, of the sort ``by``; an empty code: none was given.

    ``late`` were answered after their last lawful day, or still wait after it.
    """

    by: By
    code: str
    count: int
    answered: int
    late: int


class Figures(Struct, frozen=True, kw_only=True):
    """The counts of one time."""

    counts: list[Count]

    def list_by(self, by: By) -> list[Count]:
        """The counts of one sort, the largest first."""
        chosen = [count for count in self.counts if count.by == by]
        return sorted(chosen, key=lambda count: (-count.count, count.code))

    @property
    def total(self) -> Count:
        """All of them."""
        none = Count(by="all", code="", count=0, answered=0, late=0)
        return next((count for count in self.counts if count.by == "all"), none)


def list_faults(figures: Figures) -> list[By]:
    """Sorts whose counts do not add up to all appeals.

    Source: Guide to forms 1 and 2 of Methodology 630/2009: kinds, results and topics each
    sum to the total.
    """
    sorts: Iterable[By] = ("form", "kind", "topic", "result")
    return [
        by
        for by in sorts
        if sum(count.count for count in figures.list_by(by)) != figures.total.count
    ]
