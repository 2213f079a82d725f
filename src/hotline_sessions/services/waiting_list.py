"""Wait for a slot: join the list, leave it, take what is offered or let it go."""

from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    BookingState,
    SessionNotBookable,
    TooManyMissed,
)
from hotline_sessions.domain.errors import Conflict, NotFound
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.registration import check_registration
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import list_free
from hotline_sessions.domain.waiting_list import (
    STANDING,
    EntryOver,
    NewEntry,
    NothingToBetter,
    SlotsFree,
    WaitingEntry,
    WaitingState,
)
from hotline_sessions.domain.waiting_offers import Offer, is_over
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.services.waiting_offers import end_offer, offer_freed
from hotline_sessions.store.announcements import find_announcement, find_announcement_of
from hotline_sessions.store.bookings import find_live_booking, list_taken
from hotline_sessions.store.institutions import get_booking_policy, get_institution
from hotline_sessions.store.offer_limits import count_missed
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
from hotline_sessions.store.waiting_offers import find_offer_of_entry


log = structlog.get_logger()


class OwnEntry(Struct, frozen=True, kw_only=True):
    """An entry as its owner sees it: ``before`` citizens are served first."""

    entry: WaitingEntry
    announcement: Announcement
    before: int
    offer: Offer | None


async def join(
    session_public_id: str,
    new: NewEntry,
    *,
    now: datetime,
    secret: bytes = b"",
    form: SentForm | None = None,
) -> PublicId:
    """Put a citizen whose phone has been proven on the list; the name of the entry.

    Who is on the list already keeps the place. A ``form`` sent twice puts one there once.

    Raises:
        NotFound: There is no such session.
        SessionNotBookable: It is not announced, over, or will not be held.
        RegistrationNotOpen, RegistrationClosed, DrawSession: Slots are not given now, or not so.
        AlreadyBooked: This phone holds a slot, and does not ask for an earlier one.
        NothingToBetter: It asks for an earlier one and holds none that is still ahead.
        SlotsFree: Such a slot can be booked at once.
        TooManyMissed: This phone books through an operator only.
        OtherForm: The form was sent before, with something else in it.
    """

    async def work() -> Facts:
        return {"entry": await put_on(session_public_id, new, now=now)}

    async with transaction():
        whose = f"{session_public_id}:{new.phone}"
        facts = await answer_once(form, work, whose=whose, secret=secret, now=now)
    return PublicId(facts["entry"])


async def put_on(session_public_id: str, new: NewEntry, *, now: datetime) -> PublicId:
    """The same within the transaction of whoever calls."""
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


async def leave(
    public_id: str, *, now: datetime, secret: bytes = b"", form: SentForm | None = None
) -> None:
    """Leave the list, once for each ``form``; an offer that stands goes to the next.

    Raises:
        NotFound: There is no such entry.
        EntryOver: It is not on the list any more.
    """

    async def work() -> Facts:
        await take_off(public_id, now=now)
        return {}

    async with transaction():
        await answer_once(form, work, whose=public_id, secret=secret, now=now)


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
        raise TooManyMissed(missed=missed)
