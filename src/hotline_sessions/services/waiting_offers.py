"""A slot that falls free is offered to the waiting list; offers that nobody takes go on.

All of a session's list happens in one line, under its lock: see ``store.waiting_list``.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import BookingState
from hotline_sessions.domain.ids import BookingId, PublicId, SessionId
from hotline_sessions.domain.quiet_hours import find_quiet_end
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.slots import Slot, list_free
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.domain.waiting_offers import (
    CLAIMS_KEPT,
    Candidate,
    find_offer_end,
    is_over,
    may_give,
    may_offer,
)
from hotline_sessions.services.offer_texts import tell_of_offer
from hotline_sessions.services.ports import Clock
from hotline_sessions.services.together import OneByOne
from hotline_sessions.store.bookings import list_taken, lock_booking, mark_booking
from hotline_sessions.store.institutions import get_booking_policy, get_institution
from hotline_sessions.store.offers_due import (
    Untold,
    count_claims,
    is_awaited,
    list_to_settle,
    list_untold,
    list_void,
    mark_helped,
)
from hotline_sessions.store.sessions import list_slots
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import list_waiting, lock_list, mark_entry
from hotline_sessions.store.waiting_offers import (
    add_offer,
    find_offer,
    list_candidates,
    list_offers,
    read_session,
    take_entry,
)


log = structlog.get_logger()

PAGE: Final = 50
"""Candidates read at a time: the first is nearly always the one."""


async def offer_freed(session: SessionId, *, now: datetime) -> int:
    """Offer what is free in the session to its list; how many offers were made.

    Within the transaction that has freed a slot, so that it is never free for anybody else
    while somebody waits. It may be called when nothing is free, too.
    """
    await lock_list(session)
    if not await is_awaited(session):
        return 0
    for name in await list_void(session):
        await end_offer(name, WaitingState.LEFT, now=now)
    return await _offer_free(session, now=now)


async def end_offer(public_id: PublicId, state: WaitingState, *, now: datetime) -> None:
    """Let the slot of an offer go; ``state`` is what becomes of who did not take it.

    Within a transaction that holds the lock of the list and offers the slot to the next.
    """
    offer = await find_offer(public_id)
    booking = await lock_booking(public_id)
    if offer is None or booking.state is not BookingState.OFFERED:
        return
    await mark_booking(booking.id, BookingState.CANCELLED, now)
    if offer.entry is not None:
        await mark_entry(offer.entry.id, state, now=now)
    log.info("offer_ended", booking_id=booking.id, session_id=booking.session)


async def expire_offers(*, clock: Clock) -> int:
    """Do what is due in the lists of all sessions; how many entries and offers have changed.

    Several processes may do it at once: each list is settled under its lock.
    """
    now = clock.now()
    changed, works = 0, OneByOne()
    for session in await list_to_settle(now):
        with works.one(session_id=session):
            changed += await settle_list(session, now=now)
    works.end()
    return changed


async def settle_list(session_id: SessionId, *, now: datetime) -> int:
    """End the offers that have expired and make the next; how many entries and offers changed."""
    async with transaction():
        await lock_list(session_id)
        session = await read_session(session_id)
        over = is_over(session, now)
        ended = await list_offers(session_id, until=None if over else now)
        for name in ended:
            await end_offer(name, WaitingState.EXPIRED, now=now)
        if over:
            left = await list_waiting(session_id)
            for entry in left:
                await mark_entry(entry.id, WaitingState.EXPIRED, now=now)
            return len(ended) + len(left)
        return len(ended) + await _offer_free(session_id, now=now)


async def tell_offers(*, public_url: str, clock: Clock) -> int:
    """Note the messages about offers that were made; those of the night in the morning."""
    now = clock.now()
    untold = await list_untold(now)
    told = [each for each in untold if await _may_tell(each, now)]
    for each in told:
        await tell_of_offer(each, link=build_link(public_url, each.public_id), now=now)
    return len(told)


def build_link(public_url: str, offer: PublicId) -> str:
    """Where an offer is accepted: short, and known to nobody but who was sent it."""
    return f"{public_url}/o/{offer}"


class Line:
    """Those to whom slots of one session might be offered, in order, read as far as needed."""

    def __init__(self, session: Session, *, cap: int, now: datetime) -> None:
        self._session, self._cap, self._now = session, cap, now
        self._read: list[Candidate] = []
        self._is_whole = False
        self._picked: set[int] = set()
        self._gone = 0

    async def pick(self, slot: Slot) -> Candidate | None:
        """The first to whom the slot may be offered; locked, and not picked again."""
        at = 0
        while at < len(self._read) or await self._read_on():
            each = self._read[at]
            at += 1
            if each.entry.id in self._picked:
                continue
            if may_offer(each, slot, session=self._session.id) and await take_entry(each.entry):
                self._picked.add(each.entry.id)
                return each
        return None

    async def serve(self, candidate: Candidate, offer: BookingId) -> None:
        """Write that the one who was picked has an offer: no more one of those who wait."""
        await mark_entry(candidate.entry.id, WaitingState.OFFERED, now=self._now, booking=offer)
        self._gone += 1

    async def _read_on(self) -> bool:
        if self._is_whole:
            return False
        page = await list_candidates(
            self._session.id,
            cap=self._cap,
            now=self._now,
            limit=PAGE,
            offset=len(self._read) - self._gone,
        )
        self._read += page
        self._is_whole = len(page) < PAGE
        return bool(page)


async def _offer_free(session_id: SessionId, *, now: datetime) -> int:
    session = await read_session(session_id)
    if not may_give(session, now):
        return 0
    await mark_helped(session.id, now=now)
    home = await get_institution(session.institution)
    policy = await get_booking_policy(session.institution)
    cutoff = timedelta(minutes=home.booking_cutoff_minutes)
    line = Line(session, cap=policy.monthly_cap, now=now)
    slots = await list_slots(session.id)
    made = 0
    free = list_free(slots, taken=await list_taken(session.id), now=now, cutoff=cutoff)
    kept = await count_claims(session.id, since=now - CLAIMS_KEPT)
    # The first ones are kept: but any will do, where nobody on the list may have the later ones.
    for slot in [*free[kept:], *free[:kept]]:
        if made >= len(free) - kept:
            break
        made += await _offer_one(slot, line, session, policy, cutoff=cutoff, now=now)
    return made


async def _offer_one(
    slot: Slot,
    line: Line,
    session: Session,
    policy: BookingPolicy,
    *,
    cutoff: timedelta,
    now: datetime,
) -> bool:
    expires_at = find_offer_end(
        slot.starts_at, now=now, policy=policy, cutoff=cutoff, zone=ZoneInfo(session.time_zone)
    )
    if expires_at is None:
        return False
    while candidate := await line.pick(slot):
        made = await add_offer(candidate, slot, session=session, now=now, expires_at=expires_at)
        if made is not None:
            entry = candidate.entry
            await line.serve(candidate, made)
            log.info("slot_offered", session_id=session.id, booking_id=made, entry_id=entry.id)
            return True
        if slot.id in await list_taken(session.id):
            return False  # Somebody has booked it between our look and our hand.
    return False


async def _may_tell(offer: Untold, now: datetime) -> bool:
    policy = await get_booking_policy(offer.institution)
    quiet_end = find_quiet_end(offer.made_at, policy, zone=ZoneInfo(offer.time_zone))
    return quiet_end is None or now >= quiet_end
