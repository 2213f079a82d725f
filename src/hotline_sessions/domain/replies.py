"""What comes back by mail: answers to invitations, proposals, and letters that did not arrive."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from hotline_sessions.domain.attendance import Answer
from hotline_sessions.domain.ids import InstitutionId, PublicId


class CalendarReply(Struct, frozen=True, kw_only=True):
    """What the calendar program of an official has sent.

    ``sender`` is the address that the letter comes from, ``attendee`` that in the calendar entry;
    both in small letters. ``answer`` is None where it is none that we know. ``proposed_at`` is
    the start that is proposed. Source: RFC 5546, section 3.2.3 and 3.2.7.
    """

    sender: str
    attendee: str
    uid: str
    sequence: int
    stamped_at: datetime
    answer: Answer | None
    proposed_at: datetime | None = None


class Bounce(Struct, frozen=True, kw_only=True):
    """A letter of ours with this Message-ID will not be delivered. Source: RFC 3464."""

    message_id: str


class Unread(StrEnum):
    """Why nothing was read of a letter."""

    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    OTHER = "other"


class ReceivedMail(Struct, frozen=True, kw_only=True):
    """A letter in the mailbox: ``handle`` names its place there, ``key`` itself, wherever it is."""

    handle: str
    key: str
    content: CalendarReply | Bounce | Unread


class Outcome(StrEnum):
    """What became of a letter."""

    TAKEN = "taken"
    APPLIED = "applied"
    OUTDATED = "outdated"
    BOUNCE = "bounce"
    FORGED = "forged"
    UNFIT = "unfit"
    UNKNOWN = "unknown"
    UNREAD = "unread"


DONE = frozenset({Outcome.APPLIED, Outcome.OUTDATED, Outcome.BOUNCE})
"""After these nobody has to look at the letter."""

FOR_STAFF = frozenset({Outcome.FORGED, Outcome.UNFIT})
"""These are shown to staff until they have seen to them."""


class OddReply(Struct, frozen=True, kw_only=True):
    """An answer that was not taken: it came from another address, or could not be done."""

    id: int
    institution: InstitutionId
    session: PublicId
    starts_at: datetime
    official: str
    outcome: Outcome
    sender: str
    answer: Answer | None
    received_at: datetime
