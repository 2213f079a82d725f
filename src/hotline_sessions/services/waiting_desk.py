"""The waiting list at the desk: for those who have a telephone and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.errors import NotFound
from hotline_sessions.domain.sessions import Session
from hotline_sessions.domain.waiting_list import WaitingEntry
from hotline_sessions.domain.waiting_offers import Offer, OfferOver
from hotline_sessions.services.offer_answers import Accepted, pass_offer_on, take_offer
from hotline_sessions.services.waiting_list import take_off
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.sessions import get_session_of
from hotline_sessions.store.transaction import transaction
from hotline_sessions.store.waiting_list import find_entry, list_waiting
from hotline_sessions.store.waiting_offers import find_offer_of_entry


log = structlog.get_logger()


MOST_SHOWN: Final = 200
"""Entries on the page of staff: nobody reads on, and a draw may have ten thousand."""


class Waiting(Struct, frozen=True, kw_only=True):
    """Somebody on the list, and the offer that waits for an answer."""

    entry: WaitingEntry
    offer: Offer | None


async def list_waiting_of(public_id: str, *, staff: Staff) -> tuple[Session, Sequence[Waiting]]:
    """The session with its waiting list, in order.

    Raises:
        NotFound: There is no such session in the institution of ``staff``.
    """
    session = await get_session_of(public_id, institution=staff.institution)
    return session, [
        Waiting(entry=entry, offer=await find_offer_of_entry(entry))
        for entry in (await list_waiting(session.id))[:MOST_SHOWN]
    ]


async def accept_for(entry_name: str, *, staff: Staff, secret: bytes, now: datetime) -> Accepted:
    """Say yes for a citizen who has said so on the telephone; the code goes there by SMS.

    Raises:
        NotFound: There is no such entry in the institution of ``staff``.
        OfferOver: Nothing is offered to it, or no longer.
        SessionNotBookable: The session is over, or will not be held.
        TooManyBookings: The phone has all the talks that it may have in that month.
    """
    async with transaction():
        entry = await _find_own(entry_name, staff)
        offer = await find_offer_of_entry(entry)
        if offer is None:
            raise OfferOver
        accepted = await take_offer(offer.booking.public_id, secret=secret, now=now)
        await _note("offer_accepted_for_citizen", entry, staff=staff, now=now)
        return accepted


async def decline_for(entry_name: str, *, staff: Staff, now: datetime) -> None:
    """Say no for a citizen: the time goes to the next, the place on the list stays.

    Raises:
        NotFound: There is no such entry in the institution of ``staff``.
        OfferOver: Nothing is offered to it, or no longer.
    """
    async with transaction():
        entry = await _find_own(entry_name, staff)
        offer = await find_offer_of_entry(entry)
        if offer is None:
            raise OfferOver
        await pass_offer_on(offer.booking.public_id, now=now)
        await _note("offer_declined_for_citizen", entry, staff=staff, now=now)


async def leave_for(entry_name: str, *, staff: Staff, now: datetime) -> None:
    """Take a citizen who wishes it off the list.

    Raises:
        NotFound: There is no such entry in the institution of ``staff``.
        EntryOver: It is not on the list any more.
    """
    async with transaction():
        entry = await _find_own(entry_name, staff)
        await take_off(entry_name, now=now)
        await _note("waiting_list_left_for_citizen", entry, staff=staff, now=now)


async def _find_own(name: str, staff: Staff) -> WaitingEntry:
    entry = await find_entry(name)
    if entry is None or entry.institution != staff.institution:
        raise NotFound
    return entry


async def _note(action: str, entry: WaitingEntry, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action,
        "waiting_entry",
        entry.id,
        institution=staff.institution,
        account=staff.account,
        now=now,
    )
    log.info(action, entry_id=entry.id, account_id=staff.account)
