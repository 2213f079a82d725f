"""Take part in a draw, see one's entry, withdraw it while registration is open."""

from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.announcements import Announcement
from hotline_sessions.domain.bookings import (
    AlreadyBooked,
    Caller,
    Community,
    Origin,
    Question,
    SessionNotBookable,
    TooManyBookings,
    TooManyMissed,
)
from hotline_sessions.domain.draws import WISHES, build_pseudonym
from hotline_sessions.domain.errors import Conflict, Invalid, NotFound
from hotline_sessions.domain.ids import AccountId, PublicId
from hotline_sessions.domain.registration import check_open
from hotline_sessions.domain.sessions import BOOKABLE, BookingMode, Session
from hotline_sessions.domain.waiting_list import NewEntry, WaitingEntry, WaitingState
from hotline_sessions.services.sent_forms import Facts, SentForm, answer_once
from hotline_sessions.store.announcements import find_announcement, find_announcement_of
from hotline_sessions.store.bookings import find_live_booking
from hotline_sessions.store.draws import Wishes, find_draw, find_wishes, mark_wishes
from hotline_sessions.store.institutions import get_booking_policy
from hotline_sessions.store.offer_limits import count_missed, is_at_limit
from hotline_sessions.store.sessions import hold_session, list_slots
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import (
    add_entry,
    find_drawn_entry,
    find_entry,
    find_standing_entry,
    lock_entry,
    mark_entry,
)


log = structlog.get_logger()


class NotByLot(Conflict):
    """The slots of this session are not given by lot, or the lots have fallen."""

    code = "not-by-lot"


class RegisteredAlready(Conflict):
    """This phone takes part in the draw already."""

    code = "registered-already"


class NoTimeNamed(Invalid):
    """No time is named, and not any time suits."""

    code = "no-time-named"


class DrawWish(Struct, frozen=True, kw_only=True):
    """What a citizen asks for who takes part; ``times``: preferred starts, the dearest first."""

    times: tuple[datetime, ...] = ()
    any_time: bool = False
    community: Community
    question: Question
    wants_call_back: bool = False


class OwnEntry(Struct, frozen=True, kw_only=True):
    """An entry as its owner sees it; ``pseudonym`` is its name in the published file."""

    entry: WaitingEntry
    announcement: Announcement
    pseudonym: str
    wishes: Wishes


async def register_for_draw(
    session_public_id: str,
    wish: DrawWish,
    caller: Caller,
    *,
    language: str,
    now: datetime,
    secret: bytes = b"",
    form: SentForm | None = None,
) -> PublicId:
    """Put a citizen whose phone has been proven among those for whom the lots fall; the entry.

    A ``form`` sent twice does so once.

    Raises:
        NotFound: There is no such session.
        SessionNotBookable: It is not announced, over, or will not be held.
        RegistrationNotOpen, RegistrationClosed: Nobody may register now.
        NotByLot: Its slots are not given by lot.
        NoTimeNamed: No time of the session is named, and not any time suits.
        AlreadyBooked: This phone holds a slot of this session.
        TooManyBookings, TooManyMissed: This phone could not have the slot that it would draw.
        RegisteredAlready: This phone takes part already.
        OtherForm: The form was sent before, with something else in it.
    """

    async def work() -> Facts:
        name = await enter_draw(session_public_id, wish, caller, language=language, now=now)
        return {"entry": name}

    async with transaction():
        whose = f"{session_public_id}:{caller.phone}"
        facts = await answer_once(form, work, whose=whose, secret=secret, now=now)
    return PublicId(facts["entry"])


async def enter_draw(
    session_public_id: str,
    wish: DrawWish,
    caller: Caller,
    *,
    language: str,
    now: datetime,
    origin: Origin = Origin.WEB,
    author: AccountId | None = None,
) -> PublicId:
    """The same within the transaction of whoever calls; ``author`` answers for the phone."""
    session = await _hold_drawn_by_lot(session_public_id, now=now)
    wishes = await _choose_wishes(session, wish)
    if await find_live_booking(session.id, caller.phone):
        raise AlreadyBooked
    await _check_limits(session, caller.phone, now=now)
    new = NewEntry(
        phone=caller.phone,
        caller_name=caller.name,
        community=wish.community,
        question=wish.question,
        language=language,
        wants_call_back=wish.wants_call_back,
        is_draw=True,
        origin=origin,
        author=author,
    )
    name = await add_entry(new, session=session, now=now)
    if name is None:
        raise RegisteredAlready
    await mark_wishes(name, wishes)
    log.info("draw_entered", session_id=session.id)
    return name


async def withdraw_from_draw(session_public_id: str, caller: Caller, *, now: datetime) -> None:
    """Take an entry back while registration is open; what is not there is withdrawn already.

    Raises:
        NotFound: There is no such session.
        SessionNotBookable: It is over, or will not be held.
        RegistrationClosed, RegistrationNotOpen, NotByLot: Nothing can be changed any more.
    """
    async with transaction():
        await leave_draw(session_public_id, caller, now=now)


async def leave_draw(session_public_id: str, caller: Caller, *, now: datetime) -> None:
    """The same within the transaction of whoever calls."""
    session = await _hold_drawn_by_lot(session_public_id, now=now)
    found = await find_standing_entry(session.id, caller.phone)
    if found is None:
        return
    entry = await lock_entry(found.public_id)
    if entry.state is WaitingState.WAITING:
        await mark_entry(entry.id, WaitingState.LEFT, now=now)
        log.info("draw_left", session_id=session.id)


async def find_own_entry(session_public_id: str, caller: Caller) -> OwnEntry | None:
    """The entry with which a citizen takes part, or has taken part and waits, or drew in vain."""
    announcement = await find_announcement(session_public_id)
    if announcement is None:
        return None
    entry = await find_drawn_entry(announcement.id, caller.phone)
    return None if entry is None else await _view(entry, announcement)


async def get_own_entry(public_id: str) -> OwnEntry | None:
    """The entry that a signed link opens; None if it takes part in no draw.

    Raises:
        NotFound: There is no such entry.
    """
    entry = await find_entry(public_id)
    announcement = None if entry is None else await find_announcement_of(entry.session)
    if entry is None or announcement is None:
        raise NotFound
    return await _view(entry, announcement)


async def _view(entry: WaitingEntry, announcement: Announcement) -> OwnEntry | None:
    draw = await find_draw(announcement.id)
    if draw is None or not entry.is_draw:
        return None
    return OwnEntry(
        entry=entry,
        announcement=announcement,
        pseudonym=build_pseudonym(bytes.fromhex(draw.salt), entry.public_id),
        wishes=await find_wishes(entry.id),
    )


def check_by_lot(session: Announcement, *, now: datetime) -> None:
    """Refuse a form of the draw for a session in whose draw nobody can take part now.

    Raises:
        SessionNotBookable: It is over, or will not be held.
        RegistrationNotOpen, RegistrationClosed: Nobody may register now.
        NotByLot: Its slots are not given by lot.
    """
    if session.state not in BOOKABLE:
        raise SessionNotBookable
    check_open(session, now)
    if session.booking_mode is not BookingMode.DRAW:
        raise NotByLot


async def _check_limits(session: Session, phone: str, *, now: datetime) -> None:
    """Refuse now whom a lot could not be given to; it is looked at again when the lots fall."""
    policy = await get_booking_policy(session.institution)
    if await is_at_limit(phone, session, policy, now=now, but=None):
        raise TooManyBookings(cap=policy.monthly_cap)
    since = now - policy.missed_period
    missed = await count_missed(phone, session, since=since, now=now)
    if policy.missed_cap and missed >= policy.missed_cap:
        raise TooManyMissed(missed=missed)


async def _hold_drawn_by_lot(public_id: str, *, now: datetime) -> Session:
    """The session, whose lots cannot fall before the transaction ends."""
    session = await hold_session(public_id)
    if session.state not in BOOKABLE:
        raise SessionNotBookable
    check_open(session, now)
    if session.booking_mode is not BookingMode.DRAW or await find_draw(session.id) is None:
        raise NotByLot
    return session


async def _choose_wishes(session: Session, wish: DrawWish) -> Wishes:
    starts = {slot.starts_at for slot in await list_slots(session.id) if slot.is_bookable}
    times = tuple(dict.fromkeys(wish.times))
    if not starts >= set(times):
        raise NotFound
    if len(times) > WISHES or not (times or wish.any_time):
        raise NoTimeNamed
    return Wishes(times=times, any=wish.any_time)
