"""Offers to the waiting list: to whom a slot that fell free is offered, and until when."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.bookings import Booking, BookingState
from hotline_sessions.domain.errors import TooLate
from hotline_sessions.domain.ids import BookingId, PublicId, SessionId, SlotId
from hotline_sessions.domain.quiet_hours import find_quiet_end
from hotline_sessions.domain.sessions import BOOKABLE, Session
from hotline_sessions.domain.slots import Slot
from hotline_sessions.domain.times import Window
from hotline_sessions.domain.waiting_list import WaitingEntry, WaitingState


SHORTEST_OFFER: Final = timedelta(minutes=10)
"""A citizen needs that long at least to see the message and to say yes."""


CLAIMS_KEPT: Final = timedelta(days=1)
"""Who has booked a session that is moved has so long to choose, before those who only wait."""


class OfferOver(TooLate):
    """The offer was declined, has expired, or was taken back."""

    code = "offer-over"


class Candidate(Struct, frozen=True, kw_only=True):
    """A citizen on the list, with what matters to an offer.

    ``held`` is the booking of the phone in the session, ``held_starts_at`` the time of it;
    ``refused`` are the slots that were offered to the phone before. ``is_at_limit``: it has
    all the bookings that it may have in that month.
    """

    entry: WaitingEntry
    held: BookingId | None = None
    held_starts_at: datetime | None = None
    refused: frozenset[SlotId] = frozenset()
    is_at_limit: bool = False


class Offer(Struct, frozen=True, kw_only=True):
    """A slot that is kept for somebody on the list until ``expires_at``.

    ``instead_of`` is the booking that it would take the place of. ``booking`` is the row that
    holds the slot: with its yes it becomes the citizen's booking, or that one moves there.
    """

    booking: Booking
    entry: WaitingEntry | None
    session_name: PublicId
    instead_of: BookingId | None
    expires_at: datetime | None

    @property
    def window(self) -> Window:
        """From when to when the talk would be."""
        return Window(starts_at=self.booking.starts_at, ends_at=self.booking.ends_at)

    def is_open(self, now: datetime) -> bool:
        """Whether it may still be accepted."""
        is_kept = self.booking.state is BookingState.OFFERED
        return is_kept and self.expires_at is not None and now < self.expires_at


def find_offer_end(
    slot_starts_at: datetime,
    *,
    now: datetime,
    policy: BookingPolicy,
    cutoff: timedelta,
    zone: ZoneInfo,
) -> datetime | None:
    """Until when a slot offered at ``now`` is kept; None if it is too late to offer it.

    An offer that is made at night is told in the morning and counts from then. It never
    stands longer than the slot could be booked.
    """
    told_at = find_quiet_end(now, policy, zone=zone) or now
    closes_at = slot_starts_at - cutoff
    if closes_at - told_at < SHORTEST_OFFER:
        return None
    return min(told_at + policy.offer, closes_at)


def is_over(session: Session, now: datetime) -> bool:
    """Whether nothing of the session is given any more: it has ended, or will not be held."""
    return session.state not in BOOKABLE or now >= session.ends_at


def may_give(session: Session, now: datetime) -> bool:
    """Whether slots of the session are given to the list at ``now``.

    That registration has closed is no hindrance: who waits has come before.
    """
    opens_at = session.registration_opens_at
    return not is_over(session, now) and (opens_at is None or now >= opens_at)


def may_offer(candidate: Candidate, slot: Slot, *, session: SessionId) -> bool:
    """Whether the citizen wants this slot of the session, and may have it.

    Nobody is offered the same slot twice, nor anything before the draw for which he registered.
    Who holds a slot is offered an earlier one if he has asked for it.
    """
    entry = candidate.entry
    if entry.state is not WaitingState.WAITING or (entry.is_draw and entry.place is None):
        return False
    if slot.id in candidate.refused:
        return False
    if entry.wants_earlier:
        held = candidate.held_starts_at
        return entry.session == session and held is not None and slot.starts_at < held
    return candidate.held is None and not candidate.is_at_limit
