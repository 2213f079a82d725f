"""Quiet hours: when only what cannot wait is sent to a telephone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hotline_sessions.domain.booking_policies import BookingPolicy


def find_quiet_end(now: datetime, policy: BookingPolicy, *, zone: ZoneInfo) -> datetime | None:
    """When the quiet time that holds at ``now`` ends; None outside of it.

    The hours are wall time in ``zone`` and may run over midnight; equal ends mean that there
    are none.
    """
    local = now.astimezone(zone)
    clock, start, end = local.time(), policy.quiet_from, policy.quiet_until
    if start == end:
        return None
    is_over_midnight = end < start
    is_quiet = clock >= start or clock < end if is_over_midnight else start <= clock < end
    if not is_quiet:
        return None
    ends_on = local.date() + timedelta(days=is_over_midnight and clock >= start)
    ends_at = datetime.combine(ends_on, end, tzinfo=zone).astimezone(UTC)
    return max(ends_at, now)
