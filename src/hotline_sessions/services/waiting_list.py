"""Wait for a slot: join the list, leave it, take what is offered or let it go."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    Booking,
    BookingState,
    SessionNotBookable,
    check_may_cancel,
)
from hotline_sessions.domain.codes import tail
from hotline_sessions.domain.errors import Conflict, NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.registration import check_registration
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import SlotTaken, list_free
from hotline_sessions.domain.waiting_list import (
    STANDING,
    EntryOver,
    MissedTooOften,
    NewEntry,
    NothingToBetter,
    SlotsFree,
    WaitingEntry,
    WaitingState,
)
from hotline_sessions.domain.waiting_offers import Offer, OfferBeyondLimits, OfferOver, is_over
from hotline_sessions.services.booking_orders import build_booking_mac
from hotline_sessions.services.bookings import CODE_DRAWS, get_booking
from hotline_sessions.services.tellings import tell_of_booking, tell_of_move
from hotline_sessions.services.tokens import draw_code
from hotline_sessions.services.waiting_offers import end_offer, offer_freed
from hotline_sessions.store.announcements import find_announcement, find_announcement_of
from hotline_sessions.store.bookings import (
    find_live_booking,
    list_taken,
    lock_booking,
    mark_booking,
    put_into_slot,
)
from hotline_sessions.store.institutions import get_booking_policy, get_institution
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.sessions import hold_session, list_slots
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import (
    add_entry,
    count_before,
    find_entry,
    find_standing_entry,
    lock_entry,
    lock_list,
    mark_entry,
)
from hotline_sessions.store.waiting_offers import (
    count_missed,
    find_offer,
    find_offer_of_entry,
    is_at_limit,
    lock_phone,
    mark_offer_booked,
)


log = structlog.get_logger()


class OwnEntry(Struct, frozen=True, kw_only=True):
    """An entry as its owner sees it: ``before`` citizens are served first."""

    entry: WaitingEntry
    announcement: Announcement
    before: int
    offer: Offer | None


class Accepted(Struct, frozen=True, kw_only=True):
    """The booking that an offer has become; ``code`` where a new one was drawn."""

    booking: Booking
    code: str | None = None


async def join(session_public_id: str, new: NewEntry, *, now: datetime) -> PublicId:
    """Put a citizen whose phone has been proven on the list; the name of the entry.

    Who is on the list already keeps the place.

    Raises:
        NotFound: There is no such session.
        SessionNotBookable: It is not announced, over, or will not be held.
        RegistrationNotOpen, RegistrationClosed, DrawSession: Slots are not given now, or not so.
        AlreadyBooked: This phone holds a slot, and does not ask for an earlier one.
        NothingToBetter: It asks for an earlier one and holds none that is still ahead.
        SlotsFree: Such a slot can be booked at once.
        MissedTooOften: This phone books through an operator only.
    """
    async with transaction():
        session = await hold_session(session_public_id)
        if is_over(session, now):
            raise SessionNotBookable
        own = await find_live_booking(session.id, new.phone)
        if new.wants_earlier:
            if own is None or own.state is not BookingState.BOOKED or now >= own.starts_at:
                raise NothingToBetter
        else:
            check_registration(session, now)
            if own is not None:
                raise AlreadyBooked
        await _check_missed(new.phone, session, now)
        await lock_list(session.id)
        known = await find_standing_entry(session.id, new.phone)
        if known is not None and known.wants_earlier == new.wants_earlier:
            return known.public_id
        if known is not None:  # It was of a booking that has been given back, or made since.
            await _end(known, now=now)
        if await _is_free(session, before=own.starts_at if own else None, now=now):
            raise SlotsFree
        name = await add_entry(new, session=session, now=now)
        if name is None:
            raise Conflict
    log.info("waiting_list_joined", session_id=session.id)
    return name


async def leave(public_id: str, *, now: datetime) -> None:
    """Leave the list; an offer that stands goes to the next.

    Raises:
        NotFound: There is no such entry.
        EntryOver: It is not on the list any more.
    """
    async with transaction():
        await take_off(public_id, now=now)


async def take_off(public_id: str, *, now: datetime) -> None:
    """The same within the transaction of whoever calls."""
    found = await find_entry(public_id)
    if found is None:
        raise NotFound
    offer = await find_offer_of_entry(found)
    lists = {found.session} | ({offer.booking.session} if offer else set())
    for session in sorted(lists):
        await lock_list(session)
    entry = await lock_entry(public_id)
    if entry.state not in STANDING:
        raise EntryOver
    if entry.booking != found.booking:
        raise Conflict  # It has just got, or lost, an offer.
    await _end(entry, now=now)
    log.info("waiting_list_left", entry_id=entry.id)


async def get_own_entry(public_id: str) -> OwnEntry:
    """The entry that a signed link opens, with its session.

    Raises:
        NotFound: There is none.
    """
    entry = await find_entry(public_id)
    announcement = None if entry is None else await find_announcement_of(entry.session)
    if entry is None or announcement is None:
        raise NotFound
    return OwnEntry(
        entry=entry,
        announcement=announcement,
        before=await count_before(entry),
        offer=await find_offer_of_entry(entry),
    )


async def find_own_entry(session_public_id: str, phone: str) -> OwnEntry | None:
    """The entry with which a proven phone is on the list of a session."""
    announcement = await find_announcement(session_public_id)
    if announcement is None:
        return None
    entry = await find_standing_entry(announcement.id, phone)
    return None if entry is None else await get_own_entry(entry.public_id)


async def get_offer(public_id: str) -> Offer:
    """The offer with this name in addresses, whatever became of it.

    Raises:
        NotFound: There is none.
    """
    offer = await find_offer(public_id)
    if offer is None:
        raise NotFound
    return offer


async def decline_offer(public_id: str, *, now: datetime) -> None:
    """Let an offer go to the next; whoever declines stays on the list for another time.

    Raises:
        NotFound: There is no such offer.
        OfferOver: It stands no more.
    """
    async with transaction():
        offer = await get_offer(public_id)
        await lock_list(offer.booking.session)
        offer = await get_offer(public_id)
        if not offer.is_open(now):
            raise OfferOver
        await end_offer(offer.booking.public_id, WaitingState.WAITING, now=now)
        await offer_freed(offer.booking.session, now=now)


async def accept_offer(public_id: str, *, secret: bytes, now: datetime) -> Accepted:
    """Take the slot that was offered.

    Who has none gets a booking with a code. Who has a later one moves it here: it keeps its
    code, and the time that it leaves goes to the list.

    Raises:
        NotFound: There is no such offer.
        OfferOver: It stands no more.
        SessionNotBookable: The session is over, or will not be held.
        OfferBeyondLimits: The phone has all the talks that it may have in that month.
    """
    async with transaction():
        return await take_offer(public_id, secret=secret, now=now)


async def take_offer(public_id: str, *, secret: bytes, now: datetime) -> Accepted:
    """The same within the transaction of whoever calls; refusals are the same."""
    offer = await get_offer(public_id)
    phone = offer.booking.phone
    session = await hold_session(offer.session_name)
    await lock_phone(phone)
    own = await find_live_booking(session.id, phone) if offer.instead_of else None
    if own is not None:
        own = await lock_booking(own.public_id)
    await lock_list(session.id)
    await lock_booking(public_id)
    offer = await get_offer(public_id)
    if not offer.is_open(now):
        raise OfferOver
    if is_over(session, now):
        raise SessionNotBookable
    if offer.instead_of:
        return await _move(offer, own, session, now=now)
    return await _book(offer, session, secret=secret, now=now)


async def _book(offer: Offer, session: Session, *, secret: bytes, now: datetime) -> Accepted:
    booking = offer.booking
    policy = await get_booking_policy(session.institution)
    if await is_at_limit(booking.phone, session, policy, now=now, but=booking.id):
        raise OfferBeyondLimits(cap=policy.monthly_cap)
    code = await _give_code(booking, session, secret=secret, now=now)
    await _mark_served(offer, booking, now=now)
    booked = await get_booking(booking.public_id)
    await tell_of_booking(
        booked, code, zone=ZoneInfo(session.time_zone), line=await _line_number(session), now=now
    )
    log.info("offer_accepted", session_id=session.id, booking_id=booking.id)
    return Accepted(booking=booked, code=code)


async def _move(offer: Offer, own: Booking | None, session: Session, *, now: datetime) -> Accepted:
    """Put the booking into the offered slot: both change in one transaction or neither does."""
    if own is None or own.id != offer.instead_of:
        raise OfferOver
    check_may_cancel(own, now=now)
    await mark_booking(offer.booking.id, BookingState.CANCELLED, now)
    if not await put_into_slot(own.id, offer.booking.slot):
        raise SlotTaken
    await _mark_served(offer, own, now=now)
    booked = await get_booking(own.public_id)
    await tell_of_move(
        booked, zone=ZoneInfo(session.time_zone), line=await _line_number(session), now=now
    )
    await offer_freed(session.id, now=now)
    log.info("offer_accepted", session_id=session.id, booking_id=own.id)
    return Accepted(booking=booked)


async def _give_code(booking: Booking, session: Session, *, secret: bytes, now: datetime) -> str:
    for _ in range(CODE_DRAWS):
        code = draw_code()
        code_mac = build_booking_mac(secret, session.public_id, code)
        if await mark_offer_booked(booking.id, code_mac=code_mac, code_hint=tail(code), now=now):
            return code
    raise SlotTaken


async def _mark_served(offer: Offer, booking: Booking, *, now: datetime) -> None:
    if offer.entry is not None:
        await mark_entry(offer.entry.id, WaitingState.BOOKED, now=now, booking=booking.id)


async def _end(entry: WaitingEntry, *, now: datetime) -> None:
    """Take the entry off the list, whose lock is held; its offer goes to the next."""
    offer = await find_offer_of_entry(entry)
    if offer is not None:
        await end_offer(offer.booking.public_id, WaitingState.LEFT, now=now)
    await mark_entry(entry.id, WaitingState.LEFT, now=now)
    if offer is not None:
        await offer_freed(offer.booking.session, now=now)


async def _is_free(session: Session, *, before: datetime | None, now: datetime) -> bool:
    home = await get_institution(session.institution)
    free = list_free(
        await list_slots(session.id),
        taken=await list_taken(session.id),
        now=now,
        cutoff=timedelta(minutes=home.booking_cutoff_minutes),
    )
    return any(before is None or slot.starts_at < before for slot in free)


async def _check_missed(phone: str, session: Session, now: datetime) -> None:
    policy = await get_booking_policy(session.institution)
    since = now - policy.missed_period
    missed = await count_missed(phone, session, since=since, now=now)
    if policy.missed_cap and missed >= policy.missed_cap:
        raise MissedTooOften(missed=missed)


async def _line_number(session: Session) -> PhoneNumber:
    lines = await list_lines(institution=session.institution)
    return next((line.number for line in lines if line.id == session.line), PhoneNumber(""))
