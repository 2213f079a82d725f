"""What a citizen answers to an offer: yes, or no."""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.bookings import (
    Booking,
    BookingState,
    SessionNotBookable,
    TooManyBookings,
    check_may_cancel,
)
from hotline_sessions.domain.codes import tail
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import SlotTaken
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.domain.waiting_offers import Offer, OfferOver, is_over
from hotline_sessions.services.booking_orders import build_booking_mac, derive_code
from hotline_sessions.services.bookings import CODE_DRAWS, get_booking
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.services.tellings import tell_of_booking, tell_of_move
from hotline_sessions.services.tokens import draw_code
from hotline_sessions.services.waiting_offers import end_offer, offer_freed
from hotline_sessions.store.booking_choices import answer_by_move
from hotline_sessions.store.bookings import (
    find_live_booking,
    lock_booking,
    mark_booking,
    put_into_slot,
)
from hotline_sessions.store.institutions import get_booking_policy
from hotline_sessions.store.lines import list_lines
from hotline_sessions.store.offer_limits import is_at_limit, lock_phone
from hotline_sessions.store.sessions import hold_session
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import lock_list, mark_entry
from hotline_sessions.store.waiting_offers import find_offer, mark_offer_booked


log = structlog.get_logger()


class Accepted(Struct, frozen=True, kw_only=True):
    """The booking that an offer has become; ``code`` where a new one was drawn.

    ``attempt`` counts the codes that turned out to be somebody else's.
    """

    booking: Booking
    code: str | None = None
    attempt: int | None = None


async def get_offer(public_id: str) -> Offer:
    """The offer with this name in addresses, whatever became of it.

    Raises:
        NotFound: There is none.
    """
    offer = await find_offer(public_id)
    if offer is None:
        raise NotFound
    return offer


async def decline_offer(
    public_id: str, *, now: datetime, secret: bytes = b"", form: SentForm | None = None
) -> None:
    """Let an offer go to the next, once for each ``form``; the place on the list stays.

    Raises:
        NotFound: There is no such offer.
        OfferOver: It stands no more.
    """

    async def work() -> Facts:
        await pass_offer_on(public_id, now=now)
        return {}

    async with transaction():
        await answer_once(form, work, whose=public_id, secret=secret, now=now)


async def pass_offer_on(public_id: str, *, now: datetime) -> None:
    """The same within the transaction of whoever calls."""
    offer = await get_offer(public_id)
    await lock_list(offer.booking.session)
    offer = await get_offer(public_id)
    if not offer.is_open(now):
        raise OfferOver
    await end_offer(offer.booking.public_id, WaitingState.WAITING, now=now)
    await offer_freed(offer.booking.session, now=now)


async def accept_offer(
    public_id: str, *, secret: bytes, now: datetime, form: SentForm | None = None
) -> Accepted:
    """Take the slot that was offered.

    Who has none gets a booking with a code. Who has a later one moves it here: it keeps its
    code, and the time that it leaves goes to the list. A ``form`` sent twice takes it once; its
    second copy gets the same code.

    Raises:
        NotFound: There is no such offer.
        OfferOver: It stands no more.
        SessionNotBookable: The session is over, or will not be held.
        TooManyBookings: The phone has all the talks that it may have in that month.
    """

    async def work() -> Facts:
        accepted = await take_offer(public_id, secret=secret, now=now, form=form)
        return {"booking": accepted.booking.public_id, "attempt": accepted.attempt}

    async with transaction():
        if form is None:
            return await take_offer(public_id, secret=secret, now=now)
        facts = await answer_once(form, work, whose=public_id, secret=secret, now=now)
        booking = await get_booking(facts["booking"])
        attempt = facts["attempt"]
        code = None if attempt is None else derive_code(form, secret, public_id, attempt)
        return Accepted(booking=booking, code=code)


async def take_offer(
    public_id: str, *, secret: bytes, now: datetime, form: SentForm | None = None
) -> Accepted:
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
    return await _book(offer, session, form, secret=secret, now=now)


async def _book(
    offer: Offer, session: Session, form: SentForm | None, *, secret: bytes, now: datetime
) -> Accepted:
    booking = offer.booking
    policy = await get_booking_policy(session.institution)
    if await is_at_limit(booking.phone, session, policy, now=now, but=booking.id):
        raise TooManyBookings(cap=policy.monthly_cap)
    attempt, code = await _give_code(booking, session, form, secret=secret, now=now)
    await _mark_served(offer, booking, now=now)
    booked = await get_booking(booking.public_id)
    await tell_of_booking(
        booked, code, zone=ZoneInfo(session.time_zone), line=await _line_number(session), now=now
    )
    log.info("offer_accepted", session_id=session.id, booking_id=booking.id)
    return Accepted(booking=booked, code=code, attempt=attempt)


async def _move(offer: Offer, own: Booking | None, session: Session, *, now: datetime) -> Accepted:
    """Put the booking into the offered slot: both change in one transaction or neither does."""
    if own is None or own.id != offer.instead_of:
        raise OfferOver
    check_may_cancel(own, now=now)
    await mark_booking(offer.booking.id, BookingState.CANCELLED, now)
    if not await put_into_slot(own.id, offer.booking.slot):
        raise SlotTaken
    await answer_by_move(own.id, now)
    await _mark_served(offer, own, now=now)
    booked = await get_booking(own.public_id)
    await tell_of_move(
        booked, zone=ZoneInfo(session.time_zone), line=await _line_number(session), now=now
    )
    await offer_freed(session.id, now=now)
    log.info("offer_accepted", session_id=session.id, booking_id=own.id)
    return Accepted(booking=booked)


async def _give_code(
    booking: Booking, session: Session, form: SentForm | None, *, secret: bytes, now: datetime
) -> tuple[int, str]:
    for attempt in range(CODE_DRAWS):
        code = (
            draw_code() if form is None else derive_code(form, secret, booking.public_id, attempt)
        )
        code_mac = build_booking_mac(secret, session.public_id, code)
        if await mark_offer_booked(booking.id, code_mac=code_mac, code_hint=tail(code), now=now):
            return attempt, code
    raise SlotTaken


async def _mark_served(offer: Offer, booking: Booking, *, now: datetime) -> None:
    if offer.entry is not None:
        await mark_entry(offer.entry.id, WaitingState.BOOKED, now=now, booking=booking.id)


async def _line_number(session: Session) -> PhoneNumber:
    lines = await list_lines(institution=session.institution)
    return next((line.number for line in lines if line.id == session.line), PhoneNumber(""))
