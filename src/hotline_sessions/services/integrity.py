"""Look at the whole register: numbers, history, cards, talks, deadlines, bookings, guards.

Everything is read in one moment and only read, so that the register stays in use meanwhile.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.ids import InstitutionId
from hotline_sessions.domain.integrity import Check, Finding, SignedHead
from hotline_sessions.services.integrity_chain import check_chain, check_heads
from hotline_sessions.services.integrity_guards import check_guards
from hotline_sessions.services.integrity_terms import check_deadlines, check_talks
from hotline_sessions.store.institutions import list_institutions
from hotline_sessions.store.integrity import (
    Series,
    count_rows,
    list_broken_duplicates,
    list_broken_series,
    list_changed_cards,
    list_double_bookings,
    list_lost_cards,
    list_wrong_counters,
)
from hotline_sessions.store.transaction import snapshot


SHOWN: Final = 20
"""Findings of one check that are told in words; the others are counted."""

Tell = Callable[[Check], None]


class Verdict(Struct, frozen=True, kw_only=True):
    """What was looked at, and what was found, in the order of the checks."""

    looked_at: dict[str, int]
    found: dict[str, int]
    """How many findings each check has."""
    findings: list[Finding]
    slugs: dict[InstitutionId, str]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not any(self.found.values())


async def verify(
    heads: Sequence[SignedHead],
    *,
    secrets: Sequence[bytes],
    now: datetime,
    tell: Tell = lambda _: None,
) -> Verdict:
    """Whether the register is whole. ``heads`` are signed ends that were kept elsewhere.

    ``secrets`` are the keys by which ends may be signed; ``tell`` hears of each check that
    begins.
    """
    checks: dict[Check, Callable[[], AsyncIterator[Finding]]] = {
        Check.NUMBERS: check_numbers,
        Check.COUNTERS: check_counters,
        Check.CHAIN: check_chain,
        Check.CARDS: check_cards,
        Check.HEADS: lambda: check_heads(heads, secrets),
        Check.TALKS: lambda: check_talks(now),
        Check.DEADLINES: check_deadlines,
        Check.BOOKINGS: check_bookings,
        Check.GUARDS: check_guards,
    }
    found: Counter[str] = Counter()
    findings: list[Finding] = []
    async with snapshot():
        slugs = {each.id: each.slug for each in await list_institutions()}
        for check, look in checks.items():
            tell(check)
            found[check] = 0
            async for finding in look():
                found[check] += 1
                if found[check] <= SHOWN:
                    findings.append(finding)
        looked_at = await count_rows()
    return Verdict(looked_at=looked_at, found=dict(found), findings=findings, slugs=slugs)


async def check_numbers() -> AsyncIterator[Finding]:
    """Numbers run from 1 without gap or repetition, and so do duplicates under each."""
    for each in await list_broken_series():
        if each.number <= each.before:
            what = f"number {each.number} stands on two cards"
        elif each.number == each.before + 2:
            what = f"number {each.before + 1} is missing"
        else:
            what = f"numbers {each.before + 1} to {each.number - 1} are missing"
        yield _find(Check.NUMBERS, each, what)
    for twin in await list_broken_duplicates():
        name = f"{twin.series} {twin.year}".strip()
        yield Finding(
            check=Check.NUMBERS,
            institution=twin.institution,
            where=f"register {name}",
            what=f"duplicate {twin.number}/{twin.before + 1} is missing",
        )


async def check_counters() -> AsyncIterator[Finding]:
    """Counters stand at the greatest number."""
    for each in await list_wrong_counters():
        what = f"the counter stands at {each.number}, the greatest number is {each.before}"
        yield _find(Check.COUNTERS, each, what)


async def check_cards() -> AsyncIterator[Finding]:
    """Cards are as their last steps have left them."""
    for card in await list_changed_cards():
        what = (
            "the card has no history"
            if card.place is None
            else f"the card is not as step {card.place} has left it"
        )
        yield Finding(
            check=Check.CARDS, institution=card.institution, where=card.register_index, what=what
        )
    for lost in await list_lost_cards():
        yield Finding(
            check=Check.CARDS,
            institution=lost.institution,
            where=f"card {lost.appeal}",
            what=f"the card is gone; its history begins with step {lost.place}",
        )


async def check_bookings() -> AsyncIterator[Finding]:
    """No two bookings of a session hold the same time."""
    for each in await list_double_bookings():
        yield Finding(
            check=Check.BOOKINGS,
            institution=each.institution,
            where=f"booking {each.booking}",
            what="it begins before another booking of the session is over",
        )


def _find(check: Check, series: Series, what: str) -> Finding:
    name = f"{series.series} {series.year}".strip()
    return Finding(check=check, institution=series.institution, where=f"register {name}", what=what)
