"""The waiting list of a session that is moved goes along: nobody has to come a second time."""

from datetime import datetime

import msgspec
import structlog

from hotline_sessions.domain.sessions import BookingMode, Session
from hotline_sessions.domain.waiting_list import WaitingState
from hotline_sessions.services.tellings import tell_waiting_of_cancellation
from hotline_sessions.services.waiting_offers import end_offer, offer_freed
from hotline_sessions.store.draws import Wishes, find_wishes, mark_wishes
from hotline_sessions.store.sessions import list_slots
from hotline_sessions.store.waiting_list import list_waiting, lock_list, mark_moved
from hotline_sessions.store.waiting_offers import list_offers


log = structlog.get_logger()


async def move_waiting(old: Session, new: Session, *, now: datetime) -> None:
    """Put everyone who waits for ``old`` on the list of ``new``, in the same order, and say so.

    Within the transaction that moves the session. Offers of its slots end: those slots will
    not be. Whoever waited takes part where lots are to fall for the new slots; where they fell
    already, or fall no more, the order stays. A new session has no bookings, so nobody on the
    list has a slot there.
    """
    await lock_list(old.id)
    for name in await list_offers(old.id):
        await end_offer(name, WaitingState.WAITING, now=now)
    await tell_waiting_of_cancellation(old, now=now, new=new)
    entries = await list_waiting(old.id)
    await mark_moved(old.id, to=new.id, is_draw=new.booking_mode is BookingMode.DRAW)
    if new.booking_mode is BookingMode.DRAW:
        starts = {slot.starts_at for slot in await list_slots(new.id) if slot.is_bookable}
        for entry in entries:
            wishes = shift_wishes(await find_wishes(entry.id), old, new)
            times = tuple(time for time in wishes.times if time in starts)
            kept = msgspec.structs.replace(wishes, times=times, any=wishes.any or not times)
            await mark_wishes(entry.public_id, kept)
    await offer_freed(new.id, now=now)
    log.info("waiting_list_moved", session_id=old.id, new_session_id=new.id, entries=len(entries))


def shift_wishes(wishes: Wishes, old: Session, new: Session) -> Wishes:
    """The same times counted from the start of the session."""
    shift = new.starts_at - old.starts_at
    return msgspec.structs.replace(wishes, times=tuple(time + shift for time in wishes.times))
