"""Registration: from when to when, and in which order, the slots of a session are given."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.errors import Conflict, Invalid, TooLate
from hotline_sessions.domain.sessions import BookingMode
from hotline_sessions.domain.times import at_wall_time


class RegistrationNotOpen(Conflict):
    """No slot is given yet.

    Facts: ``opens_at``: day and wall time at which it opens, as people read them.
    """

    code = "registration-not-open"


class RegistrationClosed(TooLate):
    """No slot is given any more, although the session is still ahead."""

    code = "registration-closed"


class DrawSession(Conflict):
    """The slots of this session are drawn by lot: whoever wants one registers for the draw."""

    code = "draw-session"


class ClosesBeforeOpening(Invalid):
    """Registration would close before it opens, or at the same moment."""

    code = "closes-before-opening"


class ClosesAfterStart(Invalid):
    """Registration would close after the session has begun."""

    code = "closes-after-start"


class DrawNeedsClosing(Invalid):
    """It is not said when the lots fall: at the closing of registration."""

    code = "draw-needs-closing"


class Stage(StrEnum):
    """How registration for a session stands at a moment."""

    NOT_YET = "not-yet"
    OPEN = "open"
    DRAW_OPEN = "draw-open"
    DRAWING = "drawing"
    CLOSED = "closed"


class WallMoment(Struct, frozen=True, kw_only=True):
    """A day and what the clocks of the institution show on it."""

    on: date
    clock: time


class RegistrationPlan(Struct, frozen=True, kw_only=True):
    """What staff choose for registration; None where nothing is chosen."""

    opens: WallMoment | None = None
    closes: WallMoment | None = None
    mode: BookingMode = BookingMode.FIRST_COME


class Registration(Struct, frozen=True, kw_only=True):
    """When slots of a session are given, in UTC, and in which order."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    mode: BookingMode = BookingMode.FIRST_COME


class Registrable(Protocol):
    """What has to be known of a session; times are in UTC, None where nothing was chosen."""

    @property
    def time_zone(self) -> str:
        """Name of the zone in which the session was announced."""

    @property
    def registration_opens_at(self) -> datetime | None:
        """First moment at which a slot may be taken; none: as soon as it is published."""

    @property
    def registration_closes_at(self) -> datetime | None:
        """First moment at which none may be taken any more; none: until the slot's cutoff."""

    @property
    def booking_mode(self) -> BookingMode:
        """In which order the slots are given."""


def check_registration(session: Registrable, now: datetime) -> None:
    """Refuse a booking at ``now`` unless slots are given then to whoever comes first.

    Raises:
        RegistrationNotOpen: It opens later, if only by a millisecond.
        RegistrationClosed: It has closed.
        DrawSession: The slots are drawn by lot.
    """
    check_open(session, now)
    if session.booking_mode is BookingMode.DRAW:
        raise DrawSession


def check_open(session: Registrable, now: datetime) -> None:
    """Refuse ``now`` unless it lies between opening and closing, whatever the order of slots.

    Raises:
        RegistrationNotOpen: It opens later, if only by a millisecond.
        RegistrationClosed: It has closed.
    """
    opens_at, closes_at = session.registration_opens_at, session.registration_closes_at
    if opens_at is not None and now < opens_at:
        raise build_not_open(opens_at, session.time_zone)
    if closes_at is not None and now >= closes_at:
        raise RegistrationClosed


def build_not_open(opens_at: datetime, time_zone: str) -> RegistrationNotOpen:
    """The refusal that says when registration opens, on the clocks of ``time_zone``."""
    local = opens_at.astimezone(ZoneInfo(time_zone))
    return RegistrationNotOpen(opens_at=f"{local:%d.%m.%Y, %H:%M}")


def choose_stage(session: Registrable, now: datetime) -> Stage:
    """How registration stands at ``now``, as pages tell it.

    A session whose lots have fallen is one for those who come first: what is left of it.
    """
    is_draw = session.booking_mode is BookingMode.DRAW
    try:
        check_open(session, now)
    except RegistrationNotOpen:
        return Stage.NOT_YET
    except RegistrationClosed:
        return Stage.DRAWING if is_draw else Stage.CLOSED
    return Stage.DRAW_OPEN if is_draw else Stage.OPEN


def plan_registration(
    plan: RegistrationPlan, *, zone: ZoneInfo, starts_at: datetime
) -> Registration:
    """The plan in UTC, for a session that begins at ``starts_at``.

    Raises:
        ClosesBeforeOpening: It closes before it opens.
        ClosesAfterStart: It closes, or only opens, when the session has begun.
        DrawNeedsClosing: Lots are to fall, but not said when.
    """
    opens_at = at_wall_time(plan.opens.on, plan.opens.clock, zone) if plan.opens else None
    closes_at = at_wall_time(plan.closes.on, plan.closes.clock, zone) if plan.closes else None
    if closes_at is None and plan.mode is BookingMode.DRAW:
        raise DrawNeedsClosing
    if (closes_at or opens_at or starts_at) > starts_at:
        raise ClosesAfterStart
    if opens_at and closes_at and closes_at <= opens_at:
        raise ClosesBeforeOpening
    return Registration(opens_at=opens_at, closes_at=closes_at, mode=plan.mode)
