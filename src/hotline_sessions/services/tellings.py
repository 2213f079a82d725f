"""What citizens are told by SMS: one line of text each, within one Cyrillic segment.

The texts are in Ukrainian, the language in which an authority writes to citizens.
Source: Law 2704-VIII, art. 12, 13.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.call_backs import CallBack
from hotline_sessions.domain.codes import CODE_LIFE
from hotline_sessions.domain.ids import BookingId, InstitutionId
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.domain.sessions import Session
from hotline_sessions.i18n import DEFAULT_LOCALE, load_catalogues
from hotline_sessions.store.bookings import list_bookings
from hotline_sessions.store.messages import add_message


SEGMENT: Final = 70
"""Characters of one SMS in Cyrillic. Source: 3GPP TS 23.038, UCS-2."""


def build_code_text(code: str) -> str:
    """The one-time code, first in the text, so that a lock screen shows it."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    return words.gettext("%(code)s is your code to book a talk. Tell it to nobody.", code=code)


def build_booking_text(booking: Booking, code: str, *, zone: ZoneInfo, line: PhoneNumber) -> str:
    """Day, time, code and number of a new booking."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    starts = booking.starts_at.astimezone(zone)
    return words.gettext(
        "Booked: %(day)s at %(clock)s. Code %(code)s. Call %(line)s",
        day=starts.strftime("%d.%m"),
        clock=starts.strftime("%H:%M"),
        code=code,
        line=display(line),
    )


def build_exchanged_text(booking: Booking, *, zone: ZoneInfo, line: PhoneNumber) -> str:
    """New day and time of a booking whose code stays as it is."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    starts = booking.starts_at.astimezone(zone)
    return words.gettext(
        "Moved: %(day)s at %(clock)s, the same code. Call %(line)s",
        day=starts.strftime("%d.%m"),
        clock=starts.strftime("%H:%M"),
        line=display(line),
    )


def build_cancelled_text(starts_at: datetime, *, zone: ZoneInfo) -> str:
    """The booked session will not be held."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    starts = starts_at.astimezone(zone)
    return words.gettext(
        "The line on %(day)s at %(clock)s is cancelled. Choose on the site.",
        day=starts.strftime("%d.%m"),
        clock=starts.strftime("%H:%M"),
    )


def build_moved_text(starts_at: datetime, new_at: datetime, *, zone: ZoneInfo) -> str:
    """The booked session will be held at another time."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    old, new = starts_at.astimezone(zone), new_at.astimezone(zone)
    return words.gettext(
        "The line of %(old)s is moved to %(day)s, %(clock)s. Choose on the site.",
        old=old.strftime("%d.%m"),
        day=new.strftime("%d.%m"),
        clock=new.strftime("%H:%M"),
    )


def build_substituted_text(starts_at: datetime, *, zone: ZoneInfo) -> str:
    """Another official answers than the one who was announced at the booking."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    starts = starts_at.astimezone(zone)
    return words.gettext(
        "On %(day)s at %(clock)s another official answers. Choose on the site.",
        day=starts.strftime("%d.%m"),
        clock=starts.strftime("%H:%M"),
    )


def build_registered_text(register_index: str, code: str, due: str) -> str:
    """Number, code and last day of a new appeal."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    return words.gettext(
        "Appeal %(number)s registered. Code %(code)s. Reply by %(due)s",
        number=register_index,
        code=code,
        due=due,
    )


def build_answered_text(register_index: str) -> str:
    """The answer to an appeal is there."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    return words.gettext("Appeal %(number)s has been answered.", number=register_index)


def build_missing_official_text(starts_at: datetime, *, zone: ZoneInfo) -> str:
    """The official has not come to the line."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    starts = starts_at.astimezone(zone)
    return words.gettext(
        "The talk at %(clock)s will not be: no official. Call to leave a question.",
        clock=starts.strftime("%H:%M"),
    )


def build_missed_call_text(*, line: PhoneNumber, until: datetime, zone: ZoneInfo) -> str:
    """We have called and nobody answered."""
    words = load_catalogues().words(DEFAULT_LOCALE)
    return words.gettext(
        "We called you. Call %(line)s before %(clock)s and key in your code.",
        line=display(line),
        clock=until.astimezone(zone).strftime("%H:%M"),
    )


async def tell_code(phone: str, code: str, *, key: str, now: datetime) -> None:
    """Note the SMS with a one-time code; it is worth nothing when the code has expired."""
    await add_message(
        institution=None,
        purpose="one-time-code",
        key=key,
        recipient=phone,
        body=build_code_text(code),
        now=now,
        expires_at=now + CODE_LIFE,
    )


async def tell_of_booking(
    booking: Booking, code: str, *, zone: ZoneInfo, line: PhoneNumber, now: datetime
) -> None:
    """Note the SMS that confirms a booking."""
    await add_message(
        institution=booking.institution,
        purpose="booking-confirmed",
        key=f"booking:{booking.public_id}:confirmed",
        recipient=booking.phone,
        body=build_booking_text(booking, code, zone=zone, line=line),
        now=now,
    )


async def tell_of_move(
    booking: Booking, *, zone: ZoneInfo, line: PhoneNumber, now: datetime
) -> None:
    """Note the SMS that a booking is for another time of the same session."""
    await add_message(
        institution=booking.institution,
        purpose="booking-moved",
        key=f"booking:{booking.public_id}:moved-{now.timestamp():.6f}",
        recipient=booking.phone,
        body=build_exchanged_text(booking, zone=zone, line=line),
        now=now,
    )


async def tell_of_cancellation(
    session: Session, *, now: datetime, new: Session | None = None
) -> None:
    """Note an SMS to everyone who has booked a session that will not be held as announced."""
    zone = ZoneInfo(session.time_zone)
    for booking in await list_bookings(session.id, institution=session.institution):
        body = (
            build_moved_text(booking.starts_at, new.starts_at, zone=zone)
            if new
            else build_cancelled_text(booking.starts_at, zone=zone)
        )
        await add_message(
            institution=session.institution,
            purpose="session-moved" if new else "session-cancelled",
            key=f"booking:{booking.public_id}:session-{session.sequence + 1}",
            recipient=booking.phone,
            body=body,
            now=now,
        )


async def tell_of_substitution(
    session: Session, asked: Collection[BookingId], *, now: datetime
) -> None:
    """Note an SMS to those who were ``asked``: another official answers."""
    zone = ZoneInfo(session.time_zone)
    for booking in await list_bookings(session.id, institution=session.institution):
        if booking.id in asked:
            await add_message(
                institution=session.institution,
                purpose="official-substituted",
                key=f"booking:{booking.public_id}:substituted-{session.sequence + 1}",
                recipient=booking.phone,
                body=build_substituted_text(booking.starts_at + session.shift, zone=zone),
                now=now,
            )


async def tell_of_appeal(
    register_index: str,
    code: str,
    due: str,
    *,
    phone: str,
    institution: InstitutionId,
    now: datetime,
) -> None:
    """Note the SMS with the number and the code of a new appeal."""
    await add_message(
        institution=institution,
        purpose="appeal-registered",
        key=f"appeal:{institution}:{register_index}:registered",
        recipient=phone,
        body=build_registered_text(register_index, code, due),
        now=now,
    )


async def tell_of_answer(appeal: Appeal, *, now: datetime) -> None:
    """Note the SMS that an appeal has been answered."""
    await add_message(
        institution=appeal.institution,
        purpose="appeal-answered",
        key=f"appeal:{appeal.institution}:{appeal.register_index}:answered",
        recipient=appeal.phone,
        body=build_answered_text(appeal.register_index),
        now=now,
    )


async def tell_of_missing_official(session: Session, *, now: datetime) -> None:
    """Note an SMS to everyone who has booked and was not heard: the official did not come."""
    zone = ZoneInfo(session.time_zone)
    for booking in await list_bookings(session.id, institution=session.institution):
        if booking.state is BookingState.BOOKED:
            await add_message(
                institution=session.institution,
                purpose="official-missing",
                key=f"booking:{booking.public_id}:official-missing",
                recipient=booking.phone,
                body=build_missing_official_text(booking.starts_at + session.shift, zone=zone),
                now=now,
            )


async def tell_of_missed_call(
    promise: CallBack, session: Session, line: PhoneNumber, *, now: datetime
) -> None:
    """Note the SMS that we have called in vain, and until when to call instead."""
    await add_message(
        institution=session.institution,
        purpose="call-missed",
        key=f"call-back:{promise.public_id}:missed",
        recipient=promise.phone,
        body=build_missed_call_text(
            line=line, until=session.closes_at, zone=ZoneInfo(session.time_zone)
        ),
        now=now,
        expires_at=session.closes_at,
    )
