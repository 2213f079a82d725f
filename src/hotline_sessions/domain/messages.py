"""Message to a citizen, on its way out: by SMS or by mail."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct

from hotline_sessions.domain.ids import BookingId, InstitutionId


class Channel(StrEnum):
    """How a message reaches its reader."""

    SMS = "sms"
    EMAIL = "email"


class MessageState(StrEnum):
    """Where a message stands.

    ``unknown``: the network was asked once and nobody knows whether it did it. ``cancelled``:
    what it would have told was true no more.
    """

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Purpose(StrEnum):
    """What citizens, and staff, are told of; the names stand in the outbox."""

    CODE = "one-time-code"
    ADDRESS_CODE = "address-code"
    CONFIRMED = "booking-confirmed"
    MOVED = "booking-moved"
    GIVEN_BACK = "booking-cancelled"
    REMINDER = "booking-reminder"
    SESSION_CANCELLED = "session-cancelled"
    SESSION_MOVED = "session-moved"
    SUBSTITUTED = "official-substituted"
    SESSION_SHORTENED = "session-shortened"
    SESSION_BROKEN_OFF = "session-broken-off"
    OFFICIAL_MISSING = "official-missing"
    TALK_NOT_HELD = "talk-not-held"
    CALL_MISSED = "call-missed"
    OFFERED = "slot-offered"
    OFFERED_BY_PHONE = "slot-offered-by-phone"
    WAITING_MOVED = "waiting-moved"
    WAITING_CANCELLED = "waiting-cancelled"
    DRAW_LOST = "draw-lost"
    DRAW_REFUSED = "draw-refused"
    APPEAL_REGISTERED = "appeal-registered"
    APPEAL_GIVEN = "appeal-given"
    APPEAL_ANSWERED = "appeal-answered"
    APPEAL_EXTENDED = "appeal-extended"
    APPEAL_TERM_CHANGED = "appeal-term-changed"
    APPEAL_FORWARDED = "appeal-forwarded"
    APPEAL_RETURNED = "appeal-returned"
    APPEAL_STOPPED = "appeal-stopped"
    OFFICIAL_INVITED = "official-invited"
    OFFICIAL_UNINVITED = "official-uninvited"
    OFFICIAL_REMINDED = "official-reminded"
    OFFICIAL_SILENT = "official-silent"
    WORK_DUE = "work-due"
    WORK_OVERDUE = "work-overdue"
    SUBSCRIBING = "subscription-asked"
    DIGEST = "digest"


INVITING: Final = frozenset({Purpose.OFFICIAL_INVITED, Purpose.OFFICIAL_UNINVITED})
"""What officials are told of their sessions, with an entry for their calendars."""

FOR_STAFF: Final = INVITING | {
    Purpose.OFFICIAL_REMINDED,
    Purpose.OFFICIAL_SILENT,
    Purpose.WORK_DUE,
    Purpose.WORK_OVERDUE,
}
"""What staff and officials are told by letter; pages of staff say the same."""

FOR_SUBSCRIBERS: Final = frozenset({Purpose.SUBSCRIBING, Purpose.DIGEST})
"""Letters about sessions to whoever wants them; they belong to no booking and no appeal."""

REPEATABLE: Final = frozenset(
    {
        Purpose.SUBSCRIBING,
        Purpose.CODE,
        Purpose.ADDRESS_CODE,
        Purpose.CONFIRMED,
        Purpose.MOVED,
        Purpose.APPEAL_REGISTERED,
        *INVITING,
    }
)
"""What somebody waits for: better told twice than not at all, when an answer is lost.

A calendar that is told the same twice changes once.
"""

UNDISTURBED: Final = REPEATABLE | {
    Purpose.GIVEN_BACK,
    Purpose.OFFICIAL_MISSING,
    Purpose.CALL_MISSED,
}
"""What was asked for just now, or belongs to a call of just now: quiet hours do not hold it."""

DROPPABLE: Final = frozenset({Purpose.REMINDER, Purpose.OFFICIAL_REMINDED})
"""What is rather not sent at all than within quiet hours."""

STANDING: Final = frozenset({Purpose.CONFIRMED, Purpose.MOVED, Purpose.REMINDER})
"""What is told of a booking only while it stands, and only of its latest time."""


class Message(Struct, frozen=True, kw_only=True):
    """A message that is due; ``attempts`` counts this one too, and says whose turn it is."""

    id: int
    purpose: str
    key: str
    channel: Channel = Channel.SMS
    recipient: str
    body: str
    attempts: int
    noted_at: datetime
    institution: InstitutionId | None = None
    booking: BookingId | None = None
    booking_version: int | None = None
    locale: str = "uk"
    subject: str = ""
    facts: Mapping[str, str] = msgspec.field(default_factory=dict)
    expires_at: datetime | None = None


class NewMessage(Struct, frozen=True, kw_only=True):
    """A message to be noted; the fields are those of ``Message``.

    Without a ``body`` it is written when it is sent, from its booking and ``facts``.
    """

    purpose: str
    key: str
    recipient: str
    institution: InstitutionId | None = None
    booking: BookingId | None = None
    booking_version: int | None = None
    channel: Channel = Channel.SMS
    locale: str = "uk"
    subject: str = ""
    body: str = ""
    facts: Mapping[str, str] = msgspec.field(default_factory=dict)
    expires_at: datetime | None = None


PATIENCE: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)
"""Pauses between the attempts to send a message; the last one is repeated."""

LONGEST: Final = timedelta(hours=24)
"""How long a message is tried that has no end of its own."""


def plan_retry(message: Message, now: datetime) -> datetime | None:
    """Moment of the next attempt; None to give up: what it says would come too late."""
    pause = PATIENCE[min(max(message.attempts, 1), len(PATIENCE)) - 1]
    ends_at = message.expires_at or message.noted_at + LONGEST
    return now + pause if now + pause < ends_at else None
