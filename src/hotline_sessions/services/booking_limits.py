"""Limits of a phone in the hands of staff: looked at, lifted for a reason, put back."""

from datetime import datetime

import structlog
from msgspec import Struct

from hotline_sessions.domain.access import Staff
from hotline_sessions.domain.booking_policies import BookingPolicy
from hotline_sessions.domain.phones import PhoneNumber
from hotline_sessions.store.audit import add_entry
from hotline_sessions.store.booking_limits import (
    MonthOfTalks,
    Waiver,
    add_waiver,
    count_missed,
    count_talks,
    list_waivers,
    mark_waiver_ended,
)
from hotline_sessions.store.institutions import get_booking_policy, get_institution
from hotline_sessions.store.transaction import transaction


log = structlog.get_logger()


class PhoneLimits(Struct, frozen=True, kw_only=True):
    """What a phone has used up of its limits in one institution."""

    phone: PhoneNumber
    policy: BookingPolicy
    months: list[MonthOfTalks]
    missed: int
    waivers: list[Waiver]

    @property
    def is_full(self) -> bool:
        """Whether in some month no more talk may be booked."""
        cap = self.policy.monthly_cap
        return bool(cap) and any(month.booked >= cap for month in self.months)

    @property
    def is_barred(self) -> bool:
        """Whether so many talks were missed that only an operator books."""
        cap = self.policy.missed_cap
        return bool(cap) and self.missed >= cap


async def view_limits(phone: PhoneNumber, *, staff: Staff, now: datetime) -> PhoneLimits:
    """What the phone has booked and missed in the institution of ``staff``."""
    home = await get_institution(staff.institution)
    policy = await get_booking_policy(home.id)
    return PhoneLimits(
        phone=phone,
        policy=policy,
        months=await count_talks(phone, institution=home.id, zone=home.time_zone, now=now),
        missed=await count_missed(phone, institution=home.id, since=now - policy.missed_period),
        waivers=await list_waivers(phone, institution=home.id, now=now),
    )


async def lift_limits(phone: PhoneNumber, reason: str, *, staff: Staff, now: datetime) -> None:
    """Let a phone book beyond the limits for as long as the institution has chosen."""
    async with transaction():
        waiver = await give_waiver(phone, reason, staff=staff, now=now)
    log.info("limits_lifted", waiver_id=waiver, account_id=staff.account)


async def give_waiver(phone: str, reason: str, *, staff: Staff, now: datetime) -> int:
    """The same within the transaction of whoever calls; the number of the waiver."""
    policy = await get_booking_policy(staff.institution)
    waiver = await add_waiver(
        phone,
        reason,
        institution=staff.institution,
        account=staff.account,
        now=now,
        until=now + policy.waiver,
    )
    await _note("limits_lifted", waiver, staff=staff, now=now)
    return waiver


async def restore_limits(waiver: int, *, staff: Staff, now: datetime) -> None:
    """End a waiver before its time.

    Raises:
        NotFound: The institution has no such waiver that stands.
    """
    async with transaction():
        await mark_waiver_ended(waiver, institution=staff.institution, now=now)
        await _note("limits_restored", waiver, staff=staff, now=now)
    log.info("limits_restored", waiver_id=waiver, account_id=staff.account)


async def _note(action: str, waiver: int, *, staff: Staff, now: datetime) -> None:
    await add_entry(
        action, "waiver", waiver, institution=staff.institution, account=staff.account, now=now
    )
