"""Letters to subscribers: how often, of which sessions, and what in them is news."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement, Filter
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.publications import Facts, Standing, name_edition, read_facts
from hotline_sessions.domain.times import KYIV


UNCONFIRMED_KEPT: Final = timedelta(hours=48)
"""How long an address that nobody has confirmed is kept."""
ASKED_AGAIN_AFTER: Final = timedelta(minutes=10)
"""How soon the same address is asked once more."""
MOST_OF_ONE: Final = 10
"""Subscriptions of one address, confirmed or not."""
LINK_LIFE: Final = timedelta(days=3650)
"""How long the address by which letters are ended is good: longer than anybody keeps them."""
LETTERS_KEPT: Final = timedelta(days=30)
"""How long the outbox keeps to whom a letter went."""

DIGEST_WEEKDAY: Final = 0
DIGEST_CLOCK: Final = time(8)
"""Weekly letters go out on Monday at eight, in Kyiv."""
AHEAD: Final = timedelta(weeks=4)
"""How far ahead a weekly letter looks."""
NEWS_PAUSE: Final = timedelta(minutes=15)
"""How often it is looked for news: a month that is announced at once makes one letter."""


class Rhythm(StrEnum):
    """When letters are written."""

    WEEKLY = "weekly"
    ANNOUNCED = "announced"


class Mark(StrEnum):
    """What has become of a session since the last letter."""

    SAME = ""
    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    MOVED = "moved"


class Subscriber(Struct, frozen=True, kw_only=True):
    """Who is written to; ``told`` are the sessions of the last letter, as they were then."""

    id: int
    public_id: PublicId
    email: str
    language: str
    rhythm: Rhythm
    wanted: Filter
    asked_at: datetime
    confirmed_at: datetime | None
    issue: int
    told: dict[str, str]


class Item(Struct, frozen=True, kw_only=True):
    """A session in a letter."""

    session: Announcement
    mark: Mark


class Digest(Struct, frozen=True, kw_only=True):
    """What a letter says, and what will have been told by it."""

    items: tuple[Item, ...]
    told: dict[str, str]


def compose(
    sessions: Sequence[Announcement], told: Mapping[str, str], rhythm: Rhythm, *, now: datetime
) -> Digest:
    """The next letter: all that is ahead, or the news alone; without items there is none.

    What was called off or moved stands in it once, and only if it was told of before.
    """
    items: list[Item] = []
    known: dict[str, str] = {}
    for session in sessions:
        facts = read_facts(session)
        edition = name_edition((facts,))
        mark = _choose_mark(facts, edition, told.get(session.public_id))
        if mark is None:
            continue
        known[session.public_id] = edition
        is_gone = facts.standing is not Standing.HELD
        is_far = rhythm is Rhythm.WEEKLY and session.starts_at > now + AHEAD
        if mark is Mark.SAME and (is_gone or is_far or rhythm is Rhythm.ANNOUNCED):
            continue
        items.append(Item(session=session, mark=mark))
    return Digest(items=tuple(items), told=known)


def _choose_mark(facts: Facts, edition: str, before: str | None) -> Mark | None:
    """What is news of a session; None if it concerns nobody."""
    if before is None:
        return Mark.NEW if facts.standing is Standing.HELD else None
    if before == edition:
        return Mark.SAME
    return {Standing.CANCELLED: Mark.CANCELLED, Standing.MOVED: Mark.MOVED}.get(
        facts.standing, Mark.CHANGED
    )


def choose_next(rhythm: Rhythm, now: datetime) -> datetime:
    """When the next letter may be written."""
    if rhythm is Rhythm.ANNOUNCED:
        return now + NEWS_PAUSE
    local = now.astimezone(KYIV)
    days = (DIGEST_WEEKDAY - local.weekday()) % 7
    due = datetime.combine(local.date() + timedelta(days=days), DIGEST_CLOCK, tzinfo=KYIV)
    if due <= now:
        due = datetime.combine(due.date() + timedelta(days=7), DIGEST_CLOCK, tzinfo=KYIV)
    return due
