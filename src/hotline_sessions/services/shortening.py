"""A session is held for a part of its time: it starts later, or ends earlier.

Whose slot stays keeps it and is told nothing. Whose slot falls away keeps a claim, is told and
chooses. Staff see who that is before anything is changed, and nobody else is concerned than they
have seen.
"""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_choices import Cause, is_lost
from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.errors import Conflict, Invalid
from hotline_sessions.domain.ids import PublicId
from hotline_sessions.domain.sessions import BOOKABLE, Session, SessionState
from hotline_sessions.domain.times import Window
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.services.legs import tell_desk
from hotline_sessions.services.plans import SessionOver
from hotline_sessions.services.session_plans import SessionExists, find_window
from hotline_sessions.services.tellings import tell_of_shortening
from hotline_sessions.services.waiting_offers import end_offer, offer_freed
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_choices import ask_owners
from hotline_sessions.store.bookings import find_booking, list_bookings
from hotline_sessions.store.occurrences import mark_by_hand
from hotline_sessions.store.sessions import (
    get_session_of,
    is_start_taken,
    list_slots,
    lock_session,
    mark_shortened,
)
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import lock_list
from hotline_sessions.store.waiting_offers import list_offers


log = structlog.get_logger()


class NotShorter(Invalid):
    """The new times are not a part of the old ones; another time is a move, more is extended."""

    code = "not-shorter"


class NoTalkLeft(Conflict):
    """Not one talk would remain: such a session is cancelled."""

    code = "no-talk-left"


class BegunAlready(Conflict):
    """The session is under way, so that it can start no later; or the new end has passed."""

    code = "begun-already"


class ConcernedChanged(Conflict):
    """Other citizens are concerned than were shown: one has booked, or given back, meanwhile."""

    code = "concerned-changed"


class Cut(Struct, frozen=True, kw_only=True):
    """The new start and the new end, as clocks of the institution's zone."""

    opens_clock: time
    closes_clock: time


class Shortening(Struct, frozen=True, kw_only=True):
    """What a cut would do: whose slots fall away, how many stay, how many slots remain."""

    window: Window
    concerned: Sequence[Booking]
    staying: int
    slots_left: int

    @property
    def names(self) -> tuple[PublicId, ...]:
        """Names of the bookings whose slots fall away."""
        return tuple(each.public_id for each in self.concerned)


async def preview_shortening(
    public_id: str, cut: Cut, *, staff: Staff, now: datetime
) -> Shortening:
    """Who would be concerned; nothing changes.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        SessionOver: It is a draft, over, or will not be held.
        NotShorter, NoTalkLeft, BegunAlready, EndsBeforeStart: It cannot be shortened so.
    """
    session = await get_session_of(public_id, institution=staff.institution)
    return await _plan(session, cut, now=now)


async def shorten_session(
    public_id: str,
    cut: Cut,
    *,
    seen: Sequence[str],
    staff: Staff,
    now: datetime,
) -> Shortening:
    """Hold the session for a part of its time; ``seen`` are the bookings known to fall away.

    Slots outside are not booked any more, offers of them end, and those who were offered one
    go on waiting.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
        SessionOver: It is a draft, over, or will not be held.
        NotShorter, NoTalkLeft, BegunAlready, EndsBeforeStart: It cannot be shortened so.
        SessionExists: The post has another session at the new start.
        ConcernedChanged: Other bookings than ``seen`` would fall away.
    """
    async with transaction():
        found = await get_session_of(public_id, institution=staff.institution)
        session = await lock_session(found.id)
        planned = await _plan(session, cut, now=now)
        if set(planned.names) != set(seen):
            raise ConcernedChanged
        if planned.window.starts_at != session.starts_at and await is_start_taken(
            session.post, planned.window.starts_at, institution=session.institution
        ):
            raise SessionExists
        clocks = cut.opens_clock, cut.closes_clock
        await mark_shortened(session, clocks, planned.window, now)
        await mark_by_hand(session.id)
        asked = await ask_owners(session.id, Cause.SHORTENED, version=session.sequence + 1, now=now)
        await tell_of_shortening(session, asked, now=now)
        await _end_lost_offers(session, planned.window, now=now)
        await add_entry(
            "session_shortened",
            "session",
            session.id,
            institution=staff.institution,
            account=staff.account,
            now=now,
            detail={"asked": len(asked)},
        )
        await tell_desk(session.public_id)
    log.info("session_shortened", session_id=session.id, account_id=staff.account)
    return planned


async def _plan(session: Session, cut: Cut, *, now: datetime) -> Shortening:
    if session.state not in BOOKABLE:
        raise SessionOver
    zone = ZoneInfo(session.time_zone)
    window = find_window(session.held_on, cut.opens_clock, cut.closes_clock, zone)
    if is_lost(window, session) or window == session.window:
        raise NotShorter
    is_under_way = session.state is not SessionState.PUBLISHED
    if (is_under_way and window.starts_at != session.starts_at) or window.ends_at <= now:
        raise BegunAlready
    left = [slot for slot in await list_slots(session.id) if not is_lost(slot, window)]
    if not left:
        raise NoTalkLeft
    # A claim of an earlier cut is not concerned again: its owner has been asked already.
    standing = [
        each
        for each in await list_bookings(session.id, institution=session.institution)
        if each.state is BookingState.BOOKED and not is_lost(each, session)
    ]
    concerned = [each for each in standing if is_lost(each, window)]
    return Shortening(
        window=window,
        concerned=concerned,
        staying=len(standing) - len(concerned),
        slots_left=len(left),
    )


async def _end_lost_offers(session: Session, window: Window, *, now: datetime) -> None:
    """Whoever was offered a slot that fell away waits on, and is offered what is free."""
    await lock_list(session.id)
    for name in await list_offers(session.id):
        offered = await find_booking(name)
        if offered is not None and is_lost(offered, window):
            await end_offer(name, WaitingState.WAITING, now=now)
    await offer_freed(session.id, now=now)
