"""A booking in the hands of staff: found for who telephones, and changed as the citizen says.

Whoever looks at a booking, and whoever changes it, is in the audit with the booking.
"""

from contextlib import suppress
from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.appeals import Appeal
from hotline_sessions.domain.booking_choices import is_claim
from hotline_sessions.domain.bookings import BookingState, Question
from hotline_sessions.domain.errors import Invalid, NotFound
from hotline_sessions.domain.phones import parse_mobile
from hotline_sessions.domain.references import parse_reference
from hotline_sessions.services.appeals import Registered
from hotline_sessions.services.booking_appeals import WrittenAppeal, find_filed
from hotline_sessions.services.booking_changes import reword
from hotline_sessions.services.booking_choices import (
    OpenChoice,
    exchange,
    file_in_place,
    find_choice,
    give_up,
)
from hotline_sessions.services.bookings import Moved, OwnBooking, get_own_booking
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_search import list_names
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class NothingToSearch(Invalid):
    """What was entered is neither the number of a booking nor a phone."""

    code = "nothing-to-search"


class Card(Struct, frozen=True, kw_only=True):
    """A booking with what is asked of its owner and what may be done with it."""

    own: OwnBooking
    choice: OpenChoice | None
    filed: Appeal | None
    may_leave: bool
    may_reword: bool


async def search(wanted: str, *, staff: Staff, now: datetime) -> list[OwnBooking]:
    """Bookings of the institution with this number, or of this phone, the latest talks first.

    Raises:
        NothingToSearch: It is neither a number of a booking nor a phone.
    """
    name = phone = None
    with suppress(Invalid):
        name = parse_reference(wanted)
    try:
        phone = parse_mobile(wanted)
    except Invalid:
        if name is None:
            raise NothingToSearch from None
    async with transaction():
        names = await list_names(name, phone, institution=staff.institution)
        found = [await get_own_booking(each) for each in names]
        await add_entry(
            "bookings_searched",
            "booking",
            None,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"bookings": [each.booking.id for each in found]},
        )
    return found


async def open_card(public_id: str, *, staff: Staff, now: datetime) -> Card:
    """One booking; that it was looked at, and by whom, is written down.

    Raises:
        NotFound: There is no such booking in the institution of ``staff``.
    """
    async with transaction():
        own = await _get_own(public_id, staff)
        await _note("booking_viewed", own, staff, now)
        return await _build_card(own, now=now)


async def move_for(
    public_id: str,
    session: str,
    starts_at: datetime,
    *,
    staff: Staff,
    secret: bytes,
    now: datetime,
) -> Moved:
    """Exchange the time as the citizen says; the limits and refusals are those of citizens."""
    async with transaction():
        own = await _get_own(public_id, staff)
        moved = await exchange(public_id, session, starts_at, secret=secret, now=now, by=staff)
        await _note("booking_moved_for_citizen", own, staff, now)
    return moved


async def cancel_for(public_id: str, *, staff: Staff, now: datetime) -> None:
    """Give the time back, or a claim up, as the citizen says.

    Raises:
        NotFound: There is no such booking in the institution of ``staff``.
        BookingOver: It was used, missed or cancelled, or its talk has begun.
    """
    async with transaction():
        own = await _get_own(public_id, staff)
        await give_up(public_id, now=now, by=staff)
        await _note("booking_cancelled_for_citizen", own, staff, now)


async def reword_for(public_id: str, question: Question, *, staff: Staff, now: datetime) -> None:
    """Write another question down.

    Raises:
        NotFound: There is no such booking in the institution of ``staff``.
        BookingOver: It was used, missed or cancelled, or its talk has begun.
        QuestionHandedOver: The session has begun.
    """
    async with transaction():
        own = await _get_own(public_id, staff)
        await reword(public_id, question, now=now)
        await _note("booking_reworded_for_citizen", own, staff, now)


async def file_for(
    public_id: str, written: WrittenAppeal, *, staff: Staff, secret: bytes, now: datetime
) -> Registered:
    """File the question as an appeal, said on the telephone today; its term runs from now.

    Where the citizen is asked what becomes of the booking, it takes the place of the talk.

    Raises:
        NotFound: There is no such booking in the institution of ``staff``.
    """
    async with transaction():
        await _get_own(public_id, staff)
        return await file_in_place(public_id, written, secret=secret, now=now, by=staff)


async def _build_card(own: OwnBooking, *, now: datetime) -> Card:
    booking, session = own.booking, own.announcement
    stands = booking.state is BookingState.BOOKED
    is_ahead = stands and not is_claim(booking, session) and now < booking.starts_at
    choice = await find_choice(own, now=now)
    return Card(
        own=own,
        choice=choice,
        filed=await find_filed(booking),
        may_leave=is_ahead or choice is not None,
        may_reword=is_ahead and now < session.starts_at,
    )


async def _get_own(public_id: str, staff: Staff) -> OwnBooking:
    own = await get_own_booking(public_id)
    if own.booking.institution != staff.institution:
        raise NotFound
    return own


async def _note(action: str, own: OwnBooking, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "booking",
        own.booking.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
    log.info(action, booking_id=own.booking.id, account_id=staff.account)
