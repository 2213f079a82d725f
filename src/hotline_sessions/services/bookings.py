"""Take a slot, see it, give it back."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.bookings import (
    Booking,
    BookingState,
    Caller,
    SessionNotBookable,
    Wish,
    check_may_cancel,
)
from hotline_sessions.domain.codes import pad, parse_code
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.phones import PhoneNumber, parse_mobile
from hotline_sessions.domain.registration import check_open
from hotline_sessions.domain.sessions import BOOKABLE, Session
from hotline_sessions.domain.slots import Slot, SlotTaken, choose_slot
from hotline_sessions.services.booking_lane import BookingLane, write_alone
from hotline_sessions.services.booking_orders import (
    ON_THE_WEB,
    Bearer,
    Way,
    build_booking_mac,
    build_order,
    derive_code,
    is_code_of,
    read_booking,
)
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.services.tellings import tell_of_giving_back, tell_of_move
from hotline_sessions.services.waiting_offers import offer_freed
from hotline_sessions.store.announcements import find_announcement, find_announcement_of
from hotline_sessions.store.book_many import BookingOrder, BookingResult, book_many
from hotline_sessions.store.bookings import (
    find_booking,
    find_live_booking,
    get_code_mac,
    list_codes_of,
    list_taken,
    lock_booking,
    mark_booking,
    mark_call_wanted,
    put_into_slot,
)
from hotline_sessions.store.institutions import get_institution
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.sessions import hold_session, list_slots
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

CODE_DRAWS: Final = 20
"""How often a code is drawn until it is new in its session: among a few dozen of a million."""


KEPT: Final = timedelta(days=7)
"""How long after its talk phone and code still open a booking."""
NOBODYS: Final = ("", "", "")
"""Stands for a booking of a phone that has none: no code is that of it."""


class UnknownBooking(NotFound):
    """No booking has this phone and this code; which of them is wrong is not said."""

    code = "unknown-booking"


class Taken(Struct, frozen=True, kw_only=True):
    """A booking that was just made, with its code: shown once, kept as a hash."""

    booking: Booking
    code: str


class Moved(Struct, frozen=True, kw_only=True):
    """A booking at its new time; ``code`` is given when it has become another one."""

    booking: Booking
    code: str | None = None


class OwnBooking(Struct, frozen=True, kw_only=True):
    """A booking as its owner sees it, with the session it belongs to."""

    booking: Booking
    announcement: Announcement


async def take_slot(
    session_public_id: str,
    wish: Wish,
    bearer: Bearer,
    *,
    secret: bytes,
    now: datetime,
    way: Way = ON_THE_WEB,
    lane: BookingLane | None = None,
) -> Taken:
    """Book one slot for a citizen whose phone has been proven.

    Checks, limits, the booking, its confirmation and the answer to the form are one statement
    of the database; in a ``lane`` it is shared with those who book at the same moment.

    Raises:
        PhoneNotProven: The device does not hold a good proof.
        NotFound: There is no such session or slot.
        SessionNotBookable: It is not announced, over, or will not be held.
        RegistrationNotOpen, RegistrationClosed, DrawSession: Slots are not given now, or not so.
        SlotTaken: Another caller holds the slot.
        SlotTooSoon: It starts too soon.
        AlreadyBooked: This phone already holds a slot of this session.
        TooManyBookings, TooManyMissed: This phone has reached a limit.
        OtherForm: The form was sent before, with something else in it.
        BookingBusy: The database had no time for it.
    """
    write = write_alone if lane is None else lane.book
    return await _order(write, session_public_id, wish, bearer, way, secret=secret, now=now)


async def book(
    session_public_id: str,
    wish: Wish,
    bearer: Bearer,
    *,
    secret: bytes,
    now: datetime,
    way: Way = ON_THE_WEB,
) -> Taken:
    """The same within the transaction of whoever calls; refusals are those of ``take_slot``."""
    return await _order(_write_here, session_public_id, wish, bearer, way, secret=secret, now=now)


async def _order(
    write: Callable[[BookingOrder], Awaitable[BookingResult]],
    session: str,
    wish: Wish,
    bearer: Bearer,
    way: Way,
    *,
    secret: bytes,
    now: datetime,
) -> Taken:
    for attempt in range(CODE_DRAWS):
        order = build_order(session, wish, bearer, way, secret=secret, now=now, attempt=attempt)
        result = await write(order)
        if result.outcome == "code":
            continue  # It is another's in this session, one of a few dozen in a million.
        booking = read_booking(order, result)
        if result.outcome == "repeated":
            return await _take_again(booking.public_id, session, way, secret=secret)
        log.info("slot_taken", session_id=booking.session, booking_id=booking.id)
        return Taken(booking=booking, code=order.code)
    raise SlotTaken


async def _write_here(order: BookingOrder) -> BookingResult:
    return (await book_many([order]))[0]


async def _take_again(public_id: str, session: str, way: Way, *, secret: bytes) -> Taken:
    """The booking that the first copy of a form has made, with its code."""
    kept = await get_code_mac(public_id)
    codes = (
        derive_code(way.form, secret, session, attempt)
        for attempt in range(CODE_DRAWS)
        if way.form is not None
    )
    own = (code for code in codes if is_code_of(kept, secret, PublicId(session), code))
    return Taken(booking=await get_booking(public_id), code=next(own, ""))


async def get_booking(public_id: str) -> Booking:
    """The booking that a signed link opens.

    Raises:
        NotFound: There is none.
    """
    booking = await find_booking(public_id)
    if booking is None:
        raise NotFound
    return booking


async def get_own_booking(public_id: str) -> OwnBooking:
    """The booking that a signed link opens, with its session.

    Raises:
        NotFound: There is none.
    """
    booking = await get_booking(public_id)
    announcement = await find_announcement_of(booking.session)
    if announcement is None:
        raise NotFound
    return OwnBooking(booking=booking, announcement=announcement)


async def find_booking_of(session_public_id: str, caller: Caller) -> Booking | None:
    """The booking that a citizen whose phone has been proven holds in a session."""
    announcement = await find_announcement(session_public_id)
    return None if announcement is None else await find_live_booking(announcement.id, caller.phone)


async def find_by_code(phone: str, code: str, *, secret: bytes, now: datetime) -> Booking:
    """The booking with this phone and this code.

    Raises:
        UnknownBooking: There is none; the answer is the same for either being wrong.
    """
    try:
        number, digits = parse_mobile(phone), parse_code(code)
    except Invalid:
        raise UnknownBooking from None
    found = None
    for name, session, code_mac in pad(await list_codes_of(number, since=now - KEPT), NOBODYS):
        given = build_booking_mac(secret, PublicId(session), digits)
        if hmac.compare_digest(given, code_mac):
            found = name
    if found is None:
        raise UnknownBooking
    return await get_booking(found)


async def cancel_booking(
    public_id: str, *, now: datetime, secret: bytes = b"", form: SentForm | None = None
) -> None:
    """Give a slot back; it is free at once. A ``form`` sent twice gives it back once.

    Raises:
        NotFound: There is no such booking.
        BookingOver: It was used, missed or cancelled, or its talk has begun.
    """

    async def work() -> Facts:
        await give_back(public_id, now=now)
        return {}

    async with transaction():
        await answer_once(form, work, whose=public_id, secret=secret, now=now)


async def give_back(public_id: str, *, now: datetime) -> None:
    """The same within the transaction of whoever calls.

    Raises:
        NotFound: There is no such booking.
        BookingOver: It was used, missed or cancelled, or its talk has begun.
    """
    booking = await lock_booking(public_id)
    check_may_cancel(booking, now=now)
    await mark_booking(booking.id, BookingState.CANCELLED, now)
    await tell_of_giving_back(booking, now=now)
    await offer_freed(booking.session, now=now)
    log.info("booking_cancelled", booking_id=booking.id)


async def rebook(
    public_id: str, session_public_id: str, starts_at: datetime, *, secret: bytes, now: datetime
) -> Moved:
    """Exchange a slot for another one, of the same session or of a later one.

    Within the transaction of whoever calls. The new slot is held before the old one is free:
    a citizen whose wish cannot be met keeps what he had. Within a session the code stays.

    Raises:
        NotFound: There is no such booking, or no such session or slot of its institution.
        BookingOver: It was used, missed or cancelled, or its talk has begun.
        RegistrationNotOpen, RegistrationClosed, DrawSession: Slots are not given now, or not so.
        SessionNotBookable: The session is not announced, over, or will not be held.
        SlotTaken: Another caller holds the slot.
        SlotTooSoon: It starts too soon.
        AlreadyBooked: This phone already holds a slot of the other session.
        TooManyBookings, TooManyMissed: This phone has reached a limit.
    """
    session = await _hold_bookable(session_public_id)
    old = await lock_booking(public_id)
    if session.institution != old.institution:
        raise NotFound
    check_may_cancel(old, now=now)
    if session.id != old.session:
        wish = Wish(
            starts_at=starts_at,
            community=old.community,
            question=old.question,
            wants_call_back=old.wants_call_back,
        )
        caller = Caller(phone=old.phone, name=old.caller_name)
        way = Way(language=old.language, email=old.email, replaces=old.id)
        taken = await book(session_public_id, wish, caller, secret=secret, now=now, way=way)
        await mark_booking(old.id, BookingState.CANCELLED, now)
        await tell_of_giving_back(old, now=now)
        await offer_freed(old.session, now=now)
        log.info("booking_moved", booking_id=old.id, to_booking_id=taken.booking.id)
        return Moved(booking=taken.booking, code=taken.code)
    if starts_at == old.starts_at:
        return Moved(booking=old)
    check_open(session, now)
    slot = await _choose_slot(session, starts_at, now=now)
    if not await put_into_slot(old.id, slot.id):
        raise SlotTaken
    await offer_freed(session.id, now=now)
    booking = await get_booking(public_id)
    await tell_of_move(
        booking,
        zone=ZoneInfo(session.time_zone),
        line=await _line_number(session),
        now=now,
    )
    log.info("booking_moved", booking_id=old.id, to_booking_id=old.id)
    return Moved(booking=booking)


async def promise_call(public_id: str) -> None:
    """Note that the citizen wishes to be called when the talk begins.

    Within the transaction of whoever calls, for a citizen whose phone has been proven.

    Raises:
        NotFound: There is no such booking.
    """
    booking = await lock_booking(public_id)
    await mark_call_wanted(booking.id)


async def _hold_bookable(public_id: str) -> Session:
    session = await hold_session(public_id)
    if session.state not in BOOKABLE:
        raise SessionNotBookable
    return session


async def _choose_slot(session: Session, starts_at: datetime, *, now: datetime) -> Slot:
    home = await get_institution(session.institution)
    return choose_slot(
        await list_slots(session.id),
        starts_at,
        taken=await list_taken(session.id),
        now=now,
        cutoff=timedelta(minutes=home.booking_cutoff_minutes),
    )


async def _line_number(session: Session) -> PhoneNumber:
    lines = await list_lines(institution=session.institution)
    return next((line.number for line in lines if line.id == session.line), PhoneNumber(""))
