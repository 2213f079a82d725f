"""Report of a session: what came of it, in numbers and words that the public may read.

The numbers are drawn from the register, the words are written by one person, and both are let
out by another one. Small numbers stay hidden, in such a way that they cannot be reckoned from
those that are shown.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, Forbidden
from hotline_sessions.domain.ids import AccountId, SessionId


SMALLEST_SHOWN: Final = 5
"""People in a group that is told by itself: in a smaller one a neighbour recognises somebody.

A rule of this product; the law only forbids to disclose who wrote.
Source: Law 393/96-ВР, art. 10.
"""
MOST_ROWS: Final = 10
"""Topics or communities that a report names; a longer list is read by nobody."""
LONGEST_COMMUNITY: Final = 60

ReportWords = Annotated[str, Meta(max_length=5000)]
WithdrawReason = Annotated[str, Meta(min_length=5, max_length=500)]


class ReportState(StrEnum):
    """Where an edition of a report stands; a session has one proposed and one public at most."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REPLACED = "replaced"
    """A later edition stands in its place."""
    WITHDRAWN = "withdrawn"


class SessionNotOver(Conflict):
    """There is nothing to report of a session that goes on or has not been held."""

    code = "session-not-over"


class NoReport(Conflict):
    """There is no edition that could be approved or withdrawn."""

    code = "no-report"


class OwnReport(Forbidden):
    """Who has proposed an edition does not approve it."""

    code = "own-report"


class ReportChanged(Conflict):
    """Another edition was proposed than the one that was looked at."""

    code = "report-changed"


class Facts(Struct, frozen=True, kw_only=True):
    """What the register knows of a session, before anything is hidden.

    ``callers`` counts phones, and each call without a number. ``asked`` counts what was
    registered as appeals and what was explained to callers who did not say who they are;
    ``at_once`` those of both that were answered on the day of the session, ``later`` those
    answered since. ``topics`` and ``communities`` count the appeals, by code and by name.
    """

    callers: int = 0
    talks: int = 0
    asked: int = 0
    at_once: int = 0
    later: int = 0
    topics: Mapping[str, int] = {}
    communities: Mapping[str, int] = {}


class Group(Struct, frozen=True, kw_only=True):
    """Those who have asked about one topic, or live in one community."""

    name: str
    count: int


class Breakdown(Struct, frozen=True, kw_only=True):
    """Groups that may be shown, the largest first, and how many are in ``others`` together."""

    groups: tuple[Group, ...] = ()
    others: int = 0


class Figures(Struct, frozen=True, kw_only=True):
    """Numbers that the public may read; None: fewer than ``SMALLEST_SHOWN``, and not nobody."""

    callers: int | None = 0
    talks: int | None = 0
    asked: int | None = 0
    at_once: int | None = None
    under_control: int | None = None
    later: int | None = None
    topics: Breakdown = Breakdown()
    communities: Breakdown = Breakdown()


class Edition(Struct, frozen=True, kw_only=True):
    """One edition of a report: what was proposed is what is published."""

    id: int
    session: SessionId
    state: ReportState
    words: str
    figures: Figures
    drawn_on: date
    proposed_by: AccountId
    proposed_name: str
    proposed_at: datetime
    approved_name: str | None = None
    approved_at: datetime | None = None
    reason: str = ""


def build_figures(facts: Facts) -> Figures:
    """The numbers of ``facts`` that may be shown.

    How questions ended is told when enough people have asked: the end of a talk tells nobody
    apart. What was asked about and from where does, so small groups are put together.
    """
    asked = hide(facts.asked)
    if not asked:
        return Figures(callers=hide(facts.callers), talks=hide(facts.talks), asked=asked)
    return Figures(
        callers=hide(facts.callers),
        talks=hide(facts.talks),
        asked=asked,
        at_once=facts.at_once,
        under_control=facts.asked - facts.at_once,
        later=facts.later,
        topics=break_down(facts.topics),
        communities=break_down(facts.communities),
    )


def hide(count: int) -> int | None:
    """A number of people as it may be shown; None for a few."""
    return count if count == 0 or count >= SMALLEST_SHOWN else None


def break_down(counts: Mapping[str, int]) -> Breakdown:
    """Groups that are large enough; the others together are large enough too, or nobody.

    When the small groups come to fewer than ``SMALLEST_SHOWN`` together, the smallest of the
    shown ones joins them: else they could be reckoned from the sum.
    """
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = [Group(name=name, count=count) for name, count in ordered if count >= SMALLEST_SHOWN]
    shown = shown[:MOST_ROWS]
    total = sum(counts.values())
    others = total - sum(group.count for group in shown)
    while shown and 0 < others < SMALLEST_SHOWN:
        others += shown.pop().count
    if others < SMALLEST_SHOWN:
        return Breakdown(groups=tuple(shown))
    return Breakdown(groups=tuple(shown), others=others)


def count_communities(residences: Iterable[str]) -> dict[str, int]:
    """How many live where, by the first part of what they have said, however it was written.

    The most common way of writing is the name.
    """
    spellings: dict[str, dict[str, int]] = {}
    for residence in residences:
        name = " ".join(residence.split(",")[0].split())[:LONGEST_COMMUNITY]
        if name:
            written = spellings.setdefault(_fold(name), {})
            written[name] = written.get(name, 0) + 1
    return {
        max(written, key=lambda name: (written[name], name)): sum(written.values())
        for written in spellings.values()
    }


def check_approval(edition: Edition | None, seen: int, by: AccountId) -> Edition:
    """The proposed edition, if ``by`` may let the public read it and has ``seen`` that one.

    Raises:
        NoReport: Nothing is proposed.
        ReportChanged: Another edition was proposed meanwhile.
        OwnReport: It is their own.
    """
    if edition is None:
        raise NoReport
    if edition.id != seen:
        raise ReportChanged
    if edition.proposed_by == by:
        raise OwnReport
    return edition


def _fold(name: str) -> str:
    """A name without what people write before it: «м. Рівне», «місто Рівне», «Рівне»."""
    words = name.casefold().replace("'", "’").replace(".", ". ").split()
    kept = [word for word in words if word.rstrip(".") not in _KINDS]
    return " ".join(kept) or name.casefold()


_KINDS: Final = frozenset(
    ("м", "с", "смт", "сел", "селище", "село", "місто", "тг", "громада", "отг", "city", "village")
)
"""Words for what a place is, with a stop or without."""
