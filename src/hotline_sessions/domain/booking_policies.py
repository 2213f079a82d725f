"""Policy of booking: how an institution lets its slots be taken; every figure has a default."""

from datetime import time, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct


Count = Annotated[int, Meta(ge=0, le=1000)]
Days = Annotated[int, Meta(ge=1, le=366)]
Minutes = Annotated[int, Meta(ge=1, le=60 * 24 * 30)]


class BookingPolicy(Struct, frozen=True, kw_only=True):
    """What an institution may choose of the way slots are booked; stored as far as chosen.

    A cap of 0 means that there is none.
    """

    monthly_cap: Count = 4
    """Bookings that a phone may have in a calendar month of talks."""
    missed_cap: Count = 3
    """Missed talks after which a phone books through an operator only."""
    missed_days: Days = 90
    """How far back missed talks count."""
    waiver_days: Days = 30
    """How long a leave to book beyond the limits lasts."""
    offer_minutes: Minutes = 120
    """How long a freed slot is kept for the one to whom it is offered."""
    reminder_minutes: tuple[Minutes, ...] = (7 * 24 * 60, 24 * 60, 60)
    """How long before the talk the citizen is reminded of it."""
    quiet_from: time = time(21)
    """Wall time from which only what cannot wait is sent by SMS."""
    quiet_until: time = time(8)
    """Wall time from which everything is sent again."""
    codes_a_day: Annotated[int, Meta(ge=1, le=1_000_000)] = 2000
    """One-time codes sent in a day, whoever asks for them."""
    codes_a_range: Annotated[int, Meta(ge=1, le=100_000)] = 60
    """One-time codes sent in an hour to numbers that differ in their last four digits only."""

    @property
    def missed_period(self) -> timedelta:
        """How far back missed talks count."""
        return timedelta(days=self.missed_days)

    @property
    def offer(self) -> timedelta:
        """How long an offer stands."""
        return timedelta(minutes=self.offer_minutes)

    @property
    def waiver(self) -> timedelta:
        """How long a leave to book beyond the limits lasts."""
        return timedelta(days=self.waiver_days)


DEFAULT_BOOKING_POLICY: Final = BookingPolicy()
