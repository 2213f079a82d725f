"""Promise: what an official has said on the air, with a day of its own.

A promise is open until it is kept or broken; its day may move, for a reason that stays seen.
The public sees words that one person has written and another has approved, never the first
record: who asked may be in that.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct

from hotline_sessions.domain.errors import Conflict, Forbidden, Invalid
from hotline_sessions.domain.ids import (
    AccountId,
    AppealId,
    CallId,
    InstitutionId,
    PublicId,
    SessionId,
)


PromiseText = Annotated[str, Meta(min_length=5, max_length=1000)]
PromiserName = Annotated[str, Meta(min_length=2, max_length=300)]
Reason = Annotated[str, Meta(min_length=5, max_length=500)]

DUE_SOON: Final = timedelta(days=7)
"""How long before its day staff find a promise among those that are due."""
LONGEST: Final = timedelta(days=3660)
"""What is promised for later than ten years is a slip of the hand."""


class PromiseState(StrEnum):
    """Where a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


class PromiseDeed(StrEnum):
    """What is done to a promise; the names stand in its history."""

    NOTE = "noted"
    CORRECT = "corrected"
    MOVE = "moved"
    KEEP = "kept"
    BREAK = "broken"
    PROPOSE = "proposed"
    APPROVE = "approved"
    WITHDRAW = "withdrawn"


ENDS: Final[Mapping[PromiseDeed, PromiseState]] = MappingProxyType(
    {PromiseDeed.KEEP: PromiseState.KEPT, PromiseDeed.BREAK: PromiseState.BROKEN}
)
"""Deeds with which a promise is over."""


class PromiseOver(Conflict):
    """It was kept or broken; that is not taken back."""

    code = "promise-over"


class PromiseSettled(Conflict):
    """The session is over, or staff have written words for the public from it."""

    code = "promise-settled"


class BadPromiseDay(Invalid):
    """A day before the promise, or beyond ten years."""

    code = "bad-promise-day"


class NothingProposed(Conflict):
    """There are no words for the public that could be approved or withdrawn."""

    code = "nothing-proposed"


class OwnWords(Forbidden):
    """Who has written the words for the public does not approve them."""

    code = "own-words"


class WordsChanged(Conflict):
    """The words for the public are others than those that were looked at."""

    code = "words-changed"


class Promise(Struct, frozen=True, kw_only=True):
    """A promise; ``promised_by`` names post and person as they were announced.

    ``call`` is the talk in which it was made, None for what was said to everybody.
    ``public_text`` was written by ``proposed_by``; the public sees it once it is approved.
    """

    id: int
    public_id: PublicId
    institution: InstitutionId
    session: SessionId
    appeal: AppealId | None
    call: CallId | None = None
    text: str
    promised_by: str
    made_on: date
    due_on: date
    state: PromiseState
    public_text: str = ""
    proposed_by: AccountId | None = None
    approved_by: AccountId | None = None
    noted_at: datetime
    session_public_id: PublicId
    session_topic: str = ""
    appeal_public_id: PublicId | None = None
    register_index: str = ""

    @property
    def is_public(self) -> bool:
        """Whether the public sees it."""
        return self.approved_by is not None


class PublicPromise(Struct, frozen=True, kw_only=True):
    """What the public sees of a promise; ``moves`` are the days that it has had before."""

    text: str
    promised_by: str
    made_on: date
    due_on: date
    state: PromiseState
    moved_from: tuple[date, ...] = ()


class PromiseChange(Struct, frozen=True, kw_only=True):
    """A step in the history of a promise; without ``by`` it is one of the official."""

    deed: PromiseDeed
    due_before: date | None
    due_after: date | None
    reason: str
    text_before: str = ""
    by: str | None
    changed_at: datetime


def check_day(due_on: date, made_on: date) -> None:
    """Whether something can be promised on ``made_on`` for the day ``due_on``.

    Raises:
        BadPromiseDay: It cannot.
    """
    if not made_on <= due_on <= made_on + LONGEST:
        raise BadPromiseDay


def check_open(promise: Promise) -> None:
    """Whether the promise can still be moved, kept or broken.

    Raises:
        PromiseOver: It was kept or broken.
    """
    if promise.state is not PromiseState.OPEN:
        raise PromiseOver


def check_correction(promise: Promise, *, is_over: bool) -> None:
    """Whether the official can still put it right, as a slip of the pen.

    Raises:
        PromiseOver: It was kept or broken.
        PromiseSettled: The session is over, or staff have written words for the public from it.
    """
    check_open(promise)
    if is_over or promise.public_text:
        raise PromiseSettled


def check_approval(promise: Promise, seen: str, by: AccountId) -> None:
    """Whether ``by`` can let the public see the words that they have ``seen``.

    Raises:
        NothingProposed: There are none.
        WordsChanged: They were written anew meanwhile.
        OwnWords: They are their own.
    """
    if not promise.public_text or promise.is_public:
        raise NothingProposed
    if promise.public_text != seen:
        raise WordsChanged
    if promise.proposed_by == by:
        raise OwnWords
