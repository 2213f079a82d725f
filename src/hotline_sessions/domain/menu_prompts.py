"""Services by phone: what is asked at each step, and what is told before it."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from hotline_sessions.domain.booking_choices import Cause
from hotline_sessions.domain.ids import PublicId


class Remark(StrEnum):
    """What is told before the next question: why the last wish could not be met, or that it was."""

    NOT_UNDERSTOOD = "not-understood"
    NO_SESSIONS = "no-sessions"
    NO_SLOTS = "no-slots"
    SLOT_TAKEN = "slot-taken"
    ALREADY_BOOKED = "already-booked"
    LIMIT_REACHED = "limit-reached"
    BAD_NUMBER = "bad-number"
    TOO_SOON = "too-soon"
    TOO_MANY_CODES = "too-many-codes"
    WRONG_CODE = "wrong-code"
    CODE_OVER = "code-over"
    NO_BOOKING = "no-booking"
    LOCKED = "locked"
    BOOKING_OVER = "booking-over"
    CANCELLED = "cancelled"
    KEPT = "kept"
    CALL_BACK = "call-back"
    NO_LINE_DAY = "no-line-day"
    CHOICE_WAITS = "choice-waits"
    FILED = "filed"
    NOT_WAITING = "not-waiting"
    LEFT_LIST = "left-list"
    OFFER_OVER = "offer-over"
    DECLINED = "declined"
    NOT_OPEN = "not-open"
    WITHDRAWN = "withdrawn"


class SessionOffer(Struct, frozen=True, kw_only=True):
    """A session that may be chosen by key; ``is_full``: only its waiting list is left."""

    post: str
    official: str | None
    starts_at: datetime
    time_zone: str
    is_full: bool = False


class AskService(Struct, frozen=True, kw_only=True, tag=True):
    """What the caller wishes: 1 to book, 2 a booking, 3 a question, 9 the other language.

    ``institution`` is named to who has just come; ``next_at`` is when the next session is;
    ``can_ask`` where there is a session of today that the question may go to; ``can_wait``
    where somebody is on a waiting list of the line: 4 leads there.
    """

    institution: str = ""
    next_at: datetime | None = None
    time_zone: str = "Europe/Kyiv"
    can_ask: bool = False
    can_wait: bool = False


class AskSession(Struct, frozen=True, kw_only=True, tag=True):
    """Which of up to three sessions."""

    offers: tuple[SessionOffer, ...]


class AskNumber(Struct, frozen=True, kw_only=True, tag=True):
    """Whether the code may be sent to the number that calls: 1 yes, 2 to another one."""

    phone: str


class AskPhone(Struct, frozen=True, kw_only=True, tag=True):
    """Key in a number: the one to send a code to, or else the one a booking was made with."""

    for_code: bool


class AskSmsCode(Struct, frozen=True, kw_only=True, tag=True):
    """Key in the code from the SMS that was just sent."""


class AskSlot(Struct, frozen=True, kw_only=True, tag=True):
    """Which of the free times; ``has_more`` when key 3 leads to later ones."""

    starts: tuple[datetime, ...]
    time_zone: str
    has_more: bool


class TellBooked(Struct, frozen=True, kw_only=True, tag=True):
    """Day, time and code of a new or moved booking; 1 to be called then.

    ``code`` is None when it stays as it was.
    """

    starts_at: datetime
    time_zone: str
    code: str | None


class AskOwnCode(Struct, frozen=True, kw_only=True, tag=True):
    """Key in the six digits of the booking; 0 for one made with another number."""


class TellOwn(Struct, frozen=True, kw_only=True, tag=True):
    """The booking; 1 to move, 2 to cancel, 3 to hear it again."""

    offer: SessionOffer


class AskSure(Struct, frozen=True, kw_only=True, tag=True):
    """Whether the booking shall really be cancelled: 1 yes, 2 no."""


class AskChoice(Struct, frozen=True, kw_only=True, tag=True):
    """What becomes of the booking since plans have changed.

    1 to keep it where ``may_keep``, else for other times; 2 for the ``nearest`` free time where
    there is one; 3 for a written appeal where ``may_file``; 0 to give it up. ``offer`` is what
    was booked, with who answers now.
    """

    cause: Cause
    offer: SessionOffer
    may_keep: bool = False
    nearest: SessionOffer | None = None
    may_file: bool = False


class AskWait(Struct, frozen=True, kw_only=True, tag=True):
    """Whether to join the waiting list: 1 of this session, 2 and of others of the post."""


class TellPlace(Struct, frozen=True, kw_only=True, tag=True):
    """The place on the waiting list of a session; 1 to hear it again, 2 to leave the list."""

    offer: SessionOffer
    place: int
    has_more: bool = False


class TellOffer(Struct, frozen=True, kw_only=True, tag=True):
    """A time that is kept for the caller ``until``; 1 to take it, 2 to let it go."""

    offer: SessionOffer
    until: datetime
    has_more: bool = False


class TellLot(Struct, frozen=True, kw_only=True, tag=True):
    """The draw of a session: 1 to take part, 3 to name times; 2 to withdraw for who ``is_in``."""

    offer: SessionOffer
    falls_at: datetime | None
    is_in: bool
    has_times: bool = True


class AskLotTimes(Struct, frozen=True, kw_only=True, tag=True):
    """Which time suits best: two at once, 3 for others."""

    starts: tuple[datetime, ...]
    time_zone: str
    has_more: bool


class AskLotSure(Struct, frozen=True, kw_only=True, tag=True):
    """The times that were named: 1 if others suit, too, 2 if only these; 3 to name one more."""

    starts: tuple[datetime, ...]
    time_zone: str
    may_add: bool


Ask: TypeAlias = (
    AskService
    | AskSession
    | AskNumber
    | AskPhone
    | AskSmsCode
    | AskSlot
    | TellBooked
    | AskOwnCode
    | TellOwn
    | AskSure
    | AskChoice
    | AskWait
    | TellPlace
    | TellOffer
    | TellLot
    | AskLotTimes
    | AskLotSure
)


class MenuStep(Struct, frozen=True, kw_only=True, tag=True):
    """One step of services by phone: remarks, then a question; the keys come with ``number``."""

    dialogue: PublicId
    number: int
    ask: Ask
    remarks: tuple[Remark, ...] = ()
    language: str = "uk"
