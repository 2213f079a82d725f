"""An operator on the telephone books a talk for a citizen, and answers for it by name."""

from datetime import datetime

import structlog

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.bookings import Caller, Origin, Wish
from hotline_sessions.i18n import DEFAULT_LOCALE, Locale
from hotline_sessions.services.announcements import FreeSlots, get_free_slots
from hotline_sessions.services.booking_limits import give_waiver
from hotline_sessions.services.booking_orders import Way
from hotline_sessions.services.bookings import Taken, book
from hotline_sessions.services.sent_forms import SentForm
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_limits import mark_waiver_ended
from hotline_sessions.store.sessions import get_session_of
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


async def get_slots_for(public_id: str, *, staff: Staff, now: datetime) -> FreeSlots:
    """The announced session with its free slots.

    Raises:
        NotFound: The institution of ``staff`` has announced no such session.
    """
    session = await get_session_of(public_id, institution=staff.institution)
    return await get_free_slots(session.public_id, now=now)


async def book_for(
    public_id: str,
    wish: Wish,
    caller: Caller,
    *,
    beyond: str = "",
    language: Locale = DEFAULT_LOCALE,
    form: SentForm | None = None,
    staff: Staff,
    secret: bytes,
    now: datetime,
) -> Taken:
    """Book a slot for a citizen who has called; his phone is what he says.

    ``language`` is the one in which he is written to, now and when he is reminded.
    ``beyond`` is the reason for which this one booking may pass the limits: a waiver that ends
    with the same transaction, and stays as a record.

    Raises:
        NotFound: The institution of ``staff`` has no such session, or the session no such slot.
        SessionNotBookable: It is not announced, over, or will not be held.
        RegistrationNotOpen, RegistrationClosed, DrawSession: Slots are not given now, or not so.
        SlotTaken: Another caller holds the slot.
        SlotTooSoon: It starts too soon.
        AlreadyBooked: This phone already holds a slot of this session.
        TooManyBookings: This phone has all its talks of the month, and ``beyond`` is empty.
        OtherForm: The form was sent before, with something else in it.
    """
    async with transaction():
        session = await get_session_of(public_id, institution=staff.institution)
        waiver = await give_waiver(caller.phone, beyond, staff=staff, now=now) if beyond else None
        way = Way(origin=Origin.DESK, language=language, author=staff.account, form=form)
        taken = await book(session.public_id, wish, caller, secret=secret, now=now, way=way)
        if waiver is not None:
            await mark_waiver_ended(waiver, institution=staff.institution, now=now)
        await add_entry(
            "booking_made_for_citizen",
            "booking",
            taken.booking.id,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"waiver": waiver} if waiver is not None else None,
        )
    log.info("booking_made_for_citizen", booking_id=taken.booking.id, account_id=staff.account)
    return taken
