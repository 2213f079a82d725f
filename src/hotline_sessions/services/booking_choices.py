"""When plans change, who has booked chooses: keep, move, another session, in writing, give up.

Each choice is carried out and written down in one transaction. A booking whose session was
called off or broken off, or whose slot fell away, is a claim: it holds no time, but is
exchanged for one as any booking is.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.booking_choices import (
    OFFERED,
    Asked,
    Cause,
    Choice,
    NothingToChoose,
    check_may_leave,
    choose_same,
    is_claim,
    is_open,
)
from hotline_sessions.domain.bookings import Booking, BookingOver, BookingState, Caller, Wish
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.sessions import BOOKABLE
from hotline_sessions.domain.slots import Slot
from hotline_sessions.services.announcements import FreeSlots, get_free_slots
from hotline_sessions.services.appeals import Registered
from hotline_sessions.services.booking_appeals import WrittenAppeal, file
from hotline_sessions.services.booking_orders import Way
from hotline_sessions.services.bookings import (
    Moved,
    OwnBooking,
    book,
    get_booking,
    get_own_booking,
    give_back,
    rebook,
)
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.store.announcements import find_announcement, find_announcement_of
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_appeals import find_appeal_of_booking
from hotline_sessions.store.booking_choices import find_asked, mark_choice
from hotline_sessions.store.bookings import lock_booking, mark_booking
from hotline_sessions.store.sessions import hold_session
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()

LONGEST_CHAIN: Final = 20
"""How often a session may have been moved on: beyond it nobody looks."""


class OpenChoice(Struct, frozen=True, kw_only=True):
    """What the owner of a booking is asked, and between what.

    ``successor`` is the session that is held instead, ``same`` the free slot in it that takes
    the place of the booked one.
    """

    asked: Asked
    offered: tuple[Choice, ...]
    successor: Announcement | None = None
    same: Slot | None = None


async def find_choice(own: OwnBooking, *, now: datetime) -> OpenChoice | None:
    """What the owner of the booking is asked now; None if nothing, or nothing any more."""
    asked = await find_asked(own.booking.id)
    if asked is None or not is_open(asked, own.booking):
        return None
    is_held = not is_claim(own.booking, own.announcement)
    if is_held and (asked.cause is Cause.SHORTENED or now >= own.booking.starts_at):
        return None
    offered = OFFERED[asked.cause]
    if asked.cause is not Cause.MOVED:
        return OpenChoice(asked=asked, offered=offered)
    found = await find_successor(own.announcement, now=now)
    if found is None:
        left = tuple(each for each in offered if each is not Choice.MOVE)
        return OpenChoice(asked=asked, offered=left)
    return OpenChoice(
        asked=asked,
        offered=offered,
        successor=found.announcement,
        same=choose_same(
            found.free,
            booked_at=own.booking.starts_at,
            old=own.announcement.starts_at,
            new=found.announcement.starts_at,
            zone=ZoneInfo(found.announcement.time_zone),
        ),
    )


async def find_successor(session: Announcement, *, now: datetime) -> FreeSlots | None:
    """The session that is held instead, after however many moves, if it can be booked."""
    for _ in range(LONGEST_CHAIN):
        if session.rescheduled_to is None:
            break
        following = await find_announcement(session.rescheduled_to)
        if following is None:
            return None
        session = following
    else:
        return None
    if session.state not in BOOKABLE or now >= session.ends_at:
        return None
    return await get_free_slots(session.public_id, now=now)


async def choose(
    booking_name: str, choice: Choice, *, now: datetime, by: Staff | None = None
) -> None:
    """Keep the time, or give the talk up.

    Raises:
        NotFound: There is no such booking.
        NothingToChoose: Nothing is asked, the answer was given, or is not one of the offered.
        BookingOver: The talk has begun.
    """
    async with transaction():
        await settle(booking_name, choice, now=now, by=by)


async def settle(
    booking_name: str, choice: Choice, *, now: datetime, by: Staff | None = None
) -> None:
    """The same within the transaction of whoever calls; refusals are those of ``choose``."""
    booking = await lock_booking(booking_name)
    session = await _get_session(booking)
    asked = await _get_open(booking)
    if choice not in OFFERED[asked.cause] or choice not in {Choice.KEEP, Choice.GIVE_UP}:
        raise NothingToChoose
    check_may_leave(booking, session=session, now=now)
    if choice is Choice.GIVE_UP:
        await _let_go(booking, session, now=now)
    await _settle(asked, choice, booking, by=by, now=now)


async def give_up(booking_name: str, *, now: datetime, by: Staff | None = None) -> None:
    """Give a time back, or a claim up, within the transaction of whoever calls.

    Where it is asked what becomes of the booking, that is the answer.

    Raises:
        NotFound: There is no such booking.
        BookingOver: It was used, missed or given back, or its talk has begun.
    """
    own = await get_own_booking(booking_name)
    if await find_choice(own, now=now) is None:
        await give_back(booking_name, now=now)
    else:
        await settle(booking_name, Choice.GIVE_UP, now=now, by=by)


async def move_on(
    booking_name: str,
    session_public_id: str,
    starts_at: datetime,
    *,
    secret: bytes,
    now: datetime,
    by: Staff | None = None,
    form: SentForm | None = None,
) -> Moved:
    """Exchange a time, or a claim, for another time; what was asked is answered by it.

    Who comes too late keeps what he had. A ``form`` sent twice moves once; its second copy
    does not get the code again.

    Raises:
        NotFound: There is no such booking, or no such session or slot of its institution.
        BookingOver: It was used, missed or given back, or its talk has begun.
        SessionNotBookable: The session is not announced, over, or will not be held.
        SlotTaken: Another caller holds the slot.
        SlotTooSoon: It starts too soon.
        AlreadyBooked: This phone already holds a slot of the other session.
    """
    moved: Moved | None = None

    async def work() -> Facts:
        nonlocal moved
        moved = await exchange(
            booking_name, session_public_id, starts_at, secret=secret, now=now, by=by
        )
        return {"booking": moved.booking.public_id}

    async with transaction():
        facts = await answer_once(form, work, whose=booking_name, secret=secret, now=now)
        return moved or Moved(booking=await get_booking(facts["booking"]))


async def exchange(
    booking_name: str,
    session_public_id: str,
    starts_at: datetime,
    *,
    secret: bytes,
    now: datetime,
    by: Staff | None = None,
) -> Moved:
    """The same within the transaction of whoever calls; refusals are those of ``move_on``."""
    booking = await get_booking(booking_name)
    session = await _get_session(booking)
    if is_claim(booking, session):
        moved = await _carry(booking, session_public_id, starts_at, secret=secret, now=now)
    else:
        moved = await rebook(booking_name, session_public_id, starts_at, secret=secret, now=now)
    asked = await find_asked(booking.id)
    if asked is not None and asked.choice is None:
        choice = await _name_move(asked, booking, moved.booking, session)
        await _settle(asked, choice, booking, by=by, now=now)
    return moved


async def file_instead(
    booking_name: str,
    written: WrittenAppeal,
    *,
    secret: bytes,
    now: datetime,
    by: Staff | None = None,
) -> Registered:
    """File the question as a written appeal in place of the talk, whose time becomes free.

    Where nothing is asked any more, the appeal is filed and the booking stays. The term runs
    from ``now``, also where staff file it ``by`` a call of the citizen.

    Raises:
        NotFound: There is no such booking.
    """
    async with transaction():
        return await file_in_place(booking_name, written, secret=secret, now=now, by=by)


async def file_in_place(
    booking_name: str,
    written: WrittenAppeal,
    *,
    secret: bytes,
    now: datetime,
    by: Staff | None = None,
) -> Registered:
    """The same within the transaction of whoever calls."""
    booking = await lock_booking(booking_name)
    done = await file(booking, written, secret=secret, now=now, by=by)
    await _answer_in_writing(booking, now=now, by=by)
    return done


async def settle_filed(booking_name: str, *, now: datetime, by: Staff | None = None) -> bool:
    """Choose the appeal that was filed before in place of the talk; false if there is none."""
    async with transaction():
        booking = await lock_booking(booking_name)
        if await find_appeal_of_booking(booking.id) is None:
            return False
        await _answer_in_writing(booking, now=now, by=by)
        return True


async def _answer_in_writing(booking: Booking, *, now: datetime, by: Staff | None = None) -> None:
    asked = await find_asked(booking.id)
    if asked is None or not is_open(asked, booking):
        return
    session = await _get_session(booking)
    if not is_claim(booking, session) and now >= booking.starts_at:
        return
    await _let_go(booking, session, now=now)
    await _settle(asked, Choice.APPEAL, booking, by=by, now=now)


async def _carry(
    found: Booking, session_public_id: str, starts_at: datetime, *, secret: bytes, now: datetime
) -> Moved:
    """Sessions are locked before bookings, here as wherever a talk is booked."""
    target = await hold_session(session_public_id)
    booking = await lock_booking(found.public_id)
    if target.institution != booking.institution:
        raise NotFound
    if booking.state is not BookingState.BOOKED:
        raise BookingOver
    # Ended first, so that it does not count against the new one; undone if that is refused.
    await mark_booking(booking.id, BookingState.CANCELLED, now)
    wish = Wish(
        starts_at=starts_at,
        community=booking.community,
        question=booking.question,
        wants_call_back=booking.wants_call_back,
    )
    caller = Caller(phone=booking.phone, name=booking.caller_name)
    way = Way(language=booking.language, email=booking.email, replaces=booking.id)
    taken = await book(session_public_id, wish, caller, secret=secret, now=now, way=way)
    return Moved(booking=taken.booking, code=taken.code)


async def _let_go(booking: Booking, session: Announcement, *, now: datetime) -> None:
    if is_claim(booking, session):
        await mark_booking(booking.id, BookingState.CANCELLED, now)
    else:
        await give_back(booking.public_id, now=now)


async def _name_move(asked: Asked, asked_for: Booking, moved: Booking, old: Announcement) -> Choice:
    if moved.session == old.id and not is_claim(asked_for, old):
        return Choice.KEEP
    if asked.cause is not Cause.MOVED:
        return Choice.OTHER
    for _ in range(LONGEST_CHAIN):
        following = await find_announcement(old.rescheduled_to) if old.rescheduled_to else None
        if following is None:
            return Choice.OTHER
        if following.id == moved.session:
            return Choice.MOVE
        old = following
    return Choice.OTHER


async def _settle(
    asked: Asked, choice: Choice, booking: Booking, *, by: Staff | None, now: datetime
) -> None:
    await mark_choice(asked.id, choice, now, by=by.account if by else None)
    if by is not None:
        await add_entry(
            "booking_choice_made",
            "booking",
            booking.id,
            institution=booking.institution,
            account=by.account,
            now=now,
            detail={"cause": asked.cause.value, "choice": choice.value},
        )
    log.info("booking_choice_made", booking_id=booking.id, cause=asked.cause, choice=choice)


async def _get_open(booking: Booking) -> Asked:
    asked = await find_asked(booking.id)
    if asked is None or not is_open(asked, booking):
        raise NothingToChoose
    return asked


async def _get_session(booking: Booking) -> Announcement:
    session = await find_announcement_of(booking.session)
    if session is None:
        raise NotFound
    return session
