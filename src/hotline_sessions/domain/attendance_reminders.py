"""Officials are asked to confirm before a session; silence becomes an alarm while help is possible.

An answer confirms what it comes after: a yes of three weeks ago does not say that the official
remembers today.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from hotline_sessions.domain.attendance import Answer


class Ask(Struct, frozen=True, kw_only=True):
    """A reminder that is to be confirmed: so long ``before`` the start, within ``grace``."""

    before: timedelta
    grace: timedelta

    @property
    def minutes_before(self) -> int:
        """The same in minutes."""
        return self.before // timedelta(minutes=1)


TWO_DAYS: Final = Ask(before=timedelta(hours=48), grace=timedelta(hours=24))
"""A day to answer leaves staff a day to find a substitute and to tell who has booked."""

TWO_HOURS: Final = Ask(before=timedelta(hours=2), grace=timedelta(minutes=30))
"""Half an hour is as long as a meeting keeps somebody from a telephone; an hour and a half is left
to call the official, and a substitute."""

ASKS: Final = (TWO_DAYS, TWO_HOURS)
"""What officials are asked before each session, the longest before it first."""

LATE_GRACE: Final = TWO_HOURS.grace
"""How long who was invited after an ask's moment has at least, before silence is an alarm."""

SETTLED: Final = frozenset({Answer.DECLINED, Answer.PROPOSED})
"""Answers after which nobody is reminded: staff have to act upon them."""


class Trouble(StrEnum):
    """Why staff have to see to the attendance of an official."""

    DECLINED = "declined"
    PROPOSED = "proposed"
    UNDELIVERED = "undelivered"
    SILENT = "silent"


class Standing(Struct, frozen=True, kw_only=True):
    """What is known of an invitation: told when, of which start, and what was answered."""

    starts_at: datetime
    told_at: datetime
    answer: Answer
    answered_at: datetime | None
    is_undelivered: bool = False

    def confirms(self, ask: Ask) -> bool:
        """Whether the official has said yes since the moment of ``ask``."""
        asked_at = self.starts_at - ask.before
        has_said_yes = self.answer is Answer.ACCEPTED and self.answered_at is not None
        return has_said_yes and (self.answered_at or asked_at) >= asked_at


def choose_ask(known: Standing, *, now: datetime) -> Ask | None:
    """Of what the official is to be reminded at ``now``; None of nothing.

    After a standstill only the latest is asked. An invitation that was told after an ask's
    moment has asked already.
    """
    past = [each for each in ASKS if known.starts_at - each.before <= now]
    if not past or now >= known.starts_at or known.answer in SETTLED:
        return None
    is_asked_by_invitation = known.starts_at - past[-1].before <= known.told_at
    return None if is_asked_by_invitation or known.confirms(past[-1]) else past[-1]


def find_silence(known: Standing, *, now: datetime) -> Ask | None:
    """The ask that has been left without a yes for too long; the latest of them."""
    if known.answer in SETTLED or now >= known.starts_at:
        return None
    for each in reversed(ASKS):
        asked_at = known.starts_at - each.before
        alarm_at = max(asked_at + each.grace, known.told_at + LATE_GRACE)
        if alarm_at <= now and not known.confirms(each):
            return each
    return None


def find_trouble(known: Standing, *, now: datetime) -> Trouble | None:
    """Why staff have to do something; None if they need not."""
    if now >= known.starts_at:
        return None
    if known.answer is Answer.DECLINED:
        return Trouble.DECLINED
    if known.answer is Answer.PROPOSED:
        return Trouble.PROPOSED
    if known.is_undelivered and known.answer is Answer.INVITED:
        return Trouble.UNDELIVERED
    return Trouble.SILENT if find_silence(known, now=now) else None
