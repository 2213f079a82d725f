"""What citizens are told, noted in the outbox: one line of text, within one SMS.

The texts are in the language of the booking, and in Ukrainian, in which an authority writes
to citizens, where there is none. Source: Law 2704-VIII, art. 12, 13.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from hotline_sessions.domain.booking_choices import Cause, is_lost
from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.call_backs import CallBack
from hotline_sessions.domain.codes import CODE_LIFE
from hotline_sessions.domain.ids import BookingId
from hotline_sessions.domain.messages import Channel, NewMessage, Purpose
from hotline_sessions.domain.phones import PhoneNumber, display
from hotline_sessions.domain.sessions import Session
from hotline_sessions.i18n import DEFAULT_LOCALE
from hotline_sessions.services.message_texts import (
    BUILT_IN,
    Writer,
    format_short_clock,
    format_short_day,
    open_writer,
)
from hotline_sessions.store.bookings import list_bookings
from hotline_sessions.store.messages import add_message, note_message
from hotline_sessions.store.told import find_told
from hotline_sessions.store.waiting_list import list_waiting


SEGMENT: Final = 70
"""Characters of one SMS in Cyrillic. Source: 3GPP TS 23.038, UCS-2."""


def build_code_text(code: str, *, writer: Writer = BUILT_IN) -> str:
    """The one-time code, first in the text, so that a lock screen shows it."""
    return writer.write(Purpose.CODE, code=code)


def build_booking_text(
    booking: Booking, code: str, *, zone: ZoneInfo, line: PhoneNumber, writer: Writer = BUILT_IN
) -> str:
    """Day, time, code and number of a new booking."""
    return writer.write(
        Purpose.CONFIRMED,
        day=format_short_day(booking.starts_at, zone),
        clock=format_short_clock(booking.starts_at, zone),
        code=code,
        line=display(line),
    )


def build_exchanged_text(
    booking: Booking, *, zone: ZoneInfo, line: PhoneNumber, writer: Writer = BUILT_IN
) -> str:
    """New day and time of a booking whose code stays as it is."""
    return writer.write(
        Purpose.MOVED,
        day=format_short_day(booking.starts_at, zone),
        clock=format_short_clock(booking.starts_at, zone),
        line=display(line),
    )


def build_cancelled_text(starts_at: datetime, *, zone: ZoneInfo, writer: Writer = BUILT_IN) -> str:
    """The booked session will not be held."""
    return writer.write(
        Purpose.SESSION_CANCELLED,
        day=format_short_day(starts_at, zone),
        clock=format_short_clock(starts_at, zone),
    )


def build_moved_text(
    starts_at: datetime, new_at: datetime, *, zone: ZoneInfo, writer: Writer = BUILT_IN
) -> str:
    """The booked session will be held at another time."""
    return writer.write(
        Purpose.SESSION_MOVED,
        old=format_short_day(starts_at, zone),
        day=format_short_day(new_at, zone),
        clock=format_short_clock(new_at, zone),
    )


def build_substituted_text(
    starts_at: datetime, *, zone: ZoneInfo, writer: Writer = BUILT_IN
) -> str:
    """Another official answers than the one who was announced at the booking."""
    return writer.write(
        Purpose.SUBSTITUTED,
        day=format_short_day(starts_at, zone),
        clock=format_short_clock(starts_at, zone),
    )


def build_lost_text(
    purpose: Purpose, starts_at: datetime, *, zone: ZoneInfo, writer: Writer = BUILT_IN
) -> str:
    """The talk that was booked for ``starts_at`` will not be, or was not."""
    return writer.write(
        purpose,
        day=format_short_day(starts_at, zone),
        clock=format_short_clock(starts_at, zone),
    )


def build_registered_text(
    register_index: str, code: str, due: str, *, writer: Writer = BUILT_IN
) -> str:
    """Number, code and last day of a new appeal."""
    return writer.write(Purpose.APPEAL_REGISTERED, number=register_index, code=code, due=due)


def build_answered_text(register_index: str, *, writer: Writer = BUILT_IN) -> str:
    """The answer to an appeal is there."""
    return writer.write(Purpose.APPEAL_ANSWERED, number=register_index)


def build_missing_official_text(
    starts_at: datetime, *, zone: ZoneInfo, writer: Writer = BUILT_IN
) -> str:
    """The official has not come to the line."""
    return writer.write(Purpose.OFFICIAL_MISSING, clock=format_short_clock(starts_at, zone))


def build_missed_call_text(
    *, line: PhoneNumber, until: datetime, zone: ZoneInfo, writer: Writer = BUILT_IN
) -> str:
    """We have called and nobody answered."""
    return writer.write(
        Purpose.CALL_MISSED, line=display(line), clock=format_short_clock(until, zone)
    )


async def tell_code(
    phone: str,
    code: str,
    *,
    key: str,
    now: datetime,
    purpose: Purpose = Purpose.CODE,
    language: str = DEFAULT_LOCALE,
) -> None:
    """Note the SMS with a one-time code; it is worth nothing when the code has expired."""
    writer = await open_writer(None, language)
    await add_message(
        institution=None,
        purpose=purpose,
        key=key,
        recipient=phone,
        body=writer.write(purpose, code=code),
        now=now,
        expires_at=now + CODE_LIFE,
    )


async def tell_of_booking(
    booking: Booking, code: str, *, zone: ZoneInfo, line: PhoneNumber, now: datetime
) -> None:
    """Note the SMS that confirms a booking."""
    writer = await _open_writer_to(booking)
    await _note_about(
        booking,
        Purpose.CONFIRMED,
        key="confirmed",
        body=build_booking_text(booking, code, zone=zone, line=line, writer=writer),
        facts={"code": code},
        now=now,
    )


async def tell_of_move(
    booking: Booking, *, zone: ZoneInfo, line: PhoneNumber, now: datetime
) -> None:
    """Note the SMS that a booking is for another time of the same session."""
    writer = await _open_writer_to(booking)
    await _note_about(
        booking,
        Purpose.MOVED,
        key=f"moved-{now.timestamp():.6f}",
        body=build_exchanged_text(booking, zone=zone, line=line, writer=writer),
        now=now,
    )


async def tell_of_giving_back(booking: Booking, *, now: datetime) -> None:
    """Note the letter that takes a booking out of the calendar, where there is an address.

    The citizen has just given it back, so no SMS says so.
    """
    told = await find_told(booking.id)
    if told is not None and told.email:
        await note_message(
            NewMessage(
                institution=booking.institution,
                booking=booking.id,
                channel=Channel.EMAIL,
                purpose=Purpose.GIVEN_BACK,
                key=f"booking:{booking.public_id}:given-back:{Channel.EMAIL}",
                recipient=told.email,
                locale=told.language,
            ),
            now=now,
        )


async def tell_of_cancellation(
    session: Session, *, now: datetime, new: Session | None = None
) -> None:
    """Note an SMS to all who have booked a session that will not be held as announced.

    Those who wait for a slot of it, or for its draw, are told as well if it is ``new`` nowhere;
    else they are told when they are put on the new list.
    """
    if new is None:
        await tell_waiting_of_cancellation(session, now=now, new=None)
    zone = ZoneInfo(session.time_zone)
    for booking in await list_bookings(session.id, institution=session.institution):
        writer = await _open_writer_to(booking)
        body = (
            build_moved_text(booking.starts_at, new.starts_at, zone=zone, writer=writer)
            if new
            else build_cancelled_text(booking.starts_at, zone=zone, writer=writer)
        )
        await _note_about(
            booking,
            Purpose.SESSION_MOVED if new else Purpose.SESSION_CANCELLED,
            key=f"session-{session.sequence + 1}",
            body=body,
            now=now,
        )


async def tell_waiting_of_cancellation(
    session: Session, *, now: datetime, new: Session | None
) -> None:
    """Note an SMS to those who wait: they go on waiting in the ``new`` session, or not at all."""
    zone = ZoneInfo(session.time_zone)
    at = session.starts_at if new is None else new.starts_at
    facts = {"day": format_short_day(at, zone), "clock": format_short_clock(at, zone)}
    if new is not None:
        facts["old"] = format_short_day(session.starts_at, zone)
    for entry in await list_waiting(session.id):
        await note_message(
            NewMessage(
                institution=session.institution,
                purpose=Purpose.WAITING_MOVED if new else Purpose.WAITING_CANCELLED,
                key=f"waiting:{entry.public_id}:session-{session.id}-{session.sequence + 1}",
                recipient=entry.phone,
                locale=entry.language,
                facts=facts,
            ),
            now=now,
        )


async def tell_of_substitution(
    session: Session, asked: Collection[BookingId], *, now: datetime
) -> None:
    """Note an SMS to those who were ``asked``: another official answers."""
    zone = ZoneInfo(session.time_zone)
    for booking in await list_bookings(session.id, institution=session.institution):
        if booking.id in asked:
            starts_at = booking.starts_at + session.shift
            writer = await _open_writer_to(booking)
            await _note_about(
                booking,
                Purpose.SUBSTITUTED,
                key=f"substituted-{session.sequence + 1}",
                body=build_substituted_text(starts_at, zone=zone, writer=writer),
                now=now,
            )


async def tell_of_shortening(
    session: Session, asked: Collection[BookingId], *, now: datetime
) -> None:
    """Note an SMS to those who were ``asked``: their slots have fallen away."""
    await _tell_of_loss(Purpose.SESSION_SHORTENED, session, asked, now=now)


async def tell_of_unheard(
    session: Session, asked: Collection[BookingId], cause: Cause, *, now: datetime
) -> None:
    """Note an SMS to those who were ``asked``: their talks could not be held."""
    is_pause = cause is Cause.PAUSED
    purpose = Purpose.SESSION_BROKEN_OFF if is_pause else Purpose.TALK_NOT_HELD
    await _tell_of_loss(purpose, session, asked, now=now)


async def _tell_of_loss(
    purpose: Purpose, session: Session, asked: Collection[BookingId], *, now: datetime
) -> None:
    zone = ZoneInfo(session.time_zone)
    for booking in await list_bookings(session.id, institution=session.institution):
        if booking.id in asked:
            writer = await _open_writer_to(booking)
            await _note_about(
                booking,
                purpose,
                key=f"{purpose}-{session.sequence + 1}",
                body=build_lost_text(purpose, booking.starts_at, zone=zone, writer=writer),
                now=now,
            )


async def tell_of_missing_official(session: Session, *, now: datetime) -> None:
    """Note an SMS to everyone who has booked and was not heard: the official did not come."""
    zone = ZoneInfo(session.time_zone)
    for booking in await list_bookings(session.id, institution=session.institution):
        if booking.state is BookingState.BOOKED and not is_lost(booking, session):
            writer = await _open_writer_to(booking)
            starts_at = booking.starts_at + session.shift
            await _note_about(
                booking,
                Purpose.OFFICIAL_MISSING,
                key="official-missing",
                body=build_missing_official_text(starts_at, zone=zone, writer=writer),
                now=now,
            )


async def tell_of_missed_call(
    promise: CallBack, session: Session, line: PhoneNumber, *, now: datetime
) -> None:
    """Note the SMS that we have called in vain, and until when to call instead."""
    writer = await open_writer(session.institution, promise.language)
    zone = ZoneInfo(session.time_zone)
    await add_message(
        institution=session.institution,
        purpose=Purpose.CALL_MISSED,
        key=f"call-back:{promise.public_id}:missed",
        recipient=promise.phone,
        body=build_missed_call_text(line=line, until=session.closes_at, zone=zone, writer=writer),
        now=now,
        expires_at=session.closes_at,
    )


async def _open_writer_to(booking: Booking) -> Writer:
    told = await find_told(booking.id)
    return await open_writer(booking.institution, DEFAULT_LOCALE if told is None else told.language)


async def _note_about(
    booking: Booking,
    purpose: Purpose,
    *,
    key: str,
    body: str,
    now: datetime,
    facts: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Note an SMS to the citizen of a booking, whose letter can be written from the booking."""
    await note_message(
        NewMessage(
            institution=booking.institution,
            booking=booking.id,
            purpose=purpose,
            key=f"booking:{booking.public_id}:{key}",
            recipient=booking.phone,
            body=body,
            facts=dict(facts),
        ),
        now=now,
    )
